# SPDX-License-Identifier: EUPL-1.2
"""Calendar months as numbers, so that a horizon is a range and a period a slice of it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from styr.forecast.errors import Refused


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """A month as written, YYYY-MM; raises CannotAnswer for anything else."""
        found = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
        if not found or not 1 <= int(found[2]) <= 12:
            raise Refused("not_a_month", text=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def numbered(cls, number: int) -> Month:
        """The month of a number."""
        return cls(number // 12, number % 12 + 1)

    @property
    def number(self) -> int:
        """Months since the year 0: consecutive months have consecutive numbers."""
        return self.year * 12 + self.month - 1

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def later(self, months: int) -> Month:
        """So many months later (earlier, when negative)."""
        return Month.numbered(self.number + months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_between(first: Month, last: Month) -> list[Month]:
    """The months from first to last, both included."""
    return [Month.numbered(number) for number in range(first.number, last.number + 1)]


def last_whole_month(known_at: date) -> Month:
    """The last month of which all days are known at a day."""
    month = Month.of(known_at)
    return month if known_at + timedelta(days=1) > month.last else month.later(-1)
