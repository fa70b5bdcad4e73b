# SPDX-License-Identifier: EUPL-1.2
"""Options that mean the same on every command."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from styr.output import Format


class Language(StrEnum):
    """The languages Styr speaks."""

    da = "da"
    en = "en"


def day(text: str | date) -> date:
    """A day as written on the command line; anything else is wrong usage."""
    try:
        return text if isinstance(text, date) else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a day: write it YYYY-MM-DD, for example 2024-12-31") from None


KnownAt = Annotated[
    date | None,
    typer.Option("--known-at", parser=day, metavar="YYYY-MM-DD", help="The day's state of knowledge (default: all)"),
]
InLanguage = Annotated[Language, typer.Option("--language", envvar="STYR_LANGUAGE", help="Language of what is said")]
InFormat = Annotated[Format, typer.Option("--format", help="Form of the table")]
ToFile = Annotated[Path | None, typer.Option("--output", help="Write to this file")]
