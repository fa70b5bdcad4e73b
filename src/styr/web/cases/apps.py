# SPDX-License-Identifier: EUPL-1.2
"""Makes what is stated about cases beside the register known to Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "styr.web.cases"
    label = "cases"
