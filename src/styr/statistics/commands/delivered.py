# SPDX-License-Identifier: EUPL-1.2
"""`styr delivered`: which municipalities count as having delivered, and why the others do not."""

from __future__ import annotations

from typing import Annotated

import typer

from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format
from styr.statistics.commands.asking import Asked, Key, ToChart


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("delivered")(delivered)


def delivered(
    indicator: Key,
    *,
    from_year: Annotated[int | None, typer.Option("--from", help="First year.")] = None,
    to_year: Annotated[int | None, typer.Option("--to", help="Last year.")] = None,
    acting: Annotated[bool, typer.Option("--acting", help="By acting, not paying, municipality.")] = False,
    known_at: KnownAt = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    chart: ToChart = None,
    language: InLanguage = Language.en,
) -> None:
    """Which municipalities have delivered what an indicator counts, year by year."""
    from styr.statistics.estimates import delivered as rule

    asked = Asked({}, known_at, format, output, language, chart)
    asked.write(rule.delivered(asked.snapshot(), indicator, from_year, to_year, acting=acting, language=language))
