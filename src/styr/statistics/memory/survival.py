# SPDX-License-Identifier: EUPL-1.2
"""How long help lasts: Kaplan and Meier's curve of unbroken spells, and what is read off it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from scipy.stats import norm

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, with_label
from styr.statistics.memory.groups import cells_of, days_in_groups, spells_of
from styr.statistics.memory.register import Register
from styr.statistics.question import Question

ENDED_BY = {
    "p10": Fraction(1, 10),
    "q1": Fraction(1, 4),
    "median": Fraction(1, 2),
    "q3": Fraction(3, 4),
    "p90": Fraction(9, 10),
}


@dataclass(frozen=True)
class Course:
    """A course as far as it was seen: at risk of ending on its days entry + 1 to exit (counted from 1), and whether it
    ended on the last of them."""

    citizen: str
    entry: int
    exit: int
    ended: bool


@dataclass(frozen=True)
class Step:
    """The share that goes on after a day, and the interval, which has no ends where the share is 0 or 1."""

    day: int
    share: Fraction
    lower: float | None
    upper: float | None


#: The courses of each period and cell.
Courses = Mapping[tuple[int, Labels], Sequence[Course]]


def quantiles(register: Register, question: Question) -> list[Cell]:
    """The days by which a share of the spells has ended, for every quantile."""
    return quantiles_of(_spells(register, question), question)


def curve(register: Register, question: Question) -> list[Cell]:
    """The share of the spells that lasts longer than so many days, for all days asked for."""
    return curve_of(_spells(register, question), question)


def quantiles_of(courses: Courses, question: Question) -> list[Cell]:
    """The same of any courses."""
    found = []
    for (period, labels), those in courses.items():
        steps = _steps(those)
        for name, ended in ENDED_BY.items():
            at = with_label(labels, "quantile", name, question)
            value = _first_day(steps, 1 - ended, [step.share for step in steps])
            # where the interval has no lower end the curve itself is the lowest it can be
            lower = _first_day(steps, 1 - ended, [step.share if step.lower is None else step.lower for step in steps])
            upper = _first_day(steps, 1 - ended, [step.upper for step in steps])
            found.append(_read(period, at, those, value, lower, upper))
    return found


def curve_of(courses: Courses, question: Question) -> list[Cell]:
    """The same of any courses."""
    asked = question.where.get("days") or vocabulary.parameter("duration_curve_days")
    found = []
    for (period, labels), those in courses.items():
        for day in sorted({int(day) for day in asked}):
            step = [step for step in _steps(those) if step.day <= day][-1]
            seen = step.share == 0 or any(course.exit >= day for course in those)
            value, lower, upper = (step.share, step.lower, step.upper) if seen else (None, None, None)
            found.append(_read(period, with_label(labels, "days", day, question), those, value, lower, upper))
    return found


def mean_of(courses: Courses) -> list[Cell]:
    """The mean days of courses: the share that goes on after each day, added up until the last day anyone was followed.
    None where none has ended."""
    found = []
    for (period, labels), those in courses.items():
        steps = _steps(those)
        days = range(max(course.exit for course in those))
        going_on = (next(step.share for step in reversed(steps) if step.day <= day) for day in days)
        value = sum(going_on, Fraction(0)) if len(steps) > 1 else None
        found.append(_read(period, labels, those, value, None, None))
    return found


def _spells(register: Register, question: Question) -> Courses:
    """The unbroken spells of each period and cell, as far as they were seen in the period."""
    followed = _followed_from(register, question)
    found: dict[tuple[int, Labels], list[Course]] = defaultdict(list)
    covered = days_in_groups(register, question, date.min, question.last + timedelta(days=1))
    for (citizen, group), days in covered.items():
        for begun, over in spells_of(days):
            for number, period in enumerate(question.periods):
                seen_from, seen_to = max(period.first, followed), period.observed_last
                if not max(begun, seen_from) <= min(over, seen_to):
                    continue
                course = Course(
                    citizen,
                    entry=max((seen_from - begun).days, 0),
                    exit=(min(over, seen_to) - begun).days + 1,
                    ended=over <= seen_to,
                )
                for labels in cells_of(register, question, citizen, group, begun):
                    found[number, labels].append(course)
    return found


def _followed_from(register: Register, question: Question) -> date:
    """1 January of the first year in which a tenth as many grants ended as in the year with most; where none has
    ended, of the year in which the first began."""
    ends = [row["end_date"] for row in register["grants"] if row["end_date"] and row["end_date"] <= question.known_at]
    if not ends:
        return date(min(row["start_date"] for row in register["grants"]).year, 1, 1)
    ended_in = Counter(end.year for end in ends)
    fair = vocabulary.parameter("followed_share") * max(ended_in.values())
    return date(min(year for year, ended in ended_in.items() if ended >= fair), 1, 1)


def _steps(courses: Sequence[Course]) -> list[Step]:
    """The curve on day 0 and on every day on which a course ended."""
    share, variance = Fraction(1), Fraction(0)
    steps = [Step(0, share, None, None)]
    for day in sorted({course.exit for course in courses if course.ended}):
        ends = sum(course.ended and course.exit == day for course in courses)
        at_risk = sum(course.entry < day <= course.exit for course in courses)
        share *= 1 - Fraction(ends, at_risk)
        if ends < at_risk:
            variance += Fraction(ends, at_risk * (at_risk - ends))
        steps.append(Step(day, share, *_interval(share, variance)))
    return steps


def _interval(share: Fraction, variance: Fraction) -> tuple[float, float] | tuple[None, None]:
    """Greenwood's interval on the log-log scale."""
    if not 0 < share < 1:
        return None, None
    z = norm.ppf(0.5 + vocabulary.parameter("confidence_level") / 2)
    power = z * math.sqrt(variance) / -math.log(share)
    return float(share) ** math.exp(power), float(share) ** math.exp(-power)


def _first_day(steps: Sequence[Step], left: Fraction, ends: Iterable[Fraction | float | None]) -> int | None:
    """The first day on which an end is at or below what should be left."""
    reached = [step.day for step, end in zip(steps, ends, strict=True) if end is not None and end <= left]
    return min(reached, default=None)


def _read(
    period: int,
    labels: Labels,
    courses: Sequence[Course],
    value: Fraction | int | None,
    lower: float | None,
    upper: float | None,
) -> Cell:
    persons = len({course.citizen for course in courses})
    return Cell(period, labels, None, None, value, n=persons, lower=lower, upper=upper)
