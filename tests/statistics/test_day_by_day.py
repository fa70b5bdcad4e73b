# SPDX-License-Identifier: EUPL-1.2
"""On any register count gives what counting a day and a person at a time gives."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from specs.day_by_day import answer

from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot, write_snapshot
from styr.statistics import count
from styr.statistics.engines import ENGINES

KNOWN_AT = date(2020, 2, 20)
YEARS = (2019, 2020)
CITIZENS = ("c1", "c2", "c3")
INDICATORS = ("recipients_on", "recipients_in", "full_time_recipients", "individual_expenditure")

# Days gather where rules turn: year ends, month ends, the leap day, the known-at day.
turns = st.sampled_from([date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 31), date(2020, 2, 28), KNOWN_AT])
days = st.one_of(
    st.builds(lambda day, off: day + timedelta(days=off), turns, st.integers(-2, 2)),
    st.dates(date(2018, 6, 1), date(2020, 3, 31)),
)
prices = st.one_of(st.none(), st.decimals(0, 5000, places=2))
units = st.one_of(st.none(), st.sampled_from(["day", "week", "month", "year", "hour"]))


@st.composite
def spans(draw: st.DrawFn) -> dict[str, date | None]:
    """A first and last day; sometimes without an end."""
    first, last = sorted((draw(days), draw(days)))
    return {"start_date": first, "end_date": draw(st.sampled_from([last, last, None]))}


@st.composite
def registers(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """A few citizens with grants, prices and target groups that overlap, abut and leave gaps."""
    citizens = [
        {
            "citizen_id": name,
            "sex": draw(st.sampled_from("MK")),
            "municipality": "101",
            "birth_date": draw(
                st.sampled_from([date(2001, 12, 31), date(2002, 2, 28), date(1996, 2, 29), date(1950, 6, 6)])
            ),
            "death_date": draw(st.one_of(st.none(), days)),
        }
        for name in CITIZENS
    ]
    grants = [
        {
            "grant_id": f"g{number}",
            "citizen_id": draw(st.sampled_from(CITIZENS)),
            "provision": draw(st.sampled_from(["SEL-107", "SEL-108", "SEL-85"])),
            "paying_municipality": draw(st.sampled_from(["101", "461"])),
            "price": draw(prices),
            "price_unit": draw(units),
            "hours_per_week": draw(st.sampled_from([None, 3.5, 20.0])),
            **draw(spans()),
        }
        for number in range(draw(st.integers(1, 7)))
    ]
    grants.append({**grants[0], "grant_id": "first", "start_date": date(2019, 1, 1), "end_date": date(2019, 1, 1)})
    groups = [
        {
            "citizen_id": draw(st.sampled_from(CITIZENS)),
            "target_group": draw(st.sampled_from(["mental.anxiety", "mental.depression", "mental", "social"])),
            **draw(spans()),
        }
        for _ in range(draw(st.integers(1, 4)))
    ]
    return {
        "citizens": citizens,
        "grants": grants,
        "grant_prices": [price for grant in grants[:3] for price in draw(_grant_prices(grant["grant_id"]))],
        "target_groups": list(
            {(row["citizen_id"], row["target_group"], row["start_date"]): row for row in groups}.values()
        ),
    }


@st.composite
def _grant_prices(draw: st.DrawFn, grant: str) -> list[dict[str, Any]]:
    """Prices of one grant that do not overlap."""
    ends = sorted(draw(st.lists(days, max_size=4, unique=True)))
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    return [
        {
            "grant_id": grant,
            "start_date": first,
            "end_date": draw(st.sampled_from([last, None])) if number == len(pairs) - 1 else last,
            "price": draw(st.decimals(0, 5000, places=2)),
            "price_unit": draw(st.sampled_from(["day", "week", "month", "year", "hour"])),
        }
        for number, (first, last) in enumerate(pairs)
    ]


bys = st.tuples(
    st.sampled_from([("year",), ("month",), ("year", "month")]),
    st.lists(
        st.sampled_from(["municipality", "provision", "sex", "age_group", "target_group"]),
        max_size=3,
        unique=True,
    ),
).map(lambda parts: (*parts[0], *parts[1]))


@pytest.mark.parametrize("engine", list(ENGINES))
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(register=registers(), by=bys)
def test_counting_agrees_with_counting_day_by_day(engine: str, register: dict[str, Any], by: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _snapshot(register, Path(folder))
        for indicator in INDICATORS:
            result = count(snapshot, indicator, by, *YEARS, disclosure_control=False, engine=engine).to_polars()
            got = {tuple(row[key] for key in by): row["value"] for row in result.to_dicts()}
            assert len(got) == result.height, "a cell is one row"
            assert got == pytest.approx(answer(register, KNOWN_AT, indicator, by, YEARS), rel=1e-9, abs=1e-6)


def test_years_together_agree_with_counting_day_by_day(tmp_path: Path) -> None:
    span = {"start_date": date(2019, 12, 30), "end_date": None}
    register: dict[str, Any] = {
        "citizens": [
            {"citizen_id": name, "sex": "K", "municipality": "101", "birth_date": date(1990, 1, 1), "death_date": None}
            for name in CITIZENS
        ],
        "grants": [
            {"grant_id": name, "citizen_id": name, "provision": "SEL-107", "paying_municipality": "101",
             "price": Decimal("1000"), "price_unit": unit, "hours_per_week": None, **span}
            for name, unit in zip(CITIZENS, ("month", "year", "week"), strict=True)
        ],
        "grant_prices": [],
        "target_groups": [],
    }  # fmt: skip
    snapshot = _snapshot(register, tmp_path)
    for indicator in INDICATORS[1:]:
        result = count(snapshot, indicator, (), *YEARS, disclosure_control=False).to_polars()
        assert result["value"].to_list() == pytest.approx([answer(register, KNOWN_AT, indicator, (), YEARS)[()]])


def _snapshot(register: dict[str, Any], folder: Path) -> Snapshot:
    def read(name: str) -> pa.Table:
        rows = [{column: row.get(column) for column in arrow_schema(name).names} for row in register.get(name, [])]
        return pa.Table.from_pylist(rows, schema=arrow_schema(name))

    return write_snapshot(folder, read, known_at=KNOWN_AT)
