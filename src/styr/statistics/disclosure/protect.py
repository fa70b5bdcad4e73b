# SPDX-License-Identifier: EUPL-1.2
"""Which cells of a table are hidden: those on few persons, and those without which these could be worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from styr.statistics.disclosure.attack import CLOSE, parts_of, weak_of
from styr.statistics.disclosure.axes import Shape
from styr.statistics.disclosure.choice import choose
from styr.statistics.disclosure.known import known_of
from styr.statistics.disclosure.lattice import Bools, Depth, Floats, Lattice, Level
from styr.statistics.disclosure.lines import cheapest_of_each, mend, price_of

#: The vocabulary's parameter: the smallest number of persons that is shown (METHODS § 9).
THRESHOLD = "disclosure_threshold"
#: A level with more unknown numbers than this, those of its totals included, is guarded line by line only.
MOST_ATTACKED = 10_000
#: So often what an attack finds is mended and attacked again; in the latter half whole lines are hidden.
ATTEMPTS = 12


@dataclass(frozen=True)
class Pattern:
    """What is hidden of a table.

    hidden: for each of its rows. empty: cells without persons that are hidden with them, as rows of the shape's
    columns. attacked: whether linear programming was let loose on it, or lines alone were looked at. weak: hidden
    cells that can be worked out nearer than they should, since there is nothing left to hide beside them.
    """

    hidden: pl.Series
    empty: pl.DataFrame
    attacked: bool = True
    weak: int = 0


def pattern(table: pl.DataFrame, shape: Shape, threshold: int) -> Pattern:
    """The cells to hide of a table with the columns of its shape, n (persons, null when not known) and optionally
    value.

    Hidden is what rests on 1 to threshold - 1 persons, and enough else that nothing hidden, in the table or in any
    total of it, can be worked out to less than threshold persons from all that is shown in the table and its totals.
    """
    few = table["n"].is_between(1, threshold - 1).fill_null(False)
    if not few.any() or not shape.axes:
        return nothing_hidden(table, few)
    peopled = (table["n"].is_null() | (table["n"] > 0)).to_numpy()
    lattice = Lattice(table.filter(peopled), shape)
    outcomes = [protect(lattice, level, threshold) for level in lattice.downwards()]
    attacked = all(outcome is not None for outcome in outcomes)
    return pattern_of(lattice, peopled, attacked=attacked, weak=outcomes[-1] or 0)


def nothing_hidden(table: pl.DataFrame, but: pl.Series | None = None) -> Pattern:
    """The pattern that hides nothing of a table, but some of its rows."""
    hidden = pl.repeat(False, table.height, dtype=pl.Boolean, eager=True) if but is None else but
    return Pattern(hidden.alias("hidden"), table.clear())


def pattern_of(lattice: Lattice, peopled: Bools, *, attacked: bool, weak: int) -> Pattern:
    """What a lattice hides of the table it was made from; peopled are the table's rows it was made of."""
    found, count = lattice.table, int(peopled.sum())
    hidden = np.zeros(len(peopled), dtype=np.bool_)
    hidden[np.flatnonzero(peopled)] = found.hidden[:count]
    empty = lattice.rows(found, count + np.flatnonzero(found.hidden[count:]))
    return Pattern(pl.Series("hidden", hidden), empty, attacked, weak)


def protect(lattice: Lattice, level: Level, threshold: int) -> int | None:
    """Decide what is hidden of a level, those above being decided; returns how many hidden cells stay weak, or None
    when there are too many to attack."""
    few = (level.least > 0) & (level.least < threshold)
    level.hidden = few.copy()
    mend(lattice, level, threshold)
    weak = _attack_and_mend(lattice, level, threshold)
    if weak == 0 and level.hidden.sum() > few.sum():
        few = np.append(few, np.zeros(len(level.code) - len(few), dtype=np.bool_))
        choose(lattice, level, few, threshold)
    return weak


def _attack_and_mend(lattice: Lattice, level: Level, threshold: int) -> int | None:
    """Attack what is hidden, and hide more beside what is weak, until all of it withstands; what has withstood once
    still does when more is hidden."""
    if not lattice.whole:
        return None
    withstood: dict[Depth, Bools] = {}
    left = 0
    for attempt in range(ATTEMPTS):
        known = known_of(lattice, level)
        asked = ~known.of(withstood)
        weak = np.zeros(known.size, dtype=np.bool_)
        if known.size > MOST_ATTACKED:
            return None
        for places, sums in parts_of(known.sums):
            if asked[places].any():
                weak[places] = weak_of(sums, threshold, asked[places])
        left, before = int(weak.sum()), int(level.hidden.sum())
        if left:
            hide_beside(lattice, level, known.under(weak), whole=attempt >= ATTEMPTS // 2)
            mend(lattice, level, threshold)
        if int(level.hidden.sum()) == before:
            break
        withstood = known.marked(~weak)
    return left


def hide_beside(lattice: Lattice, level: Level, weak: Bools, *, whole: bool) -> None:
    """Hide a further cell for each weak one: the cheapest in any of its lines; or all in its lines."""
    best: Floats = np.full(len(level.code), np.inf)
    offers = []
    for above in level.above.values():
        wanted = np.zeros(int(above.max()) + 1, dtype=np.bool_)
        wanted[above[weak]] = True
        if whole:
            level.hidden |= wanted[above] & (level.n > 0)
            continue
        chosen = cheapest_of_each(lattice, level, above, wanted)
        offer = np.full(len(wanted), np.inf)
        offer[above[chosen]] = price_of(lattice, level, chosen)
        offers.append((above, chosen, offer))
        best = np.minimum(best, offer[above])
    for above, chosen, offer in offers:
        takers = weak & np.isfinite(best) & (offer[above] <= best + CLOSE)
        taken = np.zeros(len(offer), dtype=np.bool_)
        taken[above[takers]] = True
        level.hidden[chosen[taken[above[chosen]]]] = True
