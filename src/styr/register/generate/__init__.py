# SPDX-License-Identifier: EUPL-1.2
"""A synthetic country to try on: `write` makes a delivery in the exchange format, `calibration` holds it against
what is printed.

No real register may be published. Everything written is marked as generated (`generated.json`, names of offers).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from styr import vocabulary

from .calibration import calibration
from .country import Country
from .messy import write_messy
from .municipality import SUPPLY_TABLES
from .parameters import Ints
from .supply_tables import Supply, price_indices
from .workers import made
from .writing import MARK, refuse_foreign_files, write_mark, write_pieces

__all__ = ["MARK", "Written", "calibration", "write"]

_FIRST_YEAR, _LAST_YEAR = 1990, 2060


@dataclass(frozen=True)
class Written:
    """What was written: rows by table, path by table, seconds it took, planted mistakes (messy deliveries only)."""

    directory: Path
    rows: Mapping[str, int]
    paths: Mapping[str, Path]
    seconds: float
    mistakes: int = 0


def write(
    directory: Path,
    *,
    seed: int,
    scale: float = 1.0,
    from_year: int = 2012,
    to_year: int = 2024,
    municipalities: Sequence[str] | None = None,
    format: Literal["csv", "parquet"] = "csv",
    messy: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Written:
    """Write a synthetic delivery of the years from_year..to_year, known on the last day of the last.

    scale multiplies persons (1 = the whole country) and places; offers stay as many. municipalities: codes or
    names; None = all 98. The rows of a municipality are the same whichever others are written; offers,
    departments and what belongs to them are those of the chosen municipalities and those their grants refer
    to. messy: a delivery as it comes out of a municipality, with planted mistakes listed in mistakes.json.
    progress is called with (municipality, done, of).

    Raises ValueError for a scale that is not positive, unknown municipalities, years out of order or range, a messy
    delivery in Parquet, and a directory that is not empty.
    """
    codes = _checked(scale, from_year, to_year, municipalities)
    if messy and format != "csv":
        raise ValueError("A messy delivery is written as CSV. Leave out the format, or leave out messy.")
    directory = Path(directory)
    refuse_foreign_files(directory)
    directory.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    entries = {
        "seed": seed,
        "scale": scale,
        "from_year": from_year,
        "to_year": to_year,
        "municipalities": list(codes),
        "messy": messy,
    }
    write_mark(directory, entries)
    country = Country(seed, scale, from_year, to_year)
    pieces = _tables(Supply(country), codes, progress)
    if messy:
        rows, paths, mistakes = write_messy(directory, pieces, country.stream(99))
    else:
        mistakes = 0
        rows, paths = write_pieces(directory, format, pieces)
    return Written(directory, rows, paths, time.perf_counter() - began, mistakes)


def _checked(scale: float, from_year: int, to_year: int, municipalities: Sequence[str] | None) -> tuple[str, ...]:
    if not scale > 0 or not np.isfinite(scale):
        raise ValueError(f"The scale is {scale}; it must be above 0, and 1 is the whole country.")
    if to_year < from_year:
        raise ValueError(f"The last year, {to_year}, is before the first, {from_year}. Give the earlier year first.")
    if from_year < _FIRST_YEAR or to_year > _LAST_YEAR:
        raise ValueError(
            f"Years {from_year}-{to_year} are outside {_FIRST_YEAR}-{_LAST_YEAR}, which the generator covers."
        )
    known = Country(0, 1.0, from_year, to_year).codes
    if municipalities is None:
        return known
    chosen = {vocabulary.codelist("municipality").parse(municipality) for municipality in municipalities}
    if missing := sorted(chosen - set(known)):
        raise ValueError(f"Municipality {', '.join(missing)} is not among the 98 of the synthetic country.")
    if not chosen:
        raise ValueError("No municipality is named. Name at least one, or leave the choice out for all 98.")
    return tuple(sorted(chosen))


def _tables(
    supply: Supply, codes: Sequence[str], progress: Callable[[str, int, int], None] | None
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Pieces of all tables, municipality by municipality, then what belongs to the country."""
    country = supply.country
    used: list[Ints] = []
    if progress:
        progress(codes[0], 0, len(codes))
    for done, (frames, departments) in enumerate(made(supply, codes), 1):
        used.append(departments)
        yield from frames.items()
        if progress and done < len(codes):
            progress(codes[done], done, len(codes))
    yield "price_indices", price_indices(country)
    yield from _supply_rows(supply, codes, np.concatenate(used))
    if progress:
        progress("", len(codes), len(codes))


def _supply_rows(supply: Supply, codes: Sequence[str], used: Ints) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows of supply: all for the whole country, else those of the municipalities and those referred to."""
    frames = supply.tables()
    departments, offers = frames["departments"], frames["offers"]
    wanted = departments.filter(
        pl.col("department").is_in(np.unique(used).tolist()) | pl.col("municipality").is_in(list(codes))
    )
    offer_ids = set(wanted["offer_id"]) | set(offers.filter(pl.col("municipality").is_in(list(codes)))["offer_id"])
    for name in SUPPLY_TABLES:
        frame = frames[name]
        column, values = (
            ("offer_id", offer_ids)
            if "offer_id" in frame.columns and name != "departments"
            else ("department_id", set(wanted["department_id"]))
        )
        yield name, frame.filter(pl.col(column).is_in(list(values)))
