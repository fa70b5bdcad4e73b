# SPDX-License-Identifier: EUPL-1.2
"""Offers and departments on a day: each once, or once under every type or target group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from styr.statistics.memory.cells import Cell, Labels, counted
from styr.statistics.memory.departments import of_department, of_offer, of_parts, of_types, offer_of
from styr.statistics.memory.dimensions import as_labels, both
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question

#: What is counted: the same only once in a cell.
Things = dict[tuple[int, Labels], set[tuple[Any, ...]]]


def offers(register: Register, question: Question) -> list[Cell]:
    """Offers open on the day, each once in a cell; no persons are behind."""
    return _offers(register, question, question, ())


def offers_under_types(register: Register, question: Question) -> list[Cell]:
    """Offers open on the day, each once under every provision it has places for."""
    return _offers(register, question, _with(question, "provision"), ("provision",))


def offers_under_target_groups(register: Register, question: Question) -> list[Cell]:
    """Offers open on the day, each once under every main target group a department of it is for."""
    return _offers(register, question, _with(question, "target_group"), ("target_group",))


def departments(register: Register, question: Question) -> list[Cell]:
    """Departments of offers that are open on the day, each once in a cell."""
    found: Things = defaultdict(set)
    for number, period in enumerate(question.periods):
        for row in register["departments"]:
            department = row["department_id"]
            if _is_open(offer_of(register, department), period.first, question):
                own = of_department(register, question, department)
                for labels in as_labels(question, both(own, of_types(register, question, department, period.first))):
                    found[number, labels].add((department,))
    return _as_cells(found)


def _offers(register: Register, question: Question, looked_at: Question, under: Sequence[str]) -> list[Cell]:
    """Different offers and values of the dimensions counted under, in the cells of the question; looked_at is the
    question with these dimensions taking part."""
    found: Things = defaultdict(set)
    for number, period in enumerate(question.periods):
        for offer in register["offers"]:
            if not _is_open(offer, period.first, question):
                continue
            parts = of_parts(register, looked_at, offer["offer_id"], period.first)
            for one in both(of_offer(question, offer), parts):
                for labels in as_labels(question, [one]):
                    found[number, labels].add((offer["offer_id"], *(one[key] for key in under)))
    return _as_cells(found)


def _is_open(offer: Row | None, day: date, question: Question) -> bool:
    """Whether an offer is open on a day; one that is not known, or not told to open or close, is."""
    opened = (offer and offer["opened"]) or date.min
    closed = (offer and offer["closed"]) or date.max
    return opened <= day <= closed and day <= question.known_at


def _with(question: Question, key: str) -> Question:
    return replace(question, by=(*question.by, key))


def _as_cells(found: Mapping[tuple[int, Labels], set[tuple[Any, ...]]]) -> list[Cell]:
    return [counted(*cell, len(things), n=None) for cell, things in found.items()]
