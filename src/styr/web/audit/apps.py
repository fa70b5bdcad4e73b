# SPDX-License-Identifier: EUPL-1.2
"""Makes the audit log known to Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "styr.web.audit"
    label = "audit"
