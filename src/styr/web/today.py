# SPDX-License-Identifier: EUPL-1.2
"""The day it is. In a demonstration it is the day the generated data ends: what is due and who waits would otherwise be
counted from a day the data knows nothing of."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone

from styr.register.models import Delivery


def today() -> date:
    """The day in Denmark; in a demonstration the day to which the latest delivery is known."""
    if settings.DEMONSTRATION:
        taken = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN, edit=False)
        if known := taken.order_by("-known_at").values_list("known_at", flat=True).first():
            return timezone.localtime(known).date()
    return timezone.localdate()
