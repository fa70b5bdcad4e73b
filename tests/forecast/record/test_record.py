# SPDX-License-Identifier: EUPL-1.2
"""The record summed up, by hand."""

from __future__ import annotations

import polars as pl
import pytest
from drawn import cells

from styr.forecast.record.record import record, said

ROWS = """
    total | horizon | year | forecast | actual | crps | naive | last_year | budget
    year  | 6       | 2019 | 98       | 100    | 1    | 104   | 96        | 97
    year  | 6       | 2020 | 104      | 100    | 2    | 108   | -         | 97
    year  | 12      | 2020 | 90       | 100    | 6    | 90    | 96        | -
"""
INTERVALS = """
    lower50 | upper50 | lower80 | upper80 | lower95 | upper95
    97      | 99      | 96      | 102     | 90      | 110
    103     | 105     | 101     | 107     | 90      | 110
    80      | 95      | 75      | 99      | 70      | 101
"""


def rows() -> pl.DataFrame:
    table = pl.concat([_table(ROWS), _table(INTERVALS)], how="horizontal")
    return table.with_columns(
        pl.col("year", "horizon").cast(pl.Int64), naive_dressed_crps=pl.lit(3.0), pit=pl.Series([0.7, 0.1, 0.97])
    )


def _table(drawing: str) -> pl.DataFrame:
    head, *lines = cells(drawing)
    table = pl.DataFrame(lines, schema=head, orient="row")
    numbers = [name for name in head if name != "total"]
    return table.with_columns(pl.col(numbers).replace("-", None).cast(pl.Float64))


def test_six_months_ahead_by_hand() -> None:
    six, twelve = record(rows()).to_dicts()
    assert (six["horizon"], six["n"], six["years"]) == (6, 2, 2)
    assert (six["bias_pct"], six["mae_pct"]) == (1, 3)  # errors -2 and 4 of 100
    assert (six["naive_mae_pct"], six["last_year_mae_pct"], six["budget_mae_pct"]) == (6, 4, 3)
    assert six["crps_pct"] == 1.5
    assert six["skill"] == pytest.approx(100 * (1 - 1.5 / 6))
    assert six["last_year_skill"] == pytest.approx(100 * (1 - 1 / 4))  # of the one year that has a last
    assert (six["coverage50"], six["coverage80"], six["coverage95"]) == (0, 50, 100)
    assert (six["verdict"], six["p"]) == ("undecided", None)
    assert (twelve["n"], twelve["budget_mae_pct"]) == (1, None)


def test_all_rows_together() -> None:
    (row,) = record(rows(), []).to_dicts()
    assert (row["n"], row["years"]) == (3, 2)
    assert row["coverage80"] == pytest.approx(100 / 3)


def single_months(held: int, n: int) -> pl.DataFrame:
    """Forecasts of the month next to come, of which so many lay in the 80 % interval."""
    (row,) = rows().filter(pl.col("horizon") == 12).to_dicts()
    inside = {"lower80": 90.0, "upper80": 110.0, "total": "month", "horizon": 1}
    return pl.DataFrame(
        [
            row | inside | {"target": f"2020-{month + 1:02d}", "actual": 100.0 if month < held else 200.0}
            for month in range(n)
        ]
    )


@pytest.mark.parametrize(("held", "said_of_it"), [(11, "agrees with what it promises"), (5, "too narrow")])
def test_twelve_month_ends_say_what_an_exact_interval_can_bear(held: int, said_of_it: str) -> None:
    sentences = said(single_months(held, 12))
    assert "cannot be decided" in sentences[0].en
    assert f"held {'only ' if held == 5 else ''}{held} of 12 forecasts of the next month" in sentences[1].en
    assert "7 to 12" in sentences[1].en  # of 12 with chance 0.8, 95 times in 100
    assert said_of_it in sentences[1].en


def test_forecasts_of_the_same_month_are_not_taken_for_outcomes_of_their_own() -> None:
    twice = single_months(11, 12).with_columns(target=pl.lit("2020-01"))
    assert len(said(twice)) == 4


def test_what_it_comes_to_is_said_in_both_languages() -> None:
    sentences = said(rows())
    assert len(sentences) == 4
    assert "2 årsforløb" in sentences[0].da
    assert "80%" in sentences[2].en
