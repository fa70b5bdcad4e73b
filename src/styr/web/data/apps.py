# SPDX-License-Identifier: EUPL-1.2
"""Makes jobs known to Django."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "styr.web.data"
    label = "data"
