# SPDX-License-Identifier: EUPL-1.2
"""The small language in which a file states relations: read from left to right into sides of terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from styr.evidence.checking import words
from styr.evidence.checking.cells import Cells, key_of
from styr.evidence.checking.laws import HUNDRED, ONE
from styr.evidence.checking.proposals.places import find
from styr.evidence.errors import Refused, part, place, within
from styr.evidence.published import FigureSet, Table
from styr.statistics.words import Words

TOKEN = re.compile(
    r"""\s*(?:(?P<line>"[^"]*")|(?P<cell>[\w./-]*\[[^\]]*\])|(?P<number>\d+(?:[.,]\d+)?)"""
    r"""|(?P<word>sum|growth|between|whole|in)\b|(?P<sign><=|>=|[=+\-*/(),:]))"""
)
EXAMPLE = '"I alt" = "Kommune" + "Region"'


@dataclass(frozen=True)
class Term:
    """A coefficient times a line (an axis and an index) or a cell."""

    coefficient: Fraction
    axis: int  # 0 a row, 1 a column, -1 a cell
    index: int


@dataclass(frozen=True)
class Side:
    """One side of a statement: terms over terms, times a factor, plus a number."""

    terms: tuple[Term, ...] = ()
    base: tuple[Term, ...] = ()
    factor: Fraction = ONE
    shift: Fraction = Fraction(0)


class Reader:
    """Reads a statement from left to right."""

    def __init__(self, text: str, table: Table, figures: FigureSet, cells: Cells) -> None:
        self.text, self.table, self.figures, self.cells = text, table, figures, cells
        self.tokens: list[tuple[str, str, int]] = []
        place = 0
        while place < len(text.rstrip()):
            match = TOKEN.match(text, place)
            if match is None:
                self.refuse(part("not_understood", text=text[place:].strip()[:20]), place)
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind], match.start(kind)))
            place = match.end()
        self.at = 0

    def refuse(self, why: Words, sign: int) -> NoReturn:
        """Raise with file, line, table, statement, place and remedy."""
        where = place(self.table.file or key_of(self.table), line=self.table.line, table=self.table.id)
        where = within(where, relation=self.text.strip(), sign=sign + 1)
        raise Refused("statement_refused", where=where, why=why, example=EXAMPLE)

    def word(self) -> str:
        """The word that comes next; "" at the end."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def place(self) -> int:
        """Where the next word stands."""
        return self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)

    def take(self) -> tuple[str, str]:
        """The next word and its kind."""
        if self.at >= len(self.tokens):
            self.refuse(part("ends_too_early"), len(self.text))
        kind, word, _ = self.tokens[self.at]
        self.at += 1
        return kind, word

    def expect(self, signs: Sequence[str]) -> str:
        """One of the signs."""
        if self.word() not in signs:
            self.refuse(part("sign_expected", signs=" / ".join(signs)), self.place())
        return self.take()[1]

    def end(self) -> None:
        """Nothing more."""
        if self.word():
            self.refuse(part("not_expected", word=self.word()), self.place())

    def side(self) -> Side:
        """Terms with + and - between, each a product or quotient."""
        side = self.product(ONE)
        while self.word() in ("+", "-"):
            place, sign = self.place(), ONE if self.take()[1] == "+" else -ONE
            other = self.product(sign)
            if (side.base and other.terms) or (other.base and (side.terms or side.shift)):
                self.refuse(part("quotient_alone"), place)
            side = (
                Side(_scaled(side) + _scaled(other), side.base or other.base, ONE, side.shift + other.shift)
                if not (side.base or other.base)
                else Side(side.terms, side.base, side.factor, side.shift + other.shift)
            )
        return side

    def product(self, sign: Fraction) -> Side:
        """Factors with * and / between."""
        side = self.factor()
        while self.word() in ("*", "/"):
            place, times = self.place(), self.take()[1] == "*"
            other = self.factor()
            if not other.terms:
                by = other.shift if times else 1 / other.shift
                side = Side(side.terms, side.base, side.factor * by, side.shift * by)
            elif times and not side.terms:
                side = Side(other.terms, other.base, side.shift * other.factor, other.shift * side.shift)
            elif not times and side.terms and not side.base and not other.base:
                side = Side(side.terms, other.terms, side.factor / other.factor, Fraction(0))
            else:
                self.refuse(part("lines_divided_only"), place)
        return Side(side.terms, side.base, side.factor * sign, side.shift * sign)

    def factor(self) -> Side:
        """A number, a line, a cell, a sum, a growth, or a side in brackets."""
        place = self.place()
        kind, word = self.take()
        if kind == "number":
            return Side(shift=Fraction(word.replace(",", ".")))
        if kind == "line":
            return Side((self.line(word, place),))
        if kind == "cell":
            return Side((self.single(word, place),))
        if word == "sum":
            return self.run()
        if word == "growth":
            self.expect(("(",))
            first = self.line_here()
            self.expect((",",))
            last = self.line_here()
            self.expect((")",))
            return Side((last,), (first,), HUNDRED, -HUNDRED)
        if word == "(":
            side = self.side()
            self.expect((")",))
            return side
        self.refuse(part("not_expected", word=word), place)

    def run(self) -> Side:
        """Lines in brackets: "first":"last", or one after another with commas."""
        self.expect(("(",))
        terms = [self.line_here()]
        while self.word() in (":", ","):
            place, to = self.place(), self.take()[1] == ":"
            last = self.line_here()
            if to and (last.axis != terms[-1].axis or last.index < terms[-1].index):
                self.refuse(part("run_backwards"), place)
            between = range(terms[-1].index + 1, last.index) if to else ()
            terms += [Term(ONE, last.axis, index) for index in between] + [last]
        self.expect((")",))
        return Side(tuple(terms))

    def line_here(self) -> Term:
        """A line in quotation marks, or a cell."""
        place = self.place()
        kind, word = self.take()
        if kind not in ("line", "cell"):
            self.refuse(part("line_expected"), place)
        return self.line(word, place) if kind == "line" else self.single(word, place)

    def line(self, word: str, place: int) -> Term:
        """The row or column of a label."""
        label = words.same_words(word.strip('"'))
        found = [
            (axis, index)
            for axis, lines in enumerate((self.table.rows, self.table.columns))
            for index, line in enumerate(lines)
            if words.same_words(line.label) == label
        ]
        if len(found) != 1:
            self.refuse(part("line_twice", word=word) if found else part("line_not_there", word=word), place)
        return Term(ONE, *found[0])

    def single(self, word: str, place: int) -> Term:
        """One cell, of this table or another, or a figure."""
        reference = word if not word.startswith("[") else f"{self.table.id}{word}"
        target = find(reference.removesuffix("[]"), self.table, self.figures, self.cells)
        if target is None:
            self.refuse(part("cell_not_there", word=word), place)
        return Term(target[1], -1, target[0])

    def axis(self, *sides: Side) -> int:
        """The axis the statement's lines lie on; -1 when it is of cells only."""
        axes = {term.axis for side in sides for term in (*side.terms, *side.base)} - {-1}
        if len(axes) > 1:
            self.refuse(part("axes_mixed"), 0)
        return axes.pop() if axes else -1

    def cell(self, term: Term, across: int) -> int:
        """A term's cell in one line across."""
        if term.axis < 0:
            return term.index
        row, column = (term.index, across) if term.axis == 0 else (across, term.index)
        return self.cells.at(self.table, row, column)


def _scaled(side: Side) -> tuple[Term, ...]:
    return tuple(Term(term.coefficient * side.factor, term.axis, term.index) for term in side.terms)
