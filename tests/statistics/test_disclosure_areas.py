# SPDX-License-Identifier: EUPL-1.2
"""Areas of provisions are guarded with the groups and provisions under them: whoever asks by provision, by group, by
area and for an area alone is told of no one, and is told how many live in residential offers."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import import_module
from itertools import combinations, product
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from disclosure_attack import Published, intervals

from styr import vocabulary
from styr.statistics.catalogue import indicator
from styr.statistics.count import shown
from styr.statistics.disclosure.hiding import NARROWED
from styr.statistics.periods import Period
from styr.statistics.question import Question, read_age_groups

#: The module; the package has a function of its name.
COUNTING = import_module("styr.statistics.count")
YEAR = Period(date(2019, 1, 1), date(2019, 12, 31), date(2019, 12, 31))

THRESHOLD = 5
CLOSE = 1e-6
SEXES = ("K", "M")
GROUPS = {"temporary_residential": ("SEL-107",), "long_term_residential": ("SEL-108",), "support_at_home": ("SEL-85",)}
AREAS = {"residential": ("SEL-107", "SEL-108"), "support_at_home": ("SEL-85",)}
PROVISIONS = ("SEL-107", "SEL-108", "SEL-85")
#: The provisions each row of a dimension holds.
ROWS = {"provision": {code: (code,) for code in PROVISIONS}, "provision_group": GROUPS, "provision_area": AREAS}
#: What a person can be: of a sex, with one or more provisions.
KINDS = list(product(SEXES, (each for size in (1, 2, 3) for each in combinations(PROVISIONS, size))))
EVERY_WAY = ((), ("sex",), *((key,) for key in ROWS), *(("sex", key) for key in ROWS))
#: Narrowing, and the dimension whose row it is.
NARROWED_TO = {
    ("provision_area", "residential"): "provision_area",
    ("provision_group", "residential"): "provision_area",
    ("provision_group", "support_at_home"): "provision_group",
    ("provision", "SEL-108"): "provision",
}

Persons = Mapping[tuple[str, tuple[str, ...]], int]


@st.composite
def persons(draw: st.DrawFn) -> Persons:
    """How many persons of each kind there are; many few, many none."""
    numbers = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 20))
    return {kind: draw(numbers) for kind in KINDS}


@settings(deadline=None, max_examples=30)
@given(persons())
def test_provisions_groups_and_areas_asked_for_one_by_one_tell_of_no_hidden_cell(drawn: Persons) -> None:
    answers = {by: answered(drawn, by) for by in EVERY_WAY}
    if any(NARROWED in method for answer in answers.values() for method in answer["method"]):
        return
    tables = [published(answer, by) for by, answer in answers.items()]
    values = {"sex": named("sex", SEXES), "provision": named("provision", PROVISIONS)}
    unions = {
        key: {f"{key}:{row}": named("provision", codes) for row, codes in ROWS[key].items()}
        for key in ("provision_group", "provision_area")
    }
    for known in intervals(tables, values, at_least=0, several=["provision"], unions=unions):
        assert known.width >= THRESHOLD - CLOSE, known
    if any(answer.height > counted(drawn, by, {}).height for by, answer in answers.items()):
        return  # cells without persons are hidden too, so no one can take all of them to have someone
    for known in intervals(tables, values, at_least=1, several=["provision"], unions=unions):
        assert known.width >= 1 - CLOSE, f"known for certain: {known}"


@settings(deadline=None, max_examples=30)
@given(persons(), st.sampled_from([(), ("sex",)]))
def test_narrowed_to_an_area_group_or_provision_no_more_is_shown_than_split_by_it(
    drawn: Persons, by: tuple[str, ...]
) -> None:
    for (key, word), row_of in NARROWED_TO.items():
        split = answered(drawn, (*by, row_of))
        hidden = split.filter((pl.col(row_of) == word) & pl.col("suppressed"))
        alone = answered(drawn, by, {key: (word,)})
        assert cells(hidden, by) <= cells(alone.filter("suppressed"), by)


@pytest.mark.parametrize("way", ["provision_area", "provision_group"])
def test_an_area_is_shown_when_it_has_many_though_one_group_under_it_has_few(way: str) -> None:
    drawn = {("K", ("SEL-107",)): 2, ("M", ("SEL-108",)): 9, ("K", ("SEL-85",)): 7}
    assert answered(drawn, (), {way: ("residential",)})["value"].to_list() == [11.0]
    groups = answered(drawn, ("provision_group",))
    assert cells(groups.filter("suppressed"), ["provision_group"]) == {
        ("temporary_residential",), ("long_term_residential",),
    }  # fmt: skip


def test_a_union_by_hand_that_is_no_area_is_hidden_when_it_would_tell_the_hidden_one_in_it() -> None:
    drawn = {("K", ("SEL-107",)): 2, ("M", ("SEL-108",)): 9, ("K", ("SEL-85",)): 7}
    alone = answered(drawn, (), {"provision_group": ("temporary_residential", "support_at_home")})
    assert alone["suppressed"].to_list() == [True]


def answered(drawn: Persons, by: Sequence[str], where: Mapping[str, tuple[str, ...]] | None = None) -> pl.DataFrame:
    """How many persons there are by some dimensions, under disclosure control with the totals it asks for."""
    question = Question(
        indicator=indicator("recipients_in"), by=tuple(by), where=where or {}, periods=(YEAR,), known_at=YEAR.last,
        acting=False, age_groups=read_age_groups(None), price_level=None, net_of_refund=False,
    )  # fmt: skip
    with patch.object(COUNTING, "cells_of", lambda _, asked: counted(drawn, asked.by, asked.where)):
        return shown(None, question)  # type: ignore[arg-type]  # no engine is asked


def counted(drawn: Persons, by: Sequence[str], where: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """The cells of a question: each person once in every row he has a provision of."""
    found: dict[tuple[str, ...], int] = {}
    for (sex, provisions), number in drawn.items():
        has = {"sex": {sex}, **{key: {row for row in ROWS[key] if stands_in(row, provisions)} for key in ROWS}}
        if all(has[key] & set(below(key, words)) for key, words in where.items()):
            for cell in product(*(sorted(has[key]) for key in by)):
                found[cell] = found.get(cell, 0) + number
    rows = [(*cell, number) for cell, number in found.items() if number]
    table = pl.DataFrame(rows, schema={**dict.fromkeys(by, pl.String), "n": pl.Int64}, orient="row")
    value = pl.col("n").cast(pl.Float64)
    nothing = pl.lit(None, pl.Float64)
    return table.with_columns(
        period=pl.lit(0), value=value, numerator=value, denominator=nothing, unpriced=pl.lit(0),
    )  # fmt: skip


def stands_in(row: str, provisions: Sequence[str]) -> bool:
    """Whether one with some provisions stands in a row."""
    return any(set(rows.get(row, ())) & set(provisions) for rows in ROWS.values())


def below(key: str, words: Sequence[str]) -> Sequence[str]:
    """Words a question is narrowed to, and the groups below them."""
    return vocabulary.codes_below("provision_group", words) if key == "provision_group" else words


def published(answer: pl.DataFrame, by: Sequence[str]) -> Published:
    rows = {tuple(f"{key}:{row[key]}" for key in by): row for row in answer.to_dicts()}
    hidden = frozenset(cell for cell, row in rows.items() if row["suppressed"])
    return Published(tuple(by), {cell: int(row["value"]) for cell, row in rows.items() if cell not in hidden}, hidden)


def named(key: str, words: Sequence[str]) -> list[str]:
    """Words with the dimension they are of, since support at home is a group and an area."""
    return [f"{key}:{word}" for word in words]


def cells(table: pl.DataFrame, by: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(row[key] for key in by) for row in table.to_dicts()}
