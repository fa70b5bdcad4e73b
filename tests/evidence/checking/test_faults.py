# SPDX-License-Identifier: EUPL-1.2
"""Consistent tables raise no alarm, and faults put into them are found and named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from evidence.checking.made_more import made
from evidence.checking.spoilt import FAULTS, Faulty, with_fault
from evidence.checking.tables import checked, table
from evidence.checking.test_specs import OPERATORS
from hypothesis import given, settings
from hypothesis import strategies as st

from styr.evidence.checking import Checked, check
from styr.evidence.checking.cells import cells_of
from styr.evidence.checking.faults import Noticeable, noticeable, unwatched
from styr.evidence.checking.stated import stated
from styr.evidence.published import FigureSet, TextFigure

CONSISTENT = 14 * 15
WITH_FAULTS = 14 * 2
NOTICED = (Noticeable.alone, Noticeable.jointly)


def test_of_consistent_tables_fewer_than_one_in_a_hundred_gets_a_finding() -> None:
    alarms = [seed for seed in range(CONSISTENT) if check(made(seed).set).findings]
    assert len(alarms) < CONSISTENT / 100, alarms


@settings(deadline=None, max_examples=60)
@given(st.integers(min_value=CONSISTENT))
def test_a_consistent_table_raises_no_alarm(seed: int) -> None:
    """Hypothesis looks for one; the rate is what the test above counts."""
    assert not check(made(seed).set).findings


@cache
def outcome() -> dict[str, Counter[str]]:
    """For each kind of fault how many were put in, can be noticed, were found, and were named among the first three."""
    counts = {kind: Counter[str]() for kind in FAULTS}
    for seed in range(WITH_FAULTS):
        consistent, rng = made(seed), np.random.default_rng(10**6 + seed)
        for kind in FAULTS:
            faulty = with_fault(consistent, kind, rng)
            if faulty is None:
                continue
            counts[kind]["put in"] += 1
            if can_be_noticed(faulty) in NOTICED:
                found = check(faulty.made.set)
                counts[kind]["noticeable"] += 1
                counts[kind]["found"] += bool(found.findings)
                counts[kind]["named"] += is_named(faulty, found)
    return counts


def can_be_noticed(faulty: Faulty) -> Noticeable:
    """Decided by what is true of the table, which the check is not told."""
    table = replace(faulty.made.table, relations=faulty.made.truth)
    figures = FigureSet(tables=(table,), figures=tuple(replace(each, same_as="") for each in faulty.made.figures))
    cells = cells_of(figures)
    return noticeable([each for template in stated(figures, cells) for each in template.relations], cells)


def is_named(faulty: Faulty, found: Checked) -> bool:
    """Whether the fault is among the first three suggestions of a finding."""
    mends = [mend for finding in found.findings for mend in finding.mends[:3]]
    if faulty.kind in ("swapped", "permuted"):
        kinds = ("swapped_lines", "permuted")
        named = any(mend.change in kinds and len(set(mend.lines) & set(faulty.where)) > 1 for mend in mends)
        return named or any(mend.change == "swapped_cells" and are_in(faulty, found, mend.cells) for mend in mends)
    if faulty.kind in ("missing", "summed"):
        return any(mend.change == {"missing": "missing_part", "summed": "summed_rate"}[faulty.kind] for mend in mends)
    return any(faulty.where in [at(found, cell) for cell in mend.cells] for mend in mends if len(mend.cells) < 3)


def are_in(faulty: Faulty, found: Checked, cells: tuple[int, ...]) -> bool:
    """Whether two cells that are said to have changed places stand beside each other in the lines that have: all that
    can be seen where a sentence repeats one number of each."""
    places = [found.cells.places[cell] for cell in cells]
    if any(isinstance(place.table, TextFigure) for place in places):
        return False
    lines = [{place.table.rows[place.row].label, place.table.columns[place.column].label} for place in places]
    return set.union(*lines) >= set(faulty.where) and (
        places[0].row == places[1].row or places[0].column == places[1].column
    )


def at(found: Checked, cell: int) -> tuple[int, int]:
    """The row and column of a cell; of a figure in text -1 and its place among the figures."""
    place = found.cells.places[cell]
    if not isinstance(place.table, TextFigure):
        return place.row, place.column
    return -1, int(place.table.id.removeprefix("f")) - 1


def test_of_noticeable_faults_nine_in_ten_are_found() -> None:
    noticeable_ones = sum(count["noticeable"] for count in outcome().values())
    assert noticeable_ones > 100
    assert sum(count["found"] for count in outcome().values()) >= 0.9 * noticeable_ones


def test_of_noticeable_faults_nine_in_ten_are_named_among_the_first_three_suggestions() -> None:
    noticeable_ones = sum(count["noticeable"] for count in outcome().values())
    assert sum(count["named"] for count in outcome().values()) >= 0.9 * noticeable_ones


@pytest.mark.parametrize("kind", FAULTS)
def test_every_kind_of_fault_is_found_and_mostly_named(kind: str) -> None:
    count = outcome()[kind]
    assert count["found"] >= 0.9 * count["noticeable"]
    assert count["named"] >= 0.75 * count["noticeable"]


def test_two_parts_that_changed_places_cannot_be_noticed() -> None:
    found = checked(table(OPERATORS, unit="tilbud"))
    relations = [each for template in found.templates for each in template.relations]
    rows = {cell: found.cells.spans[cell + 4] for cell in range(4)} | {
        cell + 4: found.cells.spans[cell] for cell in range(4)
    }
    assert noticeable(relations, found.cells, rows) is Noticeable.symmetric


def test_what_stays_within_rounding_cannot_be_noticed() -> None:
    found = checked(table(OPERATORS, unit="tilbud"))
    relations = [each for template in found.templates for each in template.relations]
    assert noticeable(relations, found.cells, {0: found.cells.spans[0]}) is Noticeable.rounding


def test_numbers_in_no_relation_are_named_as_such() -> None:
    found = checked(table("| | Antal | Alder |\n| A | 21 | 34 |\n| B | 14 | 41 |"))
    relations = [each for template in found.templates for each in template.relations]
    assert unwatched(relations, found.cells) == (0, 1, 2, 3)
    assert noticeable(relations, found.cells, {0: found.cells.spans[1]}) is Noticeable.unrelated
