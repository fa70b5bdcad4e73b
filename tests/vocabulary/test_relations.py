# SPDX-License-Identifier: EUPL-1.2
"""How words hang together: groups of provisions, diagnoses, regions; and the dated numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from styr import vocabulary
from styr.vocabulary import Parameter, UnknownWord
from styr.vocabulary.relations import categories

DIAGNOSES = """
F84.5    autism
DF845    autism
df84     autism
F90      adhd
DF900    adhd
F98.8    adhd
F98.8C   adhd
F98.1    childhood
F41.9    anxiety
F42      ocd
F431     stress
F32.1    affective
F20.0    schizophrenia
F60.31   personality
F50.2    eating
F70      intellectual
F10.2    substance
F00      organic
F99      other_psychiatric
S06.2    acquired_brain_injury
DI639    acquired_brain_injury
T90.5    acquired_brain_injury
T90.4    -
DD50     -
D50      -
J45      -
G93.2    -
"""


@pytest.mark.parametrize("line", DIAGNOSES.strip().splitlines())
def test_a_diagnosis_falls_in_the_group_of_its_longest_range(line: str) -> None:
    code, group = line.split()
    assert vocabulary.diagnosis_group_of(code) == (None if group == "-" else group)


NOT_ICD_10 = ["", "F", "84", "autisme", "F8", "FF84", "F84.5 F90", "F84-F90", "0101801234"]


@pytest.mark.parametrize("text", NOT_ICD_10)
def test_what_is_not_an_icd_10_code_is_refused(text: str) -> None:
    with pytest.raises(UnknownWord, match="ICD-10"):
        vocabulary.diagnosis_group_of(text)


@given(number=st.integers(0, 99), finer=st.sampled_from(["", ".0", ".9", "8"]))
def test_every_diagnosis_of_chapter_five_has_one_psychiatric_group(number: int, finer: str) -> None:
    code = f"F{number:02d}{finer}"
    assert vocabulary.diagnosis_group_of(code) is not None
    assert vocabulary.is_psychiatric(code)
    assert vocabulary.diagnosis_group_of("D" + code) == vocabulary.diagnosis_group_of(code)


def test_a_brain_injury_is_a_diagnosis_group_without_being_psychiatric() -> None:
    assert not vocabulary.is_psychiatric("S06.2")
    assert not vocabulary.is_psychiatric("J45")


def test_no_two_diagnosis_groups_hold_the_same_code() -> None:
    spans = [span for term in vocabulary.diagnosis_groups for span in term.extra["ranges"]]
    held = [code for span in spans for code in categories(span)]
    assert len(held) == len(set(held))


@pytest.mark.parametrize(
    ("provision", "group"),
    [("SEL-107", "temporary_residential"), ("SUL-141", "treatment"), ("BL-32-3", "child_contact_person")],
)
def test_a_provision_has_one_smallest_group(provision: str, group: str) -> None:
    assert vocabulary.group_of(provision) == group


def test_an_unknown_code_is_refused_with_the_nearest_everywhere() -> None:
    questions = (
        vocabulary.group_of,
        vocabulary.provisions_in,
        vocabulary.region_of,
        vocabulary.main_target_group,
    )
    for question in questions:
        with pytest.raises(UnknownWord):
            question("nowhere")


def test_the_main_area_of_an_account_function_beyond_the_list_is_not_known() -> None:
    assert vocabulary.main_area("6.45.51") is None
    assert vocabulary.groupings_of("6.45.51") == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("disclosure_threshold", 5),
        ("window_new_days", 365),
        ("window_ended_days", 30),
        ("diagnosis_window_days", 1826),
        ("income_window_days", 365),
        ("adult_age", 18),
        ("size_band_bounds", (30000, 75000)),
        ("occupancy_lower", 95),
        ("occupancy_upper", 100),
        ("occupancy_advised", 98),
        ("occupancy_short_stay_lower", 90),
        ("unallocated_groupings", ("092", "200", "999")),
        ("default_age_groups", ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")),
        ("age_denominators", ("0-17", "18-64", "18-66", "18+")),
    ],
)
def test_the_numbers_of_the_methods(key: str, value: object) -> None:
    assert vocabulary.parameter(key) == value


def test_every_parameter_has_names_unit_source_and_values_in_order_of_date() -> None:
    for parameter in vocabulary.parameters().values():
        assert all((parameter.da, parameter.en, parameter.unit, parameter.source)), parameter.key
        days = [day for day, _ in parameter.values]
        assert days == sorted(set(days)), parameter.key


def test_five_years_are_1826_days() -> None:
    assert (date(2020, 1, 1) - date(2015, 1, 1)).days == vocabulary.parameter("diagnosis_window_days")


def test_a_parameter_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="disclosure_threshold"):
        vocabulary.parameter("disclosure_treshold")


DATED = Parameter("taxed", "Sats", "Rate", "percent", "-", ((date(2010, 1, 1), 10), (date(2020, 1, 1), 20)))


@settings(max_examples=50)
@given(day=st.dates(date(2010, 1, 1), date(2030, 1, 1)))
def test_the_newest_value_not_after_the_day_holds(day: date) -> None:
    assert DATED.on(day) == (10 if day < date(2020, 1, 1) else 20)
    assert DATED.on() == 20


def test_before_its_first_value_a_parameter_says_from_when_it_holds() -> None:
    with pytest.raises(KeyError, match="2010-01-01"):
        DATED.on(date(2009, 12, 31))
