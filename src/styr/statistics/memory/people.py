# SPDX-License-Identifier: EUPL-1.2
"""Which citizens are covered on which day, and in which cells: what every rule about grants begins with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from styr import vocabulary
from styr.statistics.memory.cells import Labels
from styr.statistics.memory.dimensions import (
    ANYTHING,
    NOTHING,
    Possibilities,
    as_labels,
    both,
    each_of,
    narrowed,
    target_groups,
)
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import AgeGroup, Question, covers_all_ages


@dataclass(frozen=True)
class GrantDay:
    """A day that a grant covers, in one of the cells it belongs to. period is its place in question.periods."""

    period: int
    day: date
    grant: Row
    labels: Labels

    @property
    def citizen(self) -> str:
        """The citizen who has the grant."""
        return str(self.grant["citizen_id"])


def grant_days(register: Register, question: Question) -> Iterator[GrantDay]:
    """Every day of every period that every grant covers, once for each cell it belongs to.

    Age, diagnoses and income basis are taken on the last day of the whole period; target groups hold day by day.
    """
    for number, period in enumerate(question.periods):
        for grant in register["grants"]:
            days = covered_days(register, question, grant, period.first, period.observed_last)
            lasting = of_grant_and_reference_day(register, question, grant, period.last) if days else NOTHING
            for day in days if lasting else ():
                for labels in as_labels(question, both(lasting, of_day(register, question, grant["citizen_id"], day))):
                    yield GrantDay(number, day, grant, labels)


def covered_days(register: Register, question: Question, grant: Row, first: date, last: date) -> list[date]:
    """The days from first to last (both included) that a grant covers: from its first day to its last, an open one to
    the known-at day; none after that day and none after the citizen's death."""
    ends = (grant["end_date"], question.known_at, death_of(register, grant["citizen_id"]), last)
    return days_between(max(grant["start_date"], first), min(end for end in ends if end is not None))


def cells_on(register: Register, question: Question, grant: Row, day: date, reference: date) -> list[Labels]:
    """The cells a grant belongs to on a day, none when the question leaves it out; reference is the day on which age,
    diagnoses and income basis are taken."""
    lasting = of_grant_and_reference_day(register, question, grant, reference)
    return as_labels(question, both(lasting, of_day(register, question, grant["citizen_id"], day)))


def of_grant_and_reference_day(register: Register, question: Question, grant: Row, reference: date) -> Possibilities:
    """All that does not change from day to day: what holds for the grant, its citizen, and on the reference day."""
    citizen = grant["citizen_id"]
    found = both(of_grant(register, question, grant), of_citizen(register, question, citizen))
    return both(found, of_reference_day(register, question, citizen, reference)) if found else NOTHING


def of_grant(register: Register, question: Question, grant: Row) -> Possibilities:
    """What holds for the whole grant: municipality, region, provision, provision group, purpose, operator type."""
    municipality = grant["paying_municipality"]
    if question.acting and grant["acting_municipality"] is not None:
        municipality = grant["acting_municipality"]
    return narrowed(
        question,
        {
            "municipality": municipality,
            "provision": grant["provision"],
            "purpose": grant["purpose"],
            "operator_type": operator_type_of(register, grant["department_id"]),
        },
    )


def of_citizen(register: Register, question: Question, citizen: str) -> Possibilities:
    """What holds for the citizen always: sex."""
    known = register.row_where("citizens", "citizen_id", citizen)
    return narrowed(question, {"sex": known["sex"] if known else None})


def of_reference_day(register: Register, question: Question, citizen: str, day: date) -> Possibilities:
    """What is taken on one day: age, age group, income basis and diagnosis group (a citizen can have several)."""
    age = age_of(register, citizen, day)
    if question.ages is not None and not _is_within(age, *question.ages):
        return NOTHING
    found = ANYTHING
    if question.involves("age_group"):
        found = both(found, each_of(question, "age_group", _age_groups(question.age_groups, age)))
    if question.involves("age"):
        found = both(found, each_of(question, "age", [age]))
    if question.involves("income_basis"):
        found = both(found, each_of(question, "income_basis", [income_basis_of(register, citizen, day)]))
    if question.involves("diagnosis_group"):
        found = both(found, each_of(question, "diagnosis_group", diagnosis_groups_of(register, citizen, day)))
    return found


def of_day(register: Register, question: Question, citizen: str, day: date) -> Possibilities:
    """What holds from day to day: every target group the citizen has on the day."""
    rows = register.rows_where("target_groups", "citizen_id", citizen)
    return target_groups(question, [row["target_group"] for row in rows if holds_on(row, day)])


def age_of(register: Register, citizen: str, day: date) -> int | None:
    """Whole years lived on a day: a birthday on it counts, and one of 29 February falls on 1 March in common years.
    None when the citizen is not known."""
    known = register.row_where("citizens", "citizen_id", citizen)
    if known is None:
        return None
    born = known["birth_date"]
    not_yet = (day.month, day.day) < (born.month, born.day)
    return int(day.year - born.year - not_yet)


def death_of(register: Register, citizen: str) -> date | None:
    """The day a citizen died; None for one who lives, or is not known."""
    known = register.row_where("citizens", "citizen_id", citizen)
    return known["death_date"] if known else None


def income_basis_of(register: Register, citizen: str, day: date) -> str | None:
    """The income basis covering most of the 365 days before a day; of equals the first in the vocabulary. None when
    none is known of."""

    def work_out() -> str | None:
        rows = register.rows_where("income_bases", "citizen_id", citizen)
        days: Counter[str] = Counter()
        for before in _days_before(day, vocabulary.parameter("income_window_days")):
            days.update({row["income_basis"] for row in rows if holds_on(row, before)})
        order = vocabulary.codelist("income_basis").codes
        return min(days, key=lambda basis: (-days[basis], order.index(basis)), default=None)

    return register.once(("income_basis", citizen, day), work_out)


def diagnosis_groups_of(register: Register, citizen: str, day: date) -> list[str]:
    """The groups of the diagnoses a citizen was given in the 1,826 days before a day, in order."""
    window = vocabulary.parameter("diagnosis_window_days")
    found = {
        vocabulary.diagnosis_group_of(row["icd10"])
        for row in register.rows_where("diagnoses", "citizen_id", citizen)
        if day - timedelta(days=window) <= row["date"] < day
    }
    return sorted(group for group in found if group is not None)


def operator_type_of(register: Register, department: str | None) -> str | None:
    """The operator type of the offer a department belongs to; None when either is not known."""
    found = register.row_where("departments", "department_id", department)
    offer = register.row_where("offers", "offer_id", found["offer_id"]) if found else None
    return offer["operator_type"] if offer else None


def holds_on(row: Row, day: date) -> bool:
    """Whether a row with start_date and end_date (both included; None for no limit) holds on a day."""
    return (row["start_date"] or date.min) <= day <= (row["end_date"] or date.max)


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included; none when last comes before first."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _days_before(day: date, count: int) -> list[date]:
    return days_between(day - timedelta(days=count), day - timedelta(days=1))


def _is_within(age: int | None, low: int, high: int | None) -> bool:
    return age is not None and low <= age and (high is None or age <= high)


def _age_groups(groups: Sequence[AgeGroup], age: int | None) -> list[str | None]:
    """The label of the age group of an age: none when it is left out; unknown (None) when every age has a group but
    this one is not known."""
    found: list[str | None] = [group.label for group in groups if _is_within(age, group.low, group.high)]
    return found or ([None] if covers_all_ages(groups) else [])
