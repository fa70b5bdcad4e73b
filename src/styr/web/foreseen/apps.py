# SPDX-License-Identifier: EUPL-1.2
"""Makes overrides of forecasts known to Django."""

from django.apps import AppConfig


class ForeseenConfig(AppConfig):
    name = "styr.web.foreseen"
    label = "foreseen"
