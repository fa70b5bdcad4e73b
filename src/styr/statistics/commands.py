# SPDX-License-Identifier: EUPL-1.2
"""The command line of the room: `styr indicators` and `styr stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import typer

from styr import output as out
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format
from styr.statistics.catalogue import indicators
from styr.statistics.errors import CannotAnswer

if TYPE_CHECKING:
    from styr.statistics.result import Result


def register(app: typer.Typer) -> None:
    """Add the room's commands to the command line."""
    app.command("indicators")(catalogue)
    app.command("stats")(stats)


def catalogue(
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """The catalogue: key, title, unit, dimensions, counting rule."""
    out.write(catalogue_table(language), None, format, output)


def stats(
    indicator: Annotated[str, typer.Argument(help="A key of `styr indicators`.")],
    *,
    by: Annotated[str, typer.Option("--by", help="Dimensions with commas between.")] = "",
    from_year: Annotated[int | None, typer.Option("--from", help="First year.")] = None,
    to_year: Annotated[int | None, typer.Option("--to", help="Last year.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of a stock, MM-DD.")] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help="DIMENSION=VALUE[,VALUE]; repeatable.")] = None,
    acting: Annotated[bool, typer.Option("--acting", help="By acting, not paying, municipality.")] = False,
    scale_to: Annotated[str | None, typer.Option("--scale-to", help="country, or a region.")] = None,
    scale_method: Annotated[str, typer.Option("--scale-method", help="ratio or mean")] = "ratio",
    engine: Annotated[str, typer.Option("--engine", help="Where it is counted.")] = "duckdb",
    no_disclosure_control: Annotated[
        bool, typer.Option("--no-disclosure-control", help="Show small cells too.")
    ] = False,
    known_at: KnownAt = None,
    age_groups: Annotated[str | None, typer.Option("--age-groups", help="For example 0-17,18-64,65+.")] = None,
    price_level: Annotated[str | None, typer.Option("--price-level", help="SERIES:YEAR")] = None,
    net_of_refund: Annotated[bool, typer.Option("--net-of-refund", help="Subtract refund (dranst 2).")] = False,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Count an indicator, split and narrowed as asked."""
    from styr.register import store
    from styr.statistics.count import count
    from styr.statistics.estimates.scaling import scaled

    asked: dict[str, Any] = {
        "by": [key.strip() for key in by.split(",") if key.strip()],
        "from_year": from_year,
        "to_year": to_year,
        "on": on,
        "where": read_conditions(where or []),
        "acting": acting,
        "age_groups": age_groups,
        "price_level": price_level,
        "net_of_refund": net_of_refund,
        "disclosure_control": not no_disclosure_control,
        "engine": engine,
    }
    store.open_store()
    snapshot = store.snapshot(known_at)
    result: Result
    if scale_to:
        result = scaled(snapshot, indicator, scale_to, method=scale_method, **asked)
    else:
        result = count(snapshot, indicator, **asked)
    out.write(result.table, result.header.to_mapping(language), format, output)


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


def read_conditions(written: list[str]) -> dict[str, list[str]]:
    """Conditions written DIMENSION=VALUE[,VALUE] as dimension → values; several of one dimension are joined."""
    conditions: dict[str, list[str]] = {}
    for word in written:
        key, equals, values = word.partition("=")
        chosen = [value.strip() for value in values.split(",") if value.strip()]
        if not equals or not key.strip() or not chosen:
            raise CannotAnswer(f"'{word}' is not a condition. Write it DIMENSION=VALUE, for example sex=K.")
        conditions.setdefault(key.strip(), []).extend(chosen)
    return conditions
