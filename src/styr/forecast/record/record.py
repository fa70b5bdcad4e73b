# SPDX-License-Identifier: EUPL-1.2
"""The record: what a backtest comes to, by horizon and by what was asked, beside the naive forecasts and the budget.

This is the table a page shows next to a forecast.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from styr.forecast.record.calibration import Calibration, calibration, coverage_words, nearest_words
from styr.forecast.record.scores import LEVELS, Share, covered
from styr.statistics.catalogue import Words

#: Rows whose outcomes lie in one year of one municipality overlap; they are one cluster.
CLUSTER = ("municipality", "year")
_FEWEST_MONTHS = 6  # single months from which something can be said


def record(
    rows: pl.DataFrame, by: Sequence[str] = ("total", "horizon"), cluster: Sequence[str] = CLUSTER
) -> pl.DataFrame:
    """The rows of a backtest summed up by columns of them (horizon, function, …). One row a group, with

    n (outcomes), years (clusters behind them); actual (mean outcome); bias_pct, mae_pct, crps_pct (mean error,
    absolute error and CRPS in per cent of the mean outcome's size); naive_, last_year_ and budget_mae_pct (theirs; a
    point's CRPS is its absolute error), dressed_crps_pct (the run-rate's with its own errors around it); skill and
    last_year_skill (how much lower the CRPS is than theirs, per cent); coverage50, 80 and 95 in per cent, each with
    lower and upper (95 %, see covered); pit (mean), verdict and p (see calibration).
    What cannot be said is null.
    """
    keys = list(by)
    rows = _clustered(rows, cluster)
    groups = rows.partition_by(keys, as_dict=True, maintain_order=True) if keys else {(): rows}
    summed = [{**dict(zip(keys, key, strict=True)), **_summed(group)} for key, group in groups.items()]
    schema = {name: rows.schema[name] for name in keys}
    return pl.DataFrame(summed, schema_overrides=schema, infer_schema_length=None).sort(keys, nulls_last=True)


def said(rows: pl.DataFrame) -> list[Words]:
    """What the record of some rows comes to in sentences: the verdict, what single months say where it is undecided,
    and what each interval has held."""
    rows = _clustered(rows, CLUSTER)
    verdict, shares = _calibration(rows), _coverage(rows)
    nearest = _nearest(rows) if verdict.verdict == "undecided" else []
    return [
        verdict.words(),
        *nearest,
        *(coverage_words(level, share) for level, share in zip(LEVELS, shares, strict=True)),
    ]


def _nearest(rows: pl.DataFrame) -> list[Words]:
    """What forecasts of the month next to come say, each of them about an outcome that no other is about."""
    next_to_come = rows.filter(pl.col("horizon") == 1)
    if (
        next_to_come.height < _FEWEST_MONTHS
        or "target" not in rows.columns
        or next_to_come["target"].is_duplicated().any()
    ):
        return []
    held = next_to_come.filter(pl.col("actual").is_between("lower80", "upper80")).height
    return [nearest_words(0.80, held, next_to_come.height)]


def _clustered(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    return rows.with_columns(cluster=pl.concat_str([name for name in by if name in rows.columns], separator=" "))


def _summed(rows: pl.DataFrame) -> dict[str, object]:
    size = float(rows["actual"].abs().mean() or np.nan)  # type: ignore[arg-type]
    verdict = _calibration(rows)
    summed: dict[str, object] = {
        "n": rows.height,
        "years": verdict.clusters,
        "actual": rows["actual"].mean(),
        "bias_pct": _share_of(rows["forecast"] - rows["actual"], size),
        "mae_pct": _share_of((rows["forecast"] - rows["actual"]).abs(), size),
        **{
            f"{name}_mae_pct": _share_of((rows[name] - rows["actual"]).abs(), size)
            for name in ("naive", "last_year", "budget")
        },
        "crps_pct": _share_of(rows["crps"], size),
        "dressed_crps_pct": _share_of(rows["naive_dressed_crps"], size),
        "skill": _skill(rows, "naive"),
        "last_year_skill": _skill(rows, "last_year"),
    }
    for level, share in zip(LEVELS, _coverage(rows), strict=True):
        name = f"coverage{level * 100:.0f}"
        summed |= {name: 100 * share.value, f"{name}_lower": 100 * share.lower, f"{name}_upper": 100 * share.upper}
    decided = verdict.verdict != "undecided"
    return {**summed, "pit": verdict.mean, "verdict": verdict.verdict, "p": verdict.p if decided else None}


def _share_of(values: pl.Series, size: float) -> float | None:
    """The mean of what is known, in per cent of a size."""
    mean = values.mean()
    return None if mean is None or not size > 0 else 100 * float(mean) / size  # type: ignore[arg-type]


def _skill(rows: pl.DataFrame, name: str) -> float | None:
    """How much lower the mean CRPS is than a point's mean absolute error, where both are known, in per cent."""
    both = rows.filter(pl.col(name).is_not_null())
    naive = (both[name] - both["actual"]).abs().mean()
    return 100 * (1 - float(both["crps"].mean()) / float(naive)) if naive else None  # type: ignore[arg-type]


def _coverage(rows: pl.DataFrame) -> list[Share]:
    return [
        covered(
            ((rows["actual"] >= rows[f"lower{level * 100:.0f}"]) & (rows["actual"] <= rows[f"upper{level * 100:.0f}"]))
            .cast(pl.Float64)
            .to_numpy(),
            rows["cluster"].to_numpy(),
        )
        for level in LEVELS
    ]


def _calibration(rows: pl.DataFrame) -> Calibration:
    return calibration(rows["pit"].to_numpy(), rows["cluster"].to_numpy())
