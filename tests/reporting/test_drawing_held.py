# SPDX-License-Identifier: EUPL-1.2
"""The chart of a forecast's record: three panels, whatever is known of the simple forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drawn import cells

from styr.reporting.drawing import drawn, write_chart
from styr.reporting.drawing.held import errors, places
from styr.reporting.figures import DrawRows, told_drawing
from styr.reporting.numbers import Measure

HEADER = {
    "title": "Prognosens træfsikkerhed", "unit": "kr.", "rule": "Prognose minus udfald.", "source": "METHODS § 6",
    "snapshot": "snap-1", "known_at": "2024-12-31", "price_level": None, "generated": False, "caveats": [],
}  # fmt: skip
ROWS = """
    total | horizon | pit  | forecast | actual | error_pct | naive_error_pct | last_year_error_pct | budget_error_pct
    year  | 6       | 0.05 | 98       | 100    | -2        | 4               | -4                  | -
    year  | 6       | 0.55 | 104      | 100    | 4         | 8               | -2                  | -
    year  | 12      | 0.57 | 90       | 100    | -10       | -10             | -6                  | -
    month | 1       | 0.50 | 10       | 10     | 0         | 0               | 0                   | -
"""
ENDS = {"50": (99, 101), "80": (95, 105), "95": (80, 120)}


def rows(total: str) -> pl.DataFrame:
    head, *lines = cells(ROWS)
    table = pl.DataFrame(lines, schema=head, orient="row").filter(total=total)
    numbers = [name for name in head if name != "total"]
    table = table.with_columns(pl.col(numbers).replace("-", None).cast(pl.Float64))
    return table.with_columns(
        pl.lit(float(end)).alias(f"{side}{level}")
        for level, ends in ENDS.items()
        for side, end in zip(("lower", "upper"), ends, strict=True)
    )


def shown(table: pl.DataFrame, column: str, language: Any = "da") -> list[dict[str, Any]]:
    """The rows of the panel that has a column."""
    panels = drawn(table.to_arrow(), HEADER, language).to_dict(validate=False)["datasets"].values()
    return next(data for data in panels if column in data[0])


def test_the_outcomes_are_counted_where_they_lay() -> None:
    places = shown(rows("year"), "outcomes")
    assert [each["outcomes"] for each in places] == [1, 0, 0, 0, 0, 2, 0, 0, 0, 0]


def test_what_each_interval_held_stands_beside_what_it_promised() -> None:
    shares = shown(rows("year"), "shown")
    assert [(each["promised"], each["held"]) for each in shares] == [(0.5, 1), (0.8, 1), (0.95, 1)]


def test_errors_by_horizon_leave_out_what_is_not_known() -> None:
    errors = shown(rows("year"), "error")
    of = {(each["by"], each["horizon"]): each["error"] for each in errors}
    assert of["Prognosen", 6] == 3
    assert of["Seneste tre måneder ført videre", 12] == 10
    assert not any("budget" in by for by, _ in of)


def test_months_are_drawn_where_there_are_months_and_years() -> None:
    both = pl.concat([rows("year"), rows("month")])
    errors = shown(both, "error", "en")
    assert {each["horizon"] for each in errors} == {1}
    assert "The forecast" in {each["by"] for each in errors}


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (errors, ["6 måneder frem", "12 måneder frem", "10,0\N{NO-BREAK SPACE}pct."]),
        (places, ["Fraktil 50–60 pct.", "2 af 3", "66,7\N{NO-BREAK SPACE}pct."]),
    ],
)
def test_the_pointer_is_told_of_each_horizon_and_of_each_part_of_the_forecast(draw: DrawRows, said: list[str]) -> None:
    measure = Measure("da", "pct.", 1)
    program = told_drawing(draw, rows("year"), measure, "Læst op", height=150).programs["wide"]
    assert [words for words in said if f'"{words}"' not in program] == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_is_written_as_a_picture(tmp_path: Path, language: Any) -> None:
    write_chart(rows("year").to_arrow(), HEADER, tmp_path / "record.svg", language)
    text = (tmp_path / "record.svg").read_text(encoding="utf-8")
    assert ("velkalibreret" if language == "da" else "calibrated") in text
