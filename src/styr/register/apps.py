# SPDX-License-Identifier: EUPL-1.2
from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "styr.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
