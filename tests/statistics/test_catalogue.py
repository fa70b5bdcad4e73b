# SPDX-License-Identifier: EUPL-1.2
"""The catalogue: every indicator is declared once, whole, and can be counted."""

from __future__ import annotations

import pytest

from styr import vocabulary
from styr.statistics import CannotAnswer, Indicator, indicators
from styr.statistics.catalogue import allowed, dimension, indicator
from styr.statistics.commands.asking import read_conditions
from styr.statistics.commands.stats import catalogue_table
from styr.statistics.expressions.population import OF_INHABITANTS
from styr.statistics.measures import named

PROMISED = {
    "recipients_on", "recipients_in", "full_time_recipients", "net_expenditure", "individual_expenditure",
    "unit_cost", "places", "occupancy", "recipients_per_1000", "net_expenditure_per_inhabitant",
}  # fmt: skip
EVERYWHERE = (
    "year", "month", "date", "municipality", "region", "provision", "provision_group", "provision_area", "target_group",
    "target_group_detail", "age_group", "sex", "operator_type", "function", "diagnosis_group", "income_basis",
    "purpose",
)  # fmt: skip
each = pytest.mark.parametrize("chosen", indicators(), ids=lambda chosen: chosen.key)


def test_what_the_command_line_promises_is_in_the_catalogue() -> None:
    assert {chosen.key for chosen in indicators()} >= PROMISED


@each
def test_an_indicator_says_what_it_is_in_both_languages(chosen: Indicator) -> None:
    for words in (chosen.title, chosen.unit, chosen.rule):
        assert words.da
        assert words.en
        assert words.da != words.en or words is chosen.unit
    assert " l." in chosen.source, "a source names document and line"


@each
def test_an_indicator_is_either_measured_or_made_of_two(chosen: Indicator) -> None:
    assert (chosen.measure is None) != (chosen.ratio is None)
    if chosen.measure:
        assert callable(named(chosen.measure))
    else:
        assert chosen.ratio is not None
        assert indicator(chosen.ratio.of).measure
        assert chosen.ratio.by == "inhabitants" or indicator(chosen.ratio.by).measure


@each
def test_areas_of_provisions_are_a_dimension_wherever_their_groups_are(chosen: Indicator) -> None:
    assert ("provision_area" in chosen.dimensions) == ("provision_group" in chosen.dimensions)
    assert ("provision_area" in chosen.subject.many) == ("provision_group" in chosen.subject.many)


@each
def test_every_dimension_is_allowed_or_refused_with_a_reason(chosen: Indicator) -> None:
    for key in EVERYWHERE:
        if key in chosen.dimensions:
            assert allowed(chosen, key) is dimension(key)
        else:
            assert chosen.refused[key]
            with pytest.raises(CannotAnswer) as refusal:
                allowed(chosen, key)
            assert chosen.refused[key].en in str(refusal.value)


@each
def test_what_follows_inhabitants_says_their_ages(chosen: Indicator) -> None:
    if chosen.ratio and chosen.ratio.by == "inhabitants":
        assert chosen.ages


@pytest.mark.parametrize("key", [*EVERYWHERE, "grouping"])
def test_a_dimension_has_names_and_a_list_that_exists(key: str) -> None:
    found = dimension(key)
    assert found.title.da
    assert found.title.en
    if found.list:
        assert vocabulary.codelist(found.list)


def test_inhabitants_are_split_by_dimensions_there_are() -> None:
    assert all(dimension(key) for key in OF_INHABITANTS)


def test_the_table_of_the_catalogue_has_a_row_for_each_indicator() -> None:
    table = catalogue_table("da")
    assert table["key"].to_pylist() == [chosen.key for chosen in indicators()]
    assert table.column_names == ["key", "title", "unit", "dimensions", "counting_rule", "source"]
    assert "Fuldtidsmodtagere" in table["title"].to_pylist()


def test_conditions_of_one_dimension_are_joined() -> None:
    assert read_conditions(["sex=K", "provision=107, 108", "provision = 85"]) == {
        "sex": ["K"],
        "provision": ["107", "108", "85"],
    }


@pytest.mark.parametrize("written", ["sex", "=K", "sex="])
def test_a_condition_without_dimension_or_value_is_refused(written: str) -> None:
    with pytest.raises(CannotAnswer, match="DIMENSION=VALUE"):
        read_conditions([written])
