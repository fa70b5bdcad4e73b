# SPDX-License-Identifier: EUPL-1.2
"""A backtest as a result: its table, its record in sums and sentences, and a header that says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import polars as pl
import pyarrow as pa

from styr.forecast.errors import Refused
from styr.forecast.months import Month
from styr.forecast.record.outcomes import INDICATORS
from styr.forecast.record.record import record, said
from styr.forecast.record.rows import PROMISED, Ask
from styr.forecast.record.words import words
from styr.forecast.result import ForecastHeader
from styr.register.snapshot import Snapshot
from styr.statistics import Header, Words
from styr.statistics.catalogue import indicator
from styr.statistics.result import CURRENT_PRICES, MUNICIPALITY_BASIS, as_arrow, caveat

#: Columns that say which forecast a row is, and are shown also where the numbers must not be: of a few persons a
#: forecast tells nearly as much as what came.
_NAMING = ("known_at", "target", "horizon", "year", "total", "hidden", "own_snapshot", "final")
#: What a reader of a terminal is shown of the rows, beside what INTERFACE promises, and of the record.
_READ = ("horizon", "last_year_error_pct", "budget_error_pct", "suppressed")
_SUMMED = (
    "n", "years", "bias_pct", "mae_pct", "naive_mae_pct", "last_year_mae_pct", "budget_mae_pct", "crps_pct", "skill",
    "coverage50", "coverage80", "coverage80_lower", "coverage80_upper", "coverage95", "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """Past forecasts held against what came.

    rows: see rows_of, and own_snapshot (made on the register's own snapshot of the day, else on a cut of a later one)
    and final (the outcome will not change any more).
    """

    rows: pl.DataFrame = field(repr=False)
    ask: Ask
    snapshot: Snapshot
    first: Month
    last: Month

    @property
    def table(self) -> pa.Table:
        """The rows as they may be shown: INTERFACE's columns first, and suppressed where an outcome is hidden."""
        numbers = [name for name in self.rows.columns if name not in (*_NAMING, *self.ask.by)]
        shown = self.rows.with_columns(pl.when(~pl.col("hidden")).then(pl.col(name)).alias(name) for name in numbers)
        return as_arrow(shown.rename({"hidden": "suppressed"}))

    def record(self, by: Sequence[str] = ("total", "horizon")) -> pa.Table:
        """The rows summed up by columns of them; see styr.forecast.record.record. Without the mean outcome where one
        of the outcomes is hidden."""
        if wrong := [name for name in by if name not in self.rows.columns]:
            known = ", ".join(("total", "horizon", "known_at", "target", "year", *self.ask.by))
            raise Refused("record_not_by", word=wrong[0], known=known)
        summed = record(self.rows, by)
        hidden = self.rows.group_by(by).agg(pl.col("hidden").any()) if by else self.rows.select(pl.col("hidden").any())
        summed = summed.join(hidden, on=list(by), how="left", nulls_equal=True) if by else summed.with_columns(hidden)
        return as_arrow(summed.with_columns(actual=pl.when(~pl.col("hidden")).then("actual")).drop("hidden"))

    def to_read(self, by: Sequence[str] | None = None) -> pa.Table:
        """The table, or the record by some columns, with the columns an eye can follow."""
        if by is not None:
            return self.record(by).select([*by, *_SUMMED])
        dimensions = self.ask.by
        return self.table.select([*PROMISED[:2], *dimensions, *PROMISED[2:], *_READ])

    @property
    def header(self) -> ForecastHeader:
        """What the backtest is of, and as caveats what its record comes to in words."""
        of = indicator(INDICATORS[self.ask.measure])
        text = words("backtest_title")
        money = self.ask.measure in ("net_expenditure", "individual_expenditure")
        return ForecastHeader(
            header=Header(
                indicator="forecast_backtest",
                title=Words(*(f"{text[language]}: {of.title[language].lower()}" for language in ("da", "en"))),
                unit=of.unit,
                rule=words("backtest_rule"),
                source="METHODS § 6",
                snapshot=self.snapshot.id,
                known_at=self.snapshot.known_at,
                municipality=MUNICIPALITY_BASIS["account" if self.ask.measure == "net_expenditure" else "payer"],
                price_level=CURRENT_PRICES if money else None,
                generated=self.snapshot.generated,
                caveats=tuple(self._caveats()),
            ),
            first=self.first,
            last=self.last,
            draws=self.ask.draws,
            seed=self.ask.seed,
            version=version("styr"),
        )

    def to_mapping(self, language: str = "da") -> dict[str, Any]:
        """The header as plain values in one language, for files and pages."""
        return self.header.to_mapping(language)

    def _caveats(self) -> list[Words]:
        rows, found = self.rows, []
        if self.snapshot.generated:
            found.append(caveat("generated"))
        for total in self.ask.totals:
            mine = rows.filter(total=total)
            if mine.height:
                of = words(f"of_{total}s")
                found += [Words(f"{of.da}: {each.da}", f"{of.en}: {each.en}") for each in said(mine)]
        if cut := rows.filter(~pl.col("own_snapshot"))["known_at"].n_unique():
            found.append(words("cut", cut=cut, all=rows["known_at"].n_unique()))
        if open_ended := rows.filter(~pl.col("final"))["target"].n_unique():
            found.append(words("not_final", targets=open_ended))
        if rows["hidden"].any():
            found.append(words("hidden"))
        return found
