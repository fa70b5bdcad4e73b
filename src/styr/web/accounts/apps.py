# SPDX-License-Identifier: EUPL-1.2
"""Makes users known to Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "styr.web.accounts"
    label = "accounts"
