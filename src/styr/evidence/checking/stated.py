# SPDX-License-Identifier: EUPL-1.2
"""Relations that a file of figures states itself, in a small language (docs/figures.md).

"I alt" = "Kommune" + "Region" + "Privat"     rows or columns, in every line across
"I alt" = sum("Kommune":"Privat")             a run of lines
"Andel" = 100 * "Antal" / "I alt"             a share, rate or ratio
"Vækst" = growth("2007", "2011")              per cent from the first to the second
"2011" between ("Nord":"Syd")                 a mean of them
"Heraf private" <= "I alt"                    no more than
[Nord;2011] = OTHER[Nord;2011]                single cells, also of other tables or figures by their id
sum("Ja":"Ved ikke") = 100                    what makes up a number
no sums in rows                               rows are not added up (columns likewise)
"""

from __future__ import annotations

import re
from fractions import Fraction

from styr.evidence.checking import words
from styr.evidence.checking.cells import Cells, key_of
from styr.evidence.checking.laws import HUNDRED, ONE, Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import NOT_SUMMED
from styr.evidence.checking.statements import Reader, Side, Term
from styr.evidence.errors import part
from styr.evidence.published import FigureSet, Table

NO_SUMS = re.compile(r"^\s*no sums in (rows|columns)\s*$", re.IGNORECASE)


def unsummed(table: Table) -> frozenset[int]:
    """The axes (0 rows, 1 columns) whose lines the table says are not added up."""
    said = [match[1].lower() for text in table.relations if (match := NO_SUMS.match(text))]
    return frozenset({"rows": 0, "columns": 1}[word] for word in said)


def stated(figures: FigureSet, cells: Cells) -> list[Template]:
    """The relations all tables state. Raises Refused with table, statement, place and remedy."""
    return [
        _template(text, table, figures, cells)
        for table in figures.tables
        for text in table.relations
        if not NO_SUMS.match(text)
    ]


def _template(text: str, table: Table, figures: FigureSet, cells: Cells) -> Template:
    reader = Reader(text, table, figures, cells)
    left = reader.side()
    if reader.word() == "between":
        reader.take()
        right, kind = reader.run(), Kind.mean
    else:
        sign = reader.expect(("=", "<=", ">="))
        if whole := sign == "=" and reader.word() == "whole":
            reader.take()
        right = reader.run() if whole else reader.side()
        kind = Kind.whole if whole else Kind.total if sign == "=" else Kind.bound
        if sign == ">=":
            left, right = right, left
    axis = reader.axis(left, right)
    where = _across(table, axis)
    if reader.word() == "in":
        reader.take()
        where = [term.index for term in reader.run().terms if term.axis != axis]
    reader.end()
    relations = [_relation(reader, kind, left, right, across) for across in where]
    if not relations:
        reader.refuse(part("no_line_across"), 0)
    printed = [each for each in relations if any(cells.numbers[cell].value is not None for cell in each.cells[:1])]
    kind = relations[0].kind
    return Template(kind, Reason.stated, key_of(table), (text.strip(),), tuple(printed), axis)


def _across(table: Table, axis: int) -> list[int]:
    """The lines across in which a statement is meant to hold."""
    if axis < 0:
        return [0]
    lines = table.rows if axis else table.columns
    return [index for index, line in enumerate(lines) if words.role(line) not in NOT_SUMMED]


def _relation(reader: Reader, kind: Kind, left: Side, right: Side, across: int) -> Relation:
    """A statement in one line across, as a relation for one cell on its left (or right)."""
    if kind is Kind.bound:
        return _bound(reader, left, right, across)
    if len(left.terms) != 1 or left.base or left.shift:
        left, right = right, left
    alone = not left.terms
    if not alone and (len(left.terms) != 1 or left.base or left.shift):
        reader.refuse(part("one_side_single"), 0)
    result = None if alone else reader.cell(left.terms[0], across)
    scale = ONE if alone else left.terms[0].coefficient * left.factor
    parts = tuple(reader.cell(term, across) for term in right.terms)
    if kind is Kind.mean:
        return Relation(kind, result, parts)
    if kind is Kind.whole:
        return Relation(kind, result, (), parts)
    if right.base:
        base = tuple(reader.cell(term, across) for term in right.base)
        growth = right.shift == -HUNDRED
        whole = Kind.growth if growth else Kind.share if right.factor == HUNDRED else Kind.rate
        factor = right.factor * _one(reader, right.terms) / _one(reader, right.base) / scale
        return Relation(whole, result, parts, base, factor=factor, shift=right.shift / scale)
    shift = left.shift - right.shift if alone else right.shift / scale
    coefficients = tuple(term.coefficient * right.factor / scale for term in right.terms)
    plain = all(each == 1 for each in coefficients)
    kind = Kind.distribution if alone else Kind.same if len(parts) == 1 else Kind.total if plain else Kind.difference
    return Relation(kind, result, parts, coefficients=() if plain else coefficients, shift=shift)


def _one(reader: Reader, terms: tuple[Term, ...]) -> Fraction:
    """The one coefficient of the terms above or below a fraction line."""
    coefficients = {term.coefficient for term in terms}
    if len(coefficients) != 1:
        reader.refuse(part("added_in_one_unit"), 0)
    return coefficients.pop()


def _bound(reader: Reader, lesser: Side, greater: Side, across: int) -> Relation:
    parts = tuple(reader.cell(term, across) for term in lesser.terms)
    plain = all(term.coefficient * lesser.factor == 1 for term in lesser.terms) and not lesser.base and not lesser.shift
    if not plain or len(greater.terms) > 1 or greater.base or (greater.terms and greater.shift):
        reader.refuse(part("bound_sides"), 0)
    if not greater.terms:
        return Relation(Kind.bound, None, parts, shift=greater.shift)
    return Relation(Kind.bound, reader.cell(greater.terms[0], across), parts)
