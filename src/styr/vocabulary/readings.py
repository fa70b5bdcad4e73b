# SPDX-License-Identifier: EUPL-1.2
"""The written forms some lists have beside names: paragraphs of law, municipality numbers, account functions.

A reading gives the code, None when the text is not of its form (it may still be a name), or raises UnknownWord
when it is of its form and means nothing in the list, or could mean two things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from styr.vocabulary.codelists import Codelist, read_terms
from styr.vocabulary.words import UnknownWord, folded, spellings

_GAP = r"[\s,.;:()\-]*"
_REFERENCE = re.compile(
    rf"(?:(?P<before>[^0-9§]*[^\W\d_]){_GAP})?"
    rf"(?:§\s*)?(?P<number>[0-9]{{1,3}})\s?(?P<letter>[a-h](?![^\W\d_]))?(?!\w)"
    rf"(?:{_GAP}(?:stk|stykke)\b{_GAP}(?P<part>[0-9]{{1,2}}))?"
    rf"(?:{_GAP}(?:nr|nummer)\b{_GAP}(?P<item>[0-9]{{1,2}}))?"
    rf"(?:{_GAP}(?P<botilbud>(?:i )?botilbud(?:slignende(?: tilbud)?)?)(?!\w))?"
    rf"(?:{_GAP}(?P<after>[^\W\d_][^0-9§]*?))?[\s,.;:)]*"
)
_HYPHENED = re.compile(r"(?P<law>[a-z]{2,3})[\s\-](?P<number>[0-9]{1,3}[a-h]?)(?P<rest>(?:[\s\-][0-9]{1,2}){1,2})")
_NUMBERED_NAME = re.compile(r"0?(?P<number>[0-9]{3})(?:\s*[-–,:]?\s*(?P<name>\D+))?")
_NAMED_NUMBER = re.compile(r"(?P<name>\D+?)\s*\(0?(?P<number>[0-9]{3})\)")
_FUNCTION = re.compile(r"0?[0-9](?:[\s.]?[0-9]{2}){2}")
_GROUPING = re.compile(r"[0-9]{1,3}")
_ICD10 = re.compile(r"D?(?P<chapter>[A-Z])(?P<category>[0-9]{2})(?P<finer>\.?[0-9A-Z]{0,4})")


@dataclass(frozen=True)
class Reference:
    """A place in a law: law code, paragraph with letter, and part (stk.) and item (nr.) where they matter."""

    law: str
    paragraph: str
    part: str | None = None
    item: str | None = None


def provision(words: Codelist, written: str, on: date | None) -> str | None:
    """A provision from a paragraph: `§ 107`, `107`, `SEL §107`, `serviceloven § 82 a`, `ABL § 105`, `BL-32-1-2`.

    Without a law's name the paragraph is of serviceloven, and of its rules for adults; the children's rules moved
    to barnets lov on 1 January 2024 (003 l.3952), so their paragraphs need the law or the day.
    """
    text = folded_reference(written)
    hyphened = _HYPHENED.fullmatch(text)
    if hyphened and (law := _law(hyphened["law"])):
        numbers = hyphened["rest"].replace("-", " ").split()
        part, item = (numbers[0], numbers[1]) if len(numbers) == 2 else (None, numbers[0])
        return _referred(words, written, Reference(law, hyphened["number"], part, item), named=True, on=on)
    match = _REFERENCE.fullmatch(text)
    if not match:
        return _named_or_near(words, written, on)
    beside = [word for word in (match["before"], match["after"]) if word]
    laws = {law for word in beside if (law := _law(word))}
    names = [word for word in beside if not _law(word)]
    if len(laws) > 1:
        raise words.unknown(written, "it names two laws", _neighbours(words, match["number"]))
    paragraph = match["number"] + (match["letter"] or "")
    place = Reference(laws.pop() if laws else "SEL", paragraph, match["part"], match["item"])
    if match["botilbud"]:
        code = f"{place.law}-{paragraph}-botilbud"
        if code not in words:
            raise words.unknown(written, suggested=_neighbours(words, paragraph))
    else:
        code = _referred(words, written, place, named=len(beside) > len(names), on=on)
    _agrees(words, written, code, names, on)
    return code


def municipality(words: Codelist, written: str, on: date | None) -> str | None:
    """A municipality from its number, alone or with its name: `151`, `0151`, `151 Ballerup`, `Ballerup (151)`."""
    match = _NUMBERED_NAME.fullmatch(written) or _NAMED_NUMBER.fullmatch(written)
    if not match:
        return _municipality_named(words, written, on)
    code = match["number"]
    if code not in words:
        raise words.unknown(written)
    if match["name"]:
        reason = "number and name are not of the same municipality"
        try:
            name = match["name"].strip()
            named = _municipality_named(words, name, on) or words.named(name, on)
        except UnknownWord:
            raise words.unknown(written, reason, [code]) from None
        if named != code:
            raise words.unknown(written, reason, [code, named])
    return code


def function(words: Codelist, written: str, on: date | None) -> str | None:
    """An account function as `5.38.52` from `53852`, `5 38 52`, `5.38.52` or `05.38.52`.

    A well-formed function that the list does not hold is taken as it is: municipal charts hold more.
    """
    digits = re.sub(r"[\s.]", "", written)
    if not _FUNCTION.fullmatch(written):
        return None
    main, rest = digits[:-4], digits[-4:]
    return f"{int(main)}.{rest[:2]}.{rest[2:]}"


def grouping(words: Codelist, written: str, on: date | None) -> str | None:
    """A grouping as three digits: `2` and `002` are the same; any number is taken, the list is open."""
    return written.zfill(3) if _GROUPING.fullmatch(written) else None


def icd10(written: str) -> str:
    """A diagnosis code as ICD-10 writes it without dot: `DF84.5`, `F84.5` and `DF845` give `F845`."""
    text = written.strip().upper()
    match = _ICD10.fullmatch(text)
    if not match:
        raise UnknownWord("diagnosis", written, (), "an ICD-10 code is wanted, like F84.5 or DF845")
    return match["chapter"] + match["category"] + match["finer"].replace(".", "")


def reference(law_text: str) -> Reference | None:
    """The place in a law that a term's `law` names (`SEL § 52, stk. 3, nr. 2`), or None when it has no paragraph."""
    match = _REFERENCE.fullmatch(folded_reference(law_text))
    law = _law(match["before"]) if match else None
    if not match or law is None:
        return None
    return Reference(law, match["number"] + (match["letter"] or ""), match["part"], match["item"])


def folded_reference(written: str) -> str:
    """A reference to law in lower case with single spaces and the word for § as the sign."""
    plain = " ".join(written.casefold().replace("_", " ").replace("–", "-").split())
    return re.sub(r"\b(?:paragraf|paragraph|section|par\.)(?=\s*[0-9])", "§", plain)


def _referred(words: Codelist, written: str, place: Reference, *, named: bool, on: date | None) -> str:
    """The provision at a place in a law: the place itself, else the whole paragraph it is a part of.

    named: the law was written, not taken for granted.
    """
    found = _places(words).get(place) or _item_alone(words, place)
    if found is None and not _told_apart(words, place):
        found = _places(words).get(Reference(place.law, place.paragraph))
    if not named and (found is None or words[found].extra.get("children")):
        found = _children_by_day(words, written, place, on)
    if found is None:
        raise words.unknown(written, suggested=_neighbours(words, place.paragraph))
    return found


def _item_alone(words: Codelist, place: Reference) -> str | None:
    """The provision of an item written without its part (`BL § 32, nr. 5`), when only one has that item."""
    if place.part or not place.item:
        return None
    codes = [
        code
        for known, code in _places(words).items()
        if (known.law, known.paragraph, known.item) == (place.law, place.paragraph, place.item)
    ]
    return codes[0] if len(codes) == 1 else None


def _told_apart(words: Codelist, place: Reference) -> bool:
    """Whether the list holds items of this paragraph, so that a part of it cannot stand for the whole."""
    return any(known.item and (known.law, known.paragraph) == (place.law, place.paragraph) for known in _places(words))


def _children_by_day(words: Codelist, written: str, place: Reference, on: date | None) -> str | None:
    """A paragraph without its law among the children's rules: the law in force on the day, or an error."""
    places = _places(words)
    options = {
        law: code
        for law in ("SEL", "BL")
        if (code := places.get(Reference(law, place.paragraph, place.part, place.item)))
    }
    if not options:
        return None
    in_force = [code for code in options.values() if on and words[code].valid_on(on)]
    if len(in_force) == 1:
        return in_force[0]
    reason = "children's paragraphs need the law's name (SEL or BL)"
    raise words.unknown(written, reason, list(options.values()))


def _neighbours(words: Codelist, text: str) -> list[str] | None:
    """Codes whose paragraph has a number found in the text, for the error message; None when there are none."""
    numbers = re.findall(r"[0-9]+", text)
    near = [
        code
        for number in numbers
        for place, code in _places(words).items()
        if re.sub(r"\D", "", place.paragraph) == number
    ]
    return list(dict.fromkeys(near))[:5] or None


def _named_or_near(words: Codelist, written: str, on: date | None) -> str:
    """The provision of a name; when there is none, an error with the provisions whose numbers the text holds."""
    try:
        return words.named(written, on)
    except UnknownWord as error:
        if error.nearest:
            raise
        raise words.unknown(written, suggested=_neighbours(words, written)) from None


def _agrees(words: Codelist, written: str, code: str, names: list[str], on: date | None) -> None:
    """Refuses a paragraph written with a name that is another provision's, or nobody's (`§ 107 Bostøtte`)."""
    for name in names:
        try:
            named = words.named(name, on)
        except UnknownWord:
            raise words.unknown(written, "paragraph and name do not belong together", [code]) from None
        if named not in (code, words[code].extra.get("same_as")):
            raise words.unknown(written, "paragraph and name do not belong together", [code, named])


def _places(words: Codelist) -> Mapping[Reference, str]:
    return _places_of_law(
        tuple((term.code, law) for term in words for law in (term.law, *term.extra.get("also", ())) if law)
    )


@cache
def _places_of_law(laws: tuple[tuple[str, str], ...]) -> Mapping[Reference, str]:
    """Place in law → code; where two codes share a place, the one listed first is meant."""
    places: dict[Reference, str] = {}
    for code, law in laws:
        place = reference(law)
        if place:
            places.setdefault(place, code)
    return places


@lru_cache(maxsize=1024)
def _law(name: str) -> str | None:
    """The code of a law from its name or abbreviation, or None."""
    bare = folded(re.sub(r"[.,;:]", " ", name))
    bare = re.sub(r"^(i|efter|jf) ", "", bare)
    for law in read_terms("laws.yaml"):
        known = {spelling for word in (law.code, law.da, law.en, *law.aliases) for spelling in spellings(word)}
        if spellings(bare) & known:
            return law.code
    return None


def _municipality_named(words: Codelist, written: str, on: date | None) -> str | None:
    """A municipality from its name with the word kommune behind it (`Ballerup Kommune`), or None."""
    name = re.sub(r"\s+(kommune|municipality)$", "", folded(written))
    name = re.sub(r"^kommune\s+|^municipality of\s+", "", name)
    return None if name == folded(written) else words.named(name, on)
