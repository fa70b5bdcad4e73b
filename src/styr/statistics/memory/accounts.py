# SPDX-License-Identifier: EUPL-1.2
"""Amounts of accounts and budgets one by one, and how they are added up, the unallocated groupings spread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, counted
from styr.statistics.memory.dimensions import as_labels, narrowed
from styr.statistics.memory.prices import check_price_level, deflator
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question

OPERATION, REFUND = 1, 2
HALF_AN_ORE = Fraction(1, 200)


@dataclass(frozen=True)
class Amount:
    """An amount of the accounts or a budget in DKK, and where it stands."""

    period: int
    dkk: Fraction
    municipality: str
    function: str
    grouping: str | None
    operator_type: str | None = None
    supplier: str | None = None
    version: str | None = None
    citizen: str | None = None

    @property
    def is_income(self) -> bool:
        """A negative amount, unless it puts a purchase from an external supplier right."""
        return self.dkk < 0 and self.supplier == "own"

    def is_within(self, area: str) -> bool:
        """Whether its function belongs to an expenditure area or one below it."""
        term = vocabulary.codelist("function").get(self.function)
        areas = vocabulary.codelist("expenditure_area")
        return term is not None and area in (term.extra["area"], *areas.ancestors(term.extra["area"]))

    def labels(self, question: Question) -> list[Labels]:
        """The cell it belongs to; none when the question leaves it out."""
        dimensions = ("municipality", "function", "grouping", "operator_type", "supplier", "version")
        return as_labels(question, narrowed(question, {key: getattr(self, key) for key in dimensions}))


def posted(register: Register, question: Question) -> list[Amount]:
    """The postings of the periods that count, in the prices asked for."""
    check_price_level(register, question)
    found = []
    for number, period in enumerate(question.periods):
        for row in register["postings"]:
            if row["dranst"] in _that_count(question) and period.first <= row["date"] <= period.observed_last:
                found.append(
                    Amount(
                        period=number,
                        dkk=Fraction(row["amount"]) * deflator(register, question, row["date"].year),
                        municipality=row["municipality"],
                        function=row["function"],
                        grouping=row["grouping"],
                        operator_type=row["operator_type"],
                        supplier=_supplier(register, row),
                        citizen=row["citizen_id"],
                    )
                )
    return found


def budgeted(register: Register, question: Question) -> list[Amount]:
    """The budget lines of the periods' years that count, in the prices asked for; without dranst it is 1."""
    check_price_level(register, question)
    return [
        Amount(
            period=number,
            dkk=Fraction(row["amount"]) * deflator(register, question, row["year"]),
            municipality=row["municipality"],
            function=row["function"],
            grouping=row["grouping"],
            version=row["version"],
        )
        for number, period in enumerate(question.periods)
        for row in register["budgets"]
        if (row["dranst"] or OPERATION) in _that_count(question)
        and period.first.year <= row["year"] <= period.observed_last.year
    ]


def added_up(amounts: Sequence[Amount], question: Question) -> list[Cell]:
    """DKK in each cell; n is the citizens when every amount of the cell names its citizen, else None."""
    sums: dict[tuple[int, Labels], Fraction] = defaultdict(Fraction)
    for amount in _spread(amounts, question) if question.involves("grouping") else amounts:
        for labels in amount.labels(question):
            sums[amount.period, labels] += amount.dkk
    citizens: dict[tuple[int, Labels], set[str | None]] = defaultdict(set)
    for amount in amounts:
        for labels in amount.labels(question):
            citizens[amount.period, labels].add(amount.citizen)
    return [
        counted(*cell, total, n=None if not citizens[cell] or None in citizens[cell] else len(citizens[cell]))
        for cell, total in sums.items()
    ]


def _that_count(question: Question) -> set[int]:
    return {OPERATION, REFUND} if question.net_of_refund else {OPERATION}


def _supplier(register: Register, posting: Row) -> str:
    """`external` when the offer of the posting's grant is run by another than the municipality; where that offer is not
    known, when the operator type is one a municipality is not."""
    grant = register.row_where("grants", "grant_id", posting["grant_id"]) if posting["grant_id"] else None
    department = register.row_where("departments", "department_id", grant["department_id"]) if grant else None
    offer = register.row_where("offers", "offer_id", department["offer_id"]) if department else None
    if offer and offer["operator_code"] is not None:
        external = offer["operator_code"] != posting["municipality"]
    else:
        external = posting["operator_type"] in ("regional", "self_owning", "private")
    return "external" if external else "own"


def _spread(amounts: Iterable[Amount], question: Question) -> Iterable[Amount]:
    """Amounts with the unallocated groupings given to the named ones of the same period, municipality and function
    (and operator type, supplier and budget version, when these take part) in proportion to their amounts; left where
    they are when the named ones sum to nothing."""
    apart = [key for key in ("operator_type", "supplier", "version") if question.involves(key)]
    together: dict[tuple[Any, ...], list[Amount]] = defaultdict(list)
    for amount in amounts:
        others = [getattr(amount, key) for key in apart]
        together[amount.period, amount.municipality, amount.function, *others].append(amount)
    loose = {None, *vocabulary.parameter("unallocated_groupings")}
    for those in together.values():
        named = [amount for amount in those if amount.grouping not in loose]
        of_named = sum((amount.dkk for amount in named), Fraction(0))
        unallocated = sum(amount.dkk for amount in those if amount.grouping in loose)
        if abs(of_named) < HALF_AN_ORE:
            yield from those
        else:
            for amount in named:
                yield replace(amount, dkk=amount.dkk + unallocated * amount.dkk / of_named)
