# SPDX-License-Identifier: EUPL-1.2
"""Forecasts that are kept: listed, shown, made again bit for bit, and what is said when they cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from forecast.typed import Typed, delivered, typing_at
from registers_to_forecast import KNOWN, town

from styr.register import disclosure_log

YEAR = ("--from", "2021-01", "--to", "2021-12", "--draws", "40")
OVERRIDE = "- {buffer: exits, factor: 0.5, reason: Agreed, who: Head of section, when: 2021-01-04}"


@pytest.fixture
def styr(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Typed:
    typed = typing_at(store, monkeypatch, capfd)
    assert typed("import", str(delivered(tmp_path / "delivery", town(monthly=6.0))), "--known-at", str(KNOWN))[0] == 0
    return typed


def rows(out: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(out)["rows"]
    return found


def test_a_kept_forecast_is_listed_shown_and_made_again_bit_for_bit(styr: Typed, tmp_path: Path) -> None:
    told = tmp_path / "overrides.yaml"
    told.write_text(OVERRIDE, encoding="utf-8")
    asked = ("forecast", *YEAR, "--assumptions", str(told), "--store-as", "January", "--format", "json")
    status, made, said = styr(*asked)
    assert status == 0
    assert "kept as fc-" in said
    assert styr(*asked)[2] == said, "the same forecast under the same name is kept once"
    (listed,) = rows(styr("forecast", "list", "--format", "json")[1])
    assert (listed["name"], listed["overrides"], listed["draws"]) == ("January", 1, 40)
    status, shown, _ = styr("forecast", "show", "January", "--format", "json")
    assert status == 0
    assert [row["mean"] for row in rows(shown)] == pytest.approx([row["mean"] for row in rows(made)])
    header = json.loads(shown)["header"]
    assert header["overrides"][0]["who"] == "Head of section"
    assert header["known_at"] == str(KNOWN)
    year = rows(styr("forecast", "show", str(listed["id"]), "--total", "year", "--format", "json")[1])
    assert year[0]["mean"] == pytest.approx(sum(float(str(row["mean"])) for row in rows(shown)))
    status, again, _ = styr("forecast", "reproduce", "January", "--format", "json")
    assert status == 0
    assert [row["same"] for row in rows(again)] == [True]


def test_a_forecast_that_comes_out_otherwise_is_said_to(styr: Typed, tmp_path: Path) -> None:
    assert styr("forecast", *YEAR, "--store-as", "January")[0] == 0
    (record,) = (tmp_path / "store" / "forecasts").glob("*/forecast.json")
    kept = json.loads(record.read_text(encoding="utf-8"))
    kept["hashes"]["151"], kept["made_with"]["styr"] = "0" * 64, "0.0.1"
    record.write_text(json.dumps(kept), encoding="utf-8")
    status, out, said = styr("forecast", "reproduce", "January", "--format", "json")
    assert status == 1
    assert "could not be made again" in said
    assert json.loads(out)["header"]["styr"].startswith("0.0.1 then")


def test_what_is_missing_is_named_with_its_remedy(styr: Typed, tmp_path: Path) -> None:
    assert "--store-as" in styr("forecast", "show", "June")[2]
    assert styr("forecast", "list")[0] == 0
    assert styr("forecast", *YEAR, "--store-as", "January")[0] == 0
    assert "not by provision" in styr("forecast", "show", "January", "--by", "provision")[2]
    shutil.rmtree(tmp_path / "store" / "snapshots")
    status, _, said = styr("forecast", "reproduce", "January")
    assert status == 1
    assert "styr snapshot --known-at" in said


def test_a_change_since_a_kept_forecast_is_explained_with_its_overrides(styr: Typed, tmp_path: Path) -> None:
    told = tmp_path / "overrides.yaml"
    told.write_text(OVERRIDE, encoding="utf-8")
    early = ("--known-at", "2020-09-30")
    assert styr("forecast", *YEAR, *early, "--assumptions", str(told), "--store-as", "September")[0] == 0
    status, out, _ = styr("forecast", "explain", *YEAR, "--since", "September", "--format", "json")
    assert status == 0
    answer = json.loads(out)
    assert answer["header"]["since"] == "2020-09-30"
    assert answer["header"]["earlier"].endswith("(September)")
    assert "earlier_made_with" not in answer["header"], "the same versions made both"
    causes = {row["cause"]: row["change"] for row in answer["rows"]}
    assert causes["override"] != 0, "the overrides of then are gone"
    assert None not in causes.values()
    assert sum(causes.values()) == pytest.approx(answer["rows"][0]["now"] - answer["rows"][0]["earlier"])
    status, out, _ = styr("forecast", "explain", *YEAR, "--since", "2020-09-30", "--grants", "--format", "json")
    assert status == 0
    assert "Only for those who need it" in json.loads(out)["header"]["persons"]
    assert any(row["grant_id"] for row in rows(out))


@pytest.mark.parametrize("asked", [("cases",), ("explain", "--since", "2020-09-30")])
def test_single_grants_are_for_those_who_may_see_small_cells_and_each_time_is_logged(
    styr: Typed, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    line = ("forecast", *asked, *YEAR, "--grants", "--draws", "5", "--format", "json")
    with monkeypatch.context() as patch:
        patch.setattr(disclosure_log, "owns_store", lambda: False)
        status, out, said = styr(*line)
        assert (status, out) == (1, "")
        assert "--grants needs the role small_cells" in said
        assert not disclosure_log.log_file().exists()
    status, out, _ = styr(*line)
    assert status == 0 and "grant_id" in out
    (logged,) = map(json.loads, disclosure_log.log_file().read_text(encoding="utf-8").splitlines())
    assert logged["command"] == f"forecast {asked[0]}"
