# SPDX-License-Identifier: EUPL-1.2
"""Survival curves of risk sets: Kaplan and Meier's estimate, with Greenwood's variance and a log-log interval.

    S(t) = Π (1 - d/r)            over the days up to t on which d of the r at risk ended
    V(t) = Σ d / (r (r - d))      Greenwood
    S(t) ^ exp(± z √V / ln S)     the interval, within 0 and 1

There is no interval before the first end (S is 1) nor when all at risk have ended (S is 0).
"""

from __future__ import annotations

from statistics import NormalDist

import polars as pl

from styr import vocabulary
from styr.statistics.expressions.risk_sets import labels_of_curves
from styr.statistics.question import Question

#: Share that has ended at each quantile.
SHARES = {"p10": 0.10, "q1": 0.25, "median": 0.50, "q3": 0.75, "p90": 0.90}
#: What is read off a curve, and what it is called in a result.
READ = (("share", "value"), ("lower", "lower"), ("upper", "upper"))
#: A product of fractions misses the fraction it should be by no more than this.
ROUNDING = 1e-9


def quantiles(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The days by which a share has ended: the first day the curve is at or below what should then be left.

    cells: those of risk_sets. Returns period, the dimensions asked for, quantile (every one), value (days; null where
    the curve does not come so far down), lower and upper (the same of the ends of its interval), n.
    """
    days = _curves(cells, question)
    found = [_reached(days, name, 1 - share + ROUNDING) for name, share in SHARES.items()]
    return _of_cells(pl.concat(found), cells, question)


def curve(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The share that still goes on after so many days: those asked for, else the vocabulary's duration_curve_days.

    cells: those of risk_sets. Returns period, the dimensions asked for, days, value (null beyond the last day anyone
    was followed), lower, upper, n.
    """
    asked = question.where.get("days") or vocabulary.parameter("duration_curve_days")
    days = pl.DataFrame({"days": sorted({int(day) for day in asked})}, schema={"days": pl.Int64})
    known = _curves(cells, question).sort("day")
    wanted = known.select("_cell", "_last").unique().join(days, how="cross").sort("days")
    read = wanted.join_asof(known.drop("_last"), left_on="days", right_on="day", by="_cell", check_sortedness=False)
    seen = (pl.col("days") <= pl.col("_last")) | (pl.col("share") == 0)
    read = read.select("_cell", "days", *(pl.when(seen).then(name).alias(said) for name, said in READ))
    return _of_cells(read, cells, question)


def mean(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The mean days, as the area under the curve to the last day anyone was followed: where the curve has not come
    down to nothing by then, the mean of the days within that time.

    cells: those of risk_sets. Returns period, the dimensions asked for, value (days; null where none has ended), n.
    """
    days = _curves(cells, question).sort("_cell", "day")
    lasts = pl.min_horizontal(pl.col("day").shift(-1).over("_cell").fill_null(pl.col("_last")), "_last")
    area = (pl.col("share") * (lasts - pl.col("day"))).sum()
    read = days.group_by("_cell").agg(value=pl.when(pl.len() > 1).then(area))  # no row but day 0: none has ended
    return _of_cells(read, cells, question)


def _curves(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The curve of each cell (_cell, its number) on day 0 and on every day on which any ends: share, lower, upper, and
    _last, the last day anyone was at risk."""
    z = NormalDist().inv_cdf(0.5 + vocabulary.parameter("confidence_level") / 2)
    ends, at_risk, share = pl.col("numerator"), pl.col("denominator"), pl.col("share")
    staying = pl.when(at_risk > 0).then(1 - ends / at_risk).otherwise(1.0)
    term = pl.when(at_risk > ends).then(ends / (at_risk * (at_risk - ends))).otherwise(0.0)
    days = cells.join(_numbers(cells, question), on=labels_of_curves(question), nulls_equal=True).with_columns(
        share=staying.cum_prod().over("_cell", order_by="day"),
        variance=term.cum_sum().over("_cell", order_by="day"),
        _last=pl.col("last").max().over("_cell"),
    )
    power = z * pl.col("variance").sqrt() / share.log().abs()
    uncertain = (share > 0) & (share < 1)
    return days.select(
        "_cell",
        "day",
        "share",
        "_last",
        lower=pl.when(uncertain).then(share.pow(power.exp())),
        upper=pl.when(uncertain).then(share.pow((-power).exp())),
    )


def _reached(days: pl.DataFrame, name: str, left: float) -> pl.DataFrame:
    """The first day each curve, and either end of its interval, is at or below a share."""
    sunk = {"share": pl.col("share"), "lower": pl.coalesce("lower", "share"), "upper": pl.col("upper")}
    first = [pl.col("day").filter(sunk[end] <= left).min().cast(pl.Float64).alias(said) for end, said in READ]
    return days.group_by("_cell").agg(pl.lit(name).alias("quantile"), *first)


def _numbers(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The cells numbered, as their labels may be unknown (null)."""
    return cells.filter(pl.col("day") == 0).select(labels_of_curves(question)).with_row_index("_cell")


def _of_cells(read: pl.DataFrame, cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """What was read of each cell, with its labels and n in place of its number."""
    numbered = cells.filter(pl.col("day") == 0).select(*labels_of_curves(question), "n", "unpriced")
    none = pl.lit(None, pl.Float64)
    found = numbered.with_row_index("_cell").join(read, on="_cell").drop("_cell")
    return found.with_columns(numerator=none, denominator=none)
