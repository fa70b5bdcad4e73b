# SPDX-License-Identifier: EUPL-1.2
"""The printed numbers the country is held against stand where the targets say they do.

The documents are not part of the repository; without them these tests are skipped.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from styr.register.generate.calibration import _targets
from styr.register.generate.counting_money import MoneyCounts
from styr.register.generate.parameters import offer_totals, offer_types

DOCUMENTS = Path(os.environ.get("STYR_DOCUMENTS", Path(__file__).parents[4] / "shared" / "documents"))
IN_WORDS = {50: "halvdelen", 2: "faktor 2"}
CHANGED = {-8: "8", -0.1: "-0,1", 0.0: "0,0"}  # a fall is printed without its sign


def printed_forms(number: float) -> set[str]:
    """Ways a document prints a number."""
    if number in CHANGED:
        return {CHANGED[number]}
    if number in IN_WORDS:
        return {IN_WORDS[number]}
    if number == int(number):
        return {f"{int(number):,}".replace(",", "."), str(int(number))}
    return {f"{number}".replace(".", ",")}


@pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="the source documents are not here (set STYR_DOCUMENTS to their folder)"
)
@pytest.mark.parametrize(
    "target", [each for each in _targets()["targets"] if "printed" in each], ids=lambda each: each["key"]
)
def test_the_number_is_printed_on_the_line(target: dict[str, object]) -> None:
    document, line = re.fullmatch(r"(\d{3}) l\.(\d+)", str(target["source"])).groups()
    text = next(DOCUMENTS.glob(f"{document}_*.txt")).read_text(encoding="utf-8").split("\n")
    near = " ".join(text[int(line) - 2 : int(line) + 1])
    assert any(
        re.search(rf"(?<![\d,.]){re.escape(form)}(?![\d,]\d)", near) for form in printed_forms(float(target["printed"]))
    ), near


def test_every_target_has_a_count_of_its_own_name() -> None:
    assert [
        each["key"] for each in _targets()["targets"] if not callable(getattr(MoneyCounts, each["count"], None))
    ] == []


def test_offers_by_type_add_up_to_no_fewer_than_the_offers() -> None:
    for operator, total in offer_totals().items():
        assert max(kind[operator] for kind in offer_types()) <= total <= sum(kind[operator] for kind in offer_types())
