# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast`: what the months to come will cost."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer

from styr import output as out
from styr.forecast.commands.asking import (
    DANISH,
    By,
    HowMany,
    InTotal,
    Municipalities,
    OfMeasure,
    Overrides,
    Seed,
    one_of,
    read_dimensions,
    read_municipalities,
    snapshot_at,
)
from styr.forecast.months import Month
from styr.forecast.outcome import ENGINES, Engine
from styr.forecast.result import MEASURES, Measure, Total
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format


def forecast(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month forecast.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month forecast.")] = None,
    known_at: KnownAt = None,
    draws: HowMany = 1000,
    seed: Seed = 1,
    by: By = "",
    total: InTotal = "month",
    measure: OfMeasure = MEASURES[0],
    municipality: Municipalities = None,
    assumptions: Overrides = None,
    budget: Annotated[
        str | None,
        typer.Option("--budget", help="adopted, revised or a file (year, amount): adds probability_within."),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="local, or spark: draws split over a cluster. The numbers are the same.")
    ] = ENGINES[0],
    store_as: Annotated[str | None, typer.Option("--store-as", metavar="NAME", help="Keep it under a name.")] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw it too: FILE.png, .svg or .html.")] = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Forecast what the months to come will cost, as a distribution: mean and quantiles by period and dimension."""
    if context.invoked_subcommand is not None:
        return
    if first is None or last is None:
        raise typer.BadParameter("Name the first and the last month with --from and --to, for example --from 2024-07.")
    from styr.forecast.assumptions import Assumptions, read_assumptions
    from styr.forecast.forecasting import Asked
    from styr.forecast.stored import Keeper, Shelf
    from styr.forecast.stored.keeping import KEPT
    from styr.forecast.streaming import forecast_table
    from styr.progress import shown_progress
    from styr.register import store

    chosen = read_assumptions(assumptions) if assumptions else Assumptions()
    words = one_of("total", total, ("month", "year")), one_of("measure", measure, MEASURES)
    months = Month.parse(first), Month.parse(last)
    codes = read_municipalities(municipality)
    store.open_store()
    snapshot, day = snapshot_at(known_at)
    asked = Asked(day, *months, draws, seed, chosen)
    keeping = Keeper(Shelf(store.folder() / "forecasts"), asked, snapshot.id, codes) if store_as else nullcontext()
    with keeping as keeper, shown_progress() as progress:
        table, header = forecast_table(
            snapshot,
            day,
            *months,
            by=read_dimensions(by),
            total=cast(Total, words[0]),
            measure=cast(Measure, words[1]),
            municipalities=codes,
            draws=draws,
            seed=seed,
            assumptions=chosen,
            budget=budget,
            engine=cast(Engine, one_of("engine", engine, ENGINES)),
            beside=(KEPT, keeper.take) if keeper else None,
            progress=progress,
        )
        progress.close()
        if keeper and store_as:
            kept = keeper.keep(store_as, header, datetime.now(DANISH))
            typer.echo(f"kept as {kept.id} ({kept.name})", err=True)
    about = header.to_mapping(language.value)
    if chart:
        from styr.reporting.drawing import write_chart

        write_chart(table, about, chart, language.value)
    out.write(table, about, format, output)
