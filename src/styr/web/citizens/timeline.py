# SPDX-License-Identifier: EUPL-1.2
"""A citizen's timeline as a drawing: a bar for each grant, a notch where its price changed, a flag for each goal.

Positions are in the drawing's own units; the table beside it has the same in words and numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from styr.register.models import Goal, Grant, GrantPrice
from styr.reporting.theme import DEEP, LIGHT, MIDDLE, PALE
from styr.web.templatetags.styr import word

WIDTH, ROW, ABOVE, LABELS = 900, 34, 26, 0
_SHADES = {"running": DEEP, "ended": LIGHT, "coming": PALE}
_MOST_YEARS_MARKED = 14


@dataclass(frozen=True)
class Bar:
    """A grant: its place and shade, its words, and where its price changed."""

    x: float
    y: float
    width: float
    text_x: float
    text_anchor: str
    fill: str
    label: str
    notches: list[float]


@dataclass(frozen=True)
class Timeline:
    """The drawing: its size, years along the top, bars, goals, and where today is (None: outside it)."""

    width: int
    height: float
    years: list[tuple[float, int]]
    bars: list[Bar]
    goals: list[tuple[float, bool | None]]
    goals_y: float
    today: float | None


def timeline(
    grants: Sequence[Grant], prices: Mapping[str, Sequence[GrantPrice]], goals: Sequence[Goal], today: date
) -> Timeline | None:
    """The drawing of a citizen's grants and goals; None when there are no grants."""
    if not grants:
        return None
    first = date(min(each.start_date for each in grants).year, 1, 1)
    last = max(today, *(max(each.start_date, each.end_date or each.start_date) for each in grants))
    last = date(last.year, 12, 31)
    span = (last - first).days + 1

    def at(day: date) -> float:
        return round(min(max((day - first).days, 0), span) / span * WIDTH, 1)

    bars = [_bar(grant, list(prices.get(grant.grant_id, ())), number, at, today) for number, grant in enumerate(grants)]
    every = -(-(last.year - first.year + 1) // _MOST_YEARS_MARKED)
    goals_y = ABOVE + ROW * len(grants)
    return Timeline(
        width=WIDTH,
        height=goals_y + (28 if goals else 4),
        years=[(at(date(year, 1, 1)), year) for year in range(first.year, last.year + 1, every)],
        bars=bars,
        goals=[(at(goal.set_date), goal.attained) for goal in goals],
        goals_y=goals_y + 10,
        today=at(today) if first <= today <= last else None,
    )


def _bar(grant: Grant, prices: list[GrantPrice], number: int, at, today: date) -> Bar:  # type: ignore[no-untyped-def]
    ended = grant.end_date is not None and grant.end_date < today
    state = "ended" if ended else "coming" if grant.start_date > today else "running"
    x, end = at(grant.start_date), at(grant.end_date) if grant.end_date else WIDTH
    changed = [price.start_date for price in prices if price.start_date > grant.start_date]
    right = x > WIDTH * 0.6
    return Bar(
        x=x,
        y=ABOVE + number * ROW + 16,
        width=max(end - x, 3),
        text_x=end if right else x,
        text_anchor="end" if right else "start",
        fill=_SHADES[state],
        label=word(grant.provision, "provision"),
        notches=[at(day) for day in changed if day <= (grant.end_date or day)],
    )


LEGEND = {"running": DEEP, "ended": LIGHT, "notch": MIDDLE}
