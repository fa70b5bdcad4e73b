# SPDX-License-Identifier: EUPL-1.2
"""Reading words: forgiving in spelling, strict in meaning."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from styr import vocabulary
from styr.vocabulary import UnknownWord
from styr.vocabulary.codelists import Codelist, Term

PROVISIONS = """
§ 107                                      | SEL-107
107                                        | SEL-107
SEL §107                                   | SEL-107
SEL § 107                                  | SEL-107
sel-107                                    | SEL-107
SEL 107                                    | SEL-107
serviceloven § 107                         | SEL-107
Serviceloven §107, stk. 1                  | SEL-107
§ 107 i serviceloven                       | SEL-107
Lov om social service § 107                | SEL-107
paragraf 107                               | SEL-107
Midlertidigt botilbud                      | SEL-107
botilbud til midlertidigt ophold           | SEL-107
Midlertidigt botilbud (§ 107)              | SEL-107
§ 107 - Midlertidigt botilbud              | SEL-107
Temporary residential offer                | SEL-107
§ 82 a                                     | SEL-82a
82a                                        | SEL-82a
SEL §82B                                   | SEL-82b
§ 101 a                                    | SEL-101a
§ 101                                      | SEL-101
§ 85                                       | SEL-85
bostøtte                                   | SEL-85
SEL-85-botilbud                            | SEL-85-botilbud
85 botilbud                                | SEL-85-botilbud
§ 85 i botilbud                            | SEL-85-botilbud
ABL § 105                                  | SEL-85-botilbud
almenboligloven § 105, stk. 2              | SEL-85-botilbud
85/105                                     | SEL-85-botilbud
sundhedsloven § 141                        | SUL-141
SUL §141                                   | SUL-141
STU                                        | STU
stu                                        | STU
BPA                                        | SEL-96
barnets lov § 32, stk. 1, nr. 2            | BL-32-2
BL § 32, nr. 5                             | BL-32-5
BL-32-1-8                                  | BL-32-8
bl-32-3                                    | BL-32-3
SEL § 52, stk. 3, nr. 6                    | SEL-52-3-6
serviceloven §52 stk.3 nr.9                | SEL-52-3-9
BL § 114, stk. 2                           | BL-114-2
BL § 114, stk. 1, nr. 2                    | BL-114-1-2
SEL § 66, stk. 1, nr. 6                    | SEL-66
Barnets lov § 43                           | BL-43
Familiebehandling                          | BL-32-5
"""

REFUSED_PROVISIONS = """
§ 107x                     | SEL-107           | a letter that is not the law's
108 a                      | SEL-108           | an existing paragraph outside the list
§ 105                      | SEL-85-botilbud   | of almenboligloven, which is not said
141                        | SUL-141           | serviceloven's own § 141 is the action plan
BL § 107                   | SEL-107           | not a provision of barnets lov
BL § 32                    | BL-32-2           | four items, none of them named
BL § 32, stk. 1            | BL-32-2           | four items, none of them named
§ 32, stk. 1, nr. 2        | BL-32-2           | a paragraph of two laws
§ 52, stk. 3, nr. 2        | SEL-52-3-2        | a child's paragraph without law or day
§§ 107 og 108              | SEL-107           | two paragraphs
§ 107 Bostøtte             | SEL-107           | the name is another paragraph's
SEL § 107 i barnets lov    | SEL-107           | two laws
§ 107 botilbud             | SEL-107           | only § 85 is given in housing that resembles botilbud
-107                       | SEL-107           | a negative number
107,5                      | SEL-107           | a decimal number
midlertidig botilbud       | SEL-107           | a near miss
Midlertidigt               | SEL-107           | half a name
botilbud                   | SEL-107           | several
"""

MUNICIPALITIES = """
Ballerup            | 151
151                 | 151
0151                | 151
151 Ballerup        | 151
151 - Ballerup      | 151
Ballerup (151)      | 151
Ballerup Kommune    | 151
BALLERUP KOMMUNE    | 151
København           | 101
Københavns Kommune  | 101
Koebenhavn          | 101
Kobenhavn           | 101
Copenhagen          | 101
101 Københavns Kommune | 101
Aarhus              | 751
Århus               | 751
Høje Taastrup       | 169
høje-tåstrup        | 169
Bornholms Regionskommune | 400
Nordfyns Kommune    | 480
Vesthimmerlands     | 820
860 Hjørring        | 860
"""

REFUSED_MUNICIPALITIES = """
151 Hvidovre    | 151 167
Balerup         | 151
999             |
15              |
1510            |
151x            | 151
Ballerup, Greve | 151
"""

OTHER_WORDS = """
function        | 53852               | 5.38.52
function        | 5 38 52             | 5.38.52
function        | 5.38.52             | 5.38.52
function        | 05.38.52            | 5.38.52
function        | 053852              | 5.38.52
function        | 0.25.10             | 0.25.10
grouping        | 2                   | 002
grouping        | 002                 | 002
grouping        | 92                  | 092
target_group    | Autisme             | developmental.autism
target_group    | DEVELOPMENTAL.ADHD  | developmental.adhd
target_group    | senhjerneskade      | physical.acquired_brain_injury
target_group    | udviklingshaemning  | intellectual.learning_disability
sex             | Kvinde              | K
sex             | m                   | M
price_unit      | maaned              | month
price_unit      | døgn                | day
price_unit      | år                  | year
operator_type   | Selvejende          | self_owning
budget_version  | vedtaget            | adopted
goal_kind       | fastholdelse        | maintenance
income_basis    | Kontanthjælp        | cash_benefit
quality_theme   | Fysiske rammer      | 7
region          | Region Nordjylland  | 1081
region          | Nordjylland         | 1081
stage           | Afgørelse           | decision
hour_kind       | borger              | citizen
inflow_source   | hospital            | hospital
staff_group     | SOSU-assistent      | social_health_assistant
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


def words_of(term: Term) -> list[str]:
    return [term.code, term.da, term.en, *term.aliases]


EVERY_WORD = [
    (name, word, term.code)
    for name in sorted(vocabulary.LISTS)
    for term in vocabulary.codelist(name).known
    for word in words_of(term)
]


@pytest.mark.parametrize(("written", "code"), rows(PROVISIONS))
def test_a_provision_is_read_however_it_is_written(written: str, code: str) -> None:
    assert vocabulary.provisions.parse(written) == code


@pytest.mark.parametrize(("written", "near", "why"), rows(REFUSED_PROVISIONS))
def test_a_provision_is_never_guessed(written: str, near: str, why: str) -> None:
    with pytest.raises(UnknownWord) as error:
        vocabulary.provisions.parse(written)
    assert near in error.value.nearest, why


def test_an_error_shows_the_word_and_the_nearest_with_their_names() -> None:
    with pytest.raises(UnknownWord, match=r"Unknown provision '§ 107x'\. Nearest: SEL-107 \(Midlertidigt botilbud\)"):
        vocabulary.provisions.parse("§ 107x")


@pytest.mark.parametrize(
    ("written", "day", "code"),
    [
        ("§ 52, stk. 3, nr. 2", date(2020, 5, 1), "SEL-52-3-2"),
        ("§ 66", date(2023, 12, 31), "SEL-66"),
        ("§ 43", date(2024, 1, 1), "BL-43"),
        ("Familiebehandling", date(2023, 12, 31), "SEL-52-3-3"),
        ("Familiebehandling", date(2024, 1, 1), "BL-32-5"),
        ("§ 107", date(2024, 1, 1), "SEL-107"),
    ],
)
def test_the_day_settles_which_law_a_childrens_provision_is_of(written: str, day: date, code: str) -> None:
    assert vocabulary.provisions.parse(written, on=day) == code


@pytest.mark.parametrize("written", ["BL-32-2", "SEL-52-3-2", "BL § 32, stk. 1, nr. 2", "SEL § 52, stk. 3, nr. 2"])
@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2025, 1, 1)])
def test_a_provision_delivered_with_its_law_keeps_it_whatever_the_day(written: str, day: date) -> None:
    assert vocabulary.provisions.parse(written, on=day) == vocabulary.provisions.parse(written)


@pytest.mark.parametrize(("written", "code"), rows(MUNICIPALITIES))
def test_a_municipality_is_read_by_number_name_or_both(written: str, code: str) -> None:
    assert vocabulary.municipalities.parse(written) == code


def test_a_municipality_may_be_a_whole_number() -> None:
    assert vocabulary.municipalities.parse(151) == "151"


@pytest.mark.parametrize(("written", "near"), rows(REFUSED_MUNICIPALITIES))
def test_a_municipality_is_never_guessed(written: str, near: str) -> None:
    with pytest.raises(UnknownWord) as error:
        vocabulary.municipalities.parse(written)
    assert set(near.split()) <= set(error.value.nearest)


@pytest.mark.parametrize(("name", "written", "code"), rows(OTHER_WORDS))
def test_other_words_are_read_in_danish_and_english(name: str, written: str, code: str) -> None:
    assert vocabulary.codelist(name).parse(written) == code


@pytest.mark.parametrize("written", ["5.38", "538522", "5-38-52", "A.38.52", "", "٥.٣٨.٥٢"])
def test_a_malformed_account_function_is_refused(written: str) -> None:
    with pytest.raises(UnknownWord):
        vocabulary.functions.parse(written)


@pytest.mark.parametrize("written", ["1000", "-1", "1.0", "x", ""])
def test_a_malformed_grouping_is_refused(written: str) -> None:
    with pytest.raises(UnknownWord):
        vocabulary.groupings.parse(written)


def test_an_account_function_beyond_the_list_is_called_by_its_code() -> None:
    assert vocabulary.functions.name("6.45.51") == "6.45.51"
    assert vocabulary.functions.name("5.38.52", "en") == "Temporary residential offers"


@pytest.mark.parametrize("name", sorted(vocabulary.LISTS))
@pytest.mark.parametrize("written", ["(" * 100_000, "a " * 100_000, "§ " * 100_000, "1" * 100_000])
def test_a_cell_of_a_hundred_thousand_characters_is_refused_at_once_and_briefly(name: str, written: str) -> None:
    with pytest.raises(UnknownWord, match="longer than 200") as error:
        vocabulary.codelist(name).parse(written)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("value", [None, True, 1.0, 107.0, b"107", ["107"]])
def test_what_is_not_text_or_a_whole_number_is_refused(value: object) -> None:
    with pytest.raises(UnknownWord):
        vocabulary.provisions.parse(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["0101801234", "010180-1234", "010180 1234", "101801234"])
@pytest.mark.parametrize("name", sorted(vocabulary.LISTS))
def test_a_civil_registration_number_in_the_wrong_column_is_not_repeated_in_the_error(name: str, number: str) -> None:
    with pytest.raises(UnknownWord) as error:
        vocabulary.codelist(name).parse(number)
    assert not re.search(r"\d{4}", str(error.value).split("Nearest")[0])
    assert "1234" not in error.value.value


@pytest.mark.parametrize("name", ["sex", "operator_type", "price_unit", "goal_kind"])
def test_an_unknown_word_of_a_short_list_gets_all_its_codes(name: str) -> None:
    words = vocabulary.codelist(name)
    with pytest.raises(UnknownWord) as error:
        words.parse("zzzzzz")
    assert tuple(error.value.nearest) == words.codes


def test_a_name_that_two_terms_share_is_not_taken_for_either() -> None:
    words = Codelist(
        "help",
        (
            Term("A", "Støtte", "Support", ("hjælp",)),
            Term("B", "Pleje", "Care", ("Hjælp",)),
            Term("C", "Tilsyn", "Visit"),
        ),
    )
    with pytest.raises(UnknownWord, match="more than one") as error:
        words.parse("HJÆLP")
    assert error.value.nearest == ["A", "B"]
    assert words.parse("pleje") == "B"


def test_a_name_in_a_language_that_is_not_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="'da' or 'en'"):
        vocabulary.sexes.name("M", "sv")


def test_every_code_name_and_alias_means_its_own_term() -> None:
    wrong = [(name, word, code) for name, word, code in EVERY_WORD if vocabulary.codelist(name).parse(word) != code]
    assert wrong == []


@st.composite
def noisy(draw: st.DrawFn, word: str) -> str:
    """The word with other case, more space between its parts, and space around it."""
    cases = draw(st.lists(st.booleans(), min_size=len(word), max_size=len(word)))
    letters = "".join(letter.upper() if up else letter.lower() for letter, up in zip(word, cases, strict=True))
    gaps = draw(st.sampled_from([" ", "  ", "\t", "\u00a0"]))
    outer = draw(st.sampled_from(["", " ", "  \n"]))
    return outer + letters.replace(" ", gaps) + outer


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_case_and_space_do_not_change_what_a_word_means(data: st.DataObject) -> None:
    name, word, code = data.draw(st.sampled_from(EVERY_WORD))
    assert vocabulary.codelist(name).parse(data.draw(noisy(word))) == code


def bare(word: str) -> str:
    """Letters and digits alone, for comparing spellings without using the vocabulary's own folding."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ø", "o").replace("æ", "ae"))
    squeezed = "".join(letter for letter in plain if letter.isalnum())
    return squeezed.replace("aa", "a").replace("oe", "o")


JUNK = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="0123456789§ .,-/abSELUTBstknr", max_size=14),
    st.sampled_from(EVERY_WORD).flatmap(lambda entry: st.text(max_size=3).map(lambda more: entry[1] + more)),
    st.sampled_from(EVERY_WORD).flatmap(lambda entry: st.integers(0, 30).map(lambda cut: entry[1][:cut])),
)
PLAIN_LISTS = [
    name for name in sorted(vocabulary.LISTS) if name not in ("provision", "municipality", "function", "grouping")
]


@settings(max_examples=600, deadline=None)
@given(name=st.sampled_from(PLAIN_LISTS), written=JUNK)
def test_junk_is_only_taken_when_it_spells_a_word_of_the_list(name: str, written: str) -> None:
    words = vocabulary.codelist(name)
    try:
        code = words.parse(written)
    except UnknownWord:
        return
    assert bare(written) in {bare(word) for word in words_of(words[code])}


@settings(max_examples=600, deadline=None)
@given(written=JUNK)
def test_junk_is_only_taken_for_a_provision_when_it_has_its_number_or_its_name(written: str) -> None:
    provisions = vocabulary.provisions
    try:
        term = provisions[provisions.parse(written)]
    except UnknownWord:
        return
    places = " ".join([term.code, term.law or "", *term.extra.get("also", ())])
    numbers = re.findall(r"[0-9]+[a-h]?", written.casefold().replace(" ", ""))
    named = bare(written) in {bare(word) for word in words_of(term)}
    assert named or (numbers and re.search(rf"\b{numbers[0]}\b", re.sub(r"(?<=[0-9]) (?=[ab]\b)", "", places)))


@settings(max_examples=400, deadline=None)
@given(written=JUNK)
def test_junk_is_only_taken_for_a_municipality_when_it_has_its_number_or_its_name(written: str) -> None:
    municipalities = vocabulary.municipalities
    try:
        code = municipalities.parse(written)
    except UnknownWord:
        return
    spelt = {bare(written), bare(re.sub(r"(?i)kommune", "", written))}
    assert code in written or spelt & {bare(word) for word in words_of(municipalities[code])}


@settings(max_examples=300, deadline=None)
@given(written=JUNK)
def test_an_account_function_always_has_its_shape(written: str) -> None:
    try:
        code = vocabulary.functions.parse(written)
    except UnknownWord:
        return
    assert re.fullmatch(r"[0-9]\.[0-9]{2}\.[0-9]{2}", code)
