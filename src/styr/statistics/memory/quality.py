# SPDX-License-Identifier: EUPL-1.2
"""Quality: the scores of the social supervision. Of an offer and theme the latest score of the period counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, shared
from styr.statistics.memory.departments import of_offer, of_parts
from styr.statistics.memory.dimensions import as_labels, both, narrowed
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question


def quality_score(register: Register, question: Question) -> list[Cell]:
    """The mean of the scores; n is the offers."""
    return _mean(register, question, Fraction)


def high_quality_share(register: Register, question: Question) -> list[Cell]:
    """The share of scores that are high; n is the offers."""
    high = vocabulary.parameter("high_quality_score")
    return _mean(register, question, lambda score: Fraction(score >= high))


def _mean(register: Register, question: Question, worth: Callable[[float], Fraction]) -> list[Cell]:
    scores: dict[tuple[int, Labels], list[tuple[str, Fraction]]] = defaultdict(list)
    for number in range(len(question.periods)):
        for row in _latest(register, question, number):
            offer = register.row_where("offers", "offer_id", row["offer_id"])
            own = both(narrowed(question, {"theme": str(row["theme"])}), of_offer(question, offer))
            for labels in as_labels(question, both(own, of_parts(register, question, row["offer_id"], row["date"]))):
                scores[number, labels].append((row["offer_id"], worth(row["score"])))
    return [
        shared(*cell, sum((score for _, score in those), Fraction()), len(those), n=len({offer for offer, _ in those}))
        for cell, those in scores.items()
    ]


def _latest(register: Register, question: Question, number: int) -> list[Row]:
    """The latest row of each offer and theme in a period."""
    period = question.periods[number]
    latest: dict[tuple[str, int], Row] = {}
    for row in sorted(register["inspections"], key=lambda row: row["date"]):
        if period.first <= row["date"] <= period.observed_last:
            latest[row["offer_id"], row["theme"]] = row
    return list(latest.values())
