# SPDX-License-Identifier: EUPL-1.2
"""`styr figures check`: whether published figures add up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from styr import output as out
from styr.options import InFormat, InLanguage, Language, ToFile
from styr.output import Format


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("check")(check)


def check(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="File or folder (default: the figures that come with Styr).")
    ] = None,
    *,
    format: InFormat = Format.table,
    output: ToFile = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.html", help="Write a report to attach to a letter.")
    ] = None,
    language: InLanguage = Language.en,
) -> None:
    """Check published tables, one finding a line; exit status 1 when there are findings."""
    from styr.evidence.checking.check import check as checked_of
    from styr.evidence.checking.listing import header, listed, short
    from styr.evidence.reading import read
    from styr.evidence.shipped import shipped

    if path is not None and not path.exists():
        raise typer.BadParameter(f"{path} is not there: name a file or a folder", param_hint="PATH")
    if report is not None and report.suffix.lower() != ".html":
        raise typer.BadParameter(
            f"{report}: the report is written as HTML; name a file ending in .html", param_hint="--report"
        )
    checked = checked_of(read(path) if path else shipped())
    if report is not None:
        from styr.reporting.checked_figures import html

        out.write_file(report, html(checked, language.value).encode())
    table = listed(checked, language.value)
    shown = short(table) if format is Format.table else table
    out.write(shown, header(checked, language.value), format, output)
    if checked.findings:
        raise typer.Exit(1)
