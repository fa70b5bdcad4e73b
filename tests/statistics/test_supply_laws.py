# SPDX-License-Identifier: EUPL-1.2
"""Laws of supply, whatever the register: what adds up, and what is the same seen from both sides."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from drawn_registers import YEARS, Register, registers, written
from hypothesis import HealthCheck, given, settings

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, count

drawn = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Values = dict[tuple[Any, ...], float]


@pytest.mark.parametrize("what", ["offers", "places"])
@pytest.mark.parametrize(("under", "key"), [("types", "provision"), ("target_groups", "target_group")])
def test_counted_under_a_dimension_rows_add_up_and_each_is_what_is_counted_once(
    what: str, under: str, key: str
) -> None:
    @drawn
    @given(register=registers())
    def holds(register: Register) -> None:
        with tempfile.TemporaryDirectory() as folder:
            snapshot = written(register, Path(folder))
            total = values(snapshot, f"{what}_under_{under}", ["year"])
            rows = values(snapshot, f"{what}_under_{under}", ["year", key])
            assert added(rows) == pytest.approx(total)
            assert rows == pytest.approx(values(snapshot, what, ["year", key]))

    holds()


@drawn
@given(register=registers())
def test_what_a_municipality_sells_is_what_others_buy_from_it(register: Register) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = written(register, Path(folder))
        sold = values(snapshot, "own_bought_sold", ["year", "municipality"], trade=["sold"])
        bought = values(snapshot, "own_bought_sold", ["year", "seller"], trade=["bought"], operator_type=["municipal"])
        assert sold == pytest.approx(bought)


@drawn
@given(register=registers())
def test_the_citizens_of_a_buyer_are_those_it_pays_for(register: Register) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = written(register, Path(folder))
        assert values(snapshot, "own_bought_sold", ["year", "buyer"]) == pytest.approx(
            values(snapshot, "full_time_recipients", ["year", "municipality"])
        )


@drawn
@given(register=registers())
def test_the_shares_of_a_staff_mix_are_one_together(register: Register) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = written(register, Path(folder))
        employed = values(snapshot, "staff", ["year", "municipality"])
        shares = added(values(snapshot, "staff_share", ["year", "municipality", "staff_group"]), keys=2)
        assert shares == pytest.approx({cell: 1 for cell, fte in employed.items() if fte})


@drawn
@given(register=registers())
def test_quantiles_of_tariffs_do_not_fall_and_the_mean_lies_within_the_tariffs(register: Register) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = written(register, Path(folder))
        quantiles: dict[Any, list[float]] = defaultdict(list)
        for cell, value in values(snapshot, "tariff", ["year", "unit", "quantile"]).items():
            quantiles[cell[:2]].append(value)
        assert all(lower <= upper for found in quantiles.values() for lower, upper in pairwise(found))
        every = values(snapshot, "tariff", ["year", "unit", "department", "service"])
        for cell, mean in values(snapshot, "mean_tariff", ["year", "unit"]).items():
            of_cell = [amount for other, amount in every.items() if other[:2] == cell]
            assert min(of_cell) - 1e-9 <= mean <= max(of_cell) + 1e-9


def values(snapshot: Snapshot, indicator: str, by: Sequence[str], **where: Sequence[str]) -> Values:
    """Cell → value, none where nothing is observed; a value that cannot be said is left out."""
    try:
        table = count(snapshot, indicator, by, *YEARS, where=where, disclosure_control=False).to_polars()
    except CannotAnswer:
        return {}
    return {tuple(row[key] for key in by): row["value"] for row in table.to_dicts() if row["value"] is not None}


def added(rows: Values, keys: int = 1) -> Values:
    """Rows added up within their first keys."""
    found: Values = defaultdict(float)
    for cell, value in rows.items():
        found[cell[:keys]] += value
    return dict(found)
