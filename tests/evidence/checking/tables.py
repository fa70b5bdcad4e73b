# SPDX-License-Identifier: EUPL-1.2
"""Published tables drawn as text, and what a check of them finds in short."""

from __future__ import annotations

from dataclasses import replace

from drawn import cells

from styr.evidence.checking import Checked, Finding, check
from styr.evidence.numbers import read_number
from styr.evidence.published import FigureSet, Line, Place, Table


def table(drawing: str, *, id: str = "t", title: str = "Tal", unit: str = "", **about: object) -> Table:
    """A table drawn with bars, numbers as Danes print them; the head of the first column is left empty."""
    header, *rows = cells(drawing)
    columns = tuple(Line(label) for label in header[1:])
    numbers = tuple(tuple(read_number(text).number for text in row[1:]) for row in rows)
    lines = tuple(Line(row[0]) for row in rows)
    drawn = Table("000", id, Place(1, len(rows)), title, lines, columns, numbers, unit=unit)
    return replace(drawn, **about)  # type: ignore[arg-type]


def checked(*tables: Table) -> Checked:
    """A check of these tables."""
    return check(FigureSet(tables=tables))


def only(*tables: Table) -> Finding:
    """The one finding of a check."""
    findings = checked(*tables).findings
    assert len(findings) == 1, [finding.template for finding in findings]
    return findings[0]


def first_mend(finding: Finding) -> tuple[str, tuple[str, ...]]:
    """The likeliest change: its kind, and the lines or the number it is about."""
    mend = finding.mends[0]
    return str(mend.change), mend.lines or tuple(str(number.value) for number in mend.meant.values())
