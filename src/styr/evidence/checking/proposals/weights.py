# SPDX-License-Identifier: EUPL-1.2
"""Means with the same weights: rates of the same places per the same inhabitants in the same year.

Whatever the inhabitants are, they are the same in every row: »pr. 1.000 18-65-årige« of five regions and the country in
2011 must all be weighted means with one set of weights.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from styr.evidence.checking import words
from styr.evidence.checking.laws import Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import Grid

PER = re.compile(r"\bpr\.?\s*\(?[\d.]+\)?\s*(?P<ages>\d+-\d+)-årige")
FEWEST = 2  # rows that share their weights
Key = tuple[str, str, str, tuple[str, ...]]


def same_weights(grids: list[tuple[Grid, Grid]]) -> list[Template]:
    """Templates of the rates that share places, inhabitants and year, within a document."""
    groups: dict[Key, dict[Relation, str]] = defaultdict(dict)
    for pair in grids:
        for grid in pair:
            for key, relation, where in _of_grid(grid):
                groups[key][relation] = where
    return [
        Template(
            Kind.weights,
            Reason.label,
            " ~ ".join(dict.fromkeys(members.values())),
            (f"pr. 1.000 {ages}-årige", year),
            tuple(members),
        )
        for (_, ages, year, _), members in groups.items()
        if len(members) >= FEWEST
    ]


def _of_grid(grid: Grid) -> Iterator[tuple[Key, Relation, str]]:
    """The lines of a grid that are rates of places, with the country's among them."""
    country = [i for i, role in enumerate(grid.roles_across) if role in ("country", "total")]
    places = [i for i, line in enumerate(grid.across) if words.is_place(line.label)]
    if len(country) != 1 or len(places) < 3:
        return
    names = tuple(sorted(words.same_words(grid.across[i].label) for i in places))
    order = sorted(places, key=lambda i: words.same_words(grid.across[i].label))
    for line, each in enumerate(grid.lines):
        texts = (each.label, each.unit, grid.table.unit, grid.table.title)
        ages = next((found["ages"] for text in texts if (found := PER.search(text.lower()))), "")
        year = words.years(each.label) or words.years(grid.table.period)
        plain = grid.roles[line] in ("", "part", "rate", "total") and not words.is_percent(each.label, each.unit)
        known = grid.printed[line][[*order, country[0]]].all() and grid.known[line][[*order, country[0]]].all()
        if ages and plain and known and len(set(year)) == 1:
            parts = tuple(int(grid.index[line, i]) for i in order)
            relation = Relation(Kind.weights, int(grid.index[line, country[0]]), parts)
            yield (grid.table.document, ages, str(year[0]), names), relation, f"{grid.table.document}/{grid.table.id}"
