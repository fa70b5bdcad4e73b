# SPDX-License-Identifier: EUPL-1.2
"""`styr growth`: growth between two years, shares, and contributions to the growth of the whole."""

from __future__ import annotations

from typing import Annotated

import typer

from styr.statistics.commands.asking import Asked, Key, ScaleTo, ToDeliver, read_words, with_question

FromYear = Annotated[int, typer.Option("--from", help="The year before.")]
ToYear = Annotated[int, typer.Option("--to", help="The year after.")]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("growth")(with_question(growth))


def growth(
    asked: Asked,
    indicator: Key,
    *,
    from_year: FromYear,
    to_year: ToYear,
    scale_to: ScaleTo = None,
    delivered: ToDeliver = None,
) -> None:
    """What an indicator has grown from one year to another, and what each part contributes."""
    from styr.statistics.estimates.growth import growth

    sample = read_words(delivered) if delivered else None
    asked.write(
        growth(asked.snapshot(), indicator, from_year, to_year, scale_to=scale_to, delivered=sample, **asked.count)
    )
