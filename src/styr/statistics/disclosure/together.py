# SPDX-License-Identifier: EUPL-1.2
"""Several tables of the same numbers shown together: what one hides is not told by another.

Each table is guarded by itself first. Then what one of them hides is hidden in all, and all that is shown is attacked
as one. Where nothing is left to hide in the tables themselves their totals are hidden, up to the grand total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
import polars.selectors as cs
from scipy.sparse import csr_array, vstack

from styr.statistics.disclosure.attack import Sums, parts_of, weak_of
from styr.statistics.disclosure.axes import Shape
from styr.statistics.disclosure.known import Known, known_of
from styr.statistics.disclosure.lattice import Bools, Depth, Ints, Lattice
from styr.statistics.disclosure.lines import mend
from styr.statistics.disclosure.protect import (
    ATTEMPTS,
    MOST_ATTACKED,
    Pattern,
    hide_beside,
    nothing_hidden,
    pattern_of,
    protect,
)


@dataclass(frozen=True)
class Link:
    """Cells of two lattices that are the same number: a level and places in the one, and in the other."""

    one: Lattice
    depth: Depth
    places: Ints
    other: Lattice
    its_depth: Depth
    its_places: Ints

    @property
    def one_follows(self) -> bool:
        """Whether the one only guesses at what the other knows."""
        return not self.one.levels[self.depth].sure and self.other.levels[self.its_depth].sure

    def turned(self) -> Link:
        """The link the other way."""
        return Link(self.other, self.its_depth, self.its_places, self.one, self.depth, self.places)


def patterns(tables: Sequence[tuple[pl.DataFrame, Shape]], threshold: int) -> list[Pattern]:
    """The cells to hide of tables that are shown together; see protect.pattern for the tables.

    They must count the same thing of the same persons: split differently, not narrowed differently.
    """
    few = [table["n"].is_between(1, threshold - 1).fill_null(False) for table, _ in tables]
    if not any(series.any() for series in few):
        return [nothing_hidden(table) for table, _ in tables]
    peopled = [(table["n"].is_null() | (table["n"] > 0)).to_numpy() for table, _ in tables]
    lattices = [Lattice(table.filter(there), shape) for (table, shape), there in zip(tables, peopled, strict=True)]
    for lattice in lattices:
        for level in lattice.downwards():
            protect(lattice, level, threshold)
    attacked, weak = _guard(lattices, _links(lattices), threshold)
    return [
        pattern_of(lattice, there, attacked=attacked and lattice.whole, weak=weak)
        for lattice, there in zip(lattices, peopled, strict=True)
    ]


def _guard(lattices: Sequence[Lattice], links: Sequence[Link], threshold: int) -> tuple[bool, int]:
    """Hide more until all of it withstands; whether it was attacked, and how many stay weak."""
    weak = 0
    for attempt in range(4 * ATTEMPTS):
        _agree(lattices, links, threshold)
        known = [known_of(lattice, lattice.table) for lattice in lattices]
        if sum(each.size for each in known) > MOST_ATTACKED * len(lattices):
            return False, 0
        sums, columns = _as_one(lattices, known)
        found = np.zeros(len(sums.truth), dtype=np.bool_)
        for places, part in parts_of(sums):
            found[places] = weak_of(part, threshold, np.ones(len(places), dtype=np.bool_))
        weak = int(found.sum())
        if not weak:
            break
        marks = [found[of] for of in columns]
        before = _hidden(lattices)
        for lattice, each, marked in zip(lattices, known, marks, strict=True):
            hide_beside(lattice, lattice.table, each.under(marked), whole=attempt >= ATTEMPTS)
        if _hidden(lattices) == before:
            for lattice, each, marked in zip(lattices, known, marks, strict=True):
                _hide_totals(lattice, each.marked(marked))
        if _hidden(lattices) == before:
            break
    return True, weak


def _agree(lattices: Sequence[Lattice], links: Sequence[Link], threshold: int) -> None:
    """What is hidden in one is hidden in all, and each lattice is mended after. A level that is not sure takes over
    what is hidden of it where it is a table, or the total of one, with the persons as they are."""
    followers = {(id(link.one), link.depth) for link in links if link.one_follows}
    before = -1
    while _hidden(lattices) != before:
        before = _hidden(lattices)
        for link in links:
            here, there = link.one.levels[link.depth].hidden, link.other.levels[link.its_depth].hidden
            hidden = there[link.its_places] if link.one_follows else here[link.places] | there[link.its_places]
            here[link.places] = hidden
            there[link.its_places] = hidden
        for lattice in lattices:
            for level in lattice.downwards():
                if (id(lattice), level.depth) not in followers:
                    mend(lattice, level, threshold)


def _hide_totals(lattice: Lattice, weak: dict[Depth, Bools]) -> None:
    for depth, marks in weak.items():
        level = lattice.levels[depth]
        for upper, above in level.above.items():
            lattice.levels[upper].hidden[above[marks]] = True


def _as_one(lattices: Sequence[Lattice], known: Sequence[Known]) -> tuple[Sums, list[Ints]]:
    """The sums of all lattices about the same numbers, and for each lattice which of the numbers its are."""
    numbers: dict[tuple[object, ...], int] = {}
    truth: list[float] = []
    columns = []
    for lattice, each in zip(lattices, known, strict=True):
        of: list[int] = []
        for level, places in each.numbers:
            rows = lattice.rows(level, places)
            for cell, n in zip(rows.to_dicts(), level.n[places].tolist(), strict=True):
                key = (tuple(sorted(cell.items())), n)
                if key not in numbers:
                    numbers[key] = len(truth)
                    truth.append(n)
                of.append(numbers[key])
        columns.append(np.array(of, dtype=np.int64))
    matrices = []
    for each, places in zip(known, columns, strict=True):
        own = each.sums.matrix.tocoo()
        entries = (own.data, (own.coords[0], places[own.coords[1]]))
        matrices.append(csr_array(entries, shape=(own.shape[0], len(truth))))
    return Sums(np.array(truth), csr_array(vstack(matrices))), columns


def _links(lattices: Sequence[Lattice]) -> list[Link]:
    """The cells that stand in two lattices, told by the names and values of their columns."""
    links: list[Link] = []
    cells = [
        {depth: lattice.rows(level, np.arange(len(level.code))) for depth, level in lattice.levels.items()}
        for lattice in lattices
    ]
    for one, other in combinations(range(len(lattices)), 2):
        for depth, mine in cells[one].items():
            for its_depth, theirs in cells[other].items():
                if set(mine.columns) == set(theirs.columns):
                    joined = _numbered(mine, "mine").join(
                        _numbered(theirs, "theirs"), on=mine.columns, how="inner", nulls_equal=True
                    )
                    mine_at, theirs_at = joined["mine"].to_numpy(), joined["theirs"].to_numpy()
                    link = Link(lattices[one], depth, mine_at, lattices[other], its_depth, theirs_at)
                    links.append(link.turned() if link.turned().one_follows else link)
    return links


def _numbered(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows with their places; whole numbers as one type, so that a year is a year however it came about."""
    wide = rows.with_columns(cs.integer().cast(pl.Int64))
    return wide.with_columns(pl.Series(name, np.arange(rows.height), dtype=pl.Int64))


def _hidden(lattices: Sequence[Lattice]) -> int:
    return sum(int(level.hidden.sum()) for lattice in lattices for level in lattice.levels.values())
