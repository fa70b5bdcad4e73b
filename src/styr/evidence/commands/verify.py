# SPDX-License-Identifier: EUPL-1.2
"""`styr figures verify`: whether figures stand in the documents where they are said to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from styr import output as out
from styr.options import InFormat, ToFile
from styr.output import Format

NOT_THERE = ("no", "no text")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("verify")(verify)


def verify(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="File or folder (default: the shipped set).")
    ] = None,
    *,
    documents: Annotated[
        Path, typer.Option("--documents", envvar="STYR_DOCUMENTS", help="Folder of the documents' text, 000_….txt")
    ],
    misses: Annotated[bool, typer.Option("--misses", help="Only numbers that are not at their line.")] = False,
    format: InFormat = Format.table,
    output: ToFile = None,
) -> None:
    """Look every number up in the text of its document; exit status 1 when one is not there."""
    import pyarrow.compute as pc

    from styr.evidence.reading import read
    from styr.evidence.shipped import shipped
    from styr.evidence.verifying import texts_of
    from styr.evidence.verifying import verify as verified

    table = verified(read(path) if path else shipped(), texts_of(documents))
    found = {each["values"]: each["counts"] for each in pc.value_counts(table["found"]).to_pylist()}
    if misses:
        table = table.filter(pc.not_equal(table["found"], "line"))
    out.write(table, {"found": "; ".join(f"{kind} {number}" for kind, number in found.items())}, format, output)
    if any(kind in found for kind in NOT_THERE):
        raise typer.Exit(1)
