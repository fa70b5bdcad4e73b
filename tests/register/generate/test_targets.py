# SPDX-License-Identifier: EUPL-1.2
"""The targets name published numbers and counts that are there. That the numbers stand in the documents is verified
with the figures (tests/evidence/test_shipped.py)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from styr.evidence.printed import printed
from styr.evidence.shipped import tables
from styr.register.generate.calibration import _row, _targets, with_number
from styr.register.generate.counting_money import MoneyCounts
from styr.register.generate.parameters import offer_totals, offer_types


@pytest.mark.parametrize("target", _targets()["targets"], ids=lambda each: each["key"])
def test_every_target_has_a_number_or_a_bound_with_its_line(target: dict[str, object]) -> None:
    known = with_number(target, printed)
    assert {"printed", "below", "between"} & set(known)
    assert str(known["source"]).startswith("00")


def test_a_number_is_read_in_the_unit_of_its_count() -> None:
    target = next(each for each in _targets()["targets"] if each["key"] == "Adult expenditure 2022, bn DKK")
    known = with_number(target, printed)
    assert (known["printed"], known["digit"], known["source"]) == (40.5, 0.1, "003 l.725")


def test_a_contradicting_number_is_admitted_too() -> None:
    target = next(each for each in _targets()["targets"] if "also" in each)
    assert with_number(target, printed)["also"] == pytest.approx((2.5, 3.5))


def test_every_target_has_a_count_of_its_own_name() -> None:
    assert [
        each["key"] for each in _targets()["targets"] if not callable(getattr(MoneyCounts, each["count"], None))
    ] == []


def test_offers_by_type_add_up_to_no_fewer_than_the_offers() -> None:
    for operator, total in offer_totals().items():
        assert max(kind[operator] for kind in offer_types()) <= total <= sum(kind[operator] for kind in offer_types())


def test_offers_by_type_are_those_of_the_published_table() -> None:
    *types, total = [[int(cell.value or 0) for cell in cells[:3]] for cells in tables()["000/tabel-2"].cells]
    operators = list(offer_totals())
    assert [offer_totals()[operator] for operator in operators] == total
    assert [[kind[operator] for operator in operators] for kind in offer_types()] == types


@pytest.mark.parametrize("counted", [lambda: 1.0 / 0.0, lambda: float("nan")])
def test_a_number_about_nobody_is_not_compared(counted: Callable[[], float]) -> None:
    target = {"key": "share", "count": "share", "source": "003 l.1", "printed": 0.4, "digit": 0.1, "noise": 0.1}
    row = _row(target, SimpleNamespace(scale=0.01, share=counted))
    assert (row[2], row[5:8]) == (0.4, (None, None, None))
    assert _row(target, SimpleNamespace(scale=1.0, share=lambda: 0.4))[5:8] == (0.4, 0.0, True)
