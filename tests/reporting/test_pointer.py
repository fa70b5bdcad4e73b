# SPDX-License-Identifier: EUPL-1.2
"""A drawing as a program of which a page draws it: what the pointer rests on is told in the words of its table, and the
picture stays as it is without."""

from __future__ import annotations

import json
from typing import Any

import pytest
from web_forecast import CAUSES, MONTHS, table

from styr.reporting import theme
from styr.reporting.drawing.forecasts import fan, waterfall
from styr.reporting.figures import DrawRows, told_drawing
from styr.reporting.numbers import Language, money_measure

SPACE = "\N{NO-BREAK SPACE}"


def programs(draw: DrawRows, rows: str, language: Language = "da") -> dict[str, dict[str, Any]]:
    """The programs of a drawing in millions, by width."""
    drawing = told_drawing(draw, table(rows), money_measure(12e6, language), "Læst op", height=200)
    return {width: json.loads(program) for width, program in drawing.programs.items()}


def told(program: dict[str, Any]) -> list[dict[str, str]]:
    """What the pointer is told of each place: the texts that stand in the program."""
    rows = next(each["values"] for each in program["data"] if "told_" in str(each.get("values")))
    return [{name.removeprefix("told_"): row[name] for name in row if name.startswith("told_")} for row in rows]


def test_a_month_is_told_by_its_name_with_all_that_is_known_of_it_as_the_table_writes_it() -> None:
    program = programs(fan, MONTHS)["wide"]
    accounted, _, foreseen, _ = told(program)
    assert foreseen == {
        "month": "Januar 2025", "value": f"10,4{SPACE}mio. kr.", "inner": f"9,6–11,2{SPACE}mio. kr.",
        "outer": f"9,1–11,7{SPACE}mio. kr.", "accounts": "", "budget": f"10,5{SPACE}mio. kr.",
    }  # fmt: skip
    assert (accounted["value"], accounted["accounts"]) == ("", f"9,8{SPACE}mio. kr.")
    assert "8 af 10 gange" in json.dumps(program)


def test_it_is_told_in_the_language_of_the_page() -> None:
    program = programs(fan, MONTHS, "en")["wide"]
    assert told(program)[2]["month"] == "January 2025"
    assert told(program)[2]["value"] == f"10.4{SPACE}million kr."
    assert "8 times in 10" in json.dumps(program)
    assert program["config"]["locale"]["number"]["decimal"] == "."


def test_a_month_that_is_over_has_no_interval() -> None:
    assert told(programs(fan, MONTHS)["wide"])[1]["inner"] == ""


def test_a_cause_is_told_with_what_it_adds() -> None:
    assert told(programs(waterfall, CAUSES)["narrow"]) == [
        {"name": "Priser", "change": f"+1,3{SPACE}mio. kr."},
        {"name": "Ophør", "change": f"−0,5{SPACE}mio. kr."},
        {"name": "Ændring i alt", "change": f"+0,8{SPACE}mio. kr."},
    ]


def test_there_is_a_program_for_each_width() -> None:
    assert {width: program["width"] for width, program in programs(fan, MONTHS).items()} == {
        "wide": theme.WIDE,
        "narrow": theme.NARROW,
    }


@pytest.mark.parametrize(("draw", "rows"), [(fan, MONTHS), (waterfall, CAUSES)])
def test_the_picture_is_as_it_is_where_the_pointer_is_told_nothing(draw: DrawRows, rows: str) -> None:
    drawing = told_drawing(draw, table(rows), money_measure(12e6, "da"), "Læst op", height=200)
    plain = theme.svg(draw(table(rows), "da"), "Læst op", "da", width=theme.WIDE, height=200)
    assert drawing.wide == plain and "told_" not in plain and "Januar 2025" not in plain
