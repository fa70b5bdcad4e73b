# SPDX-License-Identifier: EUPL-1.2
"""`styr figures verify`: whether figures stand in the documents where they are said to."""

from __future__ import annotations

from typing import Annotated

import typer

from styr import output as out
from styr.evidence.commands.looked_up import Documents, Figures, counted, in_one_line
from styr.options import InFormat, ToFile
from styr.output import Format

NOT_THERE = ("table", "no", "no text")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("verify")(verify)


def verify(
    path: Figures = None,
    *,
    documents: Documents,
    misses: Annotated[bool, typer.Option("--misses", help="Only numbers that are not at their line.")] = False,
    format: InFormat = Format.table,
    output: ToFile = None,
) -> None:
    """Look every number up in the text of its document; exit status 1 when one does not stand where it should."""
    import pyarrow.compute as pc

    from styr.evidence.reading import read
    from styr.evidence.shipped import shipped
    from styr.evidence.verifying import texts_of
    from styr.evidence.verifying import verify as verified

    table = verified(read(path) if path else shipped(), texts_of(documents))
    found = counted(table["found"])
    if misses:
        table = table.filter(pc.not_equal(table["found"], "line"))
    out.write(table, {"found": in_one_line(found)}, format, output)
    if any(kind in found for kind in NOT_THERE):
        raise typer.Exit(1)
