# SPDX-License-Identifier: EUPL-1.2
"""The synthetic country held against what the documents print: target against generated, counted from the written
rows.

The printed numbers are not here: targets.yaml names each by its reference, and whoever asks hands in what reads a
reference (the register knows nothing of the room of published figures; docs/adr/0011).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np
import polars as pl
import yaml

from .counting_money import MoneyCounts
from .parameters import offer_totals, offer_types

_SCHEMA = {
    "target": pl.String, "source": pl.String, "printed": pl.Float64, "lower": pl.Float64, "upper": pl.Float64,
    "generated": pl.Float64, "deviation_pct": pl.Float64, "ok": pl.Boolean, "note": pl.String,
}  # fmt: skip


class Printed(Protocol):
    """A printed number: value, weight of its last digit that counts, hedge (about, nearly, just_over, more_than or
    none), and document and line."""

    @property
    def value(self) -> float: ...

    @property
    def digit(self) -> float: ...

    @property
    def hedge(self) -> str: ...

    @property
    def source(self) -> str: ...


Printing = Callable[[str], Printed]


def calibration(
    seed: int = 1,
    scale: float = 1.0,
    *,
    printed: Printing,
    directory: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pl.DataFrame:
    """Generate the whole country 2012-2024 and compare it with targets.yaml, whose references `printed` reads.

    Columns: target, source (document l.line), printed, lower, upper, generated (scaled to the country),
    deviation_pct, ok, note; generated, deviation_pct and ok are null where a small country has nobody the number is
    about. The delivery is written as Parquet to `directory` (new or empty), or to a temporary one that is removed.
    Counts are made from the written rows. Below scale 1 intervals are widened by what chance adds.
    """
    if directory is None:
        with TemporaryDirectory(prefix="styr-calibration-") as temporary:
            return calibration(seed, scale, printed=printed, directory=Path(temporary) / "country", progress=progress)
    from . import write

    write(directory, seed=seed, scale=scale, format="parquet", progress=progress)
    return compared(MoneyCounts(directory, scale), printed)


def compared(counts: MoneyCounts, printed: Printing) -> pl.DataFrame:
    """The table of calibration() for a delivery that is there already."""
    rows = [_row(with_number(target, printed), counts) for target in _targets()["targets"]]
    return pl.DataFrame(rows + _offer_rows(counts), schema=_SCHEMA, orient="row")


def with_number(target: Mapping[str, Any], printed: Printing) -> Mapping[str, Any]:
    """A target with its number: printed, digit and hedge in its count's unit, source, and `also` as an interval."""
    if "figure" not in target:
        return target
    number, unit = printed(target["figure"]), float(target.get("unit", 1))
    known = {"printed": number.value / unit, "digit": number.digit / unit, "hedge": number.hedge}
    if "also" in target:
        other = printed(target["also"])
        known["also"] = interval({"printed": other.value / unit, "digit": other.digit / unit, "hedge": other.hedge})
    return {**target, **known, "source": number.source}


def interval(target: Mapping[str, Any]) -> tuple[float, float]:
    """What a printed number admits.

    A number within half a unit of its last digit or 3 per cent, whichever is wider. *ca.* (about) within half a unit
    of the last digit that is not a filling zero, a tenth for numbers of one or two digits, 3 per cent for longer ones.
    *knap* (nearly) and *godt* (just over) one unit of that digit below or above, *mere end* (more than) from the
    number to 3 per cent above. `below` and `between` are as they say.
    """
    if "below" in target:
        return -np.inf, float(target["below"])
    if "between" in target:
        return float(target["between"][0]), float(target["between"][1])
    printed, digit = float(target["printed"]), float(target["digit"])
    if target.get("hedge") == "nearly":
        return printed - digit, printed
    if target.get("hedge") == "just_over":
        return printed, printed + digit
    if target.get("hedge") == "more_than":
        return printed, printed * 1.03
    share = 0.03
    if target.get("hedge") == "about" and abs(printed) / digit < 100:
        share = 0.10
    half = max(digit / 2, abs(printed) * share)
    low, high = printed - half, printed + half
    if "also" in target:
        low, high = min(low, target["also"][0]), max(high, target["also"][1])
    return low, high


def _row(target: Mapping[str, Any], counts: MoneyCounts) -> tuple[Any, ...]:
    try:
        generated = float(getattr(counts, target["count"])(**target.get("with", {})))
    except ZeroDivisionError:  # a share of nobody
        generated = np.nan
    printed = target.get("printed")
    lower, upper = interval(target)
    wider = 2.0 * float(target["noise"]) * max(counts.scale**-0.5 - 1, 0.0) * max(abs(float(printed or 1.0)), 0.1)
    lower, upper = lower - wider, upper + wider
    return _compared(target["key"], target["source"], printed, lower, upper, generated, target.get("note", ""))


def _compared(
    key: str, source: str, printed: float | None, lower: float, upper: float, generated: float, note: str
) -> tuple[Any, ...]:
    if np.isnan(generated):  # a small country has nobody the number is about
        return key, source, printed, *_ends(lower, upper), None, None, None, note
    deviation = 100 * (generated / printed - 1) if printed else None
    within = bool(lower <= generated <= upper)
    return key, source, printed, *_ends(lower, upper), generated, deviation, within, note


def _ends(lower: float, upper: float) -> tuple[float | None, float | None]:
    return None if np.isinf(lower) else lower, None if np.isinf(upper) else upper


def _offer_rows(counts: MoneyCounts) -> list[tuple[Any, ...]]:
    """A row for every number of 000 table 2 that is printed: offers by operator, and by type and operator."""
    spec = _targets()["offers"]
    found = counts.offers_by_type(spec["date"])
    printed = [("", operator, number) for operator, number in offer_totals().items()]
    printed += [
        (str(kind["name"]), operator, kind[operator])
        for kind in offer_types()
        for operator in offer_totals()
        if kind[operator]
    ]
    rows = []
    for name, operator, number in printed:
        half = max(0.03 * number, 0.5)
        generated = found.get((name, operator), 0.0)
        note = "" if name else "Distinct offers; an offer may be approved for several types."
        rows.append(
            _compared(
                f"Offers: {name or 'all'}, {operator}",
                spec["source"],
                float(number),
                number - half,
                number + half,
                generated,
                note,
            )
        )
    return rows


@cache
def _targets() -> Mapping[str, Any]:
    text = files("styr.register.generate").joinpath("targets.yaml").read_text(encoding="utf-8")
    targets: Mapping[str, Any] = yaml.safe_load(text)
    return targets
