# SPDX-License-Identifier: EUPL-1.2
"""Scaling from the municipalities that have delivered to the country or a region, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Words
from styr.statistics.count import arranged, ask, cells_of
from styr.statistics.disclosure import suppressed
from styr.statistics.engines import open_engine
from styr.statistics.errors import CannotAnswer, unknown
from styr.statistics.expressions.lookups import municipalities_in
from styr.statistics.expressions.population import OF_INHABITANTS, delivered, inhabitants_of
from styr.statistics.header import header
from styr.statistics.question import Question
from styr.statistics.result import Result, as_arrow, caveat

METHODS = {"ratio": "scaled by ratio, jackknife", "mean": "scaled by mean rate, t interval"}
COUNTRY = "country"
PLACES = ("municipality", "region")


def scaled(
    snapshot: Snapshot,
    indicator: str,
    to: str = COUNTRY,
    *,
    by: Sequence[str] = (),
    from_year: int | None = None,
    to_year: int | None = None,
    method: str = "ratio",
    disclosure_control: bool = True,
    engine: str = "duckdb",
    **options: Any,
) -> Result:
    """An indicator counted in the municipalities that have delivered and scaled to the country or a region.

    to: "country", or a region's code or name. method: see scale_to. options: those of count (on, where, acting,
    age_groups, price_level, net_of_refund). The columns are those of count; numerator is the sample's value,
    denominator its inhabitants, n its persons. Raises CannotAnswer when a population is missing, or the indicator is
    already a rate.
    """
    if method not in METHODS:
        raise unknown("way of scaling", method, METHODS)
    wanted: dict[str, Any] = {
        "on": None, "where": None, "acting": False, "age_groups": None, "price_level": None, "net_of_refund": False,
    }  # fmt: skip
    running = open_engine(engine, snapshot)
    try:
        question = ask(running, indicator, by, from_year, to_year, **(wanted | options))
        _check(question)
        target, name = _target(to)
        split = replace(question, by=(*question.by, "municipality"))
        sample = [code for code in delivered(running, split) if code in set(target)]
        if not sample:
            raise CannotAnswer(f"No municipality of {name.en} has delivered {question.indicator.subject.table}.")
        rows = cells_of(running, split).filter(pl.col("municipality").is_in(sample))
        sample_inhabitants = _frame(running.run(inhabitants_of(running, split, sample)))
        everywhere = replace(question, where={k: v for k, v in question.where.items() if k not in PLACES})
        target_inhabitants = _frame(running.run(inhabitants_of(running, everywhere, target)))
        keys = ("period", *question.labels)
        cells = scale_to(rows, keys, sample_inhabitants, target_inhabitants, method)
        cells = cells.with_columns(suppressed=pl.lit(False))
        if disclosure_control and question.indicator.persons:
            cells = suppressed(cells)
        table = arranged(question, cells)
        said = [_said(question, method, name, len(sample))]
        if question.indicator.kind in ("stock", "period"):
            said.append(caveat("scaled_persons"))
        about = header(
            running,
            question,
            table,
            unpriced=int(rows["unpriced"].sum()),
            control=disclosure_control,
            further=said,
        )
        return Result(as_arrow(table), about)
    finally:
        running.close()


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

    shared = [key for key in keys if key in sample.columns]
    municipal = _completed(rows, keys, sample, shared)
    whole = target.rename({"denominator": "target"})
    municipal = municipal.join(whole, on=[key for key in shared if key in whole.columns], how="left", nulls_equal=True)
    estimated = _ratio(municipal, keys) if method == "ratio" else _mean(municipal, keys)
    level = vocabulary.parameter("confidence_level")
    quantiles = {k: float(stdtrit(k - 1, (1 + level) / 2)) for k in estimated["count"].unique() if k > 1}
    width = pl.col("error") * pl.col("count").replace_strict(quantiles, default=None, return_dtype=pl.Float64)
    return estimated.with_columns(
        lower=pl.col("value") - width,
        upper=pl.col("value") + width,
        method=pl.format(METHODS[method] + " over {} municipalities", "count"),
    )


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
        raise CannotAnswer(
            f"{chosen.key} is a rate, and a rate is not scaled. Scale {chosen.ratio.of} instead, or leave it out."
        )
    if chosen.ages is None:
        raise CannotAnswer(f"{chosen.key} does not follow inhabitants, and is not scaled by them. Leave it out.")
    for key in PLACES:
        if key in question.by:
            raise CannotAnswer(f"A result scaled to a larger area cannot be split by {key}. Leave out one of the two.")


def _target(to: str) -> tuple[list[str], Words]:
    """The municipalities of the country, or of a region named by code or name."""
    if to.strip().casefold() in (COUNTRY, "landet", "hele landet"):
        return list(vocabulary.codelist("municipality").codes), Words("hele landet", "the country")
    regions = vocabulary.codelist("region")
    try:
        code = regions.parse(to)
    except vocabulary.UnknownWord as error:
        raise CannotAnswer(f"{error} Or scale to the country.") from error
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
