# SPDX-License-Identifier: EUPL-1.2
"""The chapter on what is to come: the forecast, what changed in it, what it is made of, and how such forecasts held."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from registers_to_forecast import KNOWN, snapshot, town

from styr.register.snapshot import Snapshot
from styr.reporting import build, html
from styr.reporting.asking import Setting
from styr.reporting.chapters import forecast as chapters
from styr.reporting.drawing.chart import drawn
from styr.reporting.foreseen import foreseen
from styr.reporting.model import Chapter


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A town's register with a budget of the year to come."""
    rows = town(monthly=6.0)
    budget = {"year": "2021", "function": "5.38.52", "version": "adopted", "amount": "1000000000"}
    return snapshot(tmp_path_factory.mktemp("town"), KNOWN, {**rows, "budgets": [budget]})


@pytest.fixture(scope="module")
def chapter(register: Snapshot) -> Chapter:
    setting = Setting(register, "101", 2020, "da")
    return chapters.chapter(setting, lambda: foreseen(register, "101", 2020))


def test_what_others_have_tried_on_the_largest_services_is_named_with_what_it_rests_on(chapter: Chapter) -> None:
    assert chapter.lead[-1] == (
        "Prøvet i andre kommuner på de indsatser, der fylder mest her: »Driftsanalyse af hvert botilbud« "
        "(Ringkøbing-Skjern; målt før og efter uden kontrolgruppe); »Botilbuddet følger borgeren ud« (Mariagerfjord; "
        "optalt, men uden noget at sammenligne med)."
    )


def test_the_year_to_come_is_told_with_its_interval_and_the_budget(chapter: Chapter) -> None:
    headline = chapter.figures[0].headline.replace("\N{NO-BREAK SPACE}", " ")
    assert headline.startswith("2021 ventes at koste ")
    assert "8 af 10 gange mellem" in headline
    assert headline.endswith("Sandsynligheden for at holde budgettet på 1.000,0 mio. kr. er 100 pct.")
    table = chapter.figures[0].table
    assert table.columns == ("Regnskab", "Prognose", "1 af 10 er lavere end", "1 af 10 er højere end",
                             "Vedtaget budget", "Prognosen et halvt år før")  # fmt: skip
    assert [row[0] for row in table.rows][::23] == ["2020-01", "2021-12"]


def test_the_record_stands_beside_the_forecast(chapter: Chapter) -> None:
    keys = [figure.key for figure in chapter.figures]
    assert keys == ["forecast", "forecast-change", "forecast-buffers", "forecast-record"]
    record = chapter.figures[-1]
    assert "80 %-intervallet rummede" in record.headline
    assert any("kan ikke afgøres, om prognosen er kalibreret" in caveat for caveat in record.caveats)
    assert not chapter.missing


def test_the_parts_of_the_change_lead_from_the_forecast_then_to_the_one_now(chapter: Chapter) -> None:
    cells = [cells[0].value for _, cells in chapter.figures[1].table.rows]
    then, *parts, now = [value or 0.0 for value in cells]
    assert len(parts) == 9
    assert then + sum(parts) == pytest.approx(now)


def test_the_buffers_add_up_to_the_forecast_told(chapter: Chapter, register: Snapshot) -> None:
    *parts, whole = (cells[0].value or 0.0 for _, cells in chapter.figures[2].table.rows)
    assert sum(parts) == pytest.approx(whole)
    assert whole == pytest.approx(foreseen(register, "101", 2020).year["mean"], rel=1e-4)


def test_each_picture_of_it_can_be_drawn_by_a_page_too(chapter: Chapter) -> None:
    drawings = [drawing for figure in chapter.figures for drawing in figure.drawings]
    assert len(drawings) == 4
    assert all(set(drawing.programs) == {"wide", "narrow"} for drawing in drawings)


def test_without_prices_and_accounts_it_is_said_what_would_give_a_forecast(tmp_path: Path) -> None:
    bare = [{name: row[name] for name in ("grant_id", "citizen_id", "provision", "start_date", "end_date")}
            for row in town(monthly=6.0)["grants"]]  # fmt: skip
    held = snapshot(tmp_path, KNOWN, {"grants": bare})
    found = chapters.chapter(Setting(held, "101", 2020, "en"), lambda: foreseen(held, "101", 2020))
    assert not found.figures
    assert "can be shown when grants with history and prices" in found.missing[0]


def test_the_chapter_stands_in_the_report_in_both_languages(register: Snapshot) -> None:
    for language, title in (("da", "Hvad det kommer til at koste"), ("en", "What it will come to cost")):
        page = html(build(register, "101", 2020, language=language))  # type: ignore[arg-type]
        assert title in page


def test_a_forecast_by_month_is_a_fan_and_a_change_is_steps_to_its_sum() -> None:
    header = {"title": "t", "unit": "DKK", "rule": "r", "snapshot": "s", "known_at": "2020-12-31", "generated": True}
    parts = {"p05": 0.8, "p10": 0.9, "p50": 1.0, "p90": 1.1, "p95": 1.2}
    months = pl.DataFrame({"month": ["2021-01", "2021-02"], "mean": [30e6, 31e6]})
    months = months.with_columns(pl.col("mean").mul(part).alias(name) for name, part in parts.items())
    fan = str(drawn(months.to_arrow(), header, "en").to_dict())
    assert "GENERATED DATA" in fan
    assert "DKK million" in fan
    assert "p05" in fan
    change = pl.DataFrame({"year": [2021] * 3, "cause": ["price", "stopped", "model"], "change": [5.0, -2.0, 0.0]})
    steps = str(drawn(change.to_arrow(), header, "da").to_dict())
    assert all(word in steps for word in ("Priser", "Ophør", "Ændring i alt", "+3"))
    assert "Modellen" not in steps, "what changed nothing is left out"
