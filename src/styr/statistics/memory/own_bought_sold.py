# SPDX-License-Identifier: EUPL-1.2
"""Own, bought and sold places: citizen own or another's × offer own or another's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, counted, shared
from styr.statistics.memory.departments import of_department, offer_of
from styr.statistics.memory.dimensions import Possibilities, as_labels, both, narrowed
from styr.statistics.memory.people import covered_days, of_day, of_grant_and_reference_day
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question

#: What follows from where a grant is delivered, and with that by whom it is seen.
OF_DEPARTMENTS = ("operator_type", "operator", "highly_specialised", "offer", "department")
TRADED = ("municipality", "region", "buyer", "seller", "trade", *OF_DEPARTMENTS)


def recipients(register: Register, question: Question) -> list[Cell]:
    """Distinct citizens with a covered day in the period."""
    persons: dict[tuple[int, Labels], set[str]] = defaultdict(set)
    for period, labels, citizen, _ in _traded_days(register, question):
        persons[period, labels].add(citizen)
    return [counted(*cell, len(those), n=len(those)) for cell, those in persons.items()]


def full_time_recipients(register: Register, question: Question) -> list[Cell]:
    """Citizen-days over the observed days of the period; a citizen's day counts once in each cell."""
    citizen_days: dict[tuple[int, Labels], set[tuple[str, date]]] = defaultdict(set)
    for period, labels, citizen, day in _traded_days(register, question):
        citizen_days[period, labels].add((citizen, day))
    return [
        shared(period, labels, len(those), question.periods[period].days, n=len({citizen for citizen, _ in those}))
        for (period, labels), those in citizen_days.items()
    ]


def buyer_of(question: Question, grant: Row) -> str:
    """Whose citizen it is: the paying municipality's, or the acting one's where that is asked for and named."""
    acting: str | None = grant["acting_municipality"] if question.acting else None
    paying: str = grant["paying_municipality"]
    return paying if acting is None else acting


def municipality_running(offer: Row | None) -> str | None:
    """The municipality that runs an offer; None when it is another operator's, or none is named by its code."""
    if offer is None or offer["operator_type"] != "municipal":
        return None
    code: str = offer["operator_code"]
    return code if code in vocabulary.codelist("municipality").codes else None


def _bought(offer: Row | None, buyer: str) -> str | None:
    """What a place is to its buyer: own, bought, or not known when it is not known who runs the offer."""
    runs = municipality_running(offer)
    if offer is None or (runs is None and offer["operator_type"] == "municipal"):
        return None
    return "own" if runs == buyer else "bought"


def _traded_days(register: Register, question: Question) -> Iterator[tuple[int, Labels, str, date]]:
    """Every covered day of every grant, once for each cell: period, labels, citizen, day."""
    of_grants = question.keeping(lambda key: key not in TRADED)
    for number, period in enumerate(question.periods):
        for grant in register["grants"]:
            lasting = of_grant_and_reference_day(register, of_grants, grant, period.last)
            lasting = both(lasting, _seen(register, question, grant))
            if not lasting:
                continue
            for day in covered_days(register, question, grant, period.first, period.observed_last):
                held = of_day(register, of_grants, grant["citizen_id"], day)
                for labels in as_labels(question, both(lasting, held)):
                    yield number, labels, grant["citizen_id"], day


def _seen(register: Register, question: Question, grant: Row) -> Possibilities:
    """A grant as its buyer sees it, and as the municipality that runs the offer does when it is another."""
    buyer, offer = buyer_of(question, grant), offer_of(register, grant["department_id"])
    seller = offer["operator_code"] if offer else None
    views = [{"municipality": buyer, "trade": _bought(offer, buyer)}]
    runs = municipality_running(offer)
    if runs and runs != buyer:
        views.append({"municipality": runs, "trade": "sold"})
    of_place = question.keeping(lambda key: key in OF_DEPARTMENTS)
    delivered = of_department(register, of_place, grant["department_id"])
    return both(
        [{**one, "buyer": buyer, "seller": seller} for one in delivered],
        [one for view in views for one in narrowed(question, {**view, "buyer": buyer, "seller": seller})],
    )
