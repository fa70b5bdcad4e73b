# SPDX-License-Identifier: EUPL-1.2
"""The benchmark of an indicator: municipalities set against the country, one another and their background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.benchmark import words
from styr.statistics.benchmark.amounts import amounts, table
from styr.statistics.benchmark.background import USUAL, background
from styr.statistics.benchmark.background_file import columns_of
from styr.statistics.benchmark.funnel import Funnel, funnel, with_limits
from styr.statistics.benchmark.municipal import Municipal, municipal
from styr.statistics.benchmark.neighbours import beside_neighbours, neighbours
from styr.statistics.benchmark.potentials import DRAWS, SEED
from styr.statistics.benchmark.regression import Regression, regression
from styr.statistics.benchmark.standing import standing, summary
from styr.statistics.catalogue import Words
from styr.statistics.errors import CannotAnswer
from styr.statistics.result import Result, as_arrow

COLUMNS = (
    "indicator", "year", "municipality", "name", "region", "size_band", "inhabitants",
    "value", "numerator", "denominator", "n", "lower", "upper", "suppressed",
    "country", "index", "rank", "quartile", "expected", "lower_95", "upper_95", "lower_998", "upper_998", "beyond",
)  # fmt: skip
BESIDE = ("neighbours", "neighbours_mean", "neighbours_difference", "neighbours_index")


@dataclass(frozen=True)
class Benchmark:
    """A benchmark; its methods are the tables that can be had of it.

    found: the municipal values. background: municipality and the chosen variables. chosen: whether they were chosen
    (the usual ones serve for neighbours alone). count: how many neighbours each is set beside (None: none).
    dispersion: how the funnel allows for overdispersion (see funnel).
    """

    found: Municipal
    snapshot: Snapshot
    variables: tuple[str, ...]
    file: Path | None
    count: int | None
    dispersion: str | None
    asked: Mapping[str, Any]

    @cached_property
    def background(self) -> pl.DataFrame:
        """Municipality and the chosen variables (those usual for neighbours when none are chosen)."""
        return background(
            self.snapshot,
            self.found.year,
            self.variables or USUAL,
            self.file,
            explaining=self.found.indicator.key,
            **self.asked,
        )

    @cached_property
    def funnel(self) -> Funnel:
        """The funnel of the values; raises CannotAnswer when there can be none."""
        return funnel(self.found, self.dispersion)

    @cached_property
    def fitted(self) -> Regression:
        """The regression of the values on the chosen variables; raises CannotAnswer when it cannot be made."""
        if not self.variables:
            raise CannotAnswer("regression_needs_variables", usual=",".join(USUAL))
        return regression(self.found.rows, self.background)

    @cached_property
    def nearest(self) -> pl.DataFrame:
        """municipality, place, neighbour, distance of the neighbours asked for; see neighbours."""
        return neighbours(self._of_delivered(self.background), self.count or 0)

    def municipalities(self, municipality: str | None = None) -> Result:
        """Every municipality with its standing, or one (with its neighbours, when these are asked for).

        Columns: COLUMNS (country: its value; index: country = 100; rank 1 is highest; quartile 1 is lowest; expected:
        the numerator at the country's value; limits and beyond of the funnel, null where there is none), with
        neighbours those of BESIDE, with one municipality and neighbours also place (0 itself) and distance; method.
        By municipality, or by place.
        """
        rows = standing(self.found)
        says = [*words.of_country(self.found), *words.of_standing(self.found)]
        if self.has_funnel:
            rows = with_limits(rows, self.funnel)
            says += words.of_funnel(rows, self.funnel)
        rows = self._named(rows)
        columns = [*COLUMNS]
        if self.count:
            rows = beside_neighbours(rows, self.nearest)
            columns += BESIDE
            says.append(words.of_neighbours(self.count, self.variables or USUAL))
        if municipality:
            code = self.code(municipality)
            if self.count:
                rows = _at_place(rows, self.nearest, code)
                columns += ("place", "distance")
            else:
                rows = rows.filter(pl.col("municipality") == code)
        return self._result(rows, [*columns, "method"], says)

    def summary(self) -> Result:
        """Lowest, quartiles and highest in the country, its regions and size bands; see summary."""
        rows = self._labelled(summary(self.found))
        columns = [name for name in rows.columns if name not in ("indicator", "year")]
        return self._result(rows, ["indicator", "year", *columns], words.of_country(self.found))

    def coefficients(self) -> Result:
        """The coefficients of the regression on the chosen variables; see Regression. The fit is among the words."""
        rows = self._labelled(self.fitted.coefficients)
        says = words.of_regression(self.found, self.fitted)
        return self._result(rows, ["indicator", "year", *self.fitted.coefficients.columns], says)

    def residuals(self, municipality: str | None = None) -> Result:
        """What each municipality is expected to have by its background, and how far it is from it; see Regression."""
        rows = self._named(self.fitted.municipalities)
        if municipality:
            rows = rows.filter(pl.col("municipality") == self.code(municipality))
        columns = [name for name in self.fitted.municipalities.columns if name != "municipality"]
        says = words.of_regression(self.found, self.fitted)
        return self._result(rows, ["indicator", "year", "municipality", "name", *columns], says)

    def potential(
        self,
        kind: str,
        municipality: str | None = None,
        *,
        level: str = "mean",
        expenditure: str | None = None,
        volume: str | None = None,
        draws: int = DRAWS,
        seed: int = SEED,
    ) -> Result:
        """An arithmetical potential: in all and by municipality, with bootstrap intervals.

        kind: expected, mean or tariff; level: mean, country or others; expenditure, volume: indicators (see amounts).
        draws, seed: of the bootstrap. Columns: indicator, year, those of amounts.table with name after municipality.
        """
        worked_out = amounts(
            self.found,
            kind,
            self.background if self.variables else None,
            snapshot=self.snapshot,
            level=level,
            expenditure=expenditure,
            volume=volume,
            asked=self.asked,
            drawing={"draws": draws, "seed": seed},
        )
        rows = self._named(table(self.found, kind, worked_out))
        if municipality:
            rows = rows.filter((pl.col("scope") == "country") | (pl.col("municipality") == self.code(municipality)))
        says = words.of_potential(self.found, worked_out, draws)
        if kind == "expected":
            says.append(words.of_fit(self.fitted, self.variables))
        columns = [name for name in rows.columns if name not in ("indicator", "year", "name")]
        columns.insert(columns.index("municipality") + 1, "name")
        made = self._result(rows, ["indicator", "year", *columns], says)
        title = self.found.header.title
        title = Words(f"Beregningsteknisk potentiale: {title.da}", f"Arithmetical potential: {title.en}")
        return replace(made, header=replace(made.header, title=title, unit=worked_out.unit))

    @property
    def has_funnel(self) -> bool:
        """Whether there can be a funnel; a dispersion asked for that cannot be met is an error all the same."""
        try:
            return self.funnel is not None
        except CannotAnswer:
            if self.dispersion:
                raise
            return False

    def code(self, municipality: str) -> str:
        """The code of a municipality of the benchmark, written as code or name; raises CannotAnswer."""
        try:
            code = vocabulary.codelist("municipality").parse(municipality)
        except vocabulary.UnknownWord as error:
            raise CannotAnswer("as_said", said=error) from error
        if code not in self.found.rows["municipality"]:
            name = vocabulary.codelist("municipality").name(code)
            raise CannotAnswer(
                "municipality_not_delivered",
                name=name,
                code=code,
                table=self.found.indicator.subject.table,
                year=self.found.year,
            )
        return code

    def _of_delivered(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("municipality").is_in(self.found.rows["municipality"].implode()))

    def _named(self, rows: pl.DataFrame) -> pl.DataFrame:
        known = vocabulary.codelist("municipality")
        names = {code: known.name(code) for code in rows["municipality"] if code in known}
        name = pl.col("municipality").replace_strict(names, default=None, return_dtype=pl.String)
        return self._labelled(rows.with_columns(name=name))

    def _labelled(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(
            indicator=pl.lit(self.found.indicator.key), year=pl.lit(self.found.year, pl.Int32)
        )  # fmt: skip

    def _result(self, rows: pl.DataFrame, columns: Sequence[str], says: Sequence[Words]) -> Result:
        missing = [pl.lit(None, pl.Float64).alias(name) for name in columns if name not in rows.columns]
        header = replace(self.found.header, caveats=(*says, *self.found.header.caveats))
        return Result(as_arrow(rows.with_columns(missing).select(columns)), header)


def benchmark(
    snapshot: Snapshot,
    indicator: str,
    year: int,
    *,
    variables: Sequence[str] = (),
    file: Path | None = None,
    neighbours: int | None = None,
    dispersion: str | None = None,
    years: int = 1,
    delivered: Sequence[str] | None = None,
    disclosure_control: bool = True,
    engine: str = "duckdb",
    **options: Any,
) -> Benchmark:
    """Set the municipalities of a snapshot beside one another on an indicator in a year.

    variables, file: background variables and a user's CSV file of them (see background; a file without variables
    gives all of its columns). neighbours: how many nearest neighbours each is set beside. dispersion: see funnel.
    years, delivered: see municipal. options: those of count (where, on, acting, age_groups, price_level,
    net_of_refund).

    benchmark(snapshot, "recipients_per_1000", 2023).municipalities().to_polars()
    """
    if neighbours is not None and neighbours < 1:
        raise CannotAnswer("not_a_number_of_neighbours", count=neighbours)
    asked: dict[str, Any] = {"delivered": delivered, "disclosure_control": disclosure_control, "engine": engine}
    return Benchmark(
        found=municipal(snapshot, indicator, year, years=years, **asked, **options),
        snapshot=snapshot,
        variables=tuple(variables) or (columns_of(file, year) if file else ()),
        file=file,
        count=neighbours,
        dispersion=dispersion,
        asked=asked,
    )


def _at_place(rows: pl.DataFrame, nearest: pl.DataFrame, code: str) -> pl.DataFrame:
    """A municipality (place 0) and its neighbours in order."""
    chosen = nearest.filter(pl.col("municipality") == code).select("neighbour", "place", "distance")
    if chosen.is_empty():
        name = vocabulary.codelist("municipality").name(code)
        raise CannotAnswer("no_neighbours_without_variable", name=name, code=code)
    own = pl.DataFrame({"neighbour": [code], "place": [0], "distance": [0.0]}, schema=chosen.schema)
    places = pl.concat([own, chosen]).rename({"neighbour": "municipality"})
    return places.join(rows, on="municipality", how="inner").sort("place")
