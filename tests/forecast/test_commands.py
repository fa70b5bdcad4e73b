# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast` as it is typed, and overrides as they are written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from forecast.typed import Typed, delivered, typing_at
from registers_to_forecast import KNOWN

from styr.forecast import Override, read_assumptions
from styr.statistics import CannotAnswer


@pytest.fixture
def styr(store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Typed:
    return typing_at(store, monkeypatch, capfd)


def test_a_forecast_is_typed_and_comes_as_interface_promises(styr: Typed, tmp_path: Path) -> None:
    assert styr("import", str(delivered(tmp_path / "delivery")), "--known-at", str(KNOWN))[0] == 0
    asked = ("--known-at", str(KNOWN), "--from", "2021-01", "--to", "2021-03", "--draws", "50", "--seed", "7")
    status, out, _ = styr("forecast", *asked, "--by", "provision", "--format", "csv")
    assert status == 0
    head, *rows = out.splitlines()
    assert head == "month,provision,mean,p05,p10,p50,p90,p95"
    assert [row.split(",")[0] for row in rows] == ["2021-01", "2021-01", "2021-02", "2021-02", "2021-03", "2021-03"]
    assert styr("forecast", *asked, "--by", "provision", "--format", "csv")[1] == out
    status, out, _ = styr("forecast", *asked, "--total", "year", "--municipality", "Ballerup", "--format", "json")
    answer = json.loads(out)
    assert list(answer["rows"][0]) == ["year", "mean", "p05", "p10", "p50", "p90", "p95"]
    assert answer["header"]["seed"] == 7
    assert answer["header"]["snapshot"].startswith("snap-")
    status, _, err = styr("forecast", "--from", "2021-01", "--to", "2021-03", "--known-at", "2025-01-01")
    assert status == 1
    assert "Nothing is known after" in err or "known" in err
    assert styr("forecast", *asked, "--by", "sex")[0] == 1
    past = ("--known-at", "2019-06-30", "--from", "2019-01", "--to", "2019-12", "--total", "year", "--draws", "20")
    status, out, _ = styr("forecast", *past, "--format", "json")  # no delivery of then: the newest, cut at the day
    assert status == 0
    assert json.loads(out)["header"]["known_at"] == "2019-06-30"
    assert styr("forecast", "--to", "2021-03")[0] == 2


OVERRIDES = """
overrides:
  - buffer: arrivals
    provision: § 107
    number: 2
    reason: Two agreed with the child area
    who: controller
    when: 2024-05-02
  - {buffer: price_growth, year: 2025, number: 0.035, reason: agreement, who: finance, when: 2024-06-01}
"""


def test_overrides_are_read_with_words_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "overrides.yaml"
    path.write_text(OVERRIDES, encoding="utf-8")
    found = read_assumptions(path)
    assert found.overrides[0].provision == "SEL-107"
    assert found.number("arrivals", "151", provision="SEL-107") == 2
    assert found.number("arrivals", "151", provision="SEL-85") is None
    assert found.number("price_growth", "151", provision="SEL-85", year=2025) == 0.035
    assert found.number("price_growth", "151", year=2026) is None
    assert found.overrides[0].when == date(2024, 5, 2)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{buffer: luck, number: 1, reason: a, who: b, when: 2024-01-01}", "Unknown buffer 'luck'"),
        ("{buffer: exits, number: 1, reason: a, who: b, when: 2024-01-01}", "takes no number"),
        ("{buffer: exits, reason: a, who: b, when: 2024-01-01}", "either number or factor"),
        ("{buffer: exits, factor: 1, who: b, when: 2024-01-01}", "override 1: reason is missing"),
        ("{buffer: exits, factor: -1, reason: a, who: b, when: 2024-01-01}", "from 0 to 100"),
        ("{buffer: arrivals, number: 2, reason: a, who: b, when: 2024-01-01}", "needs a provision"),
        ("{buffer: price_growth, number: 3, reason: a, who: b, when: 2024-01-01}", "0.03 is 3 per cent"),
        ("{buffer: exits, factor: 1, reason: a, who: b, when: tomorrow}", "override 1"),
        ("{buffer: exits, factor: 1, reason: a, who: b, when: 2024-01-01, colour: red}", "colour is not understood"),
    ],
)
def test_an_override_that_cannot_be_is_refused_with_place_and_remedy(tmp_path: Path, entry: str, said: str) -> None:
    path = tmp_path / "overrides.yaml"
    path.write_text(f"- {entry}\n", encoding="utf-8")
    with pytest.raises(CannotAnswer, match=said):
        read_assumptions(path)


def test_an_override_holds_for_what_it_names() -> None:
    words = {"reason": "a", "who": "b", "when": date(2024, 1, 1)}
    with pytest.raises(CannotAnswer, match="say why"):
        Override("exits", "  ", "b", date(2024, 1, 1), factor=1.0)
    assert Override("exits", factor=2.0, municipality="151", **words).factor == 2.0  # type: ignore[arg-type]
