# SPDX-License-Identifier: EUPL-1.2
"""One indicator, municipality by municipality, as it may be shown: what every comparison starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.benchmark.intervals import poisson_interval
from styr.statistics.catalogue import Indicator, Words, indicators
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.count import ask, count
from styr.statistics.engines import Engine, open_engine
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates.delivery_rule import DELIVERS
from styr.statistics.estimates.sample import Sample, sample_of
from styr.statistics.expressions.lookups import regions
from styr.statistics.expressions.population import inhabitants_of
from styr.statistics.question import Question
from styr.statistics.result import Header

#: Bands of size in order; the bounds between them are the vocabulary's size_band_bounds.
SIZE_BANDS = ("small", "medium", "large")
PLACES = ("municipality", "region")
#: The columns of municipal rows.
COLUMNS = (
    "municipality", "region", "size_band", "inhabitants",
    "value", "numerator", "denominator", "n", "lower", "upper", "suppressed", "method",
)  # fmt: skip


@dataclass(frozen=True)
class Municipal:
    """One indicator in a year, or on average over the years up to it, by municipality.

    rows: municipality, region, size_band, inhabitants (of all ages, 1 January of the year), value, numerator,
    denominator, n, lower, upper, suppressed, method; one for each municipality that has delivered, by code. What may
    not be shown is null and marked suppressed. country: the value of all of them taken together. times: value =
    times × numerator / denominator. counted: the numerator counts persons, so that its chance variation is known.
    says: what a reader must know of who is in it.
    """

    indicator: Indicator
    year: int
    years: int
    rows: pl.DataFrame
    country: float
    times: float
    counted: bool
    header: Header
    says: tuple[Words, ...] = ()

    @property
    def hidden(self) -> int:
        """How many municipalities are hidden."""
        return int(self.rows["suppressed"].sum())


def municipal(
    snapshot: Snapshot,
    indicator: str,
    year: int,
    *,
    years: int = 1,
    where: Mapping[str, Sequence[str]] | None = None,
    delivered: Sequence[str] | None = None,
    disclosure_control: bool = True,
    engine: str = "duckdb",
    **options: Any,
) -> Municipal:
    """Count an indicator by municipality in a year.

    years: how many years up to it are averaged (numerators and denominators each; 002 l.552-556 takes three), to even
    out chance. delivered: the municipalities that take part, by code or name; when not given, those that have
    delivered every year (estimates/delivered.py). One that has, but has no one of the kind, counts 0 when the
    indicator is a rate of inhabitants. options: those of count (on, acting, age_groups, price_level, net_of_refund).

    Rates of persons get exact Poisson intervals (95 %) when they have none of their own; an average of years gets
    that of a single year. Raises CannotAnswer when the indicator grows with the municipality and cannot be compared,
    and when places are narrowed to.
    """
    chosen = indicator_of(indicator)
    _check(chosen, where or {}, years)
    asked: dict[str, Any] = {"from_year": year - years + 1, "to_year": year, "where": dict(where or {}), **options}
    shown: dict[str, Any] = {"disclosure_control": disclosure_control, "engine": engine}
    sample, people = _sample(snapshot, chosen, engine, asked, delivered)
    if sample and (sample.left_out or sample.named):
        # of both tables alike: what is hidden in the one is hidden against the totals of the other
        asked["where"] |= {"municipality": sample.municipalities}
    split = count(snapshot, indicator, ["year", "municipality"], **asked, **shown)
    whole = count(snapshot, indicator, ["year"], **asked, **shown).to_polars()
    _check_comparable(chosen, whole, split.to_polars())
    rows = split.to_polars().drop("indicator").filter(pl.col("municipality").is_not_null())
    if people is not None:
        rows = _with_those_without(rows, people)
    times = chosen.ratio.times if chosen.ratio else 1.0
    counted = _counted(chosen, rows)
    rows = _averaged(rows, "municipality", times, years)
    rows = _described(rows, snapshot, year).sort("municipality")
    country = _averaged(whole.with_columns(country=pl.lit("country")), "country", times, years)["value"].to_list()
    if country in ([], [None]):
        raise CannotAnswer("country_not_shown", indicator=chosen.key, year=year)
    return Municipal(
        indicator=chosen,
        year=year,
        years=years,
        rows=_with_intervals(rows, times) if counted else rows,
        country=country[0],
        times=times,
        counted=counted,
        header=split.header,
        says=tuple(sample.said(indicator)) if sample else (),
    )


def inhabitants_of_all_ages(snapshot: Snapshot, year: int) -> pl.DataFrame:
    """Municipality and inhabitants on 1 January of the year; without rows when the population is not delivered."""
    population = pl.scan_parquet(snapshot.path("population")).filter(pl.col("year") == year)
    return population.group_by("municipality").agg(inhabitants=pl.col("persons").sum().cast(pl.Int64)).collect()


def _check(chosen: Indicator, where: Mapping[str, Sequence[str]], years: int) -> None:
    if years < 1:
        raise CannotAnswer("not_a_number_of_years", years=years)
    for key in PLACES:
        if key in where:
            raise CannotAnswer("benchmark_not_narrowed_to_place", key=key)


def _check_comparable(chosen: Indicator, whole: pl.DataFrame, split: pl.DataFrame) -> None:
    """Raise CannotAnswer for a number that is larger where more people live, and when a place has several rows."""
    if split.select("year", "municipality").is_duplicated().any():
        own = ", ".join(chosen.own)
        raise CannotAnswer("several_values_each", indicator=chosen.key, own=own)
    is_level = bool(chosen.ratio) or "quantile" in chosen.own or whole["denominator"].is_not_null().any()
    if is_level:
        return
    rates = [each.key for each in indicators() if each.ratio and each.ratio.of == chosen.key]
    if rates:
        raise CannotAnswer("grows_with_municipality_but", indicator=chosen.key, rates=", ".join(rates))
    raise CannotAnswer("grows_with_municipality", indicator=chosen.key)


def _sample(
    snapshot: Snapshot, chosen: Indicator, engine: str, asked: Mapping[str, Any], named: Sequence[str] | None
) -> tuple[Sample | None, pl.DataFrame | None]:
    """Those that have delivered (None where things are counted where they lie, and nothing is delivered by a
    municipality), and for a rate of inhabitants their year, municipality and denominator."""
    if chosen.subject.municipality not in DELIVERS:
        return None, None
    running = open_engine(engine, snapshot)
    try:
        usual: dict[str, Any] = {"on": None, "acting": False, "age_groups": None, "price_level": None}
        options = usual | {"net_of_refund": False} | dict(asked)
        question = ask(running, chosen.key, ["year", "municipality"], **options)
        everywhere = list(vocabulary.codelist("municipality").codes)
        sample = sample_of(running, question, everywhere, Words("landet", "the country"), named)
        if chosen.ratio is None or chosen.ratio.by != "inhabitants":
            return sample, None
        return sample, _people(running, question, sample.municipalities)
    finally:
        running.close()


def _people(running: Engine, question: Question, municipalities: Sequence[str]) -> pl.DataFrame:
    people = pl.from_arrow(running.run(inhabitants_of(running, question, municipalities)))
    assert isinstance(people, pl.DataFrame)
    years = {number: period.first.year for number, period in enumerate(question.periods)}
    year = pl.col("period").replace_strict(years, return_dtype=pl.Int32)
    return people.select("municipality", "denominator", year=year)


def _with_those_without(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows of a rate with those of municipalities where no one is counted: 0 of their inhabitants."""
    without = people.join(rows, on=["year", "municipality"], how="anti").with_columns(
        value=pl.lit(0.0), numerator=pl.lit(0.0), n=pl.lit(0, pl.Int64), suppressed=pl.lit(False),
        method=pl.lit("ratio"),
    )  # fmt: skip
    return pl.concat([rows, without], how="diagonal_relaxed")


def _counted(chosen: Indicator, rows: pl.DataFrame) -> bool:
    """Whether the value is persons per inhabitant: only then does a Poisson distribution say what chance does.

    A difference of counts (a net flow) is none: it is not between 0 and the persons behind it everywhere.
    """
    if chosen.ratio is None or chosen.ratio.by != "inhabitants" or not chosen.persons:
        return False
    if indicator_of(chosen.ratio.of).kind not in ("stock", "period"):
        return False
    return bool(rows.select(pl.col("numerator").is_between(0, pl.col("n") + 1e-9).fill_null(True).all()).item())


def _averaged(rows: pl.DataFrame, place: str, times: float, years: int) -> pl.DataFrame:
    """Rows of single years as one row for each place: numerator and denominator on average, and their value; where
    nothing is divided, the mean of the values. A place hidden in a year is hidden; one without a row of every year
    is left out."""
    if years == 1:
        return rows.drop("year")
    hidden = pl.col("suppressed").any()
    ratio = times * pl.col("numerator").mean() / pl.col("denominator").mean()
    divided = pl.col("denominator").is_not_null().all()
    averaged = rows.group_by(place).agg(
        value=pl.when(~hidden).then(pl.when(divided).then(ratio).otherwise(pl.col("value").mean())),
        numerator=pl.when(~hidden).then(pl.col("numerator").mean()),
        denominator=pl.when(~hidden).then(pl.col("denominator").mean()),
        n=pl.when(~hidden).then(pl.col("n").min()),
        lower=pl.lit(None, pl.Float64),
        upper=pl.lit(None, pl.Float64),
        suppressed=hidden,
        method=pl.when(hidden).then(pl.col("method").filter("suppressed").first())
        .otherwise(pl.format("{}, mean of {} years", pl.col("method").first(), pl.lit(years))),
        seen=pl.len(),
    )  # fmt: skip
    return averaged.filter(pl.col("seen") == years).drop("seen")


def _described(rows: pl.DataFrame, snapshot: Snapshot, year: int) -> pl.DataFrame:
    """Rows with region, inhabitants of all ages and size band (null where the population is not delivered)."""
    first, second = vocabulary.parameter("size_band_bounds")
    small, medium, large = SIZE_BANDS
    everyone = pl.col("inhabitants")
    return (
        rows.join(inhabitants_of_all_ages(snapshot, year), on="municipality", how="left")
        .with_columns(
            region=pl.col("municipality").replace_strict(regions(), default=None, return_dtype=pl.String),
            size_band=pl.when(everyone < first)
            .then(pl.lit(small))
            .when(everyone <= second)
            .then(pl.lit(medium))
            .when(everyone > second)
            .then(pl.lit(large)),
        )
        .select(COLUMNS)
    )


def _with_intervals(rows: pl.DataFrame, times: float) -> pl.DataFrame:
    interval = poisson_interval(rows["numerator"])
    per = times / rows["denominator"]
    return rows.with_columns(
        lower=pl.col("lower").fill_null(interval["lower"] * per),
        upper=pl.col("upper").fill_null(interval["upper"] * per),
        method=pl.when(pl.col("suppressed")).then("method").otherwise(pl.col("method") + "; exact Poisson interval"),
    )
