# SPDX-License-Identifier: EUPL-1.2
"""What is known to work: every entry has its source, its numbers stand there, and it is found by what it is about."""

from __future__ import annotations

import pytest

from styr.evidence.errors import Refused
from styr.evidence.known import Entry, entries, relevant, search, words
from styr.evidence.shipped import figure
from styr.vocabulary import codelist


@pytest.mark.parametrize("entry", entries(), ids=lambda each: each.key)
def test_an_entry_is_whole_in_both_languages(entry: Entry) -> None:
    for name in ("title", "what", "whom", "effect"):
        assert set(getattr(entry, name)) == {"da", "en"}
        assert all(text and "{" not in text and ".." not in text for text in getattr(entry, name).values())
    for text in (entry.cost, entry.conditions):
        assert set(text) in (set(), {"da", "en"})
    terms = words()
    assert entry.kind in terms["kinds"]
    assert entry.strength in terms["strengths"]
    assert entry.themes
    assert set(entry.themes) <= set(terms["themes"])
    assert all(codelist("provision")[code] for code in entry.provisions)
    assert all(codelist("target_group")[code] for code in entry.target_groups)


@pytest.mark.parametrize("entry", entries(), ids=lambda each: each.key)
def test_the_source_lines_of_an_entry_are_there(entry: Entry, texts: dict[str, list[str]]) -> None:
    for source in entry.sources:
        lines = texts[source.document]
        assert source.place.first <= source.place.last <= len(lines)
        assert any(line.strip() for line in lines[source.place.first - 1 : source.place.last])


@pytest.mark.parametrize(
    "entry", [each for each in entries() if each.kind != "recommendation"], ids=lambda each: each.key
)
def test_the_numbers_of_a_case_stand_in_its_lines(entry: Entry) -> None:
    for reference in entry.figures:
        number = figure(reference)
        assert any(
            source.document == number.document and source.place.first <= number.line <= source.place.last
            for source in entry.sources
        ), reference


def test_keys_are_unique() -> None:
    assert len({each.key for each in entries()}) == len(entries())


PLACES = """
    Viborg Mariagerfjord Randers Vejle Roskilde Lejre Hjørring Brønderslev Ringkøbing-Skjern
"""


@pytest.mark.parametrize("place", PLACES.split())
def test_the_cases_of_document_004_are_entered(place: str) -> None:
    assert place in {each.place for each in entries() if each.kind == "case"}


def test_all_nineteen_recommendations_of_document_003_are_entered() -> None:
    assert len([each for each in entries() if each.kind == "recommendation"]) == 19


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("Vejle", "vejle-early-support"),
        ("åben støtte § 82", "randers-early-support"),
        ("work recovery", "hjoerring-ips"),
        ("takst", "tariff-system"),
        ("SEL § 109", "crisis-centres"),
        ("ELDER care", "broenderslev-ageing"),
    ],
)
def test_an_entry_is_found_by_danish_or_english_words(asked: str, key: str) -> None:
    assert key in [each.key for each in search(asked)[:4]]


def test_every_word_must_be_found() -> None:
    assert search("Vejle takst") == ()
    assert search("") == entries()


def test_search_can_be_narrowed_to_themes_and_kinds() -> None:
    found = search("", kinds=["case"], themes=["ageing"])
    assert [each.key for each in found] == ["broenderslev-ageing", "lejre-ageing"]


def test_what_bears_on_a_lever_comes_strongest_first() -> None:
    found = relevant(themes=["early_support"], provisions=["SEL-85"])
    assert [each.key for each in found[:2]] == ["randers-early-support", "vejle-early-support"]
    assert relevant() == ()
    assert relevant(target_groups=["developmental"])[0].key == "hjoerring-ips"


def test_a_group_of_provisions_stands_for_its_provisions_and_those_of_the_groups_below_it() -> None:
    assert relevant(provision_groups=["support_at_home"])[0].key in {
        each.key for each in entries() if "SEL-85" in each.provisions
    }
    below = {each.key for each in relevant(provision_groups=["temporary_residential", "long_term_residential"])}
    assert below <= {each.key for each in relevant(provision_groups=["residential"])}


def test_a_measure_stands_for_the_themes_that_bear_on_it() -> None:
    assert {each.key for each in relevant(measures=["ageing"])} == {each.key for each in relevant(themes=["ageing"])}
    for measure in words()["measures"].values():
        assert measure["themes"]
        assert set(measure["themes"]) <= set(words()["themes"])


def test_what_bears_is_shown_in_the_language_asked_for() -> None:
    for language in ("da", "en"):
        shown = relevant(provisions=["SEL-85"], language=language)  # type: ignore[call-overload]
        assert [each.key for each in shown] == [each.key for each in relevant(provisions=["SEL-85"])]
        assert all(each.title and each.what and each.strength and each.source for each in shown)
    assert relevant(themes=["ageing"], language="en")[0].themes[0] == "Citizens growing old"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measures": ["inflows"]}, "Ukendt tiltag »inflows«. Nærmeste: inflow"),
        ({"provision_groups": ["bpaa"]}, "Ukendt indsatsgruppe »bpaa«. Nærmeste: bpa"),
    ],
)
def test_what_is_not_known_is_refused_with_the_nearest(asked: dict[str, list[str]], said: str) -> None:
    with pytest.raises(Refused) as refused:
        relevant(**asked)  # type: ignore[call-overload]
    assert refused.value.said("da").startswith(said)


def test_a_number_is_said_in_the_language_of_the_text() -> None:
    (entry,) = [each for each in entries() if each.key == "new-supervision"]
    assert "286 mio. kr." in entry.effect["da"]
    assert "DKK 286 million" in entry.effect["en"]
