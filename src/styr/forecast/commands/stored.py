# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast list`, `show` and `reproduce`: forecasts that were kept with --store-as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import polars as pl
import typer

from styr import output as out
from styr.forecast.commands.asking import InTotal, one_of, read_dimensions
from styr.forecast.result import Total
from styr.options import InFormat, InLanguage, Language, ToFile
from styr.output import Format
from styr.statistics.result import as_arrow

if TYPE_CHECKING:
    from styr.forecast.stored import Shelf

Wanted = Annotated[str, typer.Argument(metavar="ID", help="Id of a kept forecast, the beginning of it, or its name.")]


def register(group: typer.Typer) -> None:
    """Add the commands to the group `styr forecast`."""
    group.command("list")(listed)
    group.command("show")(show)
    group.command("reproduce")(reproduce)


def shelf() -> Shelf:
    """Where the store keeps forecasts."""
    from styr.forecast.stored import Shelf
    from styr.register import store

    store.open_store()
    return Shelf(store.folder() / "forecasts")


def listed(format: InFormat = Format.table, output: ToFile = None) -> None:
    """List the kept forecasts: what each was asked, when, and by which version."""
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "made": each.made,
            "known_at": each.asked.known_at,
            "from": str(each.asked.first),
            "to": str(each.asked.last),
            "municipalities": len(each.hashes),
            "draws": each.asked.draws,
            "seed": each.asked.seed,
            "overrides": len(each.asked.assumptions.overrides),
            "version": each.made_with.get("styr", ""),
            "snapshot": each.snapshot,
        }
        for each in shelf().all()
    ]
    empty = pl.DataFrame(schema=dict.fromkeys(("id", "name", "made", "known_at", "from", "to"), pl.String))
    out.write(as_arrow(pl.DataFrame(rows) if rows else empty), None, format, output)


def show(
    wanted: Wanted,
    by: Annotated[str, typer.Option("--by", help="municipality, region, function, with commas between.")] = "",
    total: InTotal = "month",
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Show a kept forecast, from its own draws: nothing is made again."""
    split, period = read_dimensions(by), cast(Total, one_of("total", total, ("month", "year")))
    found = shelf().open(wanted)
    about = {"id": found.id, "name": found.name, "made": found.made, **found.headers[language.value]}
    out.write(found.table(split, period), about, format, output)


def reproduce(wanted: Wanted, format: InFormat = Format.table, output: ToFile = None) -> None:
    """Make a kept forecast again from its snapshot, and compare every draw; exit 1 when one differs."""
    from styr.forecast.stored import made_again
    from styr.progress import shown_progress
    from styr.register import store

    found = shelf().open(wanted)
    with shown_progress() as progress:
        again = made_again(found, store.folder() / "snapshots", progress)
    said = {name: f"{then} then, {now} now" for name, (then, now) in again.other.items()}
    out.write(again.table, {"id": found.id, "same": again.same, **said}, format, output)
    if not again.same:
        why = "it was made with other versions (above)" if said else "the same versions gave other draws: report it"
        typer.echo(f"{found.id} could not be made again bit for bit: {why}", err=True)
        raise typer.Exit(1)
