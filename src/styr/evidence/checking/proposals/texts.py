# SPDX-License-Identifier: EUPL-1.2
"""Relations of numbers in running text, with each other and with tables, read from what they are said to be of.

Nothing is proposed from the numbers alone: a handful of numbers in a paragraph fit each other in too many ways.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from styr.evidence.checking import words
from styr.evidence.checking.cells import Cells, key_of, unit_of
from styr.evidence.checking.laws import HUNDRED, Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.places import REFERENCE, factor
from styr.evidence.published import FigureSet, Hedge, Table, TextFigure

NEAR = 40  # lines between a number and those it is a part of
STEM = 6  # letters that two forms of a word share


@dataclass(frozen=True)
class Said:
    """A number in running text and what its entry says of it.

    stems: the words of the quantity without those that say change; first and last: the years of its period; change: a
    change over the period; of_which: a part of what was named before.
    """

    figure: TextFigure
    cell: int
    stems: frozenset[str]
    first: int
    last: int
    change: bool
    of_which: bool

    @property
    def percent(self) -> bool:
        """Whether it is in per cent (not in points)."""
        return words.is_percent(self.figure.unit)


def texts(figures: FigureSet, cells: Cells) -> list[Template]:
    """What the numbers in running text say of each other and of the tables of their document."""
    by_document: dict[str, list[Said]] = defaultdict(list)
    for figure in figures.figures:
        by_document[figure.document].append(_said(figure, cells.start(figure)))
    found: list[Template] = []
    for document, said in by_document.items():
        tables = [table for table in figures.tables if table.document == document and not table.signs]
        found += [*_twice(said), *_from_and_to(said), *_shares(said), *_totals(said), *_of_which(said)]
        found += [template for table in tables for template in _in_table(said, table, cells)]
        found += [template for each in said for template in _along_a_row(each, tables, cells)]
    return found


def _said(figure: TextFigure, cell: int) -> Said:
    years = words.years(figure.period) or (0,)
    plain = words.same_words(figure.quantity)
    return Said(
        figure,
        cell,
        _stems(plain),
        min(years),
        max(years),
        any(words.is_said_of_change(word) for word in plain.split()),
        words.is_part_named(figure.quantity),
    )


def _twice(said: Sequence[Said]) -> Iterator[Template]:
    """The same quantity of the same period and population under the same words: the same number."""
    first: dict[tuple[object, ...], Said] = {}
    for each in said:
        of = each.figure
        if not of.period or not of.population:
            continue
        key = (words.same_words(of.quantity), of.period, of.population, each.percent)
        if key in first and first[key].figure.same_as != of.id and of.same_as != first[key].figure.id:
            yield _same(each, first[key].cell, factor(first[key].figure.unit, of.unit), first[key].figure.id)
        first.setdefault(key, each)


def _from_and_to(said: Sequence[Said]) -> Iterator[Template]:
    """A change over years and the levels at both ends: growth in per cent, else the difference."""
    levels: dict[tuple[frozenset[str], str, int], list[Said]] = defaultdict(list)
    for each in said:
        if not each.change and each.first == each.last:
            levels[each.stems, each.figure.population, each.first].append(each)
    for change in said:
        if not change.change or change.first == change.last:
            continue
        ends = [
            _nearest(change, levels[change.stems, change.figure.population, year])
            for year in (change.first, change.last)
        ]
        if ends[0] is None or ends[1] is None or ends[0].figure.unit != ends[1].figure.unit:
            continue
        before, after = ends[0], ends[1]
        if change.percent and not before.percent:
            relation = Relation(Kind.growth, change.cell, (after.cell,), (before.cell,), factor=HUNDRED, shift=-HUNDRED)
        elif words.is_points(change.figure.unit) == before.percent:
            scale = factor(before.figure.unit, change.figure.unit)
            relation = Relation(Kind.difference, change.cell, (after.cell, before.cell), coefficients=(scale, -scale))
        else:
            continue
        yield _template(relation, change, (before, after))


def _shares(said: Sequence[Said]) -> Iterator[Template]:
    """»A's andel af B« in per cent, with A and B of the same period and population."""
    for share in said:
        match = words.SHARE_OF.search(share.figure.quantity) if share.percent and not share.change else None
        if match is None:
            continue
        part, whole = (_named(share, said, text) for text in match.groups())
        if part and whole and part.cell != whole.cell and _kind(part.figure.unit) == _kind(whole.figure.unit):
            ratio = HUNDRED * factor(part.figure.unit, whole.figure.unit)
            relation = Relation(Kind.share, share.cell, (part.cell,), (whole.cell,), factor=ratio)
            yield _template(relation, share, (part, whole))


def _named(share: Said, said: Sequence[Said], text: str) -> Said | None:
    """The number of these words, and as few others as there are, of the same period and population."""
    stems = _stems(text)
    own = [
        each
        for each in said
        if stems <= each.stems
        and not each.percent
        and not each.change
        and (each.figure.period, each.figure.population) == (share.figure.period, share.figure.population)
    ]
    exact = [each for each in own if each.stems == stems]
    return _nearest(share, exact or own)


def _totals(said: Sequence[Said]) -> Iterator[Template]:
    """»A i alt« and »A, x« with »A, y« of the same unit, period and population."""
    for total in said:
        named = words.IN_ALL.search(words.same_words(total.figure.quantity)) if not total.change else None
        if named is None:
            continue
        parts = [
            each
            for each in said
            if words.same_words(each.figure.quantity.partition(",")[0]) == named[1]
            and "," in each.figure.quantity
            and _alike(each, total)
        ]
        if len(parts) > 1 and len({part.figure.quantity for part in parts}) == len(parts):
            yield _template(Relation(Kind.total, total.cell, tuple(part.cell for part in parts)), total, parts)


def _of_which(said: Sequence[Said]) -> Iterator[Template]:
    """»Heraf …« in the lines after a number of the same unit and period: together no more than it."""
    whole: Said | None = None
    parts: list[Said] = []
    for each in [*sorted(said, key=lambda each: each.figure.line), None]:
        mine = each is not None and whole is not None and each.of_which and _alike(each, whole)
        if mine and each is not None:
            parts.append(each)
            continue
        if each is not None and each.of_which:
            continue
        if whole is not None and parts:
            relation = Relation(Kind.bound, whole.cell, tuple(part.cell for part in parts))
            yield _template(relation, whole, parts)
        whole, parts = each, []


def _alike(part: Said, whole: Said) -> bool:
    one, other = part.figure, whole.figure
    near = abs(one.line - other.line) <= NEAR and one.number.hedge not in (Hedge.at_least, Hedge.more_than)
    return near and (one.unit, one.period, one.population) == (other.unit, other.period, other.population)


def _in_table(said: Sequence[Said], table: Table, cells: Cells) -> Iterator[Template]:
    """A number whose words are those of a row, and whose period is a column's year (or the other way round)."""
    for each in said:
        if each.figure.same_as:
            continue
        for row, column in _matching(each, table):
            unit = unit_of(table, row, column)
            if words.is_percent(unit) == each.percent and _kind(unit) == _kind(each.figure.unit):
                at = cells.at(table, row, column)
                yield _same(each, at, factor(unit, each.figure.unit), cells.places[at].name)


def _along_a_row(each: Said, tables: Sequence[Table], cells: Cells) -> Iterator[Template]:
    """A change that repeats the last column of a row is the change of that row's numbers, too."""
    match = REFERENCE.match(each.figure.same_as) if each.change and each.first != each.last else None
    table = next((table for table in tables if match and match["row"] and table.id == match["table"]), None)
    if match is None or table is None or not each.percent:
        return
    rows = [row for row, line in enumerate(table.rows) if line.label == match["row"]]
    years = {words.years(line.label): column for column, line in enumerate(table.columns) if words.years(line.label)}
    ends = [years.get((year,)) for year in (each.first, each.last)]
    if not rows or ends[0] is None or ends[1] is None:
        return
    before, after = (cells.at(table, rows[0], column) for column in ends if column is not None)
    if any(cells.value(cell) is None for cell in (before, after)) or words.is_percent(unit_of(table, rows[0], ends[0])):
        return
    relation = Relation(Kind.growth, each.cell, (after,), (before,), factor=HUNDRED, shift=-HUNDRED)
    labels = each.figure.quantity, cells.places[after].name, cells.places[before].name
    yield Template(Kind.growth, Reason.label, f"{key_of(each.figure)} ~ {key_of(table)}", labels, (relation,))


def _matching(each: Said, table: Table) -> Iterator[tuple[int, int]]:
    plain, titled = words.same_words(each.figure.quantity), _stems(table.title) | _stems(table.population)
    for row, line in enumerate(table.rows):
        label = words.same_words(line.label)
        for column, across in enumerate(table.columns):
            both = f"{label} {words.same_words(across.label)}"
            years = words.years(across.label)
            of_year = plain == label and years == (each.first,) and each.first == each.last
            if (plain == both and len(_stems(both)) > 1) or (of_year and _stems(each.figure.population) <= titled):
                yield row, column


def _stems(text: str) -> frozenset[str]:
    said = words.same_words(text).split()
    return frozenset(word[:STEM] for word in said if not words.is_said_of_change(word) and not words.is_filling(word))


def _kind(unit: str) -> str:
    """A unit without its scale: »mia. kr.« and »kr.« are alike."""
    return re.sub(r"\b(mia|mio|1\.?000|tusind|t)\b\.?\s*", "", unit.lower()).strip()


def _nearest(to: Said, among: Iterable[Said]) -> Said | None:
    return min(among, key=lambda each: abs(each.figure.line - to.figure.line), default=None)


def _same(one: Said, cell: int, scale: Fraction, name: str) -> Template:
    relation = Relation(Kind.same, one.cell, (cell,), coefficients=(scale,))
    where = f"{key_of(one.figure)} ~ {name}"
    return Template(Kind.same, Reason.label, where, (one.figure.quantity, name), (relation,))


def _template(relation: Relation, of: Said, others: Sequence[Said]) -> Template:
    labels = (of.figure.quantity, *(each.figure.quantity for each in others))
    return Template(relation.kind, Reason.label, key_of(of.figure), labels, (relation,))
