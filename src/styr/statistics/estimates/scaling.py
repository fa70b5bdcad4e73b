# SPDX-License-Identifier: EUPL-1.2
"""Scaling from the municipalities that have delivered to the country or a region, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Words
from styr.statistics.count import arranged, ask, cells_of
from styr.statistics.engines import Engine, open_engine
from styr.statistics.errors import CannotAnswer, unknown
from styr.statistics.estimates.sample import Sample, sample_of
from styr.statistics.expressions.lookups import municipalities_in
from styr.statistics.expressions.population import OF_INHABITANTS, inhabitants_of
from styr.statistics.header import header
from styr.statistics.question import Question
from styr.statistics.result import Result, as_arrow, caveat

METHODS = {"ratio": "scaled by ratio, jackknife", "mean": "scaled by mean rate, t interval"}
COUNTRY = "country"
PLACES = ("municipality", "region")
#: What a question does not say unless it is said.
UNSAID: Mapping[str, Any] = {
    "on": None, "where": None, "acting": False, "age_groups": None, "price_level": None, "net_of_refund": False,
}  # fmt: skip


def scaled(
    snapshot: Snapshot,
    indicator: str,
    to: str = COUNTRY,
    *,
    by: Sequence[str] = (),
    from_year: int | None = None,
    to_year: int | None = None,
    method: str = "ratio",
    delivered: Sequence[str] | None = None,
    disclosure_control: bool = True,
    engine: str = "duckdb",
    **options: Any,
) -> Result:
    """An indicator counted in the municipalities that have delivered and scaled to the country or a region.

    to: "country", or a region's code or name. method: see scale_to. delivered: the municipalities to scale from, by
    code or name; when not given, those that have delivered every year asked about (estimates/delivered.py). options:
    those of count (on, where, acting, age_groups, price_level, net_of_refund). The columns are those of count;
    numerator is the sample's value, denominator its inhabitants, n its persons. Raises CannotAnswer when a population
    is missing, no municipality has delivered, or the indicator is already a rate.
    """
    if method not in METHODS:
        raise unknown("way of scaling", method, METHODS)
    running = open_engine(engine, snapshot)
    try:
        found = counted(running, indicator, to, by, from_year, to_year, delivered, options)
        question = found.question
        cells = scale_to(found.rows, found.keys, found.inhabitants, found.target, method)
        cells = cells.with_columns(suppressed=pl.lit(False))
        table = arranged(question, cells, control=disclosure_control)
        said = [_said(question, method, found.name, len(found.sample.municipalities)), *found.sample.said(indicator)]
        if method == "ratio" and set(found.sample.municipalities) == set(_target(to)[0]):
            said.append(caveat("scaled_all", target=found.name))
        if question.indicator.kind in ("stock", "period"):
            said.append(caveat("scaled_persons"))
        about = header(
            running,
            question,
            table,
            unpriced=int(found.rows["unpriced"].sum()),
            control=disclosure_control,
            further=said,
        )
        return Result(as_arrow(table), about)
    finally:
        running.close()


@dataclass(frozen=True)
class Municipal:
    """What is scaled: the question, the cells of each municipality of the sample, and the inhabitants of these and of
    the target (see scale_to for the columns)."""

    question: Question
    name: Words
    sample: Sample
    rows: pl.DataFrame
    inhabitants: pl.DataFrame
    target: pl.DataFrame

    @property
    def keys(self) -> tuple[str, ...]:
        """What names a cell."""
        return ("period", *self.question.labels)


def counted(
    engine: Engine,
    indicator: str,
    to: str,
    by: Sequence[str],
    from_year: int | None,
    to_year: int | None,
    delivered: Sequence[str] | None,
    options: Mapping[str, Any],
) -> Municipal:
    """An indicator counted in each municipality of the sample; the arguments are those of scaled."""
    question = ask(engine, indicator, by, from_year, to_year, **{**UNSAID, **options})
    _check(question)
    target, name = _target(to)
    split = replace(question, by=(*question.by, "municipality"))
    sample = sample_of(engine, split, target, name, delivered)
    rows = cells_of(engine, split).filter(pl.col("municipality").is_in(sample.municipalities))
    everywhere = replace(question, where={k: v for k, v in question.where.items() if k not in PLACES})
    return Municipal(
        question,
        name,
        sample,
        rows,
        _frame(engine.run(inhabitants_of(engine, split, sample.municipalities))),
        _frame(engine.run(inhabitants_of(engine, everywhere, target))),
    )


def scale_to(
    rows: pl.DataFrame, keys: Sequence[str], sample: pl.DataFrame, target: pl.DataFrame, method: str = "ratio"
) -> pl.DataFrame:
    """Municipal values scaled to a larger population.

    rows: keys, municipality, value, n; a municipality of the sample without a row counts 0. sample: municipality,
    denominator (inhabitants) and some of the keys, for every municipality that has delivered. target: denominator
    and the same keys.

    Method "ratio": Σ value × inhabitants of the target / inhabitants of the sample, with a jackknife interval over
    municipalities. "mean": the mean of municipal rates × inhabitants of the target, with a t interval. Both as
    METHODS § 3; intervals need two municipalities, and are null otherwise.

    Returns keys, value, numerator (Σ value), denominator (inhabitants of the sample), n, lower, upper, method.
    """
    from scipy.special import stdtrit  # slow to load, and seldom needed

    municipal = _beside_target(rows, keys, sample, target)
    estimated = _ratio(municipal, keys) if method == "ratio" else _mean(municipal, keys)
    level = vocabulary.parameter("confidence_level")
    quantiles = {k: float(stdtrit(k - 1, (1 + level) / 2)) for k in estimated["count"].unique() if k > 1}
    width = pl.col("error") * pl.col("count").replace_strict(quantiles, default=None, return_dtype=pl.Float64)
    return estimated.with_columns(
        lower=pl.col("value") - width,
        upper=pl.col("value") + width,
        method=pl.format(METHODS[method] + " over {} municipalities", "count"),
    )


def leave_one_out(rows: pl.DataFrame, keys: Sequence[str], sample: pl.DataFrame, target: pl.DataFrame) -> pl.DataFrame:
    """The ratio estimate of every cell, and the same with each municipality left out: what a jackknife of anything
    made of these values needs. The arguments are those of scale_to.

    Returns left_out (null: none is), keys, value, n (persons behind the estimate).
    """
    municipal = _beside_target(rows, keys, sample, target)
    whole = municipal.group_by(keys).agg(
        sum_v=pl.col("v").sum(), sum_p=pl.col("p").sum(), target=pl.col("target").first(), n=_persons()
    )
    value = pl.col("sum_v") / pl.col("sum_p") * pl.col("target")
    less = (pl.col("sum_v") - pl.col("v")) / (pl.col("sum_p") - pl.col("p")) * pl.col("target")
    each = municipal.select(*keys, "v", "p", left_out="municipality").join(whole, on=list(keys), nulls_equal=True)
    return pl.concat(
        [
            whole.select(pl.lit(None, pl.String).alias("left_out"), *keys, "n", value=value),
            each.select("left_out", *keys, "n", value=less),
        ]
    )


def _beside_target(rows: pl.DataFrame, keys: Sequence[str], sample: pl.DataFrame, target: pl.DataFrame) -> pl.DataFrame:
    """Every cell with every municipality of the sample (see _completed), beside the target's inhabitants."""
    shared = [key for key in keys if key in sample.columns]
    whole = target.rename({"denominator": "target"})
    beside = [key for key in shared if key in whole.columns]
    return _completed(rows, keys, sample, shared).join(whole, on=beside, how="left", nulls_equal=True)


def _completed(rows: pl.DataFrame, keys: Sequence[str], sample: pl.DataFrame, shared: Sequence[str]) -> pl.DataFrame:
    """Every cell with every municipality of the sample: v (0 where there is no row), p (its inhabitants), n."""
    cells = rows.select(keys).unique()
    everyone = cells.join(sample.rename({"denominator": "p"}), on=shared, how="inner", nulls_equal=True)
    values = rows.select(*keys, "municipality", "n", v="value")
    joined = everyone.join(values, on=[*keys, "municipality"], how="left", nulls_equal=True)
    return joined.with_columns(pl.col("v").fill_null(0.0))


def _ratio(municipal: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    without = (pl.col("v").sum() - pl.col("v")) / (pl.col("p").sum() - pl.col("p")) * pl.col("target")
    count = pl.len()
    spread = ((without - without.mean()) ** 2).sum() * (count - 1) / count
    return municipal.group_by(keys).agg(
        value=pl.col("v").sum() / pl.col("p").sum() * pl.col("target").first(),
        numerator=pl.col("v").sum(),
        denominator=pl.col("p").sum(),
        n=_persons(),
        count=count,
        error=spread.sqrt(),
    )


def _mean(municipal: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    rate = pl.col("v") / pl.col("p")
    return municipal.group_by(keys).agg(
        value=rate.mean() * pl.col("target").first(),
        numerator=pl.col("v").sum(),
        denominator=pl.col("p").sum(),
        n=_persons(),
        count=pl.len(),
        error=rate.std() / pl.len().sqrt() * pl.col("target").first(),
    )


def _persons() -> pl.Expr:
    """Persons behind a cell; unknown when they are unknown in a municipality that has a row."""
    unknown = (pl.col("n").is_null() & (pl.col("v") != 0)).any()
    return pl.when(~unknown).then(pl.col("n").sum())


def _check(question: Question) -> None:
    chosen = question.indicator
    if chosen.ratio:
        raise CannotAnswer("rates_are_not_scaled", indicator=chosen.key, counted=chosen.ratio.of)
    if chosen.ages is None:
        raise CannotAnswer("does_not_follow_inhabitants", indicator=chosen.key)
    for key in PLACES:
        if key in question.by:
            raise CannotAnswer("scaled_not_split_by_place", key=key)


def _target(to: str) -> tuple[list[str], Words]:
    """The municipalities of the country, or of a region named by code or name."""
    if to.strip().casefold() in (COUNTRY, "landet", "hele landet"):
        return list(vocabulary.codelist("municipality").codes), Words("hele landet", "the country")
    regions = vocabulary.codelist("region")
    try:
        code = regions.parse(to)
    except vocabulary.UnknownWord as error:
        raise CannotAnswer("region_unknown", error=error) from error
    return municipalities_in([code]), Words(regions.name(code, "da"), regions.name(code, "en"))


def _said(question: Question, method: str, name: Words, count: int) -> Words:
    low, high = question.indicator.ages or (0, None)
    ages = Words(f"{low}+ år", f"aged {low}+") if high is None else Words(f"{low}-{high} år", f"aged {low}-{high}")
    if set(question.labels) & (set(OF_INHABITANTS) - set(PLACES)):
        ages = Words("i samme celle", "of the same cell")
    return caveat(f"scaled_{method}", target=name, count=count, ages=ages)


def _frame(rows: Any) -> pl.DataFrame:
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)
    return frame
