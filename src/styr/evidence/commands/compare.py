# SPDX-License-Identifier: EUPL-1.2
"""`styr figures compare`: a published number beside the same indicator of the register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from styr import output as out
from styr.evidence.errors import Refused, not_found
from styr.evidence.published import TextFigure
from styr.evidence.reading import read
from styr.evidence.shipped import shipped
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("compare")(compare)


def compare(
    figure: Annotated[
        str | None,
        typer.Argument(metavar="[FIGURE]", help="DOCUMENT/ID, as 000/modtagere-2017; without it, those that can be."),
    ] = None,
    *,
    path: Annotated[Path | None, typer.Option("--figures", help="File or folder (default: the shipped set).")] = None,
    scale_to: Annotated[str | None, typer.Option("--scale-to", help="country, or a region.")] = None,
    known_at: KnownAt = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """A published number beside the register's: whether the intervals meet, and how the counting differs."""
    among = {f"{each.document}/{each.id}": each for each in (read(path) if path else shipped()).figures}
    if figure is None:
        out.write(_those_that_can_be(among), None, format, output)
        return
    if figure not in among:
        raise not_found("unknown_figure", figure, among)
    from styr.evidence.comparing import compare as compared
    from styr.register import store

    store.open_store()
    table, header = compared(among[figure], store.snapshot(known_at), scale_to=scale_to, language=language.value)
    out.write(table, header, format, output)


def _those_that_can_be(among: dict[str, TextFigure]) -> pa.Table:
    """The figures that name an indicator: figure, quantity, printed, indicator."""
    rows = [
        {"figure": key, "quantity": each.quantity, "printed": each.number.text, "indicator": each.asked.indicator}
        for key, each in among.items()
        if each.asked
    ]
    if not rows:
        raise Refused("none_names_an_indicator")
    return pa.Table.from_pylist(rows)
