# SPDX-License-Identifier: EUPL-1.2
"""Mends of whole rows and columns: swapped or permuted headers, a factor, a missing category, another law than said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations
from math import log2

from styr.evidence.checking.intervals import Span, total
from styr.evidence.checking.laws import HUNDRED, Kind, Relation, Template, claimed, gap, holds, said
from styr.evidence.checking.mending import Case, Change, Mend
from styr.evidence.published import Table

FACTORS = tuple(Fraction(10) ** power for power in (3, -3, 1, -1, 2, -2))
MOST_LINES = 30
SWAPS = 3
Line = tuple[Table, int, int]  # table, axis, index


def of_lines(case: Case, template: Template, relations: Sequence[Relation]) -> Iterator[Mend]:
    """Everything a template's violated relations may say of whole lines."""
    yield from swapped(case, template, relations)
    yield from scaled(case, template, relations)
    if template.kind is Kind.total:
        yield from of_parts(case, template, relations)
    elif template.kind is Kind.mean:
        yield from summed_rates(case, relations)
    elif template.kind in (Kind.growth, Kind.difference):
        if template.kind is Kind.growth:
            yield from reassigned(case, template, relations)
        yield from other_laws(case, relations)
        yield from taken_from(case, relations)


def swapped(case: Case, template: Template, relations: Sequence[Relation]) -> Iterator[Mend]:
    """Two rows or columns that have changed places, and permutations made of a few such swaps."""
    pairs = list(dict.fromkeys(_pairs(case, template, relations)))
    cost = log2(len(pairs) + 1) + 3
    found = []
    for one, other in pairs:
        changed = _exchange(case, {}, one, other)
        mended, broken = case.judged(changed)
        if mended:
            found.append((case.worth(mended, broken, cost), one, other, changed, mended, broken))
    found.sort(key=lambda each: -each[0])
    for score, one, other, _, mended, broken in found[:6]:
        lines = (_label(one), _label(other))
        yield Mend(Change.swapped_lines, _cells(case, one) + _cells(case, other), mended, broken, score, lines)
    left = set(relations) - found[0][4] if found else set()
    if left and len(found[0][4]) > 1 and len(pairs) <= MOST_LINES * MOST_LINES:
        yield from _permuted(case, pairs, found[0][3], [found[0][1], found[0][2]], cost)


def _permuted(
    case: Case, pairs: Sequence[tuple[Line, Line]], changed: Mapping[int, Span], lines: list[Line], cost: float
) -> Iterator[Mend]:
    """One more swap, and one more, as long as each mends more."""
    best_score = case.worth(*case.judged(changed), cost)
    for turn in range(1, SWAPS):
        options = []
        for one, other in pairs:
            further = _exchange(case, changed, one, other)
            options.append((case.worth(*case.judged(further), cost * (turn + 1)), one, other, further))
        score, one, other, further = max(options, key=lambda each: each[0])
        if score <= best_score:
            return
        best_score, changed = score, further
        lines = [*lines, *(line for line in (one, other) if line not in lines)]
        mended, broken = case.judged(changed)
        labels = tuple(_label(line) for line in lines)
        yield Mend(Change.permuted, tuple(changed), mended, broken, score, labels)


def _pairs(case: Case, template: Template, relations: Sequence[Relation]) -> Iterator[tuple[Line, Line]]:
    """Lines whose exchange could matter: those with a part of their own in the law, with all others; and, between
    tables, those that do not agree."""
    if template.kind is Kind.same:
        for axis in (0, 1):
            off = list(dict.fromkeys(_line(case, each.result, axis) for each in relations if each.result is not None))
            yield from combinations([line for line in off[:MOST_LINES] if line is not None], 2)
        yield from _under_text(case, relations)
        return
    for relation in relations[:1]:
        own = [relation.result, *relation.base, *(relation.parts if template.kind is not Kind.total else ())]
        for line in (_line(case, cell, template.axis) for cell in own if cell is not None):
            if line is None:
                continue
            table, axis, index = line
            count = len(table.columns if axis else table.rows)
            yield from ((line, (table, axis, other)) for other in range(count) if other != index)
        if template.kind is Kind.total:
            yield from _with_outside(case, template, relation)


def _under_text(case: Case, relations: Sequence[Relation]) -> Iterator[tuple[Line, Line]]:
    """The row and the column of a cell that a number in running text does not agree with, with each other of its
    table."""
    for relation in relations:
        if relation.result is None or isinstance(case.cells.places[relation.result].table, Table):
            continue
        for line in (_line(case, cell, axis) for cell in relation.parts for axis in (0, 1)):
            if line is not None:
                table, axis, index = line
                count = min(len(table.columns if axis else table.rows), MOST_LINES)
                yield from ((line, (table, axis, other)) for other in range(count) if other != index)


def _with_outside(case: Case, template: Template, relation: Relation) -> Iterator[tuple[Line, Line]]:
    """Each part of a total with each line that is neither total nor part."""
    inside = [line for line in (_line(case, cell, template.axis) for cell in relation.cells) if line is not None]
    if not inside or len({line[0].id for line in inside}) > 1:
        return
    table, axis, _ = inside[0]
    taken = {index for *_, index in inside}
    outside = [index for index in range(len(table.columns if axis else table.rows)) if index not in taken]
    for line in inside[1:MOST_LINES]:
        yield from ((line, (table, axis, index)) for index in outside[:MOST_LINES])


def reassigned(case: Case, template: Template, relations: Sequence[Relation]) -> Iterator[Mend]:
    """Growth that is right between two other columns than those the headers name: the headers are permuted."""
    first, last = (_line(case, relations[0].base[0], template.axis), _line(case, relations[0].parts[0], template.axis))
    own = _line(case, relations[0].result, template.axis)
    if first is None or last is None or own is None:
        return
    table, axis, _ = first
    count = len(table.columns if axis else table.rows)
    for one, other in permutations([index for index in range(count) if index != own[2]], 2):
        ends = _cells(case, (table, axis, one)), _cells(case, (table, axis, other))
        moved = [_moved(case, each, ends, axis) for each in template.relations]
        mended = frozenset(
            each
            for each, then in zip(template.relations, moved, strict=True)
            if each in case.broken and holds(then, case.cells.spans)
        )
        still = sum(not holds(then, case.cells.spans) for then in moved)
        if len(mended) > 1 and not still:
            lines = tuple(dict.fromkeys(map(_label, (first, last, (table, axis, one), (table, axis, other)))))
            score = sum(case.weight.get(each, 1.0) for each in mended) - 2 * log2(count) - 4
            yield Mend(Change.permuted, ends[0] + ends[1], mended, score=score, lines=lines)


def _moved(case: Case, relation: Relation, ends: tuple[tuple[int, ...], tuple[int, ...]], axis: int) -> Relation:
    """The relation with its years taken from two other lines."""
    place = case.cells.places[relation.parts[0]]
    at = place.row if axis else place.column
    return replace(relation, parts=(ends[1][at],), base=(ends[0][at],))


def scaled(case: Case, template: Template, relations: Sequence[Relation]) -> Iterator[Mend]:
    """A whole row or column a factor of ten, a hundred or a thousand out."""
    if template.kind in (Kind.distribution, Kind.bound) or len(relations) < 2 or template.axis < 0:
        return
    found = dict.fromkeys(_line(case, cell, template.axis) for cell in relations[0].cells)
    lines = [line for line in found if line is not None][:MOST_LINES]
    for line in lines:
        for factor in FACTORS:
            changed = {cell: case.cells.spans[cell].times(factor) for cell in _cells(case, line)}
            mended, broken = case.judged(changed)
            if len(mended) > 1:
                score = case.worth(mended, broken, log2(len(lines) * len(FACTORS)) + 2)
                text = (_label(line), f"{float(factor):g}")
                yield Mend(Change.scaled_line, tuple(changed), mended, broken, score, text)


def of_parts(case: Case, template: Template, relations: Sequence[Relation]) -> Iterator[Mend]:
    """Totals that miss by something in every column: a category is missing, counted twice, or categories overlap."""
    spans, all_of = case.cells.spans, len(template.relations)
    gained = sum(case.weight.get(each, 1.0) for each in relations)
    gaps = [gap(each, spans) for each in relations]
    mended = frozenset(relations)
    if len(relations) == all_of and all(each > 0 for each in gaps):
        cost = 0.5 * gained + 6 if all_of > 1 else gained + 4
        meant = tuple(_amount(each, spans) for each in relations[:8])
        yield Mend(Change.missing_part, (), mended, score=gained - cost, lines=meant)
    if len(relations) == all_of and all(each < 0 for each in gaps):
        cost = 0.6 * gained + 6 if all_of > 1 else gained + 5
        yield Mend(Change.overlapping, (), mended, score=gained - cost)
    for place in range(len(template.relations[0].parts)):
        without = [_without(each, place) for each in template.relations if len(each.parts) > place]
        if len(without) == all_of and all(holds(each, spans) for each in without):
            line = _line(case, relations[0].parts[place], template.axis)
            score = gained - log2(len(relations[0].parts)) - 3
            yield Mend(Change.extra_part, (), mended, score=score, lines=() if line is None else (_label(line),))


def _without(relation: Relation, place: int) -> Relation:
    return replace(relation, parts=relation.parts[:place] + relation.parts[place + 1 :])


def _amount(relation: Relation, spans: Sequence[Span]) -> str:
    """What a missing category would hold: between which values."""
    rest = claimed(relation, spans).plus(said(relation, spans).times(Fraction(-1)))
    low, high = rest.low, rest.high
    return "" if low is None or high is None else f"{float(max(low, Fraction(0))):g}–{float(high):g}"


def summed_rates(case: Case, relations: Sequence[Relation]) -> Iterator[Mend]:
    """Rates or percentages that have been added where their mean belongs."""
    spans = case.cells.spans
    added = [each for each in relations if not total(spans[c] for c in each.parts).meet(claimed(each, spans)).is_empty]
    if added:
        gained = sum(case.weight.get(each, 1.0) + 4 for each in added)
        cells = tuple(each.result for each in added if each.result is not None)
        yield Mend(Change.summed_rate, cells, frozenset(added), score=gained - 3)


def other_laws(case: Case, relations: Sequence[Relation]) -> Iterator[Mend]:
    """Growth counted from the later year, or as a difference where per cent is said, or the other way round."""
    laws: dict[Change, list[tuple[Relation, Relation | None]]] = {
        Change.other_base: [(each, _from_the_last(each)) for each in relations],
        Change.other_measure: [(each, _other_measure(each)) for each in relations],
    }
    for change, pairs in laws.items():
        mended = [each for each, other in pairs if other is not None and holds(other, case.cells.spans)]
        if mended:
            gained = sum(case.weight.get(each, 1.0) for each in mended)
            cells = tuple(each.result for each in mended if each.result is not None)
            yield Mend(change, cells, frozenset(mended), score=gained - 3.5)


def _from_the_last(relation: Relation) -> Relation | None:
    """(last - first) / last: 100 - 100·first/last."""
    if relation.kind is not Kind.growth:
        return None
    return replace(relation, parts=relation.base, base=relation.parts, factor=-HUNDRED, shift=HUNDRED)


def _other_measure(relation: Relation) -> Relation:
    if relation.kind is Kind.growth:
        parts = (relation.parts[0], relation.base[0])
        one = Fraction(1)
        return Relation(Kind.difference, relation.result, parts, coefficients=(one, -one))
    after, before = relation.parts
    return Relation(Kind.growth, relation.result, (after,), (before,), factor=HUNDRED, shift=-HUNDRED)


def taken_from(case: Case, relations: Iterable[Relation]) -> Iterator[Mend]:
    """A column of growth that agrees throughout with another table's: it may have been taken from there."""
    wrong = {each.result: each for each in relations if each.result is not None}
    for template in case.templates:
        if template.kind is not Kind.same or any(each in case.broken for each in template.relations):
            continue
        agreed = {cell for each in template.relations for cell in each.cells}
        mended = frozenset(relation for cell, relation in wrong.items() if cell in agreed)
        if mended and len(template.relations) > 2:
            table = case.cells.places[next(iter(wrong))].table
            other = next(key for key in template.where.split(" ~ ") if key != f"{table.document}/{table.id}")
            gained = sum(case.weight.get(each, 1.0) for each in mended)
            cells = tuple(each.result for each in mended if each.result is not None)
            yield Mend(Change.taken_from, cells, mended, score=gained - 2.5, lines=(other,))


def _line(case: Case, cell: int | None, axis: int) -> Line | None:
    """The row (axis 0) or column of a table that a cell stands in."""
    if cell is None:
        return None
    place = case.cells.places[cell]
    if not isinstance(place.table, Table) or axis < 0:
        return None
    return place.table, axis, place.column if axis else place.row


def _label(line: Line) -> str:
    table, axis, index = line
    return (table.columns if axis else table.rows)[index].label


def _cells(case: Case, line: Line) -> tuple[int, ...]:
    table, axis, index = line
    if axis:
        return tuple(case.cells.at(table, row, index) for row in range(len(table.rows)))
    return tuple(case.cells.at(table, index, column) for column in range(len(table.columns)))


def _exchange(case: Case, changed: Mapping[int, Span], one: Line, other: Line) -> dict[int, Span]:
    """The spans when two lines have changed places, on top of what is changed already."""
    after = dict(changed)
    for a, b in zip(_cells(case, one), _cells(case, other), strict=True):
        first, second = after.get(a, case.cells.spans[a]), after.get(b, case.cells.spans[b])
        after[a], after[b] = second, first
    return after
