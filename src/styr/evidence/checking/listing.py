# SPDX-License-Identifier: EUPL-1.2
"""Findings as a table: one a line, for eyes and for other programs."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from styr.evidence.checking.cells import key_of
from styr.evidence.checking.findings import Checked, Finding
from styr.evidence.checking.judged import judgement_of
from styr.evidence.checking.laws import said
from styr.evidence.checking.telling import Language, Told
from styr.evidence.published import TextFigure

SCHEMA = pa.schema(
    [
        ("document", pa.string()),
        ("table", pa.string()),
        ("first_line", pa.int64()),
        ("last_line", pa.int64()),
        ("kind", pa.string()),
        ("finding", pa.string()),
        ("cells", pa.string()),
        ("printed", pa.string()),
        ("expected_low", pa.float64()),
        ("expected_high", pa.float64()),
        ("size", pa.float64()),
        ("relations", pa.int64()),
        ("of", pa.int64()),
        ("jointly", pa.bool_()),
        ("reason", pa.string()),
        ("mend", pa.string()),
        ("mend_2", pa.string()),
        ("mend_3", pa.string()),
        ("judgement", pa.string()),
        ("ground", pa.string()),
        ("file", pa.string()),
    ]
)


def listed(checked: Checked, language: Language = "da") -> pa.Table:
    """The findings, one a row.

    Columns: document, table, first_line and last_line (of the document's text), kind, finding (in words), cells and
    printed (what stands in them, parted by ;), expected_low and expected_high (what the first cell would have to be),
    size (units of the last printed digit beyond rounding), relations and of (how many of the relations like it cannot
    hold), jointly, reason (stated, label, numbers), mend, mend_2, mend_3 (the likeliest changes), judgement and ground
    (of findings in the shipped figures), file.
    """
    told = Told(checked.cells, language)
    return pa.Table.from_pylist([_row(finding, checked, told) for finding in checked.findings], schema=SCHEMA)


def short(findings: pa.Table) -> pa.Table:
    """What fits a terminal: where, what and the likeliest change."""
    return findings.select(["document", "table", "first_line", "finding", "mend", "judgement"])


def header(checked: Checked, language: Language = "da") -> dict[str, object]:
    """What is known of the check as a whole."""
    tables = {key_of(place.table) for place in checked.cells.places if not isinstance(place.table, TextFigure)}
    relations = sum(len(template.relations) for template in checked.templates)
    held = sum(each.held for each in checked.confirmations)
    told = Told(checked.cells, language)
    counts = {"tables": len(tables), "figures": figures_of(checked), "relations": relations, "holds": held}
    shown = {name: told.plain(Decimal(count)) for name, count in counts.items()}
    return {"checked": told.word("report", "checked", **shown)}


def figures_of(checked: Checked) -> int:
    """The figures in running text."""
    return sum(isinstance(place.table, TextFigure) for place in checked.cells.places)


def _row(finding: Finding, checked: Checked, told: Told) -> dict[str, object]:
    relation = finding.relations[0]
    place = checked.cells.places[finding.cells[0]]
    table = place.table
    lines = (table.line, table.line) if isinstance(table, TextFigure) else (table.place.first, table.place.last)
    expected = said(relation, checked.cells.spans)
    mends = told.mends(finding)
    judged = judgement_of(finding, checked.cells)
    return {
        "document": table.document,
        "table": table.id,
        "first_line": lines[0],
        "last_line": lines[1],
        "kind": str(finding.template.kind),
        "finding": " ".join(told.says(finding)),
        "cells": "; ".join(checked.cells.places[cell].name for cell in finding.cells),
        "printed": "; ".join(checked.cells.numbers[cell].text for cell in finding.cells),
        "expected_low": None if expected.low is None else float(expected.low),
        "expected_high": None if expected.high is None else float(expected.high),
        "size": finding.size,
        "relations": len(finding.relations),
        "of": len(finding.template.relations),
        "jointly": finding.jointly,
        "reason": str(finding.template.reason),
        **dict(zip(("mend", "mend_2", "mend_3"), [*mends, None, None, None], strict=False)),
        "judgement": judged and told.word("judgements", judged.judgement),
        "ground": judged and (judged.da if told.language == "da" else judged.en),
        "file": table.file,
    }
