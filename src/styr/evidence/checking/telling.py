# SPDX-License-Identifier: EUPL-1.2
"""Findings in words, Danish or English: what is printed, why it cannot be, what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import ceil, log10
from typing import Any, Literal

import yaml

from styr.evidence.checking.cells import Cells, key_of
from styr.evidence.checking.findings import Finding
from styr.evidence.checking.intervals import Span
from styr.evidence.checking.laws import Kind, Relation, said
from styr.evidence.checking.mending import Change, Mend
from styr.evidence.phrases import grouped
from styr.evidence.published import TextFigure

Language = Literal["da", "en"]
_MINUS, _MINUSES = "\N{MINUS SIGN}", "-\N{MINUS SIGN}\N{EN DASH}÷"
NAMED = 6  # cells named one by one in a sentence


@dataclass(frozen=True)
class Told:
    """Sentences on findings over these cells, in one language."""

    cells: Cells
    language: Language

    def word(self, group: str, key: str, **values: object) -> str:
        """A sentence of sentences.yaml with its blanks filled."""
        return str(_sentences()[group][key][self.language]).format(**values)

    def kind(self, finding: Finding) -> str:
        """What kind of relation it is."""
        return self.word("kinds", finding.template.kind)

    def says(self, finding: Finding) -> list[str]:
        """What cannot be, a sentence for each relation (the first ones), and by how much."""
        if finding.template.kind is Kind.weights:
            return self._weighed(finding)
        shown = finding.relations[: 3 if finding.jointly else 2]
        sentences = [self.relation(relation) for relation in shown]
        if finding.jointly:
            times = self.plain(Decimal(repr(round(2 * finding.size + 1, 2))))
            return [*sentences, self.word("says", "jointly", count=len(finding.relations), times=times)]
        if len(finding.relations) > len(shown):
            where = self.listed([self.cell(_about(relation)) for relation in finding.relations])
            count, every = len(finding.relations), len(finding.template.relations)
            sentences.append(self.word("says", "many", count=count, all=every, where=where))
        return [*sentences, self.size(finding)]

    def _weighed(self, finding: Finding) -> list[str]:
        """A mean that no weights give together with the others."""
        out, *others = finding.relations
        assert out.result is not None
        admits = finding.mends[-1].admits
        sentence = self.word(
            "says",
            "weights",
            result=self.cell(out.result),
            printed=self.printed(out.result),
            parts=self.listed([self.with_number(cell) for cell in out.parts]),
            others=self.listed([self.elsewhere(each.result, out.result) for each in others if each.result is not None]),
            expected=self.span(admits, out.result),
        )
        return [sentence, self.size(finding)]

    def size(self, finding: Finding) -> str:
        """How far beyond rounding the numbers miss each other."""
        if not finding.size:
            return self.word("says", "touching")
        places = 0 if finding.size >= 10 else 1 if finding.size >= 1 else 2
        return self.word("says", "size", size=self.plain(Decimal(f"{finding.size:.{places}f}")))

    def relation(self, relation: Relation) -> str:
        """Why one relation cannot hold (or what it says, when it is one of several)."""
        key: str = relation.kind
        if relation.kind is Kind.bound and relation.result is None:
            key = "most"
        elif relation.kind is Kind.bound and not relation.parts:
            key = "negative"
        return self.word(
            "says",
            key,
            result=self.cell(relation.result) if relation.result is not None else "",
            printed=self.printed(relation.result)
            if relation.result is not None
            else self.plain(_decimal(relation.shift)),
            parts=self.listed([self.with_number(cell, relation.result) for cell in relation.parts]),
            base=self.listed([self.with_number(cell) for cell in relation.base]),
            expected=self.span(said(relation, self.cells.spans), _about(relation)),
        )

    def mend(self, mend: Mend) -> str:
        """A change, in a clause."""
        cell = mend.cells[0] if mend.cells else None
        values: dict[str, object] = {
            "cell": self.listed([self.cell(each) for each in mend.cells])
            if mend.change in _OF_MANY
            else self.cell(cell),
            "other": self.cell(mend.cells[1]) if len(mend.cells) > 1 else "",
            "printed": self.printed(cell) if cell is not None else "",
            "meant": self.plain(mend.meant[cell].value or Decimal(0))
            if cell in mend.meant and cell is not None
            else "",
            "expected": self.span(mend.admits, cell) if cell is not None else "",
            "first": mend.lines[0] if mend.lines else "",
            "second": mend.lines[1] if len(mend.lines) > 1 else "",
            "lines": self.listed(
                [self.quoted(line) if mend.change is Change.permuted else line for line in mend.lines]
            ),
            "factor": self._factor(mend, cell),
        }
        return self.word("mends", mend.change, **values)

    def mends(self, finding: Finding, most: int = 3) -> list[str]:
        """The likeliest changes, best first; one sentence that there is none."""
        told = []
        mine = set(finding.relations)
        for mend in finding.mends[:most]:
            notes = []
            if finding.template.kind is not Kind.weights and mend.mends and not mine <= mend.mends:
                notes.append(self.word("report", "only", count=len(mine & mend.mends), all=len(mine)))
            if mend.breaks:
                notes.append(self.word("report", "breaks", count=len(mend.breaks)))
            told.append(f"{self.mend(mend)} ({'; '.join(notes)})" if notes else self.mend(mend))
        return told or [self.word("mends", "none")]

    def cell(self, cell: int | None) -> str:
        """A cell as »row, column«; a figure of running text by its words."""
        if cell is None:
            return ""
        place = self.cells.places[cell]
        if isinstance(place.table, TextFigure):
            return self.quoted(place.table.quantity)
        return self.quoted(f"{place.table.rows[place.row].label}, {place.table.columns[place.column].label}")

    def quoted(self, text: str) -> str:
        """A text in the language's quotation marks."""
        return f"»{text}«" if self.language == "da" else f"'{text}'"

    def with_number(self, cell: int, beside: int | None = None) -> str:
        """A cell and what is printed there; of another table than the cell beside, with the table."""
        return f"{self.cell(cell) if beside is None else self.elsewhere(cell, beside)} ({self.printed(cell)})"

    def elsewhere(self, cell: int, beside: int) -> str:
        """A cell with its table when that is another than the cell's beside it."""
        table = self.cells.places[cell].table
        if table is self.cells.places[beside].table or isinstance(table, TextFigure):
            return self.cell(cell)
        return f"{self.cell(cell)} {self.word('words', 'in')} {table.id}"

    def printed(self, cell: int) -> str:
        """What is printed in a cell, with the sign that words give it (»et fald på 11 pct.«)."""
        number = self.cells.numbers[cell]
        signed = number.value is None or number.value >= 0 or number.text.lstrip()[:1] in _MINUSES
        return number.text if signed else f"{_MINUS}{number.text}"

    def listed(self, parts: Sequence[str]) -> str:
        """Words in a row, the last after »and«; of many only the first ones."""
        shown = list(parts)
        if len(shown) > NAMED:
            shown = [*shown[: NAMED - 2], self.word("words", "others", count=len(shown) - NAMED + 2)]
        return self.word("words", "and").join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)

    def span(self, span: Span, cell: int | None) -> str:
        """The values of a span, rounded outwards to one decimal more than the cell prints."""
        step = self.cells.numbers[cell].step if cell is not None else Decimal(1)
        places = max(0, -step.normalize().adjusted()) if step < 1 else 0
        places += 1 if span.width is None or span.width < 100 * Fraction(step) else 0
        low = None if span.low is None else self.plain(_rounded(span.low, places, ROUND_FLOOR))
        high = None if span.high is None else self.plain(_rounded(span.high, places, ROUND_CEILING))
        if low is None or high is None:
            key = "anything" if low is None and high is None else "at_most" if low is None else "at_least"
            return self.word("words", key, low=low, high=high)
        return low if low == high else self.word("words", "between", low=low, high=high)

    def plain(self, value: Decimal) -> str:
        """A number the language's way, without zeroes at its end."""
        short = value.normalize()
        text = grouped(short.quantize(Decimal(1)) if short == short.to_integral_value() else short, self.language)
        return text.replace("-", _MINUS, 1)

    def source(self, finding: Finding) -> str:
        """Table, title and lines of what a finding is about."""
        names = []
        for item in dict.fromkeys(id(self.cells.places[cell].table) for cell in finding.cells):
            table = next(
                self.cells.places[cell].table for cell in finding.cells if id(self.cells.places[cell].table) == item
            )
            first = table.line if isinstance(table, TextFigure) else table.place.first
            last = table.line if isinstance(table, TextFigure) else table.place.last
            title = table.quantity if isinstance(table, TextFigure) else table.title
            names.append(f"{key_of(table)}: {title} ({self.word('report', 'line', first=first, last=last)})")
        return "; ".join(names)

    def _factor(self, mend: Mend, cell: int | None) -> str:
        if mend.change is not Change.factor or cell is None or not self.cells.numbers[cell].value:
            return ""
        ratio = abs((mend.meant[cell].value or Decimal(1)) / (self.cells.numbers[cell].value or Decimal(1)))
        return self.plain(Decimal(10) ** abs(ceil(log10(float(ratio)) - 0.5)))


_OF_MANY = frozenset({Change.summed_rate, Change.other_base, Change.other_measure, Change.taken_from})


def _about(relation: Relation) -> int:
    """The cell a relation is about: its result, or its first part."""
    return relation.parts[0] if relation.result is None else relation.result


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _rounded(value: Fraction, places: int, way: str) -> Decimal:
    step = Decimal(1).scaleb(-places)
    scaled = value / Fraction(step)
    whole = scaled.__floor__() if way is ROUND_FLOOR else scaled.__ceil__()
    return Decimal(whole) * step


@cache
def _sentences() -> Mapping[str, Any]:
    text = files("styr.evidence.checking").joinpath("sentences.yaml").read_text(encoding="utf-8")
    sentences: Mapping[str, Any] = yaml.safe_load(text)
    return sentences
