# SPDX-License-Identifier: EUPL-1.2
"""Decimals as people write them: 1234.5, 1234,5 and 1.234,50, and the few spellings that may mean two numbers.

1.234 alone is one and a bit to some and a thousand and more to others. What the rest of the column, the file's
other numbers and its delimiter say decides; where they say nothing, the value is refused rather than guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import polars as pl

#: Stands (unseen) before a number that was handed in as a number, not as text: its point can only be a point.
EXACT = "\u2063"

_PLAIN = r"^-?\d+$"
_EXACT = rf"^{EXACT}-?\d+(\.\d+)?(e[+-]?\d+)?$"
_POINT = r"^-?\d+\.\d+$"
_COMMA = r"^-?(\d+|\d{1,3}(\.\d{3})+),\d+$"
_THOUSANDS = r"^-?\d{1,3}(\.\d{3}){2,}$"
_POINT_OR_THOUSAND = r"^-?[1-9]\d{0,2}\.\d{3}$"
_COMMA_OR_THOUSAND = r"^-?[1-9]\d{0,2},\d{3}$"


class Convention(Enum):
    """How decimals are written."""

    POINT = "."
    COMMA = ","
    MIXED = "both"
    UNKNOWN = "?"


@dataclass(frozen=True)
class Numbers:
    """Parsed numbers with the rows that are none and the rows that may mean two."""

    values: pl.Series
    wrong: pl.Series
    ambiguous: pl.Series


def convention_of(texts: pl.Series) -> Convention:
    """The convention that the unambiguous values of a column show; UNKNOWN when they show none."""
    shows = pl.DataFrame({"t": texts.str.replace("−", "-", literal=True)}).select(
        point=(pl.col("t").str.contains(_POINT) & ~pl.col("t").str.contains(_POINT_OR_THOUSAND)).any(),
        comma=(
            (pl.col("t").str.contains(_COMMA) & ~pl.col("t").str.contains(_COMMA_OR_THOUSAND))
            | pl.col("t").str.contains(_THOUSANDS)
        ).any(),
    )
    point, comma = shows.row(0)
    if point and comma:
        return Convention.MIXED
    return Convention.POINT if point else Convention.COMMA if comma else Convention.UNKNOWN


def parse_numbers(texts: pl.Series, convention: Convention, *, whole: bool = False) -> Numbers:
    """Texts (null = unknown) to Float64; convention settles what a value alone leaves open.

    whole says the column holds whole numbers, so that 1.234 can only be a thousand and more.
    """
    frame = pl.DataFrame({"t": texts.str.replace("−", "-", literal=True)})
    text = pl.col("t")
    open_point, open_comma = text.str.contains(_POINT_OR_THOUSAND), text.str.contains(_COMMA_OR_THOUSAND)
    as_point = text.cast(pl.Float64, strict=False)
    as_comma = (
        text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    )
    if whole:
        convention = Convention.COMMA
    ambiguous = {
        Convention.POINT: open_comma,
        Convention.COMMA: pl.lit(False),
        Convention.MIXED: open_point | open_comma,
        Convention.UNKNOWN: open_point,
    }[convention]
    read = frame.select(
        values=pl.when(text.str.contains(_EXACT))
        .then(text.str.slice(1).cast(pl.Float64, strict=False))
        .when(text.str.contains(_PLAIN))
        .then(as_point)
        .when(text.str.contains(_COMMA) | text.str.contains(_THOUSANDS))
        .then(as_comma)
        .when(open_point)
        .then(as_comma if convention is Convention.COMMA else as_point)
        .when(text.str.contains(_POINT))
        .then(as_point),
        ambiguous=ambiguous & text.is_not_null(),
    ).with_columns(values=pl.when(pl.col("values").is_finite()).then("values"))
    return Numbers(
        values=read["values"],
        ambiguous=read["ambiguous"].fill_null(False),
        wrong=texts.is_not_null() & read["values"].is_null() & ~read["ambiguous"].fill_null(False),
    )
