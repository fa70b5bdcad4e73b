# SPDX-License-Identifier: EUPL-1.2
"""Stock and flow hang together, whatever the register."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drawn_registers import Register, registers, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics import count

drawn = settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ways = st.sampled_from([(), ("municipality",), ("target_group",)])
ENDED_IN_2017 = {
    "grant_id": "early", "citizen_id": "early", "provision": "SEL-107", "paying_municipality": "101",
    "start_date": date(2017, 1, 1), "end_date": date(2017, 12, 31),
}  # fmt: skip
NOWHERE = ("none", "dead")


@drawn
@given(register=registers(), by=ways)
def test_transitions_from_groups_and_to_groups_are_the_recipients_of_the_two_days(
    register: Register, by: tuple[str, ...]
) -> None:
    with _snapshot(register) as snapshot:
        matrix = _counted(snapshot, "transitions", [*by, "from_group", "to_group"], 2019)
        for side, year in (("from_group", 2019), ("to_group", 2020)):
            there = matrix.filter(~pl.col(side).is_in(NOWHERE)).group_by(by or pl.lit(0)).agg(pl.col("value").sum())
            assert _cells(there, by) == _cells(_counted(snapshot, "recipients_on", list(by), year), by)


@drawn
@given(register=registers())
def test_the_shares_of_those_who_come_from_a_group_are_all_of_them(register: Register) -> None:
    with _snapshot(register) as snapshot:
        shares = _counted(snapshot, "transition_share", ["from_group", "to_group"], 2019)
        for total in shares.group_by("from_group").agg(pl.col("value").sum())["value"]:
            assert total == pytest.approx(1)


@drawn
@given(register=registers(), by=ways)
def test_net_flow_is_new_less_ended(register: Register, by: tuple[str, ...]) -> None:
    register["grants"].append(ENDED_IN_2017)  # so that it can be told who is new in 2019
    with _snapshot(register) as snapshot:
        new, ended, net = (
            _cells(_counted(snapshot, each, [*by, "month"], 2019), (*by, "month"))
            for each in ("new_recipients", "ended_recipients", "net_flow")
        )
        changes = {cell: new.get(cell, 0) - ended.get(cell, 0) for cell in {**new, **ended}}
        assert net == {cell: change for cell, change in changes.items() if change}


@drawn
@given(register=registers())
def test_a_duration_curve_never_rises_and_stays_within_its_interval(register: Register) -> None:
    with _snapshot(register) as snapshot:
        table = count(snapshot, "duration_curve", ["provision", "days"], disclosure_control=False).to_polars()
        for _, curve in table.sort("provision", "days").group_by("provision", maintain_order=True):
            seen = curve["value"].drop_nulls()
            assert seen.is_between(0, 1).all()
            assert (seen.diff().drop_nulls() <= 0).all()
        within = table.drop_nulls(["lower", "upper"])
        assert ((within["lower"] <= within["value"]) & (within["value"] <= within["upper"])).all()


def test_every_provision_group_has_its_place_in_the_order_of_main_groups() -> None:
    smallest = {vocabulary.group_of(term.code) for term in vocabulary.codelist("provision")}
    order = vocabulary.parameter("main_group_order")
    assert sorted(order) == sorted(smallest)


@contextmanager
def _snapshot(register: Register) -> Iterator[Snapshot]:
    with tempfile.TemporaryDirectory() as folder:
        yield written(register, Path(folder))


def _counted(snapshot: Snapshot, indicator: str, by: list[str], year: int) -> pl.DataFrame:
    return count(snapshot, indicator, by, year, year, disclosure_control=False).to_polars()


def _cells(table: pl.DataFrame, by: tuple[str, ...]) -> dict[tuple[Any, ...], float]:
    """Cell → value, cells of nothing left out."""
    return {tuple(row[key] for key in by): row["value"] for row in table.to_dicts() if row["value"]}
