# SPDX-License-Identifier: EUPL-1.2
"""Kept forecasts by the API: of one's own municipality alone for those who belong to one, small cells hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from web_tokens import program_of

MONTHS = ("2025-01", "2025-02")
#: By municipality: the amount that every draw has in a month, and how many citizens are behind.
KEPT = {"851": (1_000_000.0, 400), "860": (2_000_000.0, 300)}


@pytest.fixture
def kept(filled: Path) -> str:
    """A kept forecast of two municipalities; gives its id."""
    folder = filled / "forecasts" / "fc-0123456789abcdef"
    folder.mkdir(parents=True)
    asked = {"snapshot": "snap-1", "known_at": "2024-12-31", "from": MONTHS[0], "to": MONTHS[1], "draws": 4, "seed": 1,
             "municipalities": list(KEPT), "overrides": []}  # fmt: skip
    header = {
        language: {"measure": "net_expenditure", "unit": unit} for language, unit in (("da", "kr."), ("en", "DKK"))
    }
    said = {"format": 1, "id": folder.name, "name": "budget", "made": "2025-01-02T10:00:00", "asked": asked,
            "made_with": {}, "hashes": {}, "headers": header}  # fmt: skip
    (folder / "forecast.json").write_text(json.dumps(said), encoding="utf-8")
    rows = [(code, "5.38.52", month, [amount] * 4) for code, (amount, _) in KEPT.items() for month in MONTHS]
    columns = {
        "municipality": pl.String(),
        "function": pl.String(),
        "month": pl.String(),
        "draws": pl.List(pl.Float32()),
    }
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(folder / "draws.parquet")
    behind = [(code, function, persons) for code, (_, persons) in KEPT.items() for function in (None, "5.38.52")]
    columns = {"municipality": pl.String(), "function": pl.String(), "persons": pl.Int64()}
    pl.DataFrame(behind, schema=columns, orient="row").write_parquet(folder / "behind.parquet")
    return folder.name


def table(username: str, id: str, **words: Any) -> Any:
    """A forecast's table as a user is shown it."""
    answer = program_of(username).get(f"forecasts/{id}/table", **words)
    assert answer.status_code == 200
    return answer.json()


def test_a_kept_forecast_is_listed_and_says_what_it_was_asked(kept: str) -> None:
    analyst = program_of("analyst")
    (listed,) = analyst.get("forecasts").json()["items"]
    assert (listed["id"], listed["name"], listed["first"], listed["draws"]) == (kept, "budget", "2025-01", 4)
    assert analyst.get(f"forecasts/{kept}").json() == listed and listed["header"]["unit"] == "DKK"


def test_one_of_a_municipality_sees_that_ones_rows_alone(kept: str) -> None:
    found = table("controller", kept, total="year")
    assert [(row["municipality"], row["mean"]) for row in found["items"]] == [("851", 2_000_000.0)]
    assert {row["municipality"] for row in table("analyst", kept, by="municipality")["items"]} == {"851", "860"}
    assert [row["mean"] for row in table("analyst", kept)["items"]] == [3_000_000.0, 3_000_000.0]


def test_a_forecast_of_other_municipalities_is_not_there(kept: str, filled: Path) -> None:
    file = filled / "forecasts" / kept / "forecast.json"
    said = json.loads(file.read_text())
    said["asked"]["municipalities"] = ["860"]
    file.write_text(json.dumps(said))
    assert program_of("controller").get("forecasts").json()["total"] == 0
    assert program_of("controller").get(f"forecasts/{kept}/table").status_code == 404
    assert program_of("elsewhere").get(f"forecasts/{kept}").status_code == 200


def test_a_forecast_is_split_by_what_it_is_kept_by(kept: str) -> None:
    answer = program_of("analyst").get(f"forecasts/{kept}/table", by="age_group")
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "by.0"
