# SPDX-License-Identifier: EUPL-1.2
"""The relations a set of figures should satisfy: stated in the files, or read from labels, units and numbers."""

from __future__ import annotations

from dataclasses import replace

from styr.evidence.checking.cells import Cells
from styr.evidence.checking.laws import Relation, Template
from styr.evidence.checking.proposals import changes, order, parts, places, shares, sums, texts, unlabelled, weights
from styr.evidence.checking.proposals.grid import Grid, grids
from styr.evidence.checking.stated import stated, unsummed
from styr.evidence.published import FigureSet


def propose(figures: FigureSet, cells: Cells) -> list[Template]:
    """The templates of all tables and between them, stated ones first; each relation once.

    Raises CannotAnswer when a stated relation cannot be read.
    """
    seen = grids([table for table in figures.tables if not table.signs], cells)
    templates = [*stated(figures, cells), *places.repeated(figures, cells)]
    for pair in seen:
        templates += _of_table(pair)
    templates += [*places.same_places(seen), *weights.same_weights(seen)]
    templates += texts.texts(figures, cells)
    return _each_once(templates)


def _of_table(pair: tuple[Grid, Grid]) -> list[Template]:
    """What one table proposes along both axes."""
    found: list[Template] = []
    kept = unsummed(pair[0].table)
    for grid in pair:
        if grid.axis not in kept:
            named = sums.totals(grid)
            found += [*named, *unlabelled.unlabelled(grid, named), *parts.distributions(grid)]
        found += [*parts.of_which(grid), *changes.growth(grid), *order.ordered(grid)]
        found += [*shares.shares(grid), *parts.hundred_at_most(grid), *shares.rates(grid)]
    return [*found, *parts.not_negative(pair[0])]


def _each_once(templates: list[Template]) -> list[Template]:
    """Templates without relations that an earlier one has."""
    seen: set[Relation] = set()
    found = []
    for template in templates:
        new = tuple(each for each in dict.fromkeys(template.relations) if each not in seen)
        seen.update(new)
        if new:
            found.append(replace(template, relations=new))
    return found
