# SPDX-License-Identifier: EUPL-1.2
"""What the figures of the five documents say of each other: every finding looked at, and none forgotten."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from styr.evidence.checking import Checked, Finding, check
from styr.evidence.checking.conflicts import violated
from styr.evidence.checking.judged import judgements, name_of
from styr.evidence.checking.laws import Kind
from styr.evidence.shipped import shipped

DOCUMENT = Path(__file__).parents[3] / "docs" / "figures-findings.md"
PLACED = "Anbringelser hvor psykiske vanskeligheder var udslagsgivende"
LIKELIEST = {
    "growth: 002/tabel-5-3[I alt;Udvikling, pct.]": "sign",
    "growth: 002/tabel-4-8[Social- og sundhedsassistenter og -hjælpere;Udvikling, pct.]": "other_base",
    "growth: 002/tabel-4-22[Hovedstaden;Udvikling, pct.]": "taken_from",
    "mean: 002/tabel-4-26[Hele landet;2007]": "summed_rate",
    "same: 002/tabel-5-9[Andre;Antal årsværk]": "swapped_lines",
    "same: 002/tabel-1-2[Antal anbringelser pr. 1.000 0-17-årige;Midtjylland]": "permuted",
    "weights: 002/tabel-4-18[Opholdssteder;Hele landet]": "permuted",
    f"difference: 002/tabel-4-3[{PLACED};Udvikling]": "other_measure",
}


@cache
def documents() -> Checked:
    return check(shipped())


@cache
def findings() -> dict[str, Finding]:
    return {name_of(finding, documents().cells): finding for finding in documents().findings}


def test_every_finding_has_been_judged_and_every_judgement_has_its_finding() -> None:
    assert set(findings()) == set(judgements())


@pytest.mark.parametrize(("name", "change"), LIKELIEST.items())
def test_the_likeliest_change_is_the_one_the_document_bears_out(name: str, change: str) -> None:
    assert findings()[name].mends[0].change == change


@pytest.mark.parametrize("name", judgements())
def test_every_finding_is_set_out_in_the_documentation(name: str) -> None:
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")


def test_a_finding_cannot_hold_within_what_is_printed() -> None:
    spans = documents().cells.spans
    for finding in findings().values():
        if not finding.jointly and finding.template.kind is not Kind.weights:
            assert violated(finding.relations, spans) == list(finding.relations)


def test_most_of_what_is_proposed_holds() -> None:
    relations = sum(len(template.relations) for template in documents().templates)
    assert relations > 1500
    assert sum(each.held for each in documents().confirmations) > 0.97 * relations
