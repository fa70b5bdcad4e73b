# SPDX-License-Identifier: EUPL-1.2
"""Makes the web application's own pages and files known to Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "styr.web"
    label = "web"
