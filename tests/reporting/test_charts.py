# SPDX-License-Identifier: EUPL-1.2
"""Charts print their numbers, hide what is hidden, and stand in a page without disturbing it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from styr.reporting import charts, comparisons, theme
from styr.reporting.model import HIDDEN, NOTHING, Cell, Series
from styr.reporting.numbers import Measure

YEARS = (2017, 2018, 2019)
PERSONS = Measure("da", "personer")
HOME = Series("home", "Støtte i eget hjem", {2017: Cell(1038), 2018: HIDDEN, 2019: Cell(1223)})
SHORT = Series("short", "Botilbud", {2017: Cell(1040), 2018: Cell(1100), 2019: Cell(1220)})
NONE = Series("none", "Krisecentre", {2017: HIDDEN, 2018: NOTHING})
STEPS = [("Antal", 6.2e6), ("Enhedsudgift", -22e6), ("Begge dele", 0.3e6)]
SHARES = [("Egen", 0.4), ("Anden", None), ("Privat", 0.6)]
PLACES = [("Ballerup", Cell(4)), ("Landet", Cell(3, lower=2, upper=4))]
ACCOUNTS = [("Konto", Cell(9), NOTHING), ("Ny", HIDDEN, Cell(1))]

CHARTS: dict[str, Callable[[int], str]] = {
    "lines": lambda w: charts.lines([HOME, SHORT], YEARS, PERSONS, "linjer", width=w),
    "panel": lambda w: charts.panel(HOME, YEARS, PERSONS, "felt", width=w),
    "bars": lambda w: charts.bars(HOME, YEARS, PERSONS, "søjler", width=w),
    "then and now": lambda w: comparisons.then_and_now([("18–24 år", Cell(7), HIDDEN)], PERSONS, "alder", width=w),
    "shares": lambda w: comparisons.shares([("2019", SHARES)], "andele", "da", width=w),
    "intervals": lambda w: comparisons.intervals(PLACES, PERSONS, "steder", width=w),
    "waterfall": lambda w: comparisons.waterfall(("2018", 90e6), STEPS, ("2019", 74.5e6), PERSONS, "fald", width=w),
    "now and before": lambda w: comparisons.now_and_before(ACCOUNTS, PERSONS, "konti", width=w),
}


def texts(svg: str) -> list[str]:
    return re.findall(r">([^<>]+)</t(?:ext|span)>", svg)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_a_chart_is_as_wide_as_asked_and_brings_no_ids_or_roles_of_its_own(name: str, width: int) -> None:
    svg = CHARTS[name](width)
    assert f'width="{width}"' in svg
    assert svg.count("role=") == 1 and ' id="' not in svg and "aria-roledescription" not in svg
    assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/2000/svg"}


def test_values_are_printed_with_danish_marks_and_a_hidden_one_is_a_dot() -> None:
    assert {"1.038", "1.223", "•"} <= set(texts(charts.bars(HOME, YEARS, PERSONS, "", width=theme.WIDE)))


def test_a_line_breaks_where_a_value_is_hidden() -> None:
    line = re.search(r'd="([^"]+)"[^>]*stroke-width="2"', charts.panel(HOME, YEARS, PERSONS, "", width=200))
    assert line is not None and line[1].count("M") == 2


def test_nothing_at_all_still_makes_a_chart() -> None:
    assert "•" in texts(charts.panel(NONE, YEARS, PERSONS, "", width=200))
    assert charts.lines([NONE], YEARS, PERSONS, "", width=theme.WIDE).startswith("<svg")


def test_the_names_of_lines_that_end_together_do_not_touch() -> None:
    svg = charts.lines([HOME, SHORT], YEARS, PERSONS, "", width=theme.WIDE)
    ends = [float(y) for y in re.findall(r'translate\([\d.]+,([\d.]+)\)"[^>]*>1\.22\d ', svg)]
    assert len(ends) == 2 and abs(ends[0] - ends[1]) >= charts.LINE_HEIGHT


def test_a_decrease_hangs_below_where_the_step_before_ended() -> None:
    svg = comparisons.waterfall(("2018", 90e6), STEPS, ("2019", 74.5e6), Measure("da", ""), "", width=theme.WIDE)
    assert {"+6.200.000", "−22.000.000", "+300.000"} <= set(texts(svg))


@pytest.mark.parametrize(("text", "lines"), [("Botilbud til midlertidigt ophold", 2), ("STU", 1)])
def test_long_names_break_at_spaces(text: str, lines: int) -> None:
    broken = charts.wrapped(text, 20)
    assert len(broken) == lines and " ".join(broken) == text
