# SPDX-License-Identifier: EUPL-1.2
"""Which days a question is about: whole periods for flows and money, single days for stocks."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from styr.statistics.errors import CannotAnswer
from styr.statistics.words import Words

NAMES = ("year", "month", "date")
NOTHING = Words("", "")


@dataclass(frozen=True)
class Observed:
    """The first and last day a snapshot can tell of, the table that says so, why it is no more, and the day from which
    it tells of everyone, where that is later than the first."""

    first: date
    last: date
    table: str
    because: Words = NOTHING
    followed: date | None = None


@dataclass(frozen=True)
class Period:
    """The days one row of a result is about.

    first and last are the whole period (equal for a stock); observed_last is its last observed day. The reference
    day, on which age and the like are taken, is the last day of the whole period.
    """

    first: date
    last: date
    observed_last: date

    @property
    def days(self) -> int:
        """Observed days."""
        return (self.observed_last - self.first).days + 1

    @property
    def whole_days(self) -> int:
        """Days, observed or not."""
        return (self.last - self.first).days + 1

    @property
    def partly(self) -> bool:
        """Whether only some of its days are observed."""
        return self.days < self.whole_days

    def label(self, name: str) -> int | str | date:
        """What the period is called in the column year, month (YYYY-MM) or date."""
        if name == "year":
            return self.first.year
        return f"{self.first:%Y-%m}" if name == "month" else self.first


def periods(
    by: Sequence[str],
    *,
    stock: bool,
    from_year: int | None,
    to_year: int | None,
    on: str | None,
    observed: Observed,
) -> tuple[Period, ...]:
    """The periods a question asks about, in order; what is not given is what is observed, from the year everyone is
    followed.

    Flows: every month when split by month, else every year when split by year, else one period from 1 January of
    from_year to 31 December of to_year. Stocks: the first of every month, else the day `on` (MM-DD, 1 January
    unless said) of every year. Raises CannotAnswer for days outside what is observed.
    """
    split = [name for name in NAMES if name in by]
    _check_years(from_year, to_year, observed)
    end = to_year or observed.last.year
    start = from_year or min((observed.followed or observed.first).year, end)
    if stock:
        days = _stock_days(split, start, end, on=on, observed=observed, asked_to=to_year is not None)
        if not split and len(days) > 1:
            if from_year is not None and to_year is not None:
                raise CannotAnswer("stock_of_many_days", start=start, end=end, count=len(days))
            days = days[:1] if to_year is None and from_year is not None else days[-1:]
        return tuple(Period(day, day, day) for day in days)
    if on is not None:
        raise CannotAnswer("day_belongs_to_stocks")
    if "month" in split:
        return _months(start, end, observed)
    if split:
        return tuple(
            Period(date(year, 1, 1), date(year, 12, 31), min(date(year, 12, 31), observed.last))
            for year in range(start, end + 1)
        )
    return (Period(date(start, 1, 1), date(end, 12, 31), min(date(end, 12, 31), observed.last)),)


def _check_years(from_year: int | None, to_year: int | None, observed: Observed) -> None:
    if from_year is not None and to_year is not None and from_year > to_year:
        raise CannotAnswer("first_after_last", first=from_year, last=to_year)
    for year in (from_year, to_year):
        if year is not None and not observed.first.year <= year <= observed.last.year:
            raise CannotAnswer(
                "year_outside_observed",
                year=year,
                table=observed.table,
                first=observed.first.year,
                last=observed.last.year,
                last_day=observed.last,
                because=observed.because,
            )


def _stock_days(
    split: Sequence[str], start: int, end: int, *, on: str | None, observed: Observed, asked_to: bool
) -> list[date]:
    if "month" in split:
        if on is not None:
            raise CannotAnswer("stock_by_month_or_day")
        days = [date(year, month, 1) for year in range(start, end + 1) for month in range(1, 13)]
        return [day for day in days if day <= observed.last]
    month, day_of_month = _month_and_day(on or "01-01")
    days = []
    for year in range(start, end + 1):
        if day_of_month > monthrange(year, month)[1]:
            raise CannotAnswer("day_not_in_year", on=on, year=year)
        days.append(date(year, month, day_of_month))
    known = [day for day in days if day <= observed.last]
    if not known or (asked_to and known[-1] != days[-1]):
        raise CannotAnswer("day_not_observed", day=days[-1], last_day=observed.last)
    return known


def _month_and_day(on: str) -> tuple[int, int]:
    try:
        month, day = (int(part) for part in on.split("-"))
        date(2000, month, day)
    except ValueError:
        raise CannotAnswer("not_a_day", on=on) from None
    return month, day


def _months(start: int, end: int, observed: Observed) -> tuple[Period, ...]:
    firsts = [date(year, month, 1) for year in range(start, end + 1) for month in range(1, 13)]
    return tuple(
        Period(first, last, min(last, observed.last))
        for first in firsts
        if first <= observed.last
        for last in [first.replace(day=monthrange(first.year, first.month)[1])]
    )
