# SPDX-License-Identifier: EUPL-1.2
"""Tables of which every row and column can be right by itself, and all of them cannot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from evidence.checking.made_more import made
from evidence.checking.tables import checked, only, table
from hypothesis import given, settings
from hypothesis import strategies as st

from styr.evidence.checking.cells import cells_of
from styr.evidence.checking.intervals import Span
from styr.evidence.checking.jointly import impossible
from styr.evidence.checking.laws import Kind, Relation
from styr.evidence.checking.relations import propose
from styr.evidence.published import FigureSet

JOINT = """
    |       | Øst | Vest | I alt |
    | A     | 10  | 10   | 21    |
    | B     | 10  | 10   | 21    |
    | C     | 10  | 10   | 20    |
    | D     | 10  | 10   | 20    |
    | I alt | 39  | 40   | ..    |
"""  # the rows are at least 20.5 + 20.5 + 19.5 + 19.5 = 80, the columns less than 39.5 + 40.5 = 80


def test_totals_that_hold_one_by_one_but_not_together_are_found() -> None:
    finding = only(table(JOINT, unit="personer"))
    assert finding.jointly
    assert len(finding.relations) == 6
    assert all(mend.change in ("cell", "digit") for mend in finding.mends)


def test_no_relation_of_a_joint_conflict_can_be_left_out() -> None:
    found = checked(table(JOINT, unit="personer"))
    relations = list(found.findings[0].relations)
    assert impossible(relations, found.cells.spans)
    for relation in relations:
        assert not impossible([each for each in relations if each is not relation], found.cells.spans)


def test_no_number_of_a_joint_conflict_can_be_left_out() -> None:
    found = checked(table(JOINT, unit="personer"))
    for cell in found.findings[0].cells:
        assert not impossible(found.findings[0].relations, found.cells.spans, [cell])


def test_the_ends_of_rounding_are_kept_exactly() -> None:
    """x + y < 1 and x + y >= 1 touch at an end that one leaves out; x + y <= 1 and >= 1 do not."""
    spans = [
        Span(Fraction(0), Fraction(1)),
        Span(Fraction(0), Fraction(1)),
        Span(Fraction(0), Fraction(1), False, True),
    ]
    spans += [Span(Fraction(1), Fraction(2))]
    relations = [Relation(Kind.total, 2, (0, 1)), Relation(Kind.total, 3, (0, 1))]
    assert impossible(relations, spans)
    spans[2] = Span(Fraction(0), Fraction(1))
    assert not impossible(relations, spans)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_numbers_that_were_rounded_from_a_table_that_adds_up_are_never_impossible(seed: int) -> None:
    consistent = made(seed)
    table = replace(consistent.table, relations=consistent.truth)
    figures = FigureSet(tables=(table,), figures=consistent.figures)
    cells = cells_of(figures)
    relations = [relation for template in propose(figures, cells) for relation in template.relations]
    assert impossible(relations, cells.spans) is None
