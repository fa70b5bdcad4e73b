# SPDX-License-Identifier: EUPL-1.2
"""The register of what is known to work: reading it, searching it, and what bears on a subject.

An entry's texts name published numbers as {document/id}; they are filled in as printed, from the figures of the room,
so that no number is typed twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, overload

import yaml

from styr import vocabulary
from styr.evidence.errors import Refused, not_found
from styr.evidence.phrases import Language
from styr.evidence.published import Place
from styr.evidence.saying import said
from styr.evidence.shipped import figure
from styr.vocabulary.words import folded

FILES = ("cases.yaml", "practices.yaml", "recommendations.yaml")
WEIGHTS = {"title": 5, "place": 5, "themes": 4, "what": 2, "whom": 2, "effect": 2, "cost": 1, "conditions": 1}
_NUMBER = re.compile(r"\{(\d{3}/[^}]+)\}")
_SOURCE = re.compile(r"(\d{3}) l\.(\d+)(?:-(\d+))?")
_TEXTS = ("title", "what", "whom", "effect", "cost", "conditions")

Text = Mapping[Language, str]


@dataclass(frozen=True)
class Source:
    """Where something stands: a document and lines of its text."""

    document: str
    place: Place

    def __str__(self) -> str:
        first, last = self.place.first, self.place.last
        return f"{self.document} l.{first}" if first == last else f"{self.document} l.{first}-{last}"


@dataclass(frozen=True)
class Entry:
    """One thing known or recommended. Texts are by language (da, en); figures are the published numbers in them."""

    key: str
    kind: str
    place: str
    title: Text
    what: Text
    whom: Text
    effect: Text
    cost: Text
    conditions: Text
    period: str
    strength: str
    themes: tuple[str, ...]
    provisions: tuple[str, ...]
    target_groups: tuple[str, ...]
    figures: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Told:
    """An entry as it is shown in one language: kind, strength and themes in words, source as document and lines."""

    key: str
    kind: str
    place: str
    title: str
    what: str
    whom: str
    effect: str
    cost: str
    conditions: str
    period: str
    strength: str
    themes: tuple[str, ...]
    source: str


@cache
def entries() -> tuple[Entry, ...]:
    """All entries, cases first."""
    return tuple(_entry(each) for file in FILES for each in _load(file))


def search(words: str, *, kinds: Collection[str] = (), themes: Collection[str] = ()) -> tuple[Entry, ...]:
    """Entries in which every word is found, in Danish or English, those that say it most first.

    A word is found where a word of the entry begins with it; names of provisions and target groups count as words of
    the entries on them. Without words: all, in the order of the register. kinds and themes narrow it.
    """
    among = [
        each
        for each in entries()
        if (not kinds or each.kind in kinds) and (not themes or set(themes) & set(each.themes))
    ]
    asked = folded(words).split()
    scored = [(sum(_weight(each, word) for word in asked), each) for each in among if _has_all(each, asked)]
    return tuple(each for _, each in sorted(scored, key=lambda pair: -pair[0]))


@overload
def relevant(
    *,
    themes: Collection[str] = (),
    provisions: Collection[str] = (),
    target_groups: Collection[str] = (),
    provision_groups: Collection[str] = (),
    measures: Collection[str] = (),
    language: None = None,
) -> tuple[Entry, ...]: ...


@overload
def relevant(
    *,
    themes: Collection[str] = (),
    provisions: Collection[str] = (),
    target_groups: Collection[str] = (),
    provision_groups: Collection[str] = (),
    measures: Collection[str] = (),
    language: Language,
) -> tuple[Told, ...]: ...


def relevant(
    *,
    themes: Collection[str] = (),
    provisions: Collection[str] = (),
    target_groups: Collection[str] = (),
    provision_groups: Collection[str] = (),
    measures: Collection[str] = (),
    language: Language | None = None,
) -> tuple[Entry, ...] | tuple[Told, ...]:
    """What is known to work that bears on something: most in common first, then the strongest evidence.

    themes: early_support, ageing, … (terms.yaml). provisions: codes of the vocabulary (SEL-85). provision_groups: codes
    of the vocabulary (support_at_home; residential is all below it); their provisions bear. target_groups: codes; a
    group bears on those below it and above it. measures: what one would change (inflow, outflow, prices, places,
    follow_up, …, terms.yaml); their themes bear. Nothing asked, nothing found.

    Returns entries with their texts in both languages; with a language, the entries as they are shown in it. Raises
    Refused with the nearest when a measure or a group of provisions is not known.
    """
    asked_themes = {*themes, *(theme for measure in measures for theme in _measure(measure)["themes"])}
    asked_provisions = {*provisions, *(code for group in provision_groups for code in _provisions_of(group))}
    order = list(words()["strengths"])
    scored = [(_common(each, asked_themes, asked_provisions, target_groups), each) for each in entries()]
    ranked = sorted(scored, key=lambda pair: (-pair[0], order.index(pair[1].strength)))
    found = tuple(each for common, each in ranked if common)
    return found if language is None else tuple(told(each, language) for each in found)


def told(entry: Entry, language: Language) -> Told:
    """An entry in one language, with the words of its kind, themes and strength."""
    terms = words()
    texts: dict[str, str] = {name: getattr(entry, name).get(language, "") for name in _TEXTS}
    return Told(
        key=entry.key,
        kind=terms["kinds"][entry.kind][language],
        place=entry.place,
        period=entry.period,
        strength=terms["strengths"][entry.strength][language],
        themes=tuple(terms["themes"][theme][language] for theme in entry.themes),
        source="; ".join(map(str, entry.sources)),
        **texts,
    )


def _measure(name: str) -> Mapping[str, Any]:
    known: Mapping[str, Mapping[str, Any]] = words()["measures"]
    if name not in known:
        raise not_found("unknown_measure", name, known)
    return known[name]


def _provisions_of(group: str) -> frozenset[str]:
    """The provisions of a group and of the groups below it."""
    known = [term.code for term in vocabulary.codelist("provision_group")]
    if group not in known:
        raise not_found("unknown_provision_group", group, known)
    return frozenset(vocabulary.provisions_in(group))


@cache
def words() -> Mapping[str, Any]:
    """The words of the register: kinds, themes, strengths and measures, each with da and en."""
    terms: Mapping[str, Any] = _load("terms.yaml")
    return terms


def _entry(given: Mapping[str, Any]) -> Entry:
    written = {name: given.get(name) or {} for name in _TEXTS}
    named = {text: _NUMBER.findall(text) for texts in written.values() for text in texts.values()}
    filled = {
        name: {language: _filled(text, language) for language, text in texts.items()} for name, texts in written.items()
    }
    sources = given["source"] if isinstance(given["source"], list) else [given["source"]]
    return Entry(
        given["key"],
        given["kind"],
        given.get("place") or "",
        filled["title"],
        filled["what"],
        filled["whom"],
        filled["effect"],
        filled["cost"],
        filled["conditions"],
        str(given.get("period") or ""),
        given["strength"],
        tuple(given.get("themes") or ()),
        tuple(given.get("provisions") or ()),
        tuple(given.get("target_groups") or ()),
        tuple(dict.fromkeys(name for names in named.values() for name in names)),
        tuple(_source(each) for each in sources),
    )


def _filled(text: str, language: Language) -> str:
    """The text with its numbers; an abbreviation that ends the sentence takes the full stop with it."""

    def number(found: re.Match[str]) -> str:
        published = figure(found[1])
        words = said(published.number, published.unit, language)
        begins = found.start() == 0 or text[: found.start()].endswith(". ")
        return words[:1].upper() + words[1:] if begins else words

    return re.sub(r"(pct|kr)\.\.", r"\1.", _NUMBER.sub(number, text))


def _source(text: str) -> Source:
    found = _SOURCE.fullmatch(text)
    if not found:
        raise Refused("source_unknown", text=text)
    return Source(found[1], Place(int(found[2]), int(found[3] or found[2])))


def _has_all(entry: Entry, asked: Sequence[str]) -> bool:
    return all(_weight(entry, word) for word in asked)


def _weight(entry: Entry, word: str) -> int:
    """How much an entry says of a word: the weights of the fields with it, 0 when none has it."""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}")
    return sum(
        weight for name, weight in WEIGHTS.items() if any(pattern.search(text) for text in _said(entry.key)[name])
    )


@cache
def _said(key: str) -> Mapping[str, tuple[str, ...]]:
    """What an entry says, field by field, folded."""
    entry = next(each for each in entries() if each.key == key)
    terms = words()["themes"]
    named = [terms[theme][language] for theme in entry.themes for language in ("da", "en")]
    for kind, codes in (("provision", entry.provisions), ("target_group", entry.target_groups)):
        listed = vocabulary.codelist(kind)
        named += [text for code in codes for text in (listed[code].da, listed[code].en, listed[code].law or "")]
    texts = {name: tuple(folded(text) for text in getattr(entry, name).values()) for name in _TEXTS}
    return {**texts, "place": (folded(entry.place),), "themes": tuple(folded(text) for text in named)}


def _common(entry: Entry, themes: Collection[str], provisions: Collection[str], target_groups: Collection[str]) -> int:
    groups = sum(
        mine == other or mine.startswith(f"{other}.") or other.startswith(f"{mine}.")
        for mine in entry.target_groups
        for other in target_groups
    )
    return 2 * len(set(themes) & set(entry.themes)) + len(set(provisions) & set(entry.provisions)) + groups


def _load(file: str) -> Any:
    return yaml.safe_load(files("styr.evidence.known").joinpath(file).read_text(encoding="utf-8"))
