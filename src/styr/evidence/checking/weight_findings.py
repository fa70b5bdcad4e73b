# SPDX-License-Identifier: EUPL-1.2
"""Findings of means that cannot share their weights: which of them is out, and what it would have to be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from styr.evidence.checking import words
from styr.evidence.checking.cells import Cells, Place
from styr.evidence.checking.findings import Finding
from styr.evidence.checking.laws import Kind, Relation, Template
from styr.evidence.checking.mending import Change, Mend
from styr.evidence.checking.weighing import expected, impossible, outliers, smallest
from styr.evidence.published import Table

MOST_PLACES, MOST_ORDERS = 6, 24  # places whose orders are tried; orders that fit before they say nothing


def of_weights(templates: Sequence[Template], cells: Cells, broken: frozenset[Relation]) -> list[Finding]:
    """The findings of templates of weights. Numbers that are in other findings are left out of them."""
    wrong = {cell for relation in broken for cell in relation.cells}
    found = []
    for template in templates:
        if template.kind is Kind.weights:
            left = [each for each in template.relations if not set(each.cells) & wrong]
            found += _of_template(template, left, cells)
    return found


def _of_template(template: Template, left: list[Relation], cells: Cells) -> list[Finding]:
    """One finding for each mean that is out, with the fewest others that it cannot share weights with."""
    out = outliers(left, cells.spans) if len(left) > 1 else []
    others = [each for each in left if each not in out]
    return [_finding(template, relation, others, cells) for relation in out]


def _finding(template: Template, relation: Relation, others: list[Relation], cells: Cells) -> Finding:
    cited = smallest(relation, others, cells.spans)
    admits = expected(relation, others, cells)
    result = relation.result if relation.result is not None else relation.parts[0]
    mends = [*_orders(relation, others, cells), Mend(Change.cell, (result,), frozenset({relation}), admits=admits)]
    size = float(abs(admits.gap(cells.spans[result])) / cells.step(result))
    members = (relation, *cited)
    return Finding(
        template, members, tuple(dict.fromkeys(c for each in members for c in each.cells)), size, tuple(mends)
    )


def _orders(relation: Relation, others: Sequence[Relation], cells: Cells) -> list[Mend]:
    """The order of the places in the mean's own row that makes it fit: two changed about, or headers permuted."""
    places = relation.parts
    if len(places) > MOST_PLACES or impossible(others, cells.spans):
        return []
    found: list[tuple[int, ...]] = []
    for order in permutations(places):
        moved = {place: cells.spans[other] for place, other in zip(places, order, strict=True)}
        if order != places and not impossible([*others, relation], cells.with_spans(moved)):
            found.append(order)
    found.sort(key=lambda order: sum(one != other for one, other in zip(places, order, strict=True)))
    return [_mend(relation, order, cells) for order in found[:1]] if len(found) <= MOST_ORDERS else []


def _mend(relation: Relation, order: tuple[int, ...], cells: Cells) -> Mend:
    """An order as a change of the headers."""
    moved = [place for place, other in zip(relation.parts, order, strict=True) if place != other]
    lines = tuple(_place(cells.places[place]) for place in moved)
    change = Change.swapped_cells if len(moved) == 2 else Change.permuted
    return Mend(change, tuple(moved), frozenset({relation}), lines=lines)


def _place(place: Place) -> str:
    """The name of a region, which stands in the row's label or in the column's."""
    assert isinstance(place.table, Table)
    row, column = place.table.rows[place.row].label, place.table.columns[place.column].label
    return row if words.is_place(row) else column
