# SPDX-License-Identifier: EUPL-1.2
"""Hidden amounts cannot be told within a tenth by one who adds up and subtracts all that is shown, over provisions too,
where persons stand in several rows and amounts in one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from disclosure_attack import Published, amount_intervals

from styr.statistics.disclosure import Axis, Roll, Shape
from styr.statistics.disclosure.protect import Pattern, pattern, patterns

THRESHOLD = 5
TENTH = 0.1
CLOSE = 1e-6
VALUES = {"sex": ["K", "M"], "provision": ["p", "q", "r"]}
#: A table by sex and provision, and its totals.
WAYS = (("sex", "provision"), ("provision",), ("sex",), ())
#: Provisions p and q are one group, and r is another.
GROUP = {"p": "pq", "q": "pq", "r": "r_alone"}
GROUPS = {"pq": ["p", "q"], "r_alone": ["r"]}
ROLLS = {"provision": (Roll("group", GROUP.__getitem__),)}

#: The persons and the amount of each cell by sex and provision; of "all", the persons of a sex and no amount.
Cells = Mapping[tuple[str, str], tuple[int, int]]
Table = tuple[pl.DataFrame, Shape]


@st.composite
def drawn_amounts(draw: st.DrawFn) -> Cells:
    """Few persons and many, small amounts and large, and cells without anyone."""
    persons = st.one_of(st.integers(0, 4), st.integers(0, 30))
    amounts = st.one_of(st.integers(1, 20), st.integers(1, 5000))
    cells = {(sex, provision): (draw(persons), draw(amounts)) for sex in VALUES["sex"] for provision in "pqr"}
    cells = {cell: has for cell, has in cells.items() if has[0]}
    for sex in VALUES["sex"]:
        rows = [number for (of, _), (number, _) in cells.items() if of == sex]
        cells[sex, "all"] = (draw(st.integers(max(rows, default=0), sum(rows))), 0)  # some have several provisions
    return cells


@settings(deadline=None, max_examples=30)
@given(drawn_amounts(), st.data())
def test_tables_of_amounts_released_together_tell_no_hidden_amount_within_a_tenth(
    drawn: Cells, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(WAYS), min_size=1, unique=True))
    tables = [table_of(drawn, names) for names in chosen]
    withstands(chosen, tables, patterns(tables, THRESHOLD))


@settings(deadline=None, max_examples=30)
@given(drawn_amounts())
def test_nor_do_they_asked_for_one_by_one(drawn: Cells) -> None:
    tables = [table_of(drawn, names) for names in WAYS]
    found = [pattern(*table_of(drawn, names), THRESHOLD, totals_of(drawn, names)) for names in WAYS]
    if not any(one.weak for one in found):
        withstands(WAYS, tables, found)


@settings(deadline=None, max_examples=30)
@given(drawn_amounts())
def test_an_amount_is_not_told_by_that_of_its_group_and_the_rest_of_it(drawn: Cells) -> None:
    ways = (("provision",), ("group",), ("sex", "group"), ())
    tables = [table_of(drawn, names) for names in ways]
    found = [pattern(*table, THRESHOLD, totals_of(drawn, names)) for names, table in zip(ways, tables, strict=True)]
    if not any(one.weak for one in found):
        withstands(ways, tables, found)


def table_of(drawn: Cells, names: Sequence[str]) -> Table:
    """The table of some dimensions: amounts added up, and persons counted once."""
    several = {"provision", "group"} & set(names)
    rows: dict[tuple[str, ...], tuple[int, float]] = {}
    for cell, (persons, amount) in drawn.items():
        counts = (cell[1] == "all") != bool(several)
        if persons and (counts or cell[1] != "all"):
            is_of = {"sex": cell[0], "provision": cell[1], "group": GROUP.get(cell[1], "")}
            at = tuple(is_of[name] for name in names)
            before = rows.get(at, (0, 0.0))
            rows[at] = (before[0] + persons * counts, before[1] + amount)
    frame = pl.DataFrame(
        [(*at, *has) for at, has in rows.items()],
        schema={**dict.fromkeys(names, pl.String), "n": pl.Int64, "value": pl.Float64},
        orient="row",
    )
    axes = tuple(Axis(name, ROLLS.get(name, ()), partition=name == "sex") for name in names)
    return frame, Shape(axes, amount="value")


def totals_of(drawn: Cells, names: Sequence[str]) -> list[Table]:
    """The totals that are no sums of persons: those without provision, and those by group."""
    ways = {"provision": ("group", None), "group": (None,)}
    steps = [step for name in names for step in ways.get(name, ())]
    rest = [name for name in names if name not in ways]
    return [table_of(drawn, [*rest, step] if step else rest) for step in steps]


def withstands(chosen: Sequence[Sequence[str]], tables: Sequence[Table], found: Sequence[Pattern]) -> None:
    shown = [published(names, table, one) for names, (table, _), one in zip(chosen, tables, found, strict=True)]
    for known, amount in amount_intervals(shown, VALUES, {"group": GROUPS}):
        assert known.width >= TENTH * amount * (1 - CLOSE), (known, amount)


def published(
    names: Sequence[str], table: pl.DataFrame, found: Pattern
) -> tuple[Published, Mapping[tuple[str, ...], float]]:
    keys = [tuple(row[name] for name in names) for row in table.to_dicts()]
    hidden = {key for key, hide in zip(keys, found.hidden, strict=True) if hide}
    hidden |= {tuple(row[name] for name in names) for row in found.empty.to_dicts()}
    return Published(tuple(names), {}, frozenset(hidden)), dict(zip(keys, table["value"], strict=True))
