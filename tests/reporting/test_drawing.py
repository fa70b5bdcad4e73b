# SPDX-License-Identifier: EUPL-1.2
"""The fitting chart of a result: its form follows the columns, words stand for codes, small cells stay hidden."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from styr.output import OutputError
from styr.reporting.drawing import chart_program, drawn, write_chart
from styr.reporting.errors import CannotReport

HEADER = {
    "title": "Modtagere på en dag", "unit": "personer", "rule": "Forskellige borgere.", "source": "000 l.16",
    "snapshot": "snap-1", "known_at": "2024-12-31", "price_level": None, "generated": False, "caveats": [],
}  # fmt: skip


def table(drawing: str, **more: list[float | None]) -> pa.Table:
    """A drawn table; the value · is a hidden one."""
    names, *rows = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    values = [None if text == "·" else float(text) for text in columns.pop("value")]
    frame = pl.DataFrame({name: list(cells) for name, cells in columns.items()})
    if "year" in names:
        frame = frame.with_columns(pl.col("year").cast(pl.Int32))
    numbers = {name: pl.Series(cells, dtype=pl.Float64) for name, cells in more.items()}
    return frame.with_columns(
        value=pl.Series(values, dtype=pl.Float64), suppressed=pl.Series([value is None for value in values]), **numbers
    ).to_arrow()


def marks(result: pa.Table) -> set[str]:
    """The kinds of marks a chart is made of."""
    return {mark["type"] for mark in _marks(drawn(result, HEADER).to_dict(validate=False))}


def _marks(spec: object) -> list[dict[str, str]]:
    if isinstance(spec, list):
        return [mark for each in spec for mark in _marks(each)]
    if isinstance(spec, dict):
        own = [spec["mark"]] if isinstance(spec.get("mark"), dict) else []
        return own + [mark for each in spec.values() for mark in _marks(each)]
    return []


def svg(result: pa.Table, tmp_path: Path, header: dict[str, object] | None = None) -> str:
    write_chart(result, header or HEADER, tmp_path / "chart.svg")
    return (tmp_path / "chart.svg").read_text(encoding="utf-8")


YEARS = "year|value\n2022|10\n2023|12"


def test_years_make_lines_and_an_interval_a_band() -> None:
    assert {"line", "point"} <= marks(table(YEARS))
    assert "area" not in marks(table(YEARS))
    assert "area" in marks(table(YEARS, lower=[8, 9], upper=[12, 15]))


def test_groups_make_bars_and_two_kinds_of_groups_a_matrix() -> None:
    assert "bar" in marks(table("provision|value\nSEL-85|10\nSEL-107|12"))
    assert "rect" in marks(table("provision|sex|value\nSEL-85|K|10\nSEL-107|M|12"))


def test_each_part_of_a_change_tells_its_amount_under_the_pointer() -> None:
    parts = {"number": [3.0, 1.0], "unit_cost": [1.0, 1.0], "joint": [1.0, 1.0]}
    program = json.loads(chart_program(table("provision|value\nSEL-85|5\nSEL-107|3", **parts), HEADER))
    (told,) = [told for told in _told(program) if "Bidrag" in told]
    assert 'datum["part"]' in told and 'datum["amount"]' in told


def _told(part: object) -> list[str]:
    """What the pointer is told by the marks of a program."""
    if isinstance(part, list):
        return [told for each in part for told in _told(each)]
    if isinstance(part, dict):
        own = [part["tooltip"]["signal"]] if isinstance(part.get("tooltip"), dict) else []
        return own + [told for name, each in part.items() if name != "tooltip" for told in _told(each)]
    return []


def test_quantiles_make_a_spread_and_limits_a_funnel() -> None:
    assert {"bar", "tick", "rule"} <= marks(
        table("provision|quantile|value\nSEL-85|q1|1\nSEL-85|median|2\nSEL-85|q3|4")
    )
    limits = {
        "denominator": [1e3, 1e4], "lower_95": [5.0, 8.0], "upper_95": [15.0, 12.0],
        "lower_998": [3.0, 7.0], "upper_998": [17.0, 13.0],
    }  # fmt: skip
    assert {"line", "point", "text"} <= marks(table("municipality|value\n101|20\n151|10", **limits))


def test_parts_of_a_change_make_bars_that_end_at_the_change() -> None:
    assert {"bar", "tick"} <= marks(table("provision|value\nSEL-85|3\nSEL-107|-1", number=[2, 0], unit_cost=[1, -1]))


def test_a_potential_is_drawn_by_its_amounts_and_not_as_parts_of_a_change() -> None:
    assert "tick" not in marks(table("name|value\nAalborg|3\nMorsø|1", rate=[21.0, 19.0], excess=[2.0, 0.0]))


HYPOTHESES = """
hypothesis|figure|title|unit|finding|value
fewer|all|Recipients in a place meant to last until the help is no longer wanted|per cent|confirmed|-22
older|age|Mean age|years|cannot be decided|1.5
older|few|Few|years||·
"""


def test_figures_of_hypotheses_are_points_with_intervals_a_panel_for_each_unit(tmp_path: Path) -> None:
    told = table(HYPOTHESES, lower=[-25, -1, None], upper=[-19, 4, None])
    chart = svg(told, tmp_path)
    assert "1. Recipients in a place" in chart and "2. Mean age" in chart
    assert "per cent" in chart and "years" in chart
    assert "Few" not in chart


def test_who_has_delivered_is_a_tile_a_year_and_those_with_nothing_are_counted(tmp_path: Path) -> None:
    told = pl.DataFrame(
        {"municipality": ["101", "147", "151"], "year": [2024] * 3, "delivered": [True, False, False],
         "reason": ["", "nothing", "nothing"], "explanation": ["", "no rows", "no rows"]}
    )  # fmt: skip
    chart = svg(told.to_arrow(), tmp_path)
    assert "København" in chart and "Frederiksberg" not in chart
    assert "2 kommuner har ikke leveret noget" in chart


def test_words_stand_in_place_of_codes_with_the_rule_and_snapshot_beneath(tmp_path: Path) -> None:
    drawing = svg(table("municipality|value\n101|20\n151|10"), tmp_path)
    for words in ("København", "Ballerup", "Modtagere på en dag", "Forskellige borgere.", "snap-1", "2024-12-31"):
        assert words in drawing
    assert ">151<" not in drawing


def test_generated_data_says_so_in_every_chart(tmp_path: Path) -> None:
    assert "KONSTRUEREDE DATA" in svg(table(YEARS), tmp_path, HEADER | {"generated": True})
    assert "KONSTRUEREDE DATA" not in svg(table(YEARS), tmp_path)


def test_a_hidden_cell_is_a_dot_and_is_explained(tmp_path: Path) -> None:
    drawing = svg(table("provision|value\nSEL-85|10\nSEL-107|·"), tmp_path)
    assert "for få personer" in drawing
    assert drawing.count(">•<") == 1
    assert ">null<" not in drawing


def test_large_amounts_of_money_stand_in_millions(tmp_path: Path) -> None:
    drawing = svg(table("year|value\n2022|12000000\n2023|25000000"), tmp_path, HEADER | {"unit": "kr."})
    assert "mio. kr." in drawing
    assert "000.000" not in drawing


@pytest.mark.parametrize(("name", "begins"), [("a.png", b"\x89PNG"), ("a.svg", b"<svg"), ("a.html", b"<!DOCTYPE")])
def test_a_chart_is_a_png_svg_or_html_that_asks_no_network(tmp_path: Path, name: str, begins: bytes) -> None:
    write_chart(table(YEARS), HEADER, tmp_path / name)
    written = (tmp_path / name).read_bytes()
    assert written.lstrip().lower().startswith(begins.lower())
    assert not re.search(rb'(?:src|href)\s*=\s*["\']?(?:https?:)?//', written)


def test_what_cannot_be_drawn_says_why(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="PNG, SVG or HTML"):
        write_chart(table(YEARS), HEADER, tmp_path / "chart.gif")
    with pytest.raises(OutputError, match="no rows"):
        write_chart(table(YEARS).slice(0, 0), HEADER, tmp_path / "chart.png")
    with pytest.raises(CannotReport, match="no values"):
        write_chart(table(YEARS).drop_columns("value"), HEADER, tmp_path / "chart.png")
    assert list(tmp_path.iterdir()) == []
