# SPDX-License-Identifier: EUPL-1.2
"""Registers drawn a municipality at a time: so many inhabitants, so many recipients, at such a price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
from drawn import cells
from hypothesis import settings
from specs.reading import Spec, draw

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics import Header, Words
from styr.statistics.benchmark import Municipal
from styr.statistics.catalogue import indicator as indicator_of

#: How often a law is tried: as often as a machine with others on it bears.
law = settings(max_examples=40, deadline=None)
#: A year every municipality delivers: all grants begin and are known within it.
YEAR = 2020


def register(drawing: str, folder: Path, years: Sequence[int] = (YEAR,)) -> Snapshot:
    """A snapshot of a table of municipality, inhabitants (aged 30; and children and old, when drawn), recipients on
    1 January, provision (SEL-107 when not drawn) and price (a day; - for none, 100 when not drawn)."""
    head, *rows = cells(drawing)
    municipal = [dict(zip(head, row, strict=True)) for row in rows]
    spec = Spec("drawn", known_at=date(max(years), 12, 31))
    spec.tables["population"] = [
        {"year": str(year), "municipality": each["municipality"], "age": age, "persons": each[column]}
        for year in years
        for each in municipal
        for column, age in (("children", "10"), ("inhabitants", "30"), ("old", "70"))
        if column in each
    ]
    people = [
        {"id": f"{each['municipality']}-{number}", **each}
        for each in municipal
        for number in range(int(each["recipients"]))
    ]
    spec.tables["citizens"] = [{"citizen_id": each["id"], "municipality": each["municipality"]} for each in people]
    spec.tables["grants"] = [
        {
            "citizen_id": each["id"],
            "start_date": f"{min(years)}-01-01",
            "paying_municipality": each["municipality"],
            "provision": each.get("provision", "SEL-107"),
            "price": each.get("price", "100").strip("-"),
            "price_unit": "day",
        }
        for each in people
    ]
    return draw(spec, folder)


def frame(drawing: str) -> pl.DataFrame:
    """A drawn table as a frame: codes of municipalities and areas as text, all else as numbers; - is null."""
    head, *rows = cells(drawing)
    columns = zip(*rows, strict=True)
    return pl.DataFrame({name: _column(name, column) for name, column in zip(head, columns, strict=True)})


def counted(rows: pl.DataFrame, *, indicator: str = "recipients_per_1000") -> Municipal:
    """Municipal values of rows (municipality, numerator, denominator; a null numerator is hidden) as if counted."""
    chosen = indicator_of(indicator)
    assert chosen.ratio is not None
    shown = pl.col("numerator").is_not_null()
    times = chosen.ratio.times
    known = rows.filter(shown)
    filled = rows.with_columns(
        value=times * pl.col("numerator") / pl.col("denominator"),
        suppressed=~shown,
        lower=pl.lit(None, pl.Float64),
        upper=pl.lit(None, pl.Float64),
        method=pl.lit("ratio"),
    )
    return Municipal(
        indicator=chosen,
        year=YEAR,
        years=1,
        rows=filled,
        country=times * known["numerator"].sum() / known["denominator"].sum(),
        times=times,
        counted=not chosen.money,
        header=_HEADER,
    )


def municipal_rows(numerators: Sequence[float | None], denominators: Sequence[float]) -> pl.DataFrame:
    """Rows (municipality, numerator, denominator) of as many municipalities, by code."""
    codes = sorted(vocabulary.codelist("municipality").codes)[: len(numerators)]
    columns = {"municipality": codes, "numerator": numerators, "denominator": denominators}
    return pl.DataFrame(columns, schema_overrides={"numerator": pl.Float64, "denominator": pl.Float64})


def _column(name: str, written: Sequence[str]) -> pl.Series:
    texts = pl.Series(name, [None if cell == "-" else cell for cell in written], dtype=pl.String)
    return texts if name in ("municipality", "region", "size_band") else texts.cast(pl.Float64)


_NOTHING = Words("", "")
_HEADER = Header("", _NOTHING, _NOTHING, _NOTHING, "", "snap", date(YEAR, 12, 31), _NOTHING, None, False, ())
