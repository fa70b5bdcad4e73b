# SPDX-License-Identifier: EUPL-1.2
"""Parts of a whole that prints no total: percentages that make up 100, »heraf« lines, shares up to 100 per cent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from styr.evidence.checking import words
from styr.evidence.checking.laws import HUNDRED, Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import NOT_SUMMED, SLACK, Flags, Grid, bits
from styr.evidence.checking.proposals.sums import EVIDENCE, MOST, additive

FEWEST_AMOUNTS = 6
CHANGES = ("growth", "difference")


def distributions(grid: Grid) -> list[Template]:
    """Runs of percentages that make up 100 in nearly every column; yes and no always do."""
    percent = [
        i
        for i, role in enumerate(grid.roles)
        if role in ("", "part", "share") and not grid.is_empty(i) and _is_percent_line(grid, i)
    ]
    runs = [
        percent[start:end]
        for start in range(len(percent))
        for end in range(start + 2, min(len(percent), start + 12) + 1)
        if percent[end - 1] - percent[start] == end - 1 - start
    ]
    scored = sorted(((*_hundred(grid, run), run) for run in runs), key=lambda each: -each[0])
    found: list[Template] = []
    taken: set[int] = set()
    for surprise, share, tested, run in scored:
        needed = EVIDENCE / 4 if len(run) == len(percent) else EVIDENCE / 2 + np.log2(len(runs))
        enough = surprise >= needed and share >= MOST and tested.sum() > 1
        if (enough or _yes_and_no(grid, run)) and not taken & set(run):
            taken |= set(run)
            relations = [
                Relation(Kind.distribution, None, tuple(int(grid.index[i, across]) for i in run), shift=HUNDRED)
                for across in np.flatnonzero(tested)
            ]
            reason = Reason.label if _yes_and_no(grid, run) else Reason.numbers
            found.append(grid.template(Kind.distribution, reason, run, relations))
    return found


def _is_percent_line(grid: Grid, line: int) -> bool:
    units = [grid.unit(line, across) for across in range(len(grid.across)) if grid.printed[line, across]]
    return words.is_percent(grid.lines[line].unit, grid.lines[line].label) or (
        bool(units) and all(words.is_percent(unit) for unit in units)
    )


def _hundred(grid: Grid, run: Sequence[int]) -> tuple[float, float, Flags]:
    """Bits by which a run makes up 100, the share of columns in which it does, and the columns tested."""
    rows = list(run)
    across_is_plain = np.array([role not in NOT_SUMMED for role in grid.roles_across], dtype=bool)
    tested = grid.known[rows].all(axis=0) & grid.printed[rows].all(axis=0) & across_is_plain
    low, high = (np.where(tested, end[rows].sum(axis=0), 0.0) for end in grid.ends)
    held = tested & (low <= 100 + SLACK) & (high >= 100 - SLACK)
    spread = np.where(tested, np.ptp(np.nan_to_num(grid.values[rows]), axis=0), 0.0)
    surprise = np.where(held, bits(high - low, np.maximum(spread, 1.0)), 0.0).sum()
    return float(surprise), float(held.sum() / tested.sum()) if tested.any() else 0.0, tested


def _yes_and_no(grid: Grid, run: Sequence[int]) -> bool:
    """Whether the lines are yes and no of one question."""
    said = [words.same_words(grid.lines[i].label).split() for i in run]
    last = {tuple(label[-1:]) for label in said}
    return len(run) == 2 and last in ({("ja",), ("nej",)}, {("yes",), ("no",)}) and said[0][:-1] == said[1][:-1]


def of_which(grid: Grid) -> list[Template]:
    """Lines that are a part of another (»heraf«): no more than it."""
    found = []
    for line, each in enumerate(grid.lines):
        if grid.roles[line] != "of_which" or grid.is_empty(line):
            continue
        parent = _parent(grid, line)
        if parent is None:
            continue
        tested = grid.known[line] & grid.known[parent] & additive(grid, parent)
        tested &= grid.printed[line] & grid.printed[parent]
        relations = [
            Relation(Kind.bound, int(grid.index[parent, across]), (int(grid.index[line, across]),))
            for across in np.flatnonzero(tested)
        ]
        reason = Reason.stated if each.of else Reason.label
        found.append(grid.template(Kind.bound, reason, (parent, line), relations))
    return found


def _parent(grid: Grid, line: int) -> int | None:
    """The line that another is a part of: the one named, else the last ordinary one above."""
    if grid.lines[line].of:
        named = [i for i, each in enumerate(grid.lines) if each.label == grid.lines[line].of]
        return named[0] if named else None
    above = [i for i in range(line) if grid.roles[i] in ("", "part", "total") and not grid.is_empty(i)]
    return above[-1] if above else None


def not_negative(grid: Grid) -> list[Template]:
    """The one number below zero in a table of amounts, where nothing is a change or a difference."""
    plain = [i for i, role in enumerate(grid.roles) if role not in CHANGES]
    across = [i for i, role in enumerate(grid.roles_across) if role not in CHANGES]
    if len(plain) * len(across) < FEWEST_AMOUNTS or not words.is_amounts(grid.table):
        return []
    printed = grid.printed[np.ix_(plain, across)]
    below = np.argwhere(printed & (grid.values[np.ix_(plain, across)] < 0))
    if len(below) != 1:
        return []
    line, at = plain[below[0][0]], across[below[0][1]]
    relation = Relation(Kind.bound, int(grid.index[line, at]), ())
    return [grid.template(Kind.bound, Reason.numbers, (line,), [relation])]


def hundred_at_most(grid: Grid) -> list[Template]:
    """Shares lie between 0 and 100 per cent."""
    found = []
    for line, role in enumerate(grid.roles):
        if role != "share" or not _is_percent_line(grid, line) or words.is_points(grid.lines[line].label):
            continue
        plain = [i for i, each in enumerate(grid.roles_across) if each not in ("growth", "n", "text")]
        relations = [
            Relation(Kind.bound, None, (int(grid.index[line, i]),), shift=HUNDRED)
            for i in plain
            if grid.printed[line, i]
        ]
        found.append(grid.template(Kind.bound, Reason.label, (line,), relations))
    return found
