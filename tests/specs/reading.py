# SPDX-License-Identifier: EUPL-1.2
"""Reading the specifications in tests/specs: drawn tables, a question as it is typed, the expected answer.

A specification is a section of a Markdown file:

    ## A sentence about the area
    da: Den samme sætning på dansk
    known at 2020-12-31
    grants
    | citizen_id | provision | start_date | end_date |
    |---|---|---|---|
    | c1 | SEL-107 | 2020-01-01 | 2020-12-31 |

    styr stats full_time_recipients --by year
    | year | value |
    |---|---|
    | 2020 | 1 |

Columns that are not drawn and must have a value get that of DEFAULTS. Numbers may be sums (31/366 + 2). Instead of an
answer a question can be followed by `refused: words of the message`; `says: words of a caveat` may follow an answer.
Small cells are shown, unless the section says `with disclosure control`.
"""

from __future__ import annotations

import ast
import operator
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot, write_snapshot
from styr.vocabulary.exchange import tables

FOLDER = Path(__file__).parent

DEFAULTS: dict[str, dict[str, str]] = {
    "citizens": {"sex": "K", "municipality": "101", "birth_date": "1980-01-01"},
    "grants": {"citizen_id": "c1", "provision": "SEL-107", "paying_municipality": "101"},
    "grant_prices": {"grant_id": "1", "price_unit": "day"},
    "postings": {"municipality": "101", "function": "5.38.50", "grouping": "001", "dranst": "1"},
    "budgets": {"municipality": "101", "function": "5.38.50", "grouping": "001", "dranst": "1", "version": "adopted"},
    "cases": {"citizen_id": "c1", "municipality": "101"},
    "case_events": {"case_id": "1"},
    "population": {"municipality": "101", "sex": "K", "age": "30"},
    "offers": {"name": "Offer", "operator_type": "municipal", "operator_code": "101", "municipality": "101"},
    "departments": {"offer_id": "1", "name": "Department"},
    "places": {"department_id": "1", "provisions": "SEL-107"},
    "tariffs": {"service": "Ophold", "unit": "day"},
    "staff": {"municipality": "101", "function": "5.38.50"},
    "delivered_hours": {"kind": "citizen"},
}


@dataclass
class Question:
    """A question as typed, and what is to come of it."""

    typed: str
    answer: list[dict[str, str]] = field(default_factory=list)
    refused: str | None = None
    says: list[str] = field(default_factory=list)

    def hear(self, what: str, words: str) -> None:
        """Take down what is to come of the question beside its answer: a refusal, or a caveat."""
        if what == "refused":
            self.refused = words
        else:
            self.says.append(words)


@dataclass
class Spec:
    """One specification: what is drawn and what is asked."""

    title: str
    title_da: str = ""
    known_at: date = date(2020, 12, 31)
    control: bool = False
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


def specs() -> list[Spec]:
    """Every specification of the folder."""
    return [spec for path in sorted(FOLDER.glob("*.md")) for spec in read(path.read_text(encoding="utf-8"), path.stem)]


def read(text: str, chapter: str) -> list[Spec]:
    """The specifications of a file; chapter stands before their titles."""
    found: list[Spec] = []
    name = ""
    lines = iter(text.splitlines())
    for line in lines:
        words = line.strip()
        if words.startswith("## "):
            found.append(Spec(f"{chapter}: {words[3:]}"))
            name = ""
        elif not found:
            continue
        elif words.startswith("da: "):
            found[-1].title_da = words.removeprefix("da: ")
        elif words.startswith("known at "):
            found[-1].known_at = date.fromisoformat(words.removeprefix("known at "))
        elif words == "with disclosure control":
            found[-1].control = True
        elif words.startswith("styr stats "):
            found[-1].questions.append(Question(words))
            name = "answer"
        elif words.startswith(("refused: ", "says: ")):
            found[-1].questions[-1].hear(*words.split(": ", 1))
        elif words.startswith("|"):
            rows = _rows(words, lines)
            if name == "answer":
                found[-1].questions[-1].answer = rows
            else:
                found[-1].tables[name] = rows
        elif words in tables():
            name = words
    return found


def draw(spec: Spec, folder: Path) -> Snapshot:
    """A snapshot of what is drawn."""
    return write_snapshot(folder, lambda name: _table(name, spec.tables.get(name, [])), known_at=spec.known_at)


def options(typed: str) -> tuple[str, dict[str, Any]]:
    """The indicator and the arguments of count that a typed question means."""
    words = shlex.split(typed)[2:]
    indicator, arguments = words[0], words[1:]
    asked: dict[str, Any] = {"where": {}}
    names = {"--from": "from_year", "--to": "to_year", "--on": "on", "--age-groups": "age_groups",
             "--price-level": "price_level", "--engine": "engine", "--scale-to": "to",
             "--scale-method": "method"}  # fmt: skip
    rest = iter(arguments)
    for word in rest:
        if word in ("--acting", "--net-of-refund"):
            asked[word[2:].replace("-", "_")] = True
        elif word in ("--by", "--delivered"):
            asked[word[2:]] = next(rest).split(",")
        elif word == "--where":
            key, _, values = next(rest).partition("=")
            asked["where"].setdefault(key, []).extend(values.split(","))
        elif word in ("--from", "--to"):
            asked[names[word]] = int(next(rest))
        else:
            asked[names[word]] = next(rest)
    return indicator, asked


def number(written: str) -> float:
    """A number, or a sum of numbers with + - * / and brackets."""
    return _worked_out(ast.parse(written, mode="eval").body)


def _rows(header: str, lines: Iterator[str]) -> list[dict[str, str]]:
    names = _cells(header)
    next(lines)  # the line beneath the header
    rows = []
    for line in lines:
        if not line.strip().startswith("|"):
            break
        rows.append(dict(zip(names, _cells(line), strict=True)))
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().replace("\\|", "\0").strip("|").split("|")]


def _table(name: str, rows: list[dict[str, str]]) -> pa.Table:
    schema = arrow_schema(name)
    columns = []
    for column in schema:
        default = DEFAULTS.get(name, {}).get(column.name)
        if default is None and column.name == tables()[name].key[0] and len(tables()[name].key) == 1:
            written = [row.get(column.name) or str(nth) for nth, row in enumerate(rows, 1)]
        else:
            written = [row.get(column.name, default) or None for row in rows]
        texts = pa.array([text.replace("\0", "|") if text else None for text in written], pa.string())
        columns.append(texts.cast(column.type))
    return pa.table(columns, schema=schema)


_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv
}  # fmt: skip


def _worked_out(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_worked_out(node.left), _worked_out(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_worked_out(node.operand)
    assert isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return float(node.value)
