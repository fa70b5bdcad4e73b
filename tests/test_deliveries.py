# SPDX-License-Identifier: EUPL-1.2
"""The main job, from the command line: deliveries written by another hand give the answers that came with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

DELIVERIES = Path(os.environ.get("STYR_DELIVERIES", Path(__file__).parents[2] / "shared" / "deliveries"))
QUESTIONS = [
    ("recipients_on", "year,provision"),
    ("recipients_in", "year,municipality"),
    ("full_time_recipients", "year"),
    ("full_time_recipients", "year,provision"),
    ("full_time_recipients", "year,age_group"),
    ("full_time_recipients", "year,municipality,sex"),
    ("individual_expenditure", "year,provision"),
    ("net_expenditure", "year,function"),
]

pytestmark = pytest.mark.skipif(not DELIVERIES.is_dir(), reason=f"the reference deliveries are not at {DELIVERIES}")


@pytest.fixture(scope="module", params=["a", "b"])
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store with one of the deliveries taken, and the folder of its answers."""
    store = tmp_path_factory.mktemp(request.param) / "store"
    folder = DELIVERIES / request.param
    styr(store, "import", str(folder / "delivery"), "--known-at", "2019-12-31")
    return store, folder / "expected"


@pytest.mark.parametrize(("indicator", "by"), QUESTIONS, ids=[f"{indicator} by {by}" for indicator, by in QUESTIONS])
def test_the_answers_are_those_that_came_with_the_delivery(
    imported: tuple[Path, Path], indicator: str, by: str, tmp_path: Path
) -> None:
    store, answers = imported
    table = tmp_path / "answer.csv"
    years = ("--from", "2014", "--to", "2019")
    styr(
        store,
        "stats",
        indicator,
        "--by",
        by,
        *years,
        "--no-disclosure-control",
        "--format",
        "csv",
        "--output",
        str(table),
    )
    dimensions = by.split(",")
    counted = pl.read_csv(table, infer_schema=False).select(*dimensions, pl.col("value").cast(pl.Float64))
    expected = pl.read_csv(answers / f"{indicator}.{by.replace(',', '.')}.csv", infer_schema=False)
    met = expected.with_columns(pl.col("value").cast(pl.Float64)).join(
        counted, on=dimensions, how="full", suffix="_counted"
    )
    off = met.filter(
        ((pl.col("value") - pl.col("value_counted")).abs() <= 1e-6 * pl.col("value").abs()).not_().fill_null(True)
    )
    assert met.height == expected.height > 0
    assert off.is_empty(), off


def test_the_report_reads_sensibly_though_most_tables_are_absent(imported: tuple[Path, Path], tmp_path: Path) -> None:
    store, _ = imported
    for name, start in (("report.html", b"<!DOCTYPE html>"), ("report.pdf", b"%PDF-")):
        report = tmp_path / name
        styr(store, "report", "--municipality", "791", "--year", "2018", "--output", str(report))
        assert report.read_bytes().lower().startswith(start.lower())
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Viborg" in text
    assert "pladser" in text  # the chapter that cannot be written names the table it lacks


def styr(store: Path, *words: str) -> str:
    """Run the command line; fails on any other exit status than 0."""
    done = subprocess.run(
        [sys.executable, "-m", "styr", "--store", str(store), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
