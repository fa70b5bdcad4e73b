# SPDX-License-Identifier: EUPL-1.2
"""What recipients had before: help as a child among the young."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, shared
from styr.statistics.memory.people import grant_days
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question


def previous_child_intervention(register: Register, question: Question) -> list[Cell]:
    """Of young recipients of help to adults, those who had help as a child in the 1,826 days before the day."""
    young = replace(question, ages=vocabulary.parameter("young_recipient_ages"))
    persons: dict[tuple[int, Labels], set[str]] = defaultdict(set)
    for covered in grant_days(register, young):
        if not vocabulary.provisions[covered.grant["provision"]].extra.get("children"):
            persons[covered.period, covered.labels].add(covered.citizen)
    found = []
    for (period, labels), those in persons.items():
        day = question.periods[period].first
        having = {citizen for citizen in those if _had_help_as_a_child(register, question, citizen, day)}
        found.append(shared(period, labels, len(having), len(those), n=len(having) or len(those)))
    return found


def _had_help_as_a_child(register: Register, question: Question, citizen: str, day: date) -> bool:
    earliest = day - timedelta(days=vocabulary.parameter("child_intervention_window_days"))
    return any(
        _is_counted(grant) and grant["start_date"] < day and (grant["end_date"] or question.known_at) >= earliest
        for grant in register.rows_where("grants", "citizen_id", citizen)
    )


def _is_counted(grant: Row) -> bool:
    return vocabulary.group_of(grant["provision"]) in vocabulary.parameter("child_intervention_groups")
