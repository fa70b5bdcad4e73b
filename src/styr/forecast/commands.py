# SPDX-License-Identifier: EUPL-1.2
"""The command line of the room: `styr forecast`, and the commands below it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast
from zoneinfo import ZoneInfo

import typer

from styr import output as out
from styr import vocabulary
from styr.forecast.months import Month
from styr.forecast.result import DIMENSIONS, MEASURES, Measure, Total
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format
from styr.statistics import CannotAnswer
from styr.statistics.commands.asking import read_words

if TYPE_CHECKING:
    from styr.register.snapshot import Snapshot

_DANISH = ZoneInfo("Europe/Copenhagen")


def register(app: typer.Typer) -> None:
    """Add the room's commands to the command line."""
    from styr.forecast.record import commands as record

    group = typer.Typer(invoke_without_command=True, help="What the months to come will cost.")
    group.callback()(forecast)
    record.register(group)
    app.add_typer(group, name="forecast")


def forecast(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month forecast.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month forecast.")] = None,
    known_at: KnownAt = None,
    draws: Annotated[int, typer.Option("--draws", help="How many courses of events are drawn.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same draws.")] = 1,
    by: Annotated[str, typer.Option("--by", help=f"With commas between: {', '.join(DIMENSIONS)}.")] = "",
    total: Annotated[str, typer.Option("--total", help="month or year")] = "month",
    measure: Annotated[str, typer.Option("--measure", help=", ".join(MEASURES))] = MEASURES[0],
    municipality: Annotated[
        str | None, typer.Option("--municipality", help="Codes or names with commas between (default: all).")
    ] = None,
    assumptions: Annotated[
        Path | None, typer.Option("--assumptions", help="Overrides of the buffers, as YAML or JSON.")
    ] = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Forecast what the months to come will cost, as a distribution: mean and quantiles by period and dimension."""
    if context.invoked_subcommand is not None:
        return
    if first is None or last is None:
        raise typer.BadParameter("Name the first and the last month with --from and --to, for example --from 2024-07.")
    from styr.forecast.assumptions import read_assumptions
    from styr.forecast.streaming import forecast_table
    from styr.progress import shown_progress
    from styr.register import store

    chosen = read_assumptions(assumptions) if assumptions else None
    words = _one_of("total", total, ("month", "year")), _one_of("measure", measure, MEASURES)
    store.open_store()
    snapshot, day = _known(known_at)
    with shown_progress() as progress:
        table, header = forecast_table(
            snapshot,
            day,
            Month.parse(first),
            Month.parse(last),
            by=read_dimensions(by),
            total=cast(Total, words[0]),
            measure=cast(Measure, words[1]),
            municipalities=read_municipalities(municipality),
            draws=draws,
            seed=seed,
            assumptions=chosen,
            progress=progress,
        )
    out.write(table, header.to_mapping(language.value), format, output)


def _known(day: date | None) -> tuple[Snapshot, date]:
    """The snapshot to forecast from, and the day it is forecast as of: the register's own where a delivery of the day's
    month says what was known then, else the newest, cut at the day."""
    from styr.register import store

    newest = store.snapshot()
    if day is None:
        return newest, newest.known_at
    moments = [datetime.fromisoformat(mark.known_at).astimezone(_DANISH).date() for mark in newest.deliveries]
    if any(moment <= day and Month.of(moment) == Month.of(day) for moment in moments):
        own = store.snapshot(day)
        return own, min(day, own.known_at)
    return newest, day


def read_municipalities(written: str | None) -> list[str] | None:
    """Municipalities as written, with commas between, as codes; None when none is."""
    try:
        return [vocabulary.municipalities.parse(word) for word in read_words(written)] or None
    except vocabulary.UnknownWord as error:
        raise CannotAnswer(f"--municipality: {error}") from error


def read_dimensions(written: str) -> list[str]:
    """Dimensions with commas between; raises CannotAnswer for one a forecast does not have."""
    return [_one_of("dimension", word, DIMENSIONS) for word in read_words(written)]


def _one_of(what: str, word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise CannotAnswer(f"A forecast has no {what} '{word}'. There are: {', '.join(known)}.")
    return word
