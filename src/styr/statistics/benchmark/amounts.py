# SPDX-License-Identifier: EUPL-1.2
"""Potentials of a benchmark as a table: what is set against what, in which unit, and whom it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.benchmark.municipal import Municipal, municipal
from styr.statistics.benchmark.potentials import LEVELS, Potential, to_expected, to_mean, to_mean_at_cost
from styr.statistics.catalogue import Words
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.count import count
from styr.statistics.errors import CannotAnswer, unknown

KINDS = ("expected", "mean", "tariff")
METHOD = "beregningsteknisk (arithmetical): down to {level}; bootstrap over {count} municipalities"
EXPECTED = Words("det forventede niveau", "the level expected of their background")


@dataclass(frozen=True)
class Amounts:
    """made: the potential; unit of its amounts; level in words."""

    made: Potential
    unit: Words
    level: Words


def amounts(
    found: Municipal,
    kind: str,
    background: pl.DataFrame | None,
    *,
    snapshot: Snapshot,
    level: str,
    expenditure: str | None,
    volume: str | None,
    asked: Mapping[str, Any],
    drawing: Mapping[str, int],
) -> Amounts:
    """Work out a potential of a kind.

    expected: of a rate, needs the background. mean: of a rate, in persons or kroner as the rate counts; with
    expenditure (an indicator per inhabitant) in the kroner that a lower frequency goes with. tariff: of a cost per
    person or place, times what it is divided by, or times what another indicator counts (volume: its numerator).
    Raises CannotAnswer for what does not fit together.
    """
    if kind not in KINDS:
        raise unknown("potential", kind, KINDS)
    if expenditure and kind != "mean":
        raise CannotAnswer("expenditure_needs_mean")
    if volume and kind != "tariff":
        raise CannotAnswer("volume_needs_tariff")
    if level != "mean" and kind == "expected":
        raise CannotAnswer("expected_has_no_level")
    whole, unit = _whole(found, kind, volume, snapshot, asked)
    if kind == "expected":
        if background is None:
            raise CannotAnswer("expected_needs_variables")
        return Amounts(to_expected(whole, background, **drawing), unit, EXPECTED)
    if expenditure:
        costs = _costs(found, expenditure, snapshot, asked)
        made = to_mean_at_cost(whole, costs, background, level, **drawing)
        return Amounts(made, _summed_unit(expenditure), LEVELS[level])
    made = to_mean(whole, level, **drawing)
    return Amounts(made, unit, LEVELS[level])


def table(found: Municipal, kind: str, worked_out: Amounts) -> pl.DataFrame:
    """The total (scope country) and every municipality.

    Columns: kind, scope, municipality, rate (the indicator's value), level, excess, volume, value (the potential, in
    the unit of the header), share (of the rate times the volume, or of the expenditure), municipalities (behind it),
    lower, upper (95 %), suppressed, method. Municipalities that take no part have nulls.
    """
    made = worked_out.made
    taking = made.municipalities
    base = float(taking["base"].sum())
    method = METHOD.format(level=worked_out.level.en, count=taking.height)
    total = pl.DataFrame(
        {
            "scope": ["country"],
            "volume": [float(taking["volume"].sum())],
            "value": [made.total],
            "share": [made.total / base if base else None],
            "municipalities": [taking.height],
            "lower": [made.lower],
            "upper": [made.upper],
            "suppressed": [False],
            "method": [method],
        },
        schema_overrides={"share": pl.Float64, "municipalities": pl.Int64},
    )
    rows = found.rows.select("municipality", "suppressed", hidden="method").join(
        taking.rename({"value": "rate", "potential": "value"}), on="municipality", how="left", maintain_order="left"
    )
    method_of = pl.when(pl.col("suppressed")).then("hidden").when(pl.col("value").is_not_null()).then(pl.lit(method))
    rows = rows.with_columns(
        scope=pl.lit("municipality"),
        share=pl.when(pl.col("base") != 0).then(pl.col("value") / pl.col("base")),
        municipalities=pl.lit(1, pl.Int64),
        method=method_of.otherwise(pl.lit("left out: a variable or a volume is missing")),
    )  # fmt: skip
    return pl.concat([total, rows.drop("hidden")], how="diagonal_relaxed").select(
        pl.lit(kind).alias("kind"), "scope", "municipality", "rate", "level", "excess", "volume", "value", "share",
        "municipalities", "lower", "upper", "suppressed", "method",
    )  # fmt: skip


def _whole(
    found: Municipal, kind: str, volume: str | None, snapshot: Snapshot, asked: Mapping[str, Any]
) -> tuple[pl.DataFrame, Words]:
    """Rows (municipality, value, volume) and the unit of value times volume."""
    chosen = found.indicator
    of_inhabitants = chosen.ratio is not None and chosen.ratio.by == "inhabitants"
    if kind == "tariff" and of_inhabitants:
        raise CannotAnswer("rate_is_no_tariff", indicator=chosen.key)
    if kind != "tariff" and not of_inhabitants:
        raise CannotAnswer("tariff_is_no_rate", indicator=chosen.key)
    if volume:
        alike = {name: each for name, each in asked.items() if name != "delivered"}
        other = count(snapshot, volume, ["municipality"], found.year, found.year, **alike).to_polars()
        other = other.select("municipality", volume="numerator")
        unit = indicator_of(volume).unit
        words = Words(
            f"{chosen.unit.da} × {unit.da.split(' pr. ')[0]}", f"{chosen.unit.en} × {unit.en.split(' per ')[0]}"
        )
        return found.rows.select("municipality", "value").join(other, on="municipality", how="left"), words
    if chosen.ratio is None:
        raise CannotAnswer("volume_missing", indicator=chosen.key)
    rows = found.rows.select("municipality", "value", volume=pl.col("denominator") / found.times)
    return rows, _summed_unit(chosen.key)


def _costs(found: Municipal, expenditure: str, snapshot: Snapshot, asked: Mapping[str, Any]) -> pl.DataFrame:
    """municipality, value, volume of an expenditure per inhabitant; raises CannotAnswer when it is none."""
    chosen = indicator_of(expenditure)
    if not chosen.money or chosen.ratio is None or chosen.ratio.by != "inhabitants":
        raise CannotAnswer("no_expenditure_per_inhabitant", expenditure=expenditure)
    costs = municipal(snapshot, expenditure, found.year, **asked)
    return costs.rows.select("municipality", "value", volume=pl.col("denominator") / costs.times)


def _summed_unit(key: str) -> Words:
    """The unit of what a ratio divides."""
    ratio = indicator_of(key).ratio
    assert ratio is not None
    return indicator_of(ratio.of).unit
