# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast backtest`: what past forecasts would have said, held against what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast
from zoneinfo import ZoneInfo

import typer

from styr.forecast.commands.asking import read_municipalities
from styr.forecast.months import Month
from styr.forecast.result import MEASURES, Measure, Total
from styr.options import InFormat, InLanguage, Language, ToFile
from styr.output import Format
from styr.statistics.commands.asking import read_words

if TYPE_CHECKING:
    from styr.register.snapshot import Snapshot

_DANISH = ZoneInfo("Europe/Copenhagen")


def register(group: typer.Typer) -> None:
    """Add the command to the group `styr forecast`."""
    group.command("backtest")(backtest)


def backtest(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month at whose end to forecast.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month at whose end to forecast.")],
    *,
    municipality: Annotated[
        str | None, typer.Option("--municipality", help="Codes or names with commas between (default: all).")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Dimensions with commas between.")] = "",
    measure: Annotated[str, typer.Option("--measure", help="What is forecast: " + ", ".join(MEASURES))] = MEASURES[0],
    total: Annotated[str, typer.Option("--total", help="Targets: year, month, or year,month.")] = "year",
    ahead: Annotated[int, typer.Option("--ahead", min=1, max=60, help="Months ahead at most.")] = 12,
    every: Annotated[int, typer.Option("--every", min=1, max=12, help="3: the ends of quarters; 12: of years.")] = 1,
    draws: Annotated[int, typer.Option("--draws", min=2, help="Draws of each forecast.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.")] = 1,
    summed: Annotated[
        str | None,
        typer.Option(
            "--record", help="Sum up by columns with commas between (horizon, function …), not every forecast."
        ),
    ] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw it too: FILE.png, .svg or .html.")] = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Forecast from every past month-end of a span with what was known then, and hold it against what came."""
    from styr import output as out
    from styr.forecast.record.backtesting import backtest
    from styr.forecast.record.rows import Ask
    from styr.progress import shown_progress
    from styr.register import store

    ask = Ask(
        measure=cast(Measure, measure),
        by=tuple(read_words(by)),
        totals=cast(tuple[Total, ...], tuple(read_words(total))),
        ahead=ahead,
        draws=draws,
        seed=seed,
        municipalities=tuple(read_municipalities(municipality) or ()) or None,
    )
    span = Month.parse(first), Month.parse(last)
    store.open_store()
    with shown_progress() as progress:
        latest = store.snapshot()
        found = backtest(
            latest, *span, ask, snapshot_of=_own_snapshots(latest), every=every,
            progress=lambda done, of: progress(f"forecast {done} of {of}", done, of),
        )  # fmt: skip
    about = found.to_mapping(language)
    if chart:
        from styr.reporting.drawing import write_chart

        write_chart(found.table, about, chart, language.value)
    columns = None if summed is None else read_words(summed)
    if format is Format.table:
        table = found.to_read(columns)
    else:
        table = found.table if columns is None else found.record(columns)
    out.write(table, about, format, output)


def _own_snapshots(latest: Snapshot) -> Callable[[date], Snapshot | None]:
    """The register's own snapshot of a day; None where no delivery is of its month, so that none is taken in vain."""
    from styr.register import store

    moments = (datetime.fromisoformat(mark.known_at) for mark in latest.deliveries)
    months = {Month.of(moment.astimezone(_DANISH).date()) for moment in moments}
    return lambda day: store.snapshot(day) if Month.of(day) in months else None
