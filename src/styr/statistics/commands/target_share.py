# SPDX-License-Identifier: EUPL-1.2
"""`styr target-share`: what of each account goes to a target group."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styr.statistics.commands.asking import Asked, with_question
from styr.statistics.errors import CannotAnswer

if TYPE_CHECKING:
    import polars as pl

TAKEN = ("where", "price_level", "net_of_refund", "disclosure_control", "engine")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("target-share")(with_question(target_share))


def target_share(
    asked: Asked,
    target_group: Annotated[str, typer.Argument(metavar="TARGET_GROUP", help="Code or name, for example mental.")],
    *,
    year: Annotated[int, typer.Option("--year", help="The year of the accounts.")],
    estimates: Annotated[
        Path | None,
        typer.Option("--estimates", help="CSV of municipality,function,share; else postings that name their citizen."),
    ] = None,
) -> None:
    """The share of accounts that goes to a target group: mean of municipal shares, with interval, and in DKK."""
    from styr.statistics.estimates.target_group_expenditure import target_group_expenditure

    unused = [name for name, value in asked.count.items() if name not in TAKEN and value]
    if unused:
        raise CannotAnswer("target_share_option", option=unused[0].replace("_", "-"))
    options = {name: asked.count[name] for name in TAKEN}
    read = _read(estimates) if estimates else None
    asked.write(target_group_expenditure(asked.snapshot(), target_group, year, estimates=read, **options))


def _read(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_csv(path, schema_overrides={"municipality": pl.String, "function": pl.String})
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CannotAnswer("estimates_unreadable_file", path=path, reason=str(error).splitlines()[0]) from error
