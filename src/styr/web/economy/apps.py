# SPDX-License-Identifier: EUPL-1.2
"""Makes what people have said of a reconciliation known to Django."""

from django.apps import AppConfig


class EconomyConfig(AppConfig):
    name = "styr.web.economy"
    label = "economy"
