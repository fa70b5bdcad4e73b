# SPDX-License-Identifier: EUPL-1.2
"""Mends of conflicts that lie in several relations together: what each printed number would have to be."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite, log2

from styr.evidence.checking.cells import span
from styr.evidence.checking.conflicts import Conflict
from styr.evidence.checking.digits import slips
from styr.evidence.checking.intervals import Span
from styr.evidence.checking.jointly import impossible, range_of
from styr.evidence.checking.mending import Case, Change, Mend

MOST = 40


def of_conflict(case: Case, conflict: Conflict) -> list[Mend]:
    """For each number the conflict needs, the span it would have to lie in, and the slip that would explain it."""
    found = [mend for cell in conflict.cells[:MOST] if (mend := _of_cell(case, conflict, cell))]
    return sorted(found, key=lambda mend: -mend.score)


def _of_cell(case: Case, conflict: Conflict, cell: int) -> Mend | None:
    ends = range_of(conflict.relations, case.cells.spans, cell)
    if ends is None:
        return None
    low, high = (Fraction(end) if isfinite(end) else None for end in ends)
    admits = Span(low, high, low is None, high is None)
    mended = frozenset(conflict.relations)
    gained, which = sum(case.weight.get(each, 1.0) for each in mended), log2(max(len(conflict.cells), 2))
    for slip in sorted(slips(case.cells.numbers[cell]), key=lambda each: each.cost):
        meant = span(slip.number, None)
        if not meant.meet(admits).is_empty and not _still(case, conflict, cell, meant):
            score = case.worth(mended, (), which + slip.cost) - gained
            return Mend(
                Change(slip.kind), (cell,), mended, frozenset(), score, meant={cell: slip.number}, admits=admits
            )
    return Mend(Change.cell, (cell,), mended, frozenset(), -which - 8, admits=admits)


def _still(case: Case, conflict: Conflict, cell: int, meant: Span) -> bool:
    """Whether the conflict stays when a number is changed."""
    return impossible(conflict.relations, case.cells.with_spans({cell: meant})) is not None
