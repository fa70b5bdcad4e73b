# SPDX-License-Identifier: EUPL-1.2
"""What every list of the vocabulary keeps to, and that it holds what the exchange format promises."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from styr import vocabulary
from styr.vocabulary.codelists import read_yaml
from styr.vocabulary.words import spellings

EVERY_LIST = sorted(vocabulary.LISTS)

EXCHANGE_CODES = """
provision        SEL-82a SEL-82b SEL-83 SEL-84 SEL-85 SEL-85-botilbud SEL-95 SEL-96 SEL-97 SEL-98 SEL-99
provision        SEL-101 SEL-101a SEL-102 SEL-103 SEL-104 SEL-107 SEL-108 SEL-109 SEL-110 SUL-141 STU
provision        BL-32-2 BL-32-3 BL-32-5 BL-32-8 SEL-52-3-2 SEL-52-3-3 SEL-52-3-6 SEL-52-3-9
provision_group  early_support support_at_home residential temporary_residential long_term_residential
provision_group  residential_like personal_help bpa companion contact_person treatment sheltered_employment
provision_group  activity crisis_centre shelter
target_group     intellectual developmental mental physical social substance other
target_group     developmental.autism developmental.adhd mental.anxiety physical.acquired_brain_injury
operator_type    municipal regional self_owning private
sex              M K
income_basis     cash_benefit disability_pension old_age_pension employment flex_job education
income_basis     sickness_benefit other none
purpose          progression maintenance relief
stage            enquiry early_support assessment recommendation decision order start follow_up
stage            reassessment end
price_unit       day week month year hour
budget_version   adopted revised
goal_kind        progression maintenance degression
inflow_source    child_area stu hospital other
hour_kind        citizen other
quality_theme    1 2 3 4 5 6 7
"""

ADULT_GROUPS = """
early_support          SEL-82a SEL-82b
support_at_home        SEL-85
temporary_residential  SEL-107
long_term_residential  SEL-108
residential_like       SEL-85-botilbud
residential            SEL-107 SEL-108 SEL-85-botilbud
personal_help          SEL-83 SEL-84
bpa                    SEL-95 SEL-96
companion              SEL-97
contact_person         SEL-98 SEL-99
treatment              SEL-101 SEL-101a SEL-102 SUL-141
sheltered_employment   SEL-103
activity               SEL-104
crisis_centre          SEL-109
shelter                SEL-110
special_youth_education  STU
"""


def table(text: str) -> list[tuple[str, list[str]]]:
    """Lines of `word  word word …` as (first word, the others)."""
    return [(line.split()[0], line.split()[1:]) for line in text.strip().splitlines()]


@pytest.mark.parametrize("name", EVERY_LIST)
def test_a_list_calls_itself_what_the_exchange_format_calls_it(name: str) -> None:
    assert read_yaml(f"{vocabulary.LISTS[name]}.yaml")["name"] == name


@pytest.mark.parametrize("name", EVERY_LIST)
def test_every_code_stands_once(name: str) -> None:
    written = [str(entry["code"]) for entry in read_yaml(f"{vocabulary.LISTS[name]}.yaml")["terms"]]
    assert [code for code, times in Counter(written).items() if times > 1] == []


@pytest.mark.parametrize("name", EVERY_LIST)
def test_every_term_has_a_danish_and_an_english_name_and_a_source(name: str) -> None:
    lacking = [
        term.code
        for term in vocabulary.codelist(name).known
        if not (term.da.strip() and term.en.strip() and term.source.strip())
    ]
    assert lacking == []


@pytest.mark.parametrize("name", EVERY_LIST)
def test_a_parent_is_a_code_of_the_same_list(name: str) -> None:
    words = vocabulary.codelist(name)
    assert [term.code for term in words if term.parent is not None and term.parent not in words] == []


@pytest.mark.parametrize("name", EVERY_LIST)
def test_a_validity_begins_before_it_ends(name: str) -> None:
    for term in vocabulary.codelist(name).known:
        assert (term.valid_from or date.min) <= (term.valid_to or date.max), term.code


@pytest.mark.parametrize("name", EVERY_LIST)
def test_no_spelling_means_two_codes(name: str) -> None:
    """Codes, names and aliases alike, with Danish letters or without: none is shared between two terms."""
    meant: dict[str, set[str]] = {}
    for term in vocabulary.codelist(name).known:
        for word in (term.code, term.da, term.en, *term.aliases):
            for spelling in spellings(word):
                meant.setdefault(spelling, set()).add(term.code)
    assert {spelling: codes for spelling, codes in meant.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(("name", "codes"), table(EXCHANGE_CODES))
def test_every_code_of_the_exchange_format_exists(name: str, codes: list[str]) -> None:
    assert [code for code in codes if code not in vocabulary.codelist(name)] == []


def test_every_list_the_exchange_tables_refer_to_exists() -> None:
    exchange = pytest.importorskip("styr.vocabulary.exchange")
    named = {column.list for each in exchange.tables().values() for column in each if column.list}
    assert named - set(vocabulary.LISTS) == set()


def test_there_are_98_municipalities_in_five_regions_29_17_22_19_11() -> None:
    counted = Counter(vocabulary.region_of(code) for code in vocabulary.municipalities.codes)
    assert counted == {"1084": 29, "1085": 17, "1083": 22, "1082": 19, "1081": 11}
    assert len(vocabulary.municipalities) == 98


def test_christiansoe_is_known_in_data_without_being_one_of_the_98() -> None:
    assert vocabulary.municipalities.parse("411") == "411"
    assert vocabulary.municipalities.name("411") == "Christiansø"
    assert "411" in vocabulary.municipalities
    assert "411" not in vocabulary.municipalities.codes


@pytest.mark.parametrize(("group", "codes"), table(ADULT_GROUPS))
def test_the_adult_groups_are_those_of_the_exchange_format(group: str, codes: list[str]) -> None:
    assert set(vocabulary.provisions_in(group)) == set(codes)


def test_the_smallest_groups_part_the_provisions_among_themselves() -> None:
    groups = vocabulary.provision_groups
    smallest = [code for code in groups.codes if not groups.children(code)]
    held = Counter(code for group in smallest for code in vocabulary.provisions_in(group))
    assert held == Counter(vocabulary.provisions.codes)


def test_the_residential_union_and_the_childrens_union_gather_the_groups_below_them() -> None:
    groups = vocabulary.provision_groups
    assert groups.children("residential") == (
        "temporary_residential",
        "long_term_residential",
        "residential_like",
    )
    children = {term.code for term in vocabulary.provisions if term.extra.get("children")}
    assert set(vocabulary.provisions_in("children")) == children


def test_the_childrens_provisions_change_law_on_1_january_2024_in_linked_pairs() -> None:
    provisions = vocabulary.provisions
    for term in provisions:
        if not term.extra.get("children"):
            continue
        twin = provisions[term.extra["same_as"]]
        assert twin.extra["same_as"] == term.code
        assert vocabulary.group_of(twin.code) == vocabulary.group_of(term.code)
        new, old = (term, twin) if term.code.startswith("BL-") else (twin, term)
        assert new.code.startswith("BL-") and old.code.startswith("SEL-")
        assert (old.valid_to, new.valid_from) == (date(2023, 12, 31), date(2024, 1, 1))


def test_a_finer_target_group_stands_below_its_main_group() -> None:
    groups = vocabulary.target_groups
    for code in groups.codes:
        assert vocabulary.main_target_group(code) == code.partition(".")[0]
    assert "developmental.autism" in groups.children("developmental")
    assert groups.ancestors("mental.anxiety") == ("mental",)


def test_every_account_function_has_an_area_and_distinct_groupings() -> None:
    areas = vocabulary.expenditure_areas
    for term in vocabulary.functions:
        assert term.extra["area"] in areas, term.code
        groupings = [grouping.code for grouping in vocabulary.groupings_of(term.code)]
        assert len(groupings) == len(set(groupings))


def test_the_three_residential_functions_are_gathered_in_one_area() -> None:
    residential = {term.code for term in vocabulary.functions if term.extra["area"] == "adult.residential"}
    assert residential == {"5.38.50", "5.38.51", "5.38.52"}
    assert vocabulary.main_area("5.38.52") == "adult"
    assert vocabulary.main_area("5.28.23") == "child"


def test_an_account_function_that_changed_in_2018_carries_the_date() -> None:
    functions = vocabulary.functions
    assert functions["5.32.33"].valid_to == date(2017, 12, 31)
    assert functions["5.38.38"].valid_from == date(2018, 1, 1)
    assert not functions["5.38.51"].valid_on(date(2017, 6, 30))


def test_groupings_to_be_spread_are_the_same_in_the_lists_and_in_the_parameters() -> None:
    spread = {
        grouping.code
        for term in vocabulary.functions
        for grouping in vocabulary.groupings_of(term.code)
        if grouping.extra.get("unallocated")
    }
    assert spread == set(vocabulary.groupings.codes) == set(vocabulary.parameter("unallocated_groupings"))


def test_a_term_cannot_be_changed_by_who_reads_it() -> None:
    term = vocabulary.diagnosis_groups["autism"]
    with pytest.raises(AttributeError):
        term.da = "noget andet"  # type: ignore[misc]
    with pytest.raises(TypeError):
        term.extra["ranges"] = ()  # type: ignore[index]


def test_lists_are_read_once() -> None:
    assert vocabulary.provisions is vocabulary.codelist("provision")


def test_a_list_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="provision"):
        vocabulary.codelist("provisions_of_law")
    with pytest.raises(AttributeError, match="provisionz"):
        vocabulary.provisionz  # noqa: B018
