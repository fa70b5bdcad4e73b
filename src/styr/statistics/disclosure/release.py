# SPDX-License-Identifier: EUPL-1.2
"""Results that are shown together, in one report or one publication, under disclosure control as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from styr import vocabulary
from styr.statistics.catalogue import Indicator, Words, indicator
from styr.statistics.disclosure.axes import shape_of
from styr.statistics.disclosure.hiding import hidden_by
from styr.statistics.disclosure.protect import THRESHOLD, Pattern, patterns
from styr.statistics.disclosure.said import said_of
from styr.statistics.result import Result, as_arrow, caveat

OUTCOME = ("indicator", "value", "numerator", "denominator", "n", "lower", "upper", "suppressed", "method")


def release(results: Sequence[Result]) -> list[Result]:
    """Results counted without disclosure control, as they may be shown together.

    Those of one indicator are taken as different splits of the same numbers: narrowed alike, of the same periods and
    the same snapshot. Those of kindred indicators (one divides the other, or they count the same table) with the same
    dimensions hide the same cells. Raises ValueError for a result that is already under control: what is hidden in it
    cannot be weighed against the others.
    """
    for result in results:
        if result.table.num_rows and any(result.table.column("suppressed").to_pylist()):
            raise ValueError(f"{result.header.indicator} has hidden cells. Count it with disclosure_control=False.")
    threshold = int(vocabulary.parameter(THRESHOLD))
    frames = [result.to_polars() for result in results]
    chosen = [indicator(result.header.indicator) for result in results]
    found: list[Pattern | None] = [None] * len(results)
    for each in {one.key: one for one in chosen if one.persons}.values():
        places = [place for place, one in enumerate(chosen) if one.key == each.key]
        shapes = [shape_of(each, _dimensions(frames[place])) for place in places]
        tables = [frames[place] for place in places]
        for place, pattern in zip(places, patterns(list(zip(tables, shapes, strict=True)), threshold), strict=True):
            found[place] = pattern
    controlled = [frame if pattern is None else hidden_by(frame, pattern)
                  for frame, pattern in zip(frames, found, strict=True)]  # fmt: skip
    agreed = [_with_kin(place, controlled, chosen) for place in range(len(results))]
    return [_as_result(result, frame, one.persons) for result, frame, one in zip(results, agreed, chosen, strict=True)]


def _dimensions(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in OUTCOME]


def _with_kin(place: int, frames: Sequence[pl.DataFrame], chosen: Sequence[Indicator]) -> pl.DataFrame:
    """A table with what a kindred one of the same dimensions hides hidden too."""
    frame, one = frames[place], chosen[place]
    keys = _dimensions(frame)
    for other, its in zip(frames, chosen, strict=True):
        if not (one.persons and its.persons and _kindred(one, its)) or set(_dimensions(other)) != set(keys) or not keys:
            continue
        theirs = other.filter("suppressed").select(keys)
        marked = frame.join(theirs.with_columns(_theirs=True), on=keys, how="left", nulls_equal=True,
                            maintain_order="left")  # fmt: skip
        hidden = marked["_theirs"].fill_null(False) | marked["suppressed"]
        words = other.filter("suppressed")["method"].first()
        if words is not None:
            frame = hidden_by(frame, Pattern(hidden, frame.clear()), str(words))
    return frame


def _kindred(one: Indicator, other: Indicator) -> bool:
    return one.subject.table == other.subject.table or bool(_parts(one) & _parts(other))


def _parts(one: Indicator) -> set[str]:
    return {one.key} | ({one.ratio.of, one.ratio.by} - {"inhabitants"} if one.ratio else set())


def _as_result(result: Result, frame: pl.DataFrame, persons: bool) -> Result:
    keys = _dimensions(frame)
    ordered = frame.with_columns(indicator=pl.lit(result.header.indicator))
    if frame.height > result.table.num_rows:
        ordered = ordered.sort(keys, maintain_order=True)
    said: list[Words] = [words for words in result.header.caveats if words != caveat("uncontrolled")]
    table = as_arrow(ordered.select(result.table.column_names)).cast(result.table.schema)
    caveats = (*said, *(said_of(ordered) if persons else ()))
    return Result(table, replace(result.header, caveats=caveats))
