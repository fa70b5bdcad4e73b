# SPDX-License-Identifier: EUPL-1.2
"""Line by line: what is hidden under one total must not be the total less the rest.

Columns of numbers over a whole level at a time, so that hundreds of thousands of cells cost little. This is the quick
half of secondary suppression; attack.py finds what several lines together still tell.
"""

from __future__ import annotations

import numpy as np

from styr.statistics.disclosure.lattice import Bools, Floats, Ints, Level, Lines, Net

#: A cell that would be the only hidden one in another line draws a further cell with it; one that is all its line has
#: is of no use hidden. Both are told in the unit of cost, log2(1 + persons).
DRAWS_ANOTHER = 4.0
ALL_OF_ITS_LINE = 1000.0
#: What is hidden beside an amount is at least this share of it: the amount is not its sum to a few per cent.
BESIDE_AMOUNT = 0.1
_NONE: Ints = np.zeros(0, dtype=np.int64)


def mend(net: Net, level: Level) -> None:
    """Hide further cells of a level until no line gives a hidden cell away, or nothing is left that could help.

    Under a shown total of persons that add up the hidden cells are none, or at least two, with threshold persons or
    more between them, and not each of one person; under a hidden total at least one cell is hidden. Where such a line
    has no cell left to hide, one without persons is added and hidden. Of amounts that add up none is hidden alone, nor
    one on few persons beside next to nothing. Of persons who may stand in several rows see _told_within.
    """
    for lines in level.up:
        if lines.persons:
            net.add_empties(level, net.below_empties(level, lines))
    given_up: dict[int, Ints] = {}
    changed = True
    while changed:
        changed = False
        for nth, lines in enumerate(sorted(level.up, key=lambda each: each.persons)):
            broken = _broken(net, level, lines)
            broken[given_up.get(nth, _NONE)] = False
            if not broken.any():
                continue
            changed = True
            chosen, totals = cheapest_of_each(net, level, lines, broken)
            net.hidden[chosen] = True
            broken[totals] = False
            if lines.persons:
                keys, helped = _empties(net, level, lines, np.flatnonzero(broken))
                net.add_empties(level, keys)
                broken[helped] = False
            given_up[nth] = np.append(given_up.get(nth, _NONE), np.flatnonzero(broken))


def cheapest_of_each(net: Net, level: Level, lines: Lines, wanted: Bools) -> tuple[Ints, Ints]:
    """The shown cell with persons that is cheapest to hide under each of the wanted totals that has one, and these.
    Totals are told by their places in the level above."""
    there = wanted[lines.at] & ~net.hidden[lines.parts] & (net.cost[lines.parts] > 0)
    candidates, totals = lines.parts[there], lines.at[there]
    order = np.lexsort((candidates, price_of(net, level, candidates), totals))
    candidates, totals = candidates[order], totals[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = totals[1:] != totals[:-1]
    return candidates[first], totals[first]


def price_of(net: Net, level: Level, cells: Ints) -> Floats:
    """What hiding each of some cells costs, with what it would draw along."""
    price = net.cost[cells]
    place = np.empty(len(net.cost), dtype=np.int64)
    place[cells] = np.arange(len(cells))
    wanted = np.zeros(len(net.cost), dtype=np.bool_)
    wanted[cells] = True
    for lines in level.up:
        asked = np.flatnonzero(wanted[lines.parts])
        parts, at = lines.parts[asked], lines.at[asked]
        size = len(lines.upper.nodes)
        lonely = ~net.hidden[lines.upper.nodes] & (np.bincount(lines.at[net.hidden[lines.parts]], minlength=size) == 0)
        drawn = lonely[at]
        if not (lines.persons or lines.amounts):
            drawn &= lines.covers & (net.counts[0][parts] > _overlap(net, lines)[at])
        if drawn.any():
            alone = np.bincount(lines.at, minlength=size)[at] == 1
            price[place[parts]] += DRAWS_ANOTHER * drawn + ALL_OF_ITS_LINE * (drawn & alone)
    return price


def _overlap(net: Net, lines: Lines) -> Floats:
    """By how much the parts of each total have more persons than it; worked out once, as cells that are added have no
    persons."""
    if lines.overlap is None or len(lines.overlap) < len(lines.upper.nodes):
        total = net.counts[0][lines.upper.nodes]
        lines.overlap = np.bincount(lines.at, net.counts[0][lines.parts], len(total)) - total
    return lines.overlap


def room_below(net: Net, level: Level) -> Floats:
    """How many persons fewer than it has each cell of a level could have (hidden, or if it were), by the totals of
    persons who may stand in several rows: one hidden alone has at least the total less the rest. At its place in the
    net; there is nothing at the places of other levels."""
    room = np.empty_like(net.counts[0])
    room[level.nodes] = net.counts[0][level.nodes]
    for lines in level.up:
        if lines.within:
            bound = bound_alone(net, lines)
            overlap = np.maximum(_overlap(net, lines)[lines.at], 0.0)
            room[lines.parts[bound]] = np.minimum(room[lines.parts[bound]], overlap[bound])
    return room


def bound_alone(net: Net, lines: Lines) -> Bools:
    """Which of the parts, of persons who may stand in several rows, are bound by the rest: no other is hidden under
    their total, and it is shown."""
    if not lines.covers:
        return np.zeros(len(lines.parts), dtype=np.bool_)
    hidden, total = net.hidden[lines.parts], lines.upper.nodes
    others = np.bincount(lines.at[hidden], minlength=len(total))[lines.at] - hidden
    bound: Bools = (others == 0) & ~net.hidden[total][lines.at]
    return bound & (net.counts[0][lines.parts] > _overlap(net, lines)[lines.at])


def _broken(net: Net, level: Level, lines: Lines) -> Bools:
    """The totals (by their places in the level above) under which something hidden can be worked out."""
    told = np.zeros(len(lines.upper.nodes), dtype=np.bool_)
    if lines.persons:
        told |= _told_of_persons(net, lines, room_below(net, level))
    elif lines.covers:
        told |= _told_within(net, lines)
    if lines.amounts:
        told |= _told_of_amounts(net, lines)
    return told


def _told_of_persons(net: Net, lines: Lines, room: Floats) -> Bools:
    size, hidden, total = len(lines.upper.nodes), net.hidden[lines.parts], net.hidden[lines.upper.nodes]
    above, parts = lines.at[hidden], lines.parts[hidden]
    count = np.bincount(above, minlength=size)
    told = count == 1
    for nth, numbers in enumerate((room, *net.counts[1:])):
        persons = np.bincount(above, numbers[parts], size)
        told |= (persons < net.threshold) & ((persons > 0) | (nth == 0))
    n = net.counts[0][parts]
    beyond_one = np.where(n > 0, np.minimum(room[parts], n - 1), 1.0)
    told |= np.bincount(above, beyond_one, size) < 1
    return _told(net, lines, count, total, told)


def _told_within(net: Net, lines: Lines) -> Bools:
    """Of persons who may stand in several rows a total less the rest is the least that the hidden can be together.
    Where that is anyone they are guarded as if they added up; a hidden total must not lie between the largest and the
    sum of what is shown of it."""
    size, hidden, total = len(lines.upper.nodes), net.hidden[lines.parts], lines.upper.nodes
    n = net.counts[0][lines.parts]
    count = np.bincount(lines.at[hidden], minlength=size)
    shown = np.bincount(lines.at[~hidden], n[~hidden], size)
    largest = np.zeros(size)
    np.maximum.at(largest, lines.at, n)
    persons = np.bincount(lines.at[hidden], n[hidden], size)
    few = (count == 1) | (persons < net.threshold) | (persons == count)
    told = ~net.hidden[total] & (count > 0) & few & (net.counts[0][total] > shown)
    there = np.bincount(lines.at, minlength=size) > 0
    between = net.hidden[total] & (count == 0) & there & (shown - largest < net.threshold)
    broken: Bools = told | between
    return broken


def _told_of_amounts(net: Net, lines: Lines) -> Bools:
    """A hidden amount must not stand alone, and one on few persons not beside next to nothing."""
    size, hidden, total = len(lines.upper.nodes), net.hidden[lines.parts], net.hidden[lines.upper.nodes]
    above, amount = lines.at[hidden], np.abs(net.amount[lines.parts[hidden]])
    count = np.bincount(above, minlength=size)
    largest, few = np.zeros(size), net.few[lines.parts[hidden]]
    np.maximum.at(largest, above[few], amount[few])
    beside = np.bincount(above, amount, size) - largest
    return _told(net, lines, count, total, (count == 1) | (beside < BESIDE_AMOUNT * largest))


def _told(net: Net, lines: Lines, count: Ints, total: Bools, told: Bools) -> Bools:
    """Under shown totals what is told where something is hidden; under hidden ones where nothing is."""
    there = np.bincount(lines.at, net.cost[lines.parts] > 0, len(total)) > 0
    broken: Bools = np.where(total, (count == 0) & there, (count > 0) & told)
    return broken


def _empties(net: Net, level: Level, lines: Lines, broken: Ints) -> tuple[Ints, Ints]:
    """For each broken line a cell without persons to hide in it, where it draws the fewest further cells: their
    numbers, and the totals of the lines that have room for one."""
    if not len(broken):
        return broken, broken
    keys, room = net.beside(level, lines, broken)
    price = np.where(room, 0.0, np.inf)
    for other in level.up:
        if other is lines or not other.persons:
            continue
        hidden = np.bincount(other.totals[net.hidden[other.parts]], minlength=len(net.cost))
        lonely = ~net.hidden & (hidden == 0)
        totals = net.totals_of(level, keys, other)
        price += np.where(totals < 0, np.inf, lonely[totals])
    best = price.argmin(axis=1)
    found = np.isfinite(price.min(axis=1))
    chosen, first = np.unique(keys[np.arange(len(keys)), best][found], return_index=True)
    return chosen, broken[found][first]
