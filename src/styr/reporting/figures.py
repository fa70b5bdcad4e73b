# SPDX-License-Identifier: EUPL-1.2
"""Figures put together: a headline, the drawing at each width, the table behind it, its CSV, and what it rests on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Protocol

import altair as alt
import polars as pl

from styr import vocabulary
from styr.reporting import charts, theme
from styr.reporting.asking import Setting
from styr.reporting.drawing.common import Drawn
from styr.reporting.model import Cell, Drawing, Figure, Series, Table
from styr.reporting.numbers import Language, Measure, day
from styr.reporting.texts import Words
from styr.statistics import Result

PANEL = 176
PAPER_PANEL = 148
MOST_PANELS = 12
Draw = Callable[[int], str]


class DrawRows(Protocol):
    """What draws a figure's rows; told: the measure in which the pointer is told them, where it is."""

    def __call__(self, rows: pl.DataFrame, language: Language, told: Measure | None = None) -> Drawn: ...


def figure(
    setting: Setting,
    key: str,
    headline: str,
    subtitle: str,
    table: Table,
    answers: Sequence[Result],
    *,
    drawings: Sequence[Drawing] = (),
    panels: bool = False,
    arithmetical: bool = False,
    rule: str = "",
    key_line: str = "",
) -> Figure:
    """A figure with the rule, source and caveats of the answers it shows, each said once."""
    return Figure(
        key=key,
        headline=headline,
        subtitle=subtitle,
        drawings=tuple(drawings),
        table=table,
        rule=" ".join([*([rule] if rule else []), *_rules(answers, setting.language)]),
        source=_source(answers, setting),
        caveats=_caveats(answers, setting.language),
        hidden=hidden_cells(table, setting.words),
        arithmetical=arithmetical,
        panels=panels,
        key_line=key_line,
    )


def _rules(answers: Sequence[Result], language: Language) -> list[str]:
    """Counting rules; named by their indicator where there are several."""
    headers = {answer.header.indicator: answer.header for answer in answers}.values()
    if len(headers) == 1:
        return [header.rule[language] for header in headers]
    return [f"{header.title[language]}: {header.rule[language]}" for header in headers]


def _source(answers: Sequence[Result], setting: Setting) -> str:
    """What the figure comes from: indicators, snapshot, known-at day, whose municipality, price level."""
    words, language = setting.words, setting.language
    headers = [answer.header for answer in answers]
    known = words.say("page.known", known_at=day(headers[0].known_at, language))
    parts = [
        ", ".join(dict.fromkeys(header.title[language] for header in headers)),
        words.say("page.snapshot", snapshot=headers[0].snapshot),
        known[0].lower() + known[1:],
        *dict.fromkeys(header.municipality[language] for header in headers),
        *dict.fromkeys(header.price_level[language] for header in headers if header.price_level),
    ]
    return " · ".join(parts) + "."


def _caveats(answers: Sequence[Result], language: Language) -> tuple[str, ...]:
    """The caveats of the answers, less what they say of their hidden cells: the table hides more and says so itself."""
    said: list[str] = []
    for answer in answers:
        hidden = int(answer.to_polars()["suppressed"].sum())
        said += [each[language] for each in answer.header.caveats if not each.da.startswith(f"{hidden} celler ")]
    return tuple(dict.fromkeys(said))


def hidden_cells(table: Table, words: Words) -> str:
    """How many cells of a table are hidden, in words; empty when none is."""
    hidden = sum(cell.suppressed for _, cells in table.rows for cell in cells)
    key = {0: "", 1: "page.hidden_one"}.get(hidden, "page.hidden_cells")
    return words.say(key, number=hidden, threshold=vocabulary.parameter("disclosure_threshold")) if key else ""


def both_widths(draw: Draw, title: str = "", program: Draw | None = None) -> Drawing:
    """A drawing made for a page and again for a narrow screen; program: the same as a program."""
    widths = {"wide": theme.WIDE, "narrow": theme.NARROW}
    programs = {name: partial(_drawn, program, width) for name, width in widths.items()} if program else {}
    return Drawing(partial(_drawn, draw, theme.WIDE), partial(_drawn, draw, theme.NARROW), title, programs)


def told_drawing(
    draw: DrawRows, rows: pl.DataFrame, measure: Measure, spoken: str, *, height: int | alt.Step
) -> Drawing:
    """Rows drawn at both widths, and as programs in which the pointer is told them in the measure (they are scaled to
    it already); spoken is what is read aloud."""
    language, told = measure.language, replace(measure, divisor=Decimal(1))

    def svg(width: int) -> str:
        return theme.svg(draw(rows, language), spoken, language, width=width, height=height)

    def program(width: int) -> str:
        return theme.program(draw(rows, language, told), language, width=width, height=height)

    return both_widths(svg, program=program)


def panels(series: Sequence[Series], years: Sequence[int], measure: Measure, words: Words) -> list[Drawing]:
    """A small panel for each series that has something to draw, the first twelve; narrower for paper."""
    drawings = []
    for one in without_hidden(series)[:MOST_PANELS]:
        draw = partial(_panel, one, years, measure, in_words(one, years, measure, words))
        drawings.append(Drawing(partial(_drawn, draw, PANEL), partial(_drawn, draw, PAPER_PANEL), one.name))
    return drawings


def _panel(one: Series, years: Sequence[int], measure: Measure, spoken: str, width: int) -> str:
    return charts.panel(one, years, measure, spoken, width=width)


def _drawn(draw: Draw, width: int) -> str:
    """Drawn without Altair's checks of every part, which take as long as the drawing; the tests draw with them."""
    with theme.unchecked():
        return draw(width)


def left_out(series: Sequence[Series], words: Words) -> str:
    """A line on the series that have no panel: too few to show, or small ones; empty when there are none."""
    drawn = without_hidden(series)
    hidden = [one.name for one in series if one not in drawn]
    said = [words.say("page.too_few_panels", names=", ".join(hidden))] if hidden else []
    if len(drawn) > MOST_PANELS:
        said.insert(0, words.say("page.more_panels", names=", ".join(one.name for one in drawn[MOST_PANELS:])))
    return " ".join(said)


def in_words(series: Series, years: Sequence[int], measure: Measure, words: Words) -> str:
    """A series read aloud: name, first and last year."""
    ends = dict.fromkeys((years[0], years[-1]))
    parts = [_at(series.at(year), year, measure, words) for year in ends]
    said = [part for part in parts if part]
    return words.say("alternative.development", name=series.name, parts=", ".join(said)) if said else series.name


def over_years(
    caption: str,
    head: str,
    series: Sequence[Series],
    years: Sequence[int],
    measure: Measure | Sequence[Measure],
    *,
    indicator: str,
    dimension: str = "name",
    whole: Series | None = None,
) -> Table:
    """A table with a row for each series and a column for each year; whole is drawn last, as the total."""
    rows = [*series, *([whole] if whole else [])]
    measures = tuple([measure] * len(years) if isinstance(measure, Measure) else measure)
    return Table(
        caption=caption,
        head=head,
        columns=tuple(str(year) for year in years),
        measures=measures,
        rows=tuple((one.name, tuple(one.at(year) for year in years)) for one in rows),
        csv=as_csv(
            ("indicator", dimension, "year", "value", "lower", "upper", "suppressed"),
            [(indicator, one.key, year, *plain_cell(one.at(year))) for one in rows for year in years],
        ),
        last_is_total=whole is not None,
    )


def as_csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as CSV in the interface's form: UTF-8, comma, `.` decimals, one header line; nothing is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def without_hidden(series: Sequence[Series]) -> list[Series]:
    """Those with something to draw."""
    return [one for one in series if any(cell.value for cell in one.cells.values())]


def plain_cell(cell: Cell) -> tuple[object, ...]:
    """A cell's value, lower, upper and suppressed as they stand in CSV."""
    return (cell.value, cell.lower, cell.upper, "true" if cell.suppressed else "false")


def _at(cell: Cell, year: int, measure: Measure, words: Words) -> str:
    if cell.value is None:
        return words.say("alternative.hidden", year=year) if cell.suppressed else ""
    return words.say("alternative.at", value=measure.full(cell.value), year=year)
