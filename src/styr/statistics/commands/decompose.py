# SPDX-License-Identifier: EUPL-1.2
"""`styr decompose`: what a change between two years comes from, in parts that add up."""

from __future__ import annotations

from dataclasses import replace

import typer

from styr.output import Format
from styr.statistics.commands.asking import Asked, Key, ScaleTo, ToDeliver, read_words, with_question
from styr.statistics.commands.growth import FromYear, ToYear


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("decompose")(with_question(decompose))


def decompose(
    asked: Asked,
    indicator: Key,
    *,
    from_year: FromYear,
    to_year: ToYear,
    scale_to: ScaleTo = None,
    delivered: ToDeliver = None,
) -> None:
    """Part a change: expenditure into number and unit cost, persons into population, ages and rate."""
    from styr.statistics.estimates.decompose import decomposition
    from styr.statistics.estimates.decomposition import ACTIVITY_PARTS, EXPENDITURE_PARTS, to_be_printed
    from styr.statistics.result import as_arrow

    sample = read_words(delivered) if delivered else None
    result = decomposition(
        asked.snapshot(), indicator, from_year, to_year, scale_to=scale_to, delivered=sample, **asked.count
    )
    if asked.format is Format.table:
        parts = EXPENDITURE_PARTS if "unit_cost" in result.table.column_names else ACTIVITY_PARTS
        result = replace(result, table=as_arrow(to_be_printed(result.to_polars(), parts)))
    asked.write(result)
