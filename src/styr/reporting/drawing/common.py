# SPDX-License-Identifier: EUPL-1.2
"""What the forms share: rows as data, numbers on axes and in tips, series joined and cut to what an eye can follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.named import title
from styr.reporting.numbers import Language

Drawn = alt.LayerChart | alt.FacetChart  # what alt.layer gives
WIDTH, HEIGHT = 620, 300
#: Colours of series, dark to light, each with a dash of its own so that none is told by colour alone.
COLOURS = ("#0f4c5c", "#c2571a", "#4f8a94", "#7a4f9a", "#8a7a16", "#2f7d4f", "#a34162", "#55666f")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
MOST_SERIES = len(COLOURS)
_WORDS = {
    "da": {"value": "Værdi", "n": "Personer", "interval": "95 % interval", "others": "De {most} største af {all}"},
    "en": {"value": "Value", "n": "Persons", "interval": "95 % interval", "others": "The {most} largest of {all}"},
}


def data(rows: pl.DataFrame) -> alt.InlineData:
    """Rows as data that lie in the chart itself; dates and months as text, what is hidden as null."""
    plain = rows.with_columns(pl.col(pl.Date).dt.strftime("%Y-%m-%d"))
    return alt.InlineData(values=plain.to_dicts())


def value_axis(rows: pl.DataFrame, *, from_zero: bool = True) -> alt.Y:
    """The axis of values."""
    return alt.Y("value:Q", scale=alt.Scale(zero=from_zero), axis=alt.Axis(format=number_form(rows), tickCount=5))


def number_form(rows: pl.DataFrame) -> str:
    """How numbers stand on an axis: as many decimals as the largest of them needs."""
    values = rows["value"].drop_nulls()
    if (values == values.round()).all():
        return ",.0f"
    largest = float(values.abs().max() or 0)  # type: ignore[arg-type]
    return ",.0f" if largest >= 200 else ",.1f" if largest >= 2 else ",.2f" if largest >= 0.2 else ",.3f"


def in_order(words: pl.Series) -> list[str]:
    """The different words, numbers within them in their order (0-17 before 18-24), others as they come."""
    different = words.cast(pl.String).unique(maintain_order=True).to_list()
    return sorted(different, key=lambda word: int(found[0]) if (found := re.match(r"\d+", word or "")) else -1)


def tips(rows: pl.DataFrame, names: Sequence[str], language: Language) -> list[alt.Tooltip]:
    """What is told under the pointer: the dimensions, the value, its interval, the persons."""
    words, form = _WORDS[language], number_form(rows)
    told = [alt.Tooltip(f"{name}:N", title=title(name, language)) for name in names]
    told.append(alt.Tooltip("value:Q", title=words["value"], format=form))
    if has_interval(rows):
        told += [
            alt.Tooltip("lower:Q", title=f"{words['interval']}: ≥", format=form),
            alt.Tooltip("upper:Q", title=f"{words['interval']}: ≤", format=form),
        ]
    if "n" in rows.columns and rows["n"].null_count() < rows.height:
        told.append(alt.Tooltip("n:Q", title=words["n"], format=",.0f"))
    return told


def has_interval(rows: pl.DataFrame) -> bool:
    """Whether any row has an interval."""
    return "lower" in rows.columns and rows["lower"].null_count() < rows.height


def in_series(rows: pl.DataFrame, split: Sequence[str]) -> pl.DataFrame:
    """Rows with `series`: the words of the dimensions that tell the series apart, joined."""
    words = [pl.col(name).cast(pl.String).fill_null("–") for name in split]
    return rows.with_columns(series=pl.concat_str(words, separator=" · ") if words else pl.lit(""))


def largest_series(rows: pl.DataFrame, most: int = MOST_SERIES, by: str = "value") -> tuple[pl.DataFrame, int]:
    """The rows of the series that have the largest of something, and how many series there are."""
    order = rows.group_by("series", maintain_order=True).agg(pl.col(by).abs().max())
    order = order.sort(by, descending=True, nulls_last=True)
    return rows.filter(pl.col("series").is_in(order["series"].head(most).implode())), order.height


def told_of_series(shown: int, every: int, language: Language) -> str | None:
    """What is said when not every series is drawn."""
    return _WORDS[language]["others"].format(most=shown, all=every) if every > shown else None


def legend(words: str | None, split: Sequence[str], language: Language) -> alt.Legend:
    """The legend of series, titled by what tells them apart."""
    over = " · ".join(title(name, language) for name in split)
    lines = [over, *([words] if words else [])]
    return alt.Legend(
        title=lines,
        labelLimit=260,
        orient="bottom",
        columns=2,
        symbolType="stroke",
        symbolSize=300,
        symbolOpacity=1,
        titleColor=theme.QUIET,
    )


def hidden(rows: pl.DataFrame, x: Any) -> list[alt.Chart]:
    """A dot on the ground line for each hidden cell."""
    if "suppressed" not in rows.columns or not rows["suppressed"].any():
        return []
    few = rows.filter(pl.col("suppressed")).with_columns(value=pl.lit(0.0))
    mark = alt.Chart(data(few)).mark_text(text="•", dy=-6, fontSize=15, color=theme.QUIET)
    return [mark.encode(x=x, y=alt.Y("value:Q"))]
