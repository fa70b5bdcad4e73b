# SPDX-License-Identifier: EUPL-1.2
"""What is hidden stays hidden from one who has everything that is shown and a linear program."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from disclosure_attack import Published, intervals

from styr.statistics.disclosure import Axis, Roll, Shape, controlled
from styr.statistics.disclosure.protect import pattern, patterns

THRESHOLD = 5
CLOSE = 1e-6
REGION = {"a": "north", "b": "north", "c": "south", "d": "south"}

Values = dict[str, list[str]]


@st.composite
def counted(draw: st.DrawFn, *, most_axes: int = 3) -> tuple[Values, pl.DataFrame]:
    """Dimensions with two or three values each, and how many persons are in each cell; many small, some none."""
    names = "xyz"[: draw(st.integers(1, most_axes))]
    values = {name: [f"{name}{n}" for n in range(draw(st.integers(2, 3)))] for name in names}
    cells = list(product(*values.values()))
    numbers = st.one_of(st.integers(0, 4), st.integers(0, 30), st.just(1))
    persons = draw(st.lists(numbers, min_size=len(cells), max_size=len(cells)))
    frame = pl.DataFrame(cells, schema=list(values), orient="row").with_columns(n=pl.Series(persons, dtype=pl.Int64))
    return values, frame.filter(pl.col("n") > 0)


def shape(names: Sequence[str]) -> Shape:
    return Shape(tuple(Axis(name, partition=True) for name in names))


def split(cells: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The persons of the cells split by some of the dimensions."""
    if not names:
        return cells.select(n=pl.col("n").sum())
    return cells.group_by(names).agg(pl.col("n").sum()).sort(names)


def published(table: pl.DataFrame, names: Sequence[str], hidden: pl.Series, empty: pl.DataFrame) -> Published:
    keys = [tuple(row[name] for name in names) for row in table.to_dicts()]
    small = {key for key, hide in zip(keys, hidden, strict=True) if hide}
    small |= {tuple(row[name] for name in names) for row in empty.to_dicts()}
    shown = {key: n for key, n in zip(keys, table["n"], strict=True) if key not in small}
    return Published(tuple(names), shown, frozenset(small))


def subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]


def withstands(tables: Sequence[Published], values: Values, *, empties: bool, several: Sequence[str] = ()) -> None:
    for known in intervals(tables, values, at_least=0, several=several):
        assert known.width >= THRESHOLD - CLOSE, known
    for known in intervals(tables, values, at_least=1, several=several) if not empties else ():
        assert known.width >= 1 - CLOSE, f"known for certain: {known}"


@settings(deadline=None, max_examples=30)
@given(counted(), st.data())
def test_tables_released_together_tell_of_no_hidden_cell_nearer_than_the_threshold(
    drawn: tuple[Values, pl.DataFrame], data: st.DataObject
) -> None:
    values, cells = drawn
    chosen = data.draw(st.lists(st.sampled_from(subsets(list(values))), min_size=1, max_size=4, unique=True))
    tables = [split(cells, names) for names in chosen]
    found = patterns([(table, shape(names)) for table, names in zip(tables, chosen, strict=True)], THRESHOLD)
    shown = [published(*each, one.hidden, one.empty) for *each, one in zip(tables, chosen, found, strict=True)]
    for table, one in zip(tables, found, strict=True):
        assert one.hidden.filter(table["n"].is_between(1, THRESHOLD - 1)).all()
    withstands(shown, values, empties=any(one.empty.height for one in found))


@settings(deadline=None, max_examples=30)
@given(counted(most_axes=2))
def test_a_table_and_the_totals_asked_for_one_by_one_agree_on_what_is_hidden(
    drawn: tuple[Values, pl.DataFrame],
) -> None:
    values, cells = drawn
    shown, weak, empties = [], 0, False
    for names in subsets(list(values)):
        table = split(cells, names)
        one = pattern(table, shape(names), THRESHOLD)
        shown.append(published(table, names, one.hidden, one.empty))
        weak, empties = weak + one.weak, empties or one.empty.height > 0
    if not weak:
        withstands(shown, values, empties=empties)


#: A table by sex and provision, of persons who may have several provisions, and its totals.
TABLES = (("sex", "provision"), ("provision",), ("sex",), ())


@st.composite
def with_several(draw: st.DrawFn) -> tuple[Values, dict[tuple[str, ...], pl.DataFrame]]:
    """Persons by sex and provisions, some with several, counted in TABLES."""
    values = {"sex": ["K", "M"], "provision": ["p", "q", "r"][: draw(st.integers(2, 3))]}
    sets = [each for size in range(1, 4) for each in combinations(values["provision"], size)]
    kinds = list(product(values["sex"], sets))
    numbers = st.one_of(st.integers(0, 4), st.integers(0, 20), st.just(0))
    persons = dict(zip(kinds, draw(st.lists(numbers, min_size=len(kinds), max_size=len(kinds))), strict=True))
    tables = {}
    for names in TABLES:
        cells: dict[tuple[str, ...], int] = {}
        for (sex, provisions), n in persons.items():
            for provision in provisions if "provision" in names else ("",):
                cell = tuple({"sex": sex, "provision": provision}[name] for name in names)
                cells[cell] = cells.get(cell, 0) + n
        rows = [(*cell, n) for cell, n in cells.items() if n]
        tables[names] = pl.DataFrame(rows, schema=[*names, "n"], orient="row", infer_schema_length=None)
        tables[names] = tables[names].with_columns(pl.col("n").cast(pl.Int64))
    return values, tables


def of_several(names: Sequence[str]) -> Shape:
    return Shape(tuple(Axis(name, partition=name != "provision") for name in names))


@settings(deadline=None, max_examples=30)
@given(with_several(), st.data())
def test_tables_of_persons_in_several_rows_tell_of_no_hidden_cell_nearer_than_the_threshold(
    drawn: tuple[Values, dict[tuple[str, ...], pl.DataFrame]], data: st.DataObject
) -> None:
    values, tables = drawn
    chosen = data.draw(st.lists(st.sampled_from(TABLES), min_size=1, unique=True))
    found = patterns([(tables[names], of_several(names)) for names in chosen], THRESHOLD)
    shown = [published(tables[names], names, one.hidden, one.empty) for names, one in zip(chosen, found, strict=True)]
    assert all(
        one.hidden.filter(tables[names]["n"] < THRESHOLD).all() for names, one in zip(chosen, found, strict=True)
    )
    withstands(shown, values, empties=any(one.empty.height for one in found), several=["provision"])


@settings(deadline=None, max_examples=30)
@given(with_several())
def test_so_do_they_asked_for_one_by_one_with_the_totals_counted(
    drawn: tuple[Values, dict[tuple[str, ...], pl.DataFrame]],
) -> None:
    values, tables = drawn
    shown, weak, empties = [], 0, False
    for names in TABLES:
        totals = [(tables[each], of_several(each)) for each in TABLES if "provision" in names and each == names[:-1]]
        one = pattern(tables[names], of_several(names), THRESHOLD, totals)
        shown.append(published(tables[names], names, one.hidden, one.empty))
        weak, empties = weak + one.weak, empties or one.empty.height > 0
    if not weak:
        withstands(shown, values, empties=empties, several=["provision"])


@settings(deadline=None, max_examples=15)
@given(counted())
def test_the_same_cells_are_hidden_whatever_the_order_of_the_rows(drawn: tuple[Values, pl.DataFrame]) -> None:
    values, cells = drawn
    rows = cells.with_columns(hidden=pattern(cells, shape(list(values)), THRESHOLD).hidden)
    mixed = cells.sample(fraction=1.0, shuffle=True, seed=1)
    again = mixed.with_columns(hidden=pattern(mixed, shape(list(values)), THRESHOLD).hidden)
    assert rows.sort(*values).equals(again.sort(*values))


def hidden_of(drawn: str, rolls: tuple[Roll, ...] = ()) -> set[str]:
    """The cells hidden of a table drawn as `a 3, b 12` (one column) or `a x 3, b y 12` (two)."""
    rows = [cell.split() for cell in drawn.split(",")]
    names = ["one", "two"][: len(rows[0]) - 1]
    table = pl.DataFrame([row[:-1] for row in rows], schema=names, orient="row")
    table = table.with_columns(n=pl.Series([int(row[-1]) for row in rows]))
    axes = (Axis("one", rolls, partition=True), *(Axis(name, partition=True) for name in names[1:]))
    keys = table.select(pl.concat_str(names, separator=" ")).to_series()
    return set(keys.filter(pattern(table, Shape(axes), THRESHOLD).hidden))


def test_nothing_is_hidden_where_no_one_is_alone() -> None:
    assert hidden_of("a 5, b 12, c 7") == set()


def test_a_lone_small_cell_takes_the_smallest_other_with_it() -> None:
    assert hidden_of("a 3, b 12, c 7, d 80") == {"a", "c"}


def test_two_small_cells_that_are_too_few_together_take_a_third() -> None:
    assert hidden_of("a 1, b 2, c 7, d 80") == {"a", "b", "c"}


def test_two_small_cells_that_are_enough_together_take_no_one() -> None:
    assert hidden_of("a 4, b 2, c 7, d 80") == {"a", "b"}


def test_cells_of_one_person_each_take_another_though_they_are_enough_together() -> None:
    assert hidden_of("a 1, b 1, c 1, d 1, e 1, f 9") == {"a", "b", "c", "d", "e", "f"}


def test_a_total_under_the_threshold_is_not_shown_and_gives_nothing_away() -> None:
    assert hidden_of("a 1, b 2") == {"a", "b"}


def test_in_two_dimensions_the_cheapest_rectangle_is_hidden() -> None:
    table = "a x 2, a y 40, a z 9, b x 30, b y 50, b z 11, c x 8, c y 60, c z 7"
    assert hidden_of(table) == {"a x", "a z", "c x", "c z"}


def test_what_a_region_hides_is_not_told_by_its_municipalities() -> None:
    region = (Roll("region", REGION.__getitem__),)
    assert hidden_of("a 2, b 1, c 20, d 30", region) == {"a", "b", "c"}
    assert hidden_of("a 2, b 40, c 20, d 30", region) == {"a", "b"}


def test_amounts_with_unknown_persons_are_shown_until_one_is_needed_and_then_the_smallest() -> None:
    table = pl.DataFrame({"one": ["a", "b", "c"], "n": [2, None, None], "value": [10.0, 900.0, -30.0]})
    assert pattern(table, shape(["one"]), THRESHOLD).hidden.to_list() == [True, False, True]


def test_a_share_is_hidden_when_few_have_not_and_so_is_another_beside_it() -> None:
    table = pl.DataFrame(
        {"one": ["a", "b", "c"], "n": [8, 9, 40], "numerator": [8.0, 9.0, 40.0], "denominator": [12.0, 30.0, 90.0]}
    )
    share = Shape((Axis("one", partition=True),), share=True)
    assert pattern(table, share, THRESHOLD).hidden.to_list() == [True, True, False]


def test_amounts_of_persons_in_several_rows_are_not_the_total_less_the_rest() -> None:
    """The total counts its 20 persons once; the amounts still add up."""
    table = pl.DataFrame({"one": ["a", "b", "c"], "n": [3, 18, 19], "value": [300.0, 10.0, 5000.0]})
    total = pl.DataFrame({"n": [20], "value": [5310.0]})
    axes = Shape((Axis("one"),), amount="value")
    hidden = pattern(table, axes, THRESHOLD, [(total, Shape((), amount="value"))]).hidden
    assert hidden.to_list() == [True, True, True]  # 10 beside 300 would tell it to a few per cent
    counts = pattern(table.drop("value"), Shape((Axis("one"),)), THRESHOLD, [(total.drop("value"), Shape(()))]).hidden
    assert counts.to_list() == [True, False, False]


def test_rows_that_stand_apart_are_guarded_apart() -> None:
    table = pl.DataFrame({"day": [1, 1, 2, 2], "one": ["a", "b", "a", "b"], "n": [3, 20, 30, 20]})
    apart = Shape((Axis("one", partition=True),), ("day",))
    assert pattern(table, apart, THRESHOLD).hidden.to_list() == [True, True, False, False]


def test_a_hidden_cell_says_nothing_and_its_words_do_not_tell_why_it_is_hidden() -> None:
    cells = pl.DataFrame(
        {"one": ["a", "b", "c"], "value": [3.0, 20.0, 30.0], "n": [3, 20, 30], "lower": [2.0, 1.0, 1.0]}
    )
    shown = controlled(cells.with_columns(suppressed=False, method=pl.lit("count")), shape(["one"]))
    hidden = shown.filter("suppressed")
    assert hidden["one"].to_list() == ["a", "b"]
    assert hidden.select("value", "n", "lower").null_count().row(0) == (2, 2, 2)
    assert hidden["method"].n_unique() == 1
    assert shown.filter(~pl.col("suppressed"))["method"].to_list() == ["count"]


@pytest.mark.parametrize("limit", ["LARGE", "none"])
def test_a_large_table_is_guarded_line_by_line(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every row and column with a hidden cell there are two or more, with enough persons between them."""
    from styr.statistics.disclosure import protect

    if limit == "LARGE":
        monkeypatch.setattr(protect, "LARGE", 100)
    chance = np.random.default_rng(3)
    grid = pl.DataFrame(list(product(range(60), range(30))), schema=["one", "two"], orient="row")
    table = grid.with_columns(n=pl.Series(chance.geometric(0.1, grid.height), dtype=pl.Int64))
    found = pattern(table, shape(["one", "two"]), THRESHOLD)
    assert found.attacked == (limit == "none")
    for names in ("one", "two"):
        lines = table.filter(found.hidden).group_by(names).agg(pl.len(), pl.col("n").sum())
        assert (lines["len"] >= 2).all()
        assert (lines["n"] >= THRESHOLD).all()
