# SPDX-License-Identifier: EUPL-1.2
"""Which faults can be noticed at all: decided by the relations that are true of the figures, not by what a check finds.

A fault is noticeable when some relation that ought to hold no longer can, by itself or together with others. It is not
when the numbers it touches are in no relation, when it stays within rounding, or when it turns the table into another
that is as consistent: two parts of a total that have changed places add up to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from styr.evidence.checking.cells import Cells
from styr.evidence.checking.conflicts import components, violated
from styr.evidence.checking.intervals import Span
from styr.evidence.checking.jointly import impossible
from styr.evidence.checking.laws import LINEAR, QUOTIENT, Kind, Relation


class Noticeable(StrEnum):
    """Whether a fault can be noticed, or why it cannot."""

    alone = "a relation cannot hold"
    jointly = "relations cannot hold together"
    unrelated = "its numbers are in no relation"
    rounding = "it stays within rounding"
    symmetric = "the figures are as consistent as before"


def noticeable(relations: Sequence[Relation], cells: Cells, changed: Mapping[int, Span] | None = None) -> Noticeable:
    """Whether the relations notice figures with some cells changed (or as they are).

    relations: what ought to hold; changed: what the fault makes the cells admit.
    """
    spans = cells.spans if not changed else cells.with_spans(changed)
    if violated(relations, spans):
        return Noticeable.alone
    linear = [each for each in relations if each.kind in LINEAR | QUOTIENT | {Kind.bound}]
    if any(impossible(component, spans) for component in components(linear)):
        return Noticeable.jointly
    touched = set(changed or ())
    if touched and not any(touched & set(relation.cells) for relation in relations):
        return Noticeable.unrelated
    overlapping = all(not cells.spans[cell].meet(span).is_empty for cell, span in (changed or {}).items())
    return Noticeable.rounding if touched and overlapping else Noticeable.symmetric


def unwatched(relations: Sequence[Relation], cells: Cells) -> tuple[int, ...]:
    """The printed numbers that are in no relation: a fault in them cannot be noticed."""
    watched = {cell for relation in relations for cell in relation.cells}
    return tuple(cell for cell, number in enumerate(cells.numbers) if number.value is not None and cell not in watched)
