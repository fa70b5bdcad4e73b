# SPDX-License-Identifier: EUPL-1.2
"""Budget, accounts and forecast of a year beside one another, by account function."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, count
from styr.web.access import needs
from styr.web.filters import filters_of
from styr.web.foreseen import made
from styr.web.foreseen.pages import municipality_of
from styr.web.keeping import kept
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.templatetags.styr import number, word
from styr.web.words import say

_AMOUNTS = ("adopted", "revised", "accounts", "mean", "p10", "p90", "against")
_HIDDEN = "hidden"
_YEARS = 6


@needs(Permission.SEE_RESULTS)
def budgets(request: HttpRequest) -> HttpResponse:
    """The functions of a year, with their sum; those the forecast or the accounts rest on too few citizens for say
    so."""
    known, municipality = latest(), municipality_of(request)
    year = _year(request, known.snapshot, municipality)
    last = max(year, _latest(known.snapshot, municipality))
    years = range(last, last - _YEARS, -1)
    said: dict[str, Any] = {"known": known, "municipality": municipality, "year": year, "years": years}
    if known.snapshot is not None and municipality:
        rows = by_function(known.snapshot, municipality, year)
        said |= {
            "table": shown_table(request, _table(rows)),
            "lacks": [say(f"economy.lacks.{name}", year=year) for name in _lacking(rows)],
        }
    return render(request, "economy/budgets.html", said)


@needs(Permission.SEE_RESULTS)
def budgets_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    snapshot, municipality = latest().snapshot, municipality_of(request)
    if snapshot is None or not municipality:
        raise Http404
    year = _year(request, snapshot, municipality)
    rows = by_function(snapshot, municipality, year)
    header = {"municipality": municipality, "year": year, "snapshot": snapshot.id, "generated": snapshot.generated}
    return table_file(request, _table(rows, header), form, f"budget-{municipality}-{year}")


def _table(rows: pl.DataFrame, header: Mapping[str, Any] | None = None) -> Table:
    files = files_at("budgets-file")
    return Table("budgets", say("economy.budgets"), rows, _columns(rows), files, header=header or {})


def by_function(snapshot: Snapshot, municipality: str, year: int) -> pl.DataFrame:
    """function (null: the sum, as each source has it), adopted and revised budget, accounts (so far), mean, p10 and p90
    of the forecast, against (the forecast, or the accounts where there is none, less the revised budget, else the
    adopted): DKK; hidden: whether a number rests on too few citizens."""

    rows = kept((snapshot.id, "budgets", municipality, str(year)), partial(_sources, snapshot, municipality, year))
    rows = rows.join(
        _forecast(snapshot, municipality, year), on="function", how="full", coalesce=True, nulls_equal=True
    )
    budget = pl.coalesce("revised", "adopted")
    hidden = pl.any_horizontal(pl.col("^.*_hidden$").fill_null(False))
    rows = rows.with_columns(against=pl.coalesce("mean", "accounts") - budget, hidden=hidden)
    known = pl.any_horizontal(pl.col(name).is_not_null() for name in _AMOUNTS) | pl.col("hidden")
    return rows.filter(known).select("function", *_AMOUNTS, "hidden").sort("function", nulls_last=True)


def _sources(snapshot: Snapshot, municipality: str, year: int) -> pl.DataFrame:
    """The budgets and the accounts of a year by function, each with whether it is hidden."""
    sources = {
        "adopted": _counted(snapshot, "budget", municipality, year, version=["adopted"]),
        "revised": _counted(snapshot, "budget", municipality, year, version=["revised"]),
        "accounts": _counted(snapshot, "net_expenditure", municipality, year),
    }
    rows = pl.DataFrame({"function": []}, schema={"function": pl.String})
    for name, found in sources.items():
        own = found.rename({"value": name, "suppressed": f"{name}_{_HIDDEN}"})
        rows = rows.join(own, on="function", how="full", coalesce=True, nulls_equal=True)
    return rows


def _counted(snapshot: Snapshot, indicator: str, municipality: str, year: int, **where: list[str]) -> pl.DataFrame:
    """An indicator by function and in all: function, value, suppressed; nothing where the register cannot answer."""
    narrowed = {"municipality": [municipality], **where}
    frames = []
    for by in (["function"], []):
        try:
            found = count(snapshot, indicator, by, year, year, where=narrowed).to_polars()
        except CannotAnswer:
            continue
        whole = found if by else found.with_columns(function=pl.lit(None, pl.String))
        frames.append(whole.select("function", pl.col("value").cast(pl.Float64), "suppressed"))
    empty = {"function": pl.String, "value": pl.Float64, "suppressed": pl.Boolean}
    return pl.concat([pl.DataFrame(schema=empty), *frames])


def _forecast(snapshot: Snapshot, municipality: str, year: int) -> pl.DataFrame:
    """The forecast of a year that is not over: function (null: all), mean, p10, p90, mean_hidden."""
    schema = {
        "function": pl.String,
        "mean": pl.Float64,
        "p10": pl.Float64,
        "p90": pl.Float64,
        "mean_hidden": pl.Boolean,
    }
    rows = made.functions(snapshot, municipality)
    found = made.kept(snapshot, municipality, spoken())
    if rows is None or found is None or year != found.get("target"):
        return pl.DataFrame(schema=schema)
    whole = {
        "function": [None],
        **{name: [found["year"][name]] for name in ("mean", "p10", "p90")},
        "mean_hidden": [False],
    }
    parts = rows.filter(year=year).select("function", "mean", "p10", "p90", mean_hidden="suppressed")
    return pl.concat([parts, pl.DataFrame(whole, schema=schema)])


def _year(request: HttpRequest, snapshot: Snapshot | None, municipality: str) -> int:
    """The year chosen, else the latest there is something to say of."""
    return filters_of(request).year or _latest(snapshot, municipality)


def _latest(snapshot: Snapshot | None, municipality: str) -> int:
    """The year of the forecast, else the last that is known."""
    found = made.kept(snapshot, municipality, spoken()) if snapshot and municipality else None
    if found and found.get("target"):
        return int(found["target"])
    return snapshot.known_at.year if snapshot else 0


def _lacking(rows: pl.DataFrame) -> list[str]:
    """What there is nothing of: a column that would be empty is left out, and said to be."""
    lacks = {"budget": ("adopted", "revised"), "accounts": ("accounts",), "forecast": ("mean",)}
    return [what for what, names in lacks.items() if all(rows[name].null_count() == rows.height for name in names)]


def _columns(rows: pl.DataFrame) -> list[Column]:
    some = [name for name in _AMOUNTS if rows[name].null_count() < rows.height]
    few = [Column("hidden", say("table.hidden"), text=lambda few: say("table.too_few") if few else "")]
    return [
        Column("function", say("economy.function"), text=_function),
        *(Column(name, say(f"economy.amount.{name}"), numeric=True, text=number) for name in some),
        *(few if rows["hidden"].any() else []),
    ]


def _function(code: str | None) -> str:
    return say("economy.all_functions") if code is None else f"{code} {word(code, 'function')}"
