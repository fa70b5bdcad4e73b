# SPDX-License-Identifier: EUPL-1.2
"""The catalogue by what it is about, and an indicator's page: chosen dimensions, chart, table, counting rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from styr.reporting.drawing.named import named
from styr.statistics import Indicator, Result, dimension, indicators
from styr.web.access import needs
from styr.web.activity.asked import MOST_DIMENSIONS, Question, answered, choices_of, header_of, narrowed_by, question_of
from styr.web.analysis.tools import TOOLS
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.templatetags.styr import number
from styr.web.words import say

#: Which families of the catalogue each page of the navigation shows.
ACTIVITY = ("activity", "flow", "durations", "cases", "quality")
ECONOMY = ("money", "staff")
OFFERS = ("supply",)


@needs(Permission.SEE_RESULTS)
def activity(request: HttpRequest) -> HttpResponse:
    """Recipients, flow, durations, cases, quality."""
    return _catalogue(request, "activity", ACTIVITY)


@needs(Permission.SEE_RESULTS)
def economy(request: HttpRequest) -> HttpResponse:
    """Expenditure, prices, budgets and staff."""
    return _catalogue(request, "economy", ECONOMY)


@needs(Permission.SEE_RESULTS)
def analysis(request: HttpRequest) -> HttpResponse:
    """Every indicator, split by municipality: the same number beside one another."""
    return _catalogue(request, "analysis", (*ACTIVITY, *ECONOMY, *OFFERS), "&by=year&by=municipality", "municipality")


@needs(Permission.SEE_RESULTS)
def indicator(request: HttpRequest, indicator: str) -> HttpResponse:
    """An indicator with the dimensions, years and filters chosen on the page."""
    chosen = indicator_named(indicator)
    known = latest()
    question = question_of(request, chosen)
    result, problem = answered(question, known.snapshot) if known.snapshot else (None, "")
    language = spoken()
    said: dict[str, Any] = {
        "indicator": chosen,
        "title": chosen.title[language],
        "question": question,
        "since": known.since,
        "snapshot": known.snapshot,
        "result": result,
        "problem": problem,
        "choices": choices_of(chosen, language),
        "slots": [question.by[at] if at < len(question.by) else "" for at in range(MOST_DIMENSIONS)],
        "narrowed_by": narrowed_by(chosen),
        "unused": [say(f"filter.{name}") for name in question.unused],
        "own": _own(request, chosen, question),
        "acts": chosen.subject.municipality in ("payer", "viewpoint"),
    }
    if result is not None:
        said |= {
            "about": header_of(result, language),
            "table": shown_table(request, table_of(question, result)),
            "drawable": result.table["value"].null_count < result.table.num_rows,
        }
    return render(request, "activity/indicator.html", said, status=422 if problem else 200)


def table_of(question: Question, result: Result) -> Table:
    """An answer as a table of the page; its files are in codes and have all columns."""
    indicator, language = question.indicator, spoken()
    return Table(
        "numbers",
        indicator.title[language],
        _in_words(result),
        _columns(question, result),
        files_at("indicator-table", indicator.key),
        codes=result.table,
        header=header_of(result, language),
    )


def indicator_named(key: str) -> Indicator:
    """The indicator of a key; Http404 when there is none."""
    for each in indicators():
        if each.key == key:
            return each
    raise Http404


def _catalogue(
    request: HttpRequest, name: str, families: Sequence[str], further: str = "", dimension: str = ""
) -> HttpResponse:
    language = spoken()
    groups = [
        (
            say(f"family.{family}"),
            [
                (each.key, each.title[language], each.unit[language])
                for each in indicators()
                if each.family == family and (not dimension or dimension in each.dimensions)
            ],
        )
        for family in families
    ]
    tools = list(TOOLS) if name == "analysis" else []
    said = {"name": name, "groups": groups, "further": further, "snapshot": latest().snapshot, "tools": tools}
    return render(request, "activity/catalogue.html", said)


def _in_words(result: Result) -> pl.DataFrame:
    """The rows with codes in words; hidden cells have no numbers."""
    return named(pl.DataFrame(pl.from_arrow(result.table)), spoken())


def _columns(question: Question, result: Result) -> list[Column]:
    """The columns of a result that hold anything: intervals only where the number is an estimate, and so on."""
    language = spoken()
    split = [Column(name, dimension(name).title[language], text=_word) for name in question.by]
    limits = [Column(name, say(f"table.{name}"), numeric=True, text=number_of) for name in ("lower", "upper")]
    hidden = Column("suppressed", say("table.hidden"), text=lambda hidden: say("table.too_few") if hidden else "")
    return [
        *split,
        Column("value", say("table.value"), numeric=True, text=number_of),
        Column("n", say("table.n"), numeric=True, text=number_of),
        *(column for column in limits if result.table[column.name].null_count < result.table.num_rows),
        *([hidden] if any(result.table["suppressed"].to_pylist()) else []),
    ]


def _word(value: Any) -> str:
    return say("table.unknown") if value is None else str(value)


def number_of(value: float | None) -> str:
    """Whole numbers and large ones without decimals, others with one, small ones with three."""
    if value is None:
        return "–"
    whole = float(value).is_integer() or abs(value) >= 1000
    return number(value, 0 if whole else 1 if abs(value) >= 10 else 3)


def _own(request: HttpRequest, chosen: Indicator, question: Question) -> list[dict[str, Any]]:
    """The indicator's own dimensions as fields: what it is read at where nothing is chosen, and what can be."""
    language = spoken()
    fields = []
    for name, start in chosen.own.items():
        found = dimension(name)
        if name in question.by or not (found.values or found.number):
            continue
        value = request.GET.get(name, "") or (start or "")
        fields.append({"name": name, "title": found.title[language], "value": value, "options": found.values})
    return fields
