# SPDX-License-Identifier: EUPL-1.2
"""`styr figures scan`: which numbers in the documents' text are not entered yet."""

from __future__ import annotations

from typing import Annotated

import typer

from styr import output as out
from styr.evidence.commands.looked_up import Documents, Figures, counted, in_one_line
from styr.options import InFormat, ToFile
from styr.output import Format


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("scan")(scan)


def scan(
    path: Figures = None,
    *,
    documents: Documents,
    every: Annotated[bool, typer.Option("--all", help="Every number, with what explains it.")] = False,
    format: InFormat = Format.table,
    output: ToFile = None,
) -> None:
    """Numbers of the text that are neither entered nor of a class that is no figure; exit status 1 when there are."""
    import pyarrow.compute as pc

    from styr.evidence.reading import read
    from styr.evidence.scanning import scan as scanned
    from styr.evidence.shipped import shipped
    from styr.evidence.verifying import texts_of

    table = scanned(read(path) if path else shipped(), texts_of(documents))
    counts = dict(counted(table["explained"]))
    left = counts.pop("", 0)
    if not every:
        table = table.filter(pc.equal(table["explained"], ""))
    out.write(table, {"explained": in_one_line(counts), "unexplained": left}, format, output)
    if left:
        raise typer.Exit(1)
