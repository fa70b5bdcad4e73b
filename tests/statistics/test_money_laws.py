# SPDX-License-Identifier: EUPL-1.2
"""What holds of money and of cases in any register: parts add up, shares rise, quantiles stand in order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from drawn_registers import Register, registers, written
from hypothesis import HealthCheck, given, settings

from styr.register.snapshot import Snapshot
from styr.statistics import count

RESIDENTIAL = {"area": ["adult.residential"]}
few = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@few
@given(registers())
def test_gross_expenditure_less_sales_is_net_expenditure(register: Register) -> None:
    with taken(register) as snapshot:
        asked: dict[str, Any] = {"by": ["month", "municipality", "function"], "where": RESIDENTIAL}
        gross, sold, net = (
            by_cell(snapshot, key, **asked) for key in ("gross_expenditure", "sales", "net_expenditure")
        )
    assert {cell: gross.get(cell, 0) - sold.get(cell, 0) for cell in gross | sold} == pytest.approx(net, abs=1e-6)


@few
@given(registers())
def test_what_is_bought_of_each_operator_adds_up_to_the_purchase_share(register: Register) -> None:
    with taken(register) as snapshot:
        of_each = by_cell(snapshot, "purchase_share", by=["year", "municipality", "operator_type"])
        of_all = by_cell(snapshot, "purchase_share", by=["year", "municipality"])
    added = dict.fromkeys(of_all, 0.0)
    for (*cell, _), share in of_each.items():
        added[tuple(cell)] += share or 0
    assert added == pytest.approx({cell: share or 0 for cell, share in of_all.items()}, abs=1e-9)


@few
@given(registers())
def test_the_more_of_the_dearest_the_larger_their_share_and_all_have_all(register: Register) -> None:
    with taken(register) as snapshot:
        shares = by_cell(
            snapshot, "dearest_share", by=["year", "provision", "dearest"], where={"dearest": ["1", "30", "60", "100"]}
        )
    for of_cell in by_last(shares):
        assert all(fewer <= more + 1e-9 for fewer, more in pairwise(of_cell))
        assert not of_cell or of_cell[-1] == pytest.approx(1)


@few
@given(registers())
@pytest.mark.parametrize("indicator", ["annualised_individual_expenditure", "case_duration"])
def test_quantiles_stand_in_order(indicator: str, register: Register) -> None:
    with taken(register) as snapshot:
        found = by_cell(snapshot, indicator, by=["year", "quantile"])
    for of_cell in by_last(found):
        assert all(lower <= upper + 1e-6 for lower, upper in pairwise(of_cell))


@few
@given(registers())
def test_the_longer_the_limit_the_more_are_decided_within_it_of_cases_that_can_be(register: Register) -> None:
    with taken(register) as snapshot:
        rows = rows_of(snapshot, "decided_within", by=["year", "within_days"], where={"within_days": ["10", "365"]})
    assert all(0 <= row["value"] <= 1 for row in rows)
    seen = {(row["year"], row["within_days"]): row["denominator"] for row in rows}
    assert all(seen.get((year, 10), 0) >= cases for (year, limit), cases in seen.items() if limit == 365)


@contextmanager
def taken(register: Register) -> Iterator[Snapshot]:
    """The register as a snapshot for as long as it is asked."""
    with tempfile.TemporaryDirectory() as folder:
        yield written(register, Path(folder))


def rows_of(snapshot: Snapshot, indicator: str, **asked: Any) -> list[dict[str, Any]]:
    """The rows of an answer, small cells too."""
    return count(snapshot, indicator, disclosure_control=False, **asked).to_polars().to_dicts()


def by_cell(snapshot: Snapshot, indicator: str, *, by: list[str], **asked: Any) -> dict[tuple[Any, ...], Any]:
    """The values of an answer by its dimensions, in the order of the answer."""
    return {tuple(row[key] for key in by): row["value"] for row in rows_of(snapshot, indicator, by=by, **asked)}


def by_last(values: dict[tuple[Any, ...], Any]) -> list[list[Any]]:
    """The known values of each cell in the order of its last dimension."""
    cells = groupby(values.items(), key=lambda item: item[0][:-1])
    return [[value for _, value in of_cell if value is not None] for _, of_cell in cells]
