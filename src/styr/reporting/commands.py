# SPDX-License-Identifier: EUPL-1.2
"""The command line of the room: `styr report`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from styr import vocabulary
from styr.options import InLanguage, KnownAt, Language
from styr.reporting.errors import CannotReport


def register(app: typer.Typer) -> None:
    """Add the room's command to the command line."""
    app.command("report")(report)


def report(
    municipality: Annotated[str, typer.Option("--municipality", help="Code or name, for example 151 or Ballerup.")],
    year: Annotated[int, typer.Option("--year", help="The year reported on.")],
    output: Annotated[Path, typer.Option("--output", help="A file ending in .html, .pdf or .xlsx.")],
    language: InLanguage = Language.da,
    price_level: Annotated[str | None, typer.Option("--price-level", help="SERIES:YEAR")] = None,
    known_at: KnownAt = None,
) -> None:
    """Write the steering report of one municipality."""
    from styr.register import store
    from styr.reporting.writing import check_output, write_report

    check_output(output)
    code = _municipality(municipality)
    level = _price_level(price_level)
    store.open_store()
    made = write_report(store.snapshot(known_at), code, year, output, language=language.value, price_level=level)
    typer.echo(f"{output}: {made.municipality} {year}", err=True)


def _municipality(text: str) -> str:
    try:
        return vocabulary.municipalities.parse(text)
    except vocabulary.UnknownWord as error:
        raise CannotReport(f"--municipality: {error}") from error


def _price_level(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    series, _, year = text.rpartition(":")
    if not series or not re.fullmatch(r"\d{4}", year):
        raise CannotReport(f"--price-level {text}: write SERIES:YEAR, for example pl_service:2024.")
    return series, int(year)
