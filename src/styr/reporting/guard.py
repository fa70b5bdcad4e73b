# SPDX-License-Identifier: EUPL-1.2
"""The second step of disclosure control in a report (METHODS § 9): a hidden cell must not follow from the others.

The statistics room hides cells on few persons. Beside a printed total one hidden part is the total less the other
parts; so wherever exactly one part is hidden, the smallest of the others is hidden with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from styr.reporting.model import HIDDEN, Series

Mask = frozenset[tuple[str, int]]


def hidden_cells(parts: Iterable[Series]) -> Mask:
    """Key and year of every hidden cell."""
    return frozenset((part.key, year) for part in parts for year, cell in part.cells.items() if cell.suppressed)


def hide(parts: Sequence[Series], mask: Collection[tuple[str, int]]) -> list[Series]:
    """The parts with the cells of a mask hidden, so that tables on the same persons hide the same cells."""
    return [
        Series(p.key, p.name, {year: HIDDEN if (p.key, year) in mask else cell for year, cell in p.cells.items()})
        for p in parts
    ]


def beside_total(parts: Sequence[Series]) -> list[Series]:
    """The parts of a printed total, with a second cell hidden in each year that would have just one."""
    extra = set()
    for year in {year for part in parts for year in part.cells}:
        cells = [(part.key, part.at(year)) for part in parts]
        shown = [(cell.value, key) for key, cell in cells if cell.value]
        if sum(cell.suppressed for _, cell in cells) == 1 and shown:
            extra.add((min(shown)[1], year))
    return hide(parts, extra)


def beside_groups(parts: Sequence[Series], groups: Sequence[Series], group_of: Callable[[str], str]) -> list[Series]:
    """Parts printed beside their groups: hidden where their group is, and guarded against their group's figure."""
    hidden = hidden_cells(groups)
    masked = hide(parts, {(p.key, year) for p in parts for year in p.cells if (group_of(p.key), year) in hidden})
    families: dict[str, list[Series]] = {}
    for part in masked:
        families.setdefault(group_of(part.key), []).append(part)
    guarded = {part.key: part for family in families.values() for part in beside_total(family)}
    return [guarded[part.key] for part in parts]
