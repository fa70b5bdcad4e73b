# SPDX-License-Identifier: EUPL-1.2
"""How cases move: the days between two stages, the share that come so far within a limit, and those open on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from styr import vocabulary
from styr.statistics.errors import CannotAnswer
from styr.statistics.memory.cells import Cell, Labels, Number, counted, shared, with_label
from styr.statistics.memory.dimensions import ANYTHING, Possibilities, as_labels, both, narrowed
from styr.statistics.memory.people import death_of, of_citizen, of_day, of_reference_day
from styr.statistics.memory.register import Register, Row
from styr.statistics.memory.survival import Course, Courses, mean_of, quantiles_of
from styr.statistics.question import OF_PROVISIONS, Question

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Passage:
    """A case on its way from one stage to another: the day it reached the one; the day, then or later, it reached the
    other (None before it has); and the last day it is followed while it has not: that of the case's end or the
    citizen's death, else the known-at day."""

    case: Row
    from_stage: str
    to_stage: str
    began: date
    reached: date | None
    ended: date | None
    followed: date

    @property
    def citizen(self) -> str:
        """The citizen whose case it is."""
        return str(self.case["citizen_id"])

    @property
    def days(self) -> int | None:
        """Days between the two stages; None while the other has not been reached."""
        return (self.reached - self.began).days if self.reached else None


def quantiles(register: Register, question: Question) -> list[Cell]:
    """The days by which a share of the passages begun in the period is over, for every quantile."""
    return [_as_days_between(cell) for cell in quantiles_of(_courses(register, question), question)]


def mean(register: Register, question: Question) -> list[Cell]:
    """The mean days of the passages begun in the period."""
    return [_as_days_between(cell) for cell in mean_of(_courses(register, question))]


def decided_within(register: Register, question: Question) -> list[Cell]:
    """The passages begun in the period that were over within so many days, over those whose days have passed. n is the
    citizens whose were; where none was, all."""
    limits = question.where.get("within_days") or vocabulary.parameter("decision_limits_days")
    over: dict[tuple[int, Labels], set[tuple[str, str]]] = defaultdict(set)
    passed: dict[tuple[int, Labels], set[tuple[str, str]]] = defaultdict(set)
    for period, labels, passage in _begun(register, question):
        for limit in (int(word) for word in limits):
            cell = period, with_label(labels, "within_days", limit, question)
            case = passage.case["case_id"], passage.citizen
            within = passage.days is not None and passage.days <= limit
            until = question.known_at if within else passage.followed
            if (until - passage.began).days >= limit:
                passed[cell].add(case)
                if within:
                    over[cell].add(case)
    return [
        shared(*cell, len(over[cell]), len(cases), n=len({citizen for _, citizen in over[cell] or cases}))
        for cell, cases in passed.items()
    ]


def open_cases(register: Register, question: Question) -> list[Cell]:
    """Cases under way between the two stages on the days asked about."""
    found: dict[tuple[int, Labels], set[tuple[str, str]]] = defaultdict(set)
    for passage in _passages(register, question):
        for number, period in enumerate(question.periods):
            day = period.first
            over = [each for each in (passage.reached, passage.ended) if each is not None]
            if passage.began <= day <= passage.followed and all(day < each for each in over):
                for labels in _cells(register, question, passage, day):
                    found[number, labels].add((passage.case["case_id"], passage.citizen))
    return [counted(*cell, len(cases), n=len({citizen for _, citizen in cases})) for cell, cases in found.items()]


def _courses(register: Register, question: Question) -> Courses:
    """Passages begun in the period as courses, whose first day is day 1."""
    found: dict[tuple[int, Labels], list[Course]] = defaultdict(list)
    for period, labels, passage in _begun(register, question):
        last = passage.reached or passage.followed
        exit = (last - passage.began).days + 1
        found[period, labels].append(Course(passage.citizen, 0, exit, ended=passage.reached is not None))
    return found


def _as_days_between(cell: Cell) -> Cell:
    """A course over on its first day took no days."""
    return replace(cell, value=_less_one(cell.value), lower=_less_one(cell.lower), upper=_less_one(cell.upper))


def _less_one(day: Number | None) -> Number | None:
    return None if day is None else day - 1


def _begun(register: Register, question: Question) -> Iterator[tuple[int, Labels, Passage]]:
    """Passages begun in each period, in each cell by what holds on the day they began."""
    for passage in _passages(register, question):
        for number, period in enumerate(question.periods):
            if period.first <= passage.began <= period.observed_last:
                for labels in _cells(register, question, passage, passage.began):
                    yield number, labels, passage


def _passages(register: Register, question: Question) -> Iterator[Passage]:
    """Every case from each stage asked about to each other, as far as it is known."""
    every = vocabulary.codelist("stage").codes
    begin, come = (question.where.get(key, every) for key in ("from_stage", "to_stage"))
    pairs = [(one, other) for one in begin for other in come if one != other]
    if not pairs:
        raise CannotAnswer("two_stages", indicator=question.indicator.key)
    for case in register["cases"]:
        death = death_of(register, case["citizen_id"])
        for one, other in pairs:
            began = _first(register, question, case, one, date.min)
            if began is None or (death is not None and death < began):
                continue
            ended = _first(register, question, case, "end", began) if other != "end" else None
            followed = min(day for day in (question.known_at, death, ended) if day is not None)
            reached = _first(register, question, case, other, began)
            if reached is not None and reached > followed:
                reached = None
            yield Passage(case, one, other, began, reached, ended, followed)


def _first(register: Register, question: Question, case: Row, stage: str, earliest: date) -> date | None:
    """The first known day, from the earliest on, that a case reaches a stage."""
    days = [
        row["date"]
        for row in register.rows_where("case_events", "case_id", case["case_id"])
        if row["stage"] == stage and earliest <= row["date"] <= question.known_at
    ]
    return min(days, default=None)


def _cells(register: Register, question: Question, passage: Passage, day: date) -> list[Labels]:
    """The cells a passage belongs to by what holds on a day; none when the question leaves it out."""
    citizen = passage.citizen
    lasting = both(_of_case(register, question, passage), of_citizen(register, question, citizen))
    of_the_day = both(of_reference_day(register, question, citizen, day), of_day(register, question, citizen, day))
    return as_labels(question, both(lasting, of_the_day))


def _of_case(register: Register, question: Question, passage: Passage) -> Possibilities:
    """Municipality and stages, and each provision the case led to a grant of when provisions take part."""
    case = passage.case
    values = {"municipality": case["municipality"], "from_stage": passage.from_stage, "to_stage": passage.to_stage}
    provisions = ANYTHING
    if any(question.involves(key) for key in OF_PROVISIONS):
        grants = register.rows_where("grants", "case_id", case["case_id"])
        provisions = [one for grant in grants for one in narrowed(question, {"provision": grant["provision"]})]
    return both(narrowed(question, values), provisions)
