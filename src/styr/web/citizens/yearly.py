# SPDX-License-Identifier: EUPL-1.2
"""What a grant costs in a year at its price: shown while it is entered, and on its page.

The year has 365 days, as in the indicator annualised_individual_expenditure (METHODS § 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from styr import vocabulary

_DAYS_IN_A_WEEK = 7
_MONTHS_IN_A_YEAR = 12


class Priced(Protocol):
    """What has a price: a grant, or a price over time."""

    price: Decimal | None
    price_unit: str | None


class Spell(Priced, Protocol):
    """A price over time; end_date None while it holds."""

    start_date: date
    end_date: date | None


def price_on(grant: Priced, prices: Sequence[Spell], day: date) -> tuple[Decimal | None, str | None]:
    """The price and unit that hold on a day: the price over time that covers it, else the grant's own."""
    for spell in prices:
        if spell.start_date <= day and (spell.end_date is None or day <= spell.end_date):
            return spell.price, spell.price_unit
    return grant.price, grant.price_unit


def yearly_cost(price: Decimal | float | None, unit: str | None, hours_per_week: float | None) -> float | None:
    """DKK a year at a price; None when the price, its unit, or the hours of a price by the hour are not known."""
    if price is None or not unit:
        return None
    days = float(vocabulary.parameter("annualisation_days"))
    times = {
        "day": days,
        "week": days / _DAYS_IN_A_WEEK,
        "month": _MONTHS_IN_A_YEAR,
        "year": 1.0,
        "hour": None if hours_per_week is None else hours_per_week * days / _DAYS_IN_A_WEEK,
    }.get(unit)
    return None if times is None else float(price) * times
