# SPDX-License-Identifier: EUPL-1.2
"""Which cells of tables are hidden: those on few persons, and those without which these could be worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from styr.statistics.disclosure.attack import CLOSE, nearly_told, weak_of
from styr.statistics.disclosure.axes import Shape
from styr.statistics.disclosure.choice import choose
from styr.statistics.disclosure.known import known_of
from styr.statistics.disclosure.lattice import Bools, Floats, Ints, Level, Lines, Net
from styr.statistics.disclosure.lines import BESIDE_AMOUNT, bound_alone, cheapest_of_each, mend, price_of

#: The vocabulary's parameter: the smallest number of persons that is shown (METHODS § 9).
THRESHOLD = "disclosure_threshold"
#: A table of more cells than this, and its totals, are guarded line by line only.
LARGE = 60_000
#: So often what an attack finds is mended and attacked again, while that leaves less that is weak; in the latter half
#: whole lines are hidden.
ATTEMPTS = 12
#: How far from what is weak totals are hidden in a release.
MOST_STEPS_ASIDE = 4


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


def pattern(
    table: pl.DataFrame, shape: Shape, threshold: int, totals: Sequence[tuple[pl.DataFrame, Shape]] = ()
) -> Pattern:
    """The cells to hide of a table with the columns of its shape, n (persons, null when not known), of a share
    numerator and denominator, of amounts their column, and optionally value.

    totals: the same persons in coarser tables, where persons of several rows are counted once. Hidden is what rests on
    1 to threshold - 1 persons, and enough else that nothing hidden, in the table or in any total of it, can be worked
    out to less than threshold persons from all that is shown in the table and its totals.
    """
    return patterns([(table, shape), *totals], threshold, by_themselves=True)[0]


def patterns(
    tables: Sequence[tuple[pl.DataFrame, Shape]], threshold: int, *, by_themselves: bool = False
) -> list[Pattern]:
    """The cells to hide of tables that are shown together; see pattern for the tables.

    They must count the same thing of the same persons: split differently, not narrowed differently. Where nothing is
    left to hide in the tables themselves their totals are hidden, up to the grand total; by_themselves, they are not.
    """
    peopled = [(table["n"].is_null() | (table["n"] > 0)).to_numpy() for table, _ in tables]
    net = Net([(table.filter(there), shape) for (table, shape), there in zip(tables, peopled, strict=True)], threshold)
    if not net.few.any():
        return [nothing_hidden(table) for table, _ in tables]
    large = any(table.height > LARGE for table, _ in tables)
    outcomes = [protect(net, level, attack=not large) for level in net.downwards()]
    for _ in range(0 if by_themselves else ATTEMPTS):
        if large or not any(outcomes) or not _hide_totals(net):
            break
        outcomes = [protect(net, level, attack=True, spare=False) for level in net.downwards()]
    weak = sum(outcome or 0 for outcome in outcomes[-1:]) if by_themselves else sum(o or 0 for o in outcomes)
    attacked = all(outcome is not None for outcome in outcomes)
    return [
        _pattern_of(net, nth, table, there, attacked=attacked, weak=weak)
        for nth, ((table, _), there) in enumerate(zip(tables, peopled, strict=True))
    ]


def nothing_hidden(table: pl.DataFrame) -> Pattern:
    """The pattern that hides nothing of a table."""
    return Pattern(pl.repeat(False, table.height, dtype=pl.Boolean, eager=True).alias("hidden"), table.clear())


def _pattern_of(net: Net, nth: int, table: pl.DataFrame, peopled: Bools, *, attacked: bool, weak: int) -> Pattern:
    """What is hidden of a table; peopled are the rows of it that the net was made of."""
    level = net.tables[nth]
    hidden = np.zeros(len(peopled), dtype=np.bool_)
    hidden[np.flatnonzero(peopled)] = net.hidden[net.rows[nth]]
    empties = level.nodes[net.hidden[level.nodes] & (net.cost[level.nodes] == 0)]
    empty = net.cells(level, empties) if len(empties) else table.clear()
    told = [roll for axis in net.shapes[nth].axes for roll in axis.rolls if roll.to in table.columns]
    for roll in told if len(empties) else ():
        of = next(axis.name for axis in net.shapes[nth].axes if roll in axis.rolls)
        empty = empty.with_columns(pl.Series(roll.to, [roll.of(value) for value in empty[of].to_list()]))
    return Pattern(pl.Series("hidden", hidden), empty, attacked, weak)


def protect(net: Net, level: Level, *, attack: bool, spare: bool = True) -> int | None:
    """Decide what is hidden of a level, those above being decided; returns how many hidden cells stay weak, or None
    when they are not attacked, or too many to be. spare: look for less to hide than was found line by line."""
    few = level.nodes[net.few[level.nodes]]
    net.hidden[few] = True
    mend(net, level)
    if not attack:
        return None
    least, best = len(net.cost) + 1, net.hidden
    withstood = np.zeros(0, dtype=np.int64)  # what has withstood once still does when more is hidden
    for attempt in range(ATTEMPTS):
        weak = _weak(net, level, withstood)
        if weak is None:
            return None
        withstood = np.flatnonzero(net.hidden & ~weak)
        if (left := int(weak.sum())) >= least:
            break
        least, best = left, net.hidden.copy()
        if left:
            hide_beside(net, level, weak, whole=attempt >= ATTEMPTS // 2)
            mend(net, level)
        if len(best) == len(net.hidden) and (best == net.hidden).all():
            break
    net.hidden[: len(best)] = best
    net.hidden[len(best) :] = False
    if spare and least == 0 and net.hidden[level.nodes].sum() > len(few):
        choose(net, level)
    return least


def _weak(net: Net, level: Level, withstood: Ints) -> Bools | None:
    """The cells of a level and above that can be worked out too nearly, but for those that are known to withstand; None
    when there are too many to attack."""
    weak = np.zeros(len(net.cost), dtype=np.bool_)
    if not net.hidden[level.nodes].any() and not any(net.hidden[lines.totals].any() for lines in level.up):
        return weak
    for nth, numbers in enumerate(net.counts):
        known = known_of(net, level, numbers)
        asked = (known.sums.truth > 0) | (nth == 0)
        asked &= ~np.isin(known.nodes, withstood)
        found = weak_of(known.sums, net.threshold, asked)
        if found is None:
            return None
        weak[known.nodes] |= found
    if any(lines.amounts for each in net.up_from(level) for lines in each.up):
        known = known_of(net, level, net.amount, amounts=True)
        weak[known.nodes] |= nearly_told(known.sums, BESIDE_AMOUNT, ~np.isin(known.nodes, withstood))
    return weak


def hide_beside(net: Net, level: Level, weak: Bools, *, whole: bool) -> None:
    """Hide a further cell for each weak one, or for each under a weak total: the cheapest in any of its lines; or all
    in its lines."""
    weak = _under(net, level, weak)
    best: Floats = np.full(len(net.cost), np.inf)
    offers = []
    for lines in level.up:
        adds = lines.persons or lines.amounts
        wanted = np.zeros(len(lines.upper.nodes), dtype=np.bool_)
        wanted[lines.at[weak[lines.parts] & (adds or bound_alone(net, lines))]] = True
        if whole and adds:
            net.hidden[lines.parts[wanted[lines.at] & (net.cost[lines.parts] > 0)]] = True
            continue
        chosen, totals = cheapest_of_each(net, level, lines, wanted)
        offer = np.full(len(wanted), np.inf)
        offer[totals] = price_of(net, level, chosen)
        offers.append((lines, chosen, totals, offer))
        best[lines.parts] = np.minimum(best[lines.parts], offer[lines.at])
    for lines, chosen, totals, offer in offers:
        takers = weak[lines.parts] & np.isfinite(best[lines.parts]) & (offer[lines.at] <= best[lines.parts] + CLOSE)
        taken = np.zeros(len(offer), dtype=np.bool_)
        taken[lines.at[takers]] = True
        net.hidden[chosen[taken[totals]]] = True


def _under(net: Net, level: Level, weak: Bools) -> Bools:
    """The cells of a level that are weak, or stand under a total that is."""
    found = weak.copy()
    for each in sorted(net.up_from(level), key=lambda upper: upper.fineness):
        for lines in each.up:
            found[lines.parts[found[lines.totals]]] = True
    kept = np.zeros(len(weak), dtype=np.bool_)
    kept[level.nodes] = found[level.nodes]
    return kept


def _hide_totals(net: Net) -> bool:
    """Hide the totals that what is weak adds up to, else those it lies within, else those of what stands beside it;
    whether there was any to hide."""
    before = int(net.hidden.sum())
    nothing = np.zeros(0, dtype=np.int64)
    found = [(level, weak) for level in net.downwards() if (weak := _weak(net, level, nothing)) is not None]
    for _ in range(MOST_STEPS_ASIDE):
        for within in (False, True):
            for level, weak in found:
                for lines in _lines_from(net, level):
                    if lines.within == within:
                        net.hidden[lines.totals[weak[lines.parts]]] = True
            if net.hidden.sum() > before:
                return True
        for level, weak in found:
            for lines in _lines_from(net, level):
                touched = np.zeros(len(weak), dtype=np.bool_)
                touched[lines.totals[weak[lines.parts]]] = True
                weak[lines.parts[touched[lines.totals]]] = True
    return False


def _lines_from(net: Net, level: Level) -> list[Lines]:
    """The lines of a level and of all above it."""
    return [lines for each in net.up_from(level) for lines in each.up]
