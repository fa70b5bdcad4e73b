# SPDX-License-Identifier: EUPL-1.2
"""Staff: full-time equivalents, their mix, and how many there are to the citizens of a municipality's own offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, shared
from styr.statistics.memory.departments import offer_of
from styr.statistics.memory.dimensions import as_labels, narrowed
from styr.statistics.memory.own_bought_sold import municipality_running
from styr.statistics.memory.people import covered_days
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question

Sums = dict[tuple[int, Labels], Fraction]


def staff(register: Register, question: Question) -> list[Cell]:
    """Full-time equivalents of the period: the mean of its years."""
    found = _sums(register, question)
    return [shared(period, labels, fte, _years(question, period), n=None) for (period, labels), fte in found.items()]


def staff_share(register: Register, question: Question) -> list[Cell]:
    """The share of all staff of the cell that the staff groups asked for make up."""
    others = tuple(key for key in question.labels if key != "staff_group")
    whole: Sums = defaultdict(Fraction)
    for period, row in _rows(register, question):
        for values in narrowed(question, {"municipality": row["municipality"], "function": row["function"]}):
            whole[period, tuple((key, values[key]) for key in others)] += Fraction(row["fte"])
    return [
        shared(period, labels, fte, whole[period, tuple(pair for pair in labels if pair[0] in others)], n=None)
        for (period, labels), fte in _sums(register, question).items()
    ]


def trained_staff_share(register: Register, question: Question) -> list[Cell]:
    """The share of all staff in groups with an education for the work."""
    trained = {term.code for term in vocabulary.codelist("staff_group") if term.extra.get("trained")}
    those: Sums = defaultdict(Fraction)
    for period, row in _rows(register, question):
        if row["staff_group"] in trained:
            for labels in _labels(question, row):
                those[period, labels] += Fraction(row["fte"])
    return [shared(*cell, those[cell], fte, n=None) for cell, fte in _sums(register, question).items()]


def staff_per_full_time_recipient(register: Register, question: Question) -> list[Cell]:
    """Full-time equivalents to each full-time citizen in the offers a municipality runs, whoever pays; only of
    municipalities that have both in the period."""
    citizens = _in_own_offers(register, question)
    employing = {(period, row["municipality"]) for period, row in _rows(register, question) if _labels(question, row)}
    employed: Sums = defaultdict(Fraction)
    for period, row in _rows(register, question):
        if (period, row["municipality"]) in citizens:
            for labels in _labels(question, row):
                employed[period, labels] += Fraction(row["fte"]) / _years(question, period)
    found = []
    for (period, labels), fte in employed.items():
        there = dict(labels)
        days = [
            (municipality, citizen, day)
            for (of_period, municipality), those in citizens.items()
            if of_period == period and (period, municipality) in employing
            for citizen, day in those
            if _is_in(municipality, there)
        ]
        persons = Fraction(len(set(days)), question.periods[period].days)
        found.append(shared(period, labels, fte, persons, n=len({citizen for _, citizen, _ in days})))
    return found


def _in_own_offers(register: Register, question: Question) -> Mapping[tuple[int, str], set[tuple[str, date]]]:
    """Citizens' covered days in municipal offers, by period and the municipality that runs them."""
    found: dict[tuple[int, str], set[tuple[str, date]]] = defaultdict(set)
    for number, period in enumerate(question.periods):
        for grant in register["grants"]:
            runs = municipality_running(offer_of(register, grant["department_id"]))
            if runs and narrowed(question, {"municipality": runs}):
                for day in covered_days(register, question, grant, period.first, period.observed_last):
                    found[number, runs].add((grant["citizen_id"], day))
    return found


def _is_in(municipality: str, place: Mapping[str, str]) -> bool:
    """Whether a municipality is the one, or in the region, that a cell is of."""
    region = vocabulary.region_of(municipality)
    return place.get("municipality", municipality) == municipality and place.get("region", region) == region


def _rows(register: Register, question: Question) -> Iterator[tuple[int, Row]]:
    """Rows of staff in the years of each period."""
    for number, period in enumerate(question.periods):
        for row in register["staff"]:
            if period.first.year <= row["year"] <= period.last.year:
                yield number, row


def _sums(register: Register, question: Question) -> Sums:
    found: Sums = defaultdict(Fraction)
    for period, row in _rows(register, question):
        for labels in _labels(question, row):
            found[period, labels] += Fraction(row["fte"])
    return found


def _labels(question: Question, row: Row) -> list[Labels]:
    keys = ("municipality", "function", "staff_group")
    return as_labels(question, narrowed(question, {key: row[key] for key in keys}))


def _years(question: Question, period: int) -> int:
    return question.periods[period].last.year - question.periods[period].first.year + 1
