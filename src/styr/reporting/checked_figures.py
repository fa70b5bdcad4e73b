# SPDX-License-Identifier: EUPL-1.2
"""The check of published figures as one page of HTML: what is printed, why it cannot be, what would mend it."""

from __future__ import annotations

from dataclasses import dataclass

import jinja2
from markupsafe import Markup

from styr.evidence.checking import Checked, Finding
from styr.evidence.checking.cells import key_of
from styr.evidence.checking.findings import Confirmation
from styr.evidence.checking.judged import judgement_of
from styr.evidence.checking.listing import header
from styr.evidence.checking.telling import Language, Told
from styr.evidence.published import Table, TextFigure

MOST_ROWS = 14  # of a table are shown around what is marked
SHEETS = ("common.css", "screen.css", "checked_figures.css")


@dataclass(frozen=True)
class Excerpt:
    """The part of a table a finding is about: header, and rows of a label and cells, each with whether it is marked."""

    title: str
    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]


@dataclass(frozen=True)
class Section:
    """A finding as it is shown."""

    kind: str
    short: str
    source: str
    basis: str
    why: tuple[str, ...]
    mends: tuple[str, ...]
    excerpts: tuple[Excerpt, ...]
    figures: tuple[str, ...]
    judgement: str
    ground: str


@dataclass(frozen=True)
class Row:
    """A relation that holds: where, what, how many, how many of them independent, and the chance of it."""

    where: str
    relation: str
    held: int
    independent: int
    chance: str


def html(checked: Checked, language: Language = "da") -> str:
    """The report, whole in itself: no network, no other file, no script."""
    told = Told(checked.cells, language)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("styr.reporting"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("checked_figures.html.j2").render(
        told=told,
        language=language,
        checked=header(checked, language)["checked"],
        sections=[_section(finding, told) for finding in checked.findings],
        confirmed=[_row(each, told) for each in checked.confirmations],
        style=Markup("\n".join(_sheet(name) for name in SHEETS)),
    )


def _sheet(name: str) -> str:
    loader = jinja2.PackageLoader("styr.reporting")
    return jinja2.Environment(loader=loader, autoescape=False).get_template(name).render(foot="", page="", of="")


def _section(finding: Finding, told: Told) -> Section:
    tables: list[Table] = []
    figures: list[str] = []
    judged = judgement_of(finding, told.cells)
    for cell in finding.cells:
        place = told.cells.places[cell]
        if isinstance(place.table, TextFigure):
            figures.append(f"{told.with_number(cell)} – {place.table.document}, {place.table.line}")
        elif place.table not in tables:
            tables.append(place.table)
    return Section(
        told.kind(finding),
        f"{told.kind(finding)}: {told.cell(finding.cells[0])} ({key_of(told.cells.places[finding.cells[0]].table)})",
        told.source(finding),
        told.word("report", "basis", reason=told.word("reasons", finding.template.reason)),
        tuple(told.says(finding)),
        tuple(told.mends(finding)),
        tuple(_excerpt(table, finding, told) for table in tables),
        tuple(figures),
        told.word("judgements", judged.judgement) if judged else "",
        (judged.da if told.language == "da" else judged.en) if judged else "",
    )


def _excerpt(table: Table, finding: Finding, told: Told) -> Excerpt:
    """The rows and columns of the marked cells; the whole table when it is small."""
    marked = {(place.row, place.column) for cell in finding.cells if (place := told.cells.places[cell]).table is table}
    rows = list(range(len(table.rows)))
    columns = list(range(len(table.columns)))
    if len(rows) > MOST_ROWS:
        rows = sorted({row for row, _ in marked})[: 3 * MOST_ROWS]
    if len(columns) > MOST_ROWS:
        columns = sorted({column for _, column in marked})[:MOST_ROWS]
    body = tuple(
        (table.rows[row].label, tuple((table.cells[row][at].text, (row, at) in marked) for at in columns))
        for row in rows
    )
    title = (table.title_en or table.title) if told.language == "en" else table.title
    return Excerpt(f"{key_of(table)}: {title}", table.unit, tuple(table.columns[at].label for at in columns), body)


def _row(confirmation: Confirmation, told: Told) -> Row:
    template = confirmation.template
    first, *rest = template.lines
    shown = f"{first} ({told.listed(rest)})" if rest else first
    relation = f"{told.word('kinds', template.kind)}: {shown}"
    return Row(
        template.where,
        relation,
        confirmation.held,
        confirmation.held - confirmation.circular,
        _chance(confirmation.chance),
    )


def _chance(chance: float) -> str:
    """A probability as one in so many."""
    if chance >= 0.1:
        return f"{round(chance * 100)} %"
    if chance < 1e-9:
        return "< 1 : 1 000 000 000"
    return f"1 : {round(1 / chance):,}".replace(",", "\N{NO-BREAK SPACE}")
