# SPDX-License-Identifier: EUPL-1.2
"""`styr indicators` and `styr stats`: what can be counted, and counting it."""

from __future__ import annotations

from typing import Annotated, Any

import pyarrow as pa
import typer

from styr import output as out
from styr.options import InFormat, InLanguage, Language, ToFile
from styr.output import Format
from styr.statistics.catalogue import indicators
from styr.statistics.commands.asking import Asked, Key, ScaleTo, ToDeliver, read_words, with_question


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("indicators")(catalogue)
    app.command("stats")(with_question(stats))


def catalogue(
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """The catalogue: key, title, unit, dimensions, counting rule."""
    out.write(catalogue_table(language), None, format, output)


def stats(
    asked: Asked,
    indicator: Key,
    *,
    scale_to: ScaleTo = None,
    scale_method: Annotated[str, typer.Option("--scale-method", help="ratio or mean")] = "ratio",
    delivered: ToDeliver = None,
) -> None:
    """Count an indicator, split and narrowed as asked."""
    from styr.statistics.estimates.answers import answer

    sample = read_words(delivered) if delivered else None
    scaling: dict[str, Any] = {"scale_to": scale_to, "scale_method": scale_method, "delivered": sample}
    asked.write(answer(asked.snapshot(), indicator, **scaling, **asked.count))


def catalogue_table(language: str = "en") -> pa.Table:
    """The catalogue as a table: key, title, unit, dimensions, counting_rule, source."""
    rows = [
        {
            "key": each.key,
            "title": each.title[language],
            "unit": each.unit[language],
            "dimensions": ",".join(each.dimensions),
            "counting_rule": each.rule[language],
            "source": each.source,
        }
        for each in indicators()
    ]
    return pa.Table.from_pylist(rows)
