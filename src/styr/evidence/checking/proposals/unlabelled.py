# SPDX-License-Identifier: EUPL-1.2
"""Totals that only the numbers name: in column after column one line is the sum of those beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from styr.evidence.checking.laws import Kind, Reason, Template
from styr.evidence.checking.proposals.grid import NOT_SUMMED, SLACK, Grid
from styr.evidence.checking.proposals.sums import EVIDENCE, MOST, additive, held_against, run_beside, sums_of

LONGEST = 40  # lines in a sum that only the numbers propose


def unlabelled(grid: Grid, named: Sequence[Template]) -> Iterator[Template]:
    """Sums that no label names: a line that is the sum of the run before or after it in nearly every column.

    named: the totals that labels name, which are left out.
    """
    taken = {relation.result for template in named for relation in template.relations}
    lines = [i for i in range(len(grid.lines)) if not taken & set(grid.index[i])]
    free = [i for i in lines if grid.roles[i] not in NOT_SUMMED and not grid.is_empty(i)]
    needed = EVIDENCE + np.log2(max(1, len(free) * 2 * min(len(free), LONGEST)))
    for line in free:
        near = (run_beside(grid, line, -1)[::-1][:LONGEST], run_beside(grid, line, 1)[:LONGEST])
        held = [held_against(grid, line, sorted(run[:end])) for run in near for end in _promising(grid, line, run)]
        proven = [each for each in held if each.share >= MOST and each.surprise >= needed]
        if proven:
            best = max(proven, key=lambda held: (held.share, held.surprise))
            yield grid.template(
                Kind.total, Reason.numbers, (line, *best.parts), sums_of(grid, line, best.parts, best.tested)
            )


def _promising(grid: Grid, line: int, run: Sequence[int]) -> list[int]:
    """After how many lines of a run, nearest first, the sum so far is the line in most columns: all ends at once."""
    if len(run) < 2:
        return []
    low, high = (np.cumsum(end[list(run)], axis=0) for end in grid.ends)
    with np.errstate(invalid="ignore"):
        met = (low <= grid.ends[1][line] + SLACK) & (high >= grid.ends[0][line] - SLACK)
    tested = additive(grid, line) & grid.printed[line] & np.isfinite(low) & np.isfinite(high)
    share = (met & tested).sum(axis=1) >= np.maximum(2, MOST * tested.sum(axis=1))
    return [int(end) + 1 for end in np.flatnonzero(share) if end > 0]
