# SPDX-License-Identifier: EUPL-1.2
"""Quantities in Danish and English words: »to ud af tre«, »knap halvdelen«, »cirka 12 procent«, »godt 67.000«.

What is written is true to the interval: the phrase, read back, admits the number it was written of. How near a share
must be to be called a fraction is as document 001 does it (phrases.yaml, hedges.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from styr.evidence.errors import Refused
from styr.evidence.numbers import NotANumber, hedged, read_number
from styr.evidence.published import Hedge, Number

Language = Literal["da", "en"]


@dataclass(frozen=True)
class Noun:
    """What is counted, in one language: »kommune«, »kommuner«, »kommunerne«."""

    one: str
    many: str
    the_many: str


@dataclass(frozen=True)
class Fraction:
    """A share with a name: in per cent, its wordings by language, and how a noun follows it."""

    percent: Decimal
    wordings: Mapping[str, tuple[str, ...]]
    form: str


def share(percent: Decimal, language: Language = "da", noun: Noun | None = None, printed: str = "") -> str:
    """A share, 0 to 100 per cent, in words: as a fraction when one is near, else »cirka 12 procent«.

    With a noun the whole phrase: »hver fjerde kommune«, »halvdelen af kommunerne«. printed: the share in digits as it
    stands elsewhere (»27 pct.«), added in brackets, or said alone when no fraction is near. Raises Refused outside
    0-100.
    """
    if not 0 <= percent <= 100:
        raise Refused("share_outside", percent=percent)
    near = _nearest(percent)
    if near is None:
        form, said = "the_many", printed or _percent(percent, language, about=percent != percent.to_integral_value())
    else:
        fraction, hedge = near
        form, said = fraction.form, _said(fraction, hedge, language)
    if noun is not None:
        pattern = str(_phrases()["forms"][language][form])
        said = pattern.format(said=said, one=noun.one, many=noun.many, the_many=noun.the_many)
    return f"{said} ({printed})" if printed and near is not None else said


def amount(value: Decimal, language: Language = "da") -> str:
    """A number from 0: whole below 1,000; else two digits of it, with »godt« or »knap« when it is above or below."""
    if value < 0:
        raise Refused("amount_below", value=value)
    if value < 1000:
        return grouped(value.quantize(Decimal(1), ROUND_HALF_UP), language)
    step = Decimal(1).scaleb(value.adjusted() - 1)
    rounded = (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    printed = grouped(rounded, language)
    hedge = "plain" if value == rounded else "just_over" if value > rounded else "nearly"
    return str(_phrases()["hedges"][hedge][language]).format(said=printed)


def change(before: Decimal, after: Decimal, language: Language = "da") -> str:
    """»en stigning på 8 procent fra 1.234 til 1.333«: growth in whole per cent of unrounded numbers, half-up.

    before and after are printed in whole numbers, or with the decimals they have. Raises Refused below 0.
    """
    if min(before, after) < 0:
        raise Refused("growth_without_meaning", before=before, after=after)
    said = {"before": grouped(before, language), "after": grouped(after, language)}
    if before == 0:
        way = "same" if after == 0 else "from_nothing"
        return str(_phrases()["change"][way][language]).format(**said)
    grown = growth(before, after, language)
    if not grown:
        return str(_phrases()["change"]["same"][language]).format(**said)
    return str(_phrases()["change"]["moved"][language]).format(growth=grown, **said)


def growth(before: Decimal, after: Decimal, language: Language = "da") -> str:
    """»en stigning på 8 procent«, »et fald på 12 procent«, of unrounded numbers; empty when it is less than a hundredth
    of a per cent, or when there was nothing before. Raises Refused below 0."""
    if min(before, after) < 0:
        raise Refused("growth_without_meaning", before=before, after=after)
    printed = apart(after, before, language) if before else ""
    way = "up" if after > before else "down"
    return str(_phrases()["growth"][way][language]).format(percent=printed) if printed else ""


def apart(one: Decimal, other: Decimal, language: Language = "da") -> str:
    """How far a number above 0 lies from another, in whole per cent of the other, half-up: »22 procent«; with two
    decimals below half a per cent, and empty below a hundredth."""
    share = 100 * abs(one - other) / other
    rounded = share.quantize(Decimal(1) if share >= Decimal("0.5") else Decimal("0.01"), ROUND_HALF_UP)
    if not rounded:
        return ""
    return str(_phrases()["percent"][language]).format(number=grouped(rounded, language))


def read_phrase(text: str, language: Language = "da") -> Number | None:
    """A quantity in words, or digits with words around them, as the number it says; None when it says none.

    Words are read in either language; language says how digits are grouped.

    Of a change (»en stigning på 8 procent fra …«) the growth in per cent, a fall below 0.
    """
    plain = " ".join(text.casefold().split())
    if language == "en":
        plain = re.sub(r"(?<=\d)[.,](?=\d)", lambda sign: "." if sign[0] == "," else ",", plain)
    if changed := _change_pattern().search(plain):
        number = read_number(changed["percent"]).number
        return replace(number, value=-number.value) if changed["down"] and number.value is not None else number
    if any(plain.startswith(str(word).split(" fra ")[0].split(" from ")[0]) for word in _unchanged()):
        return Number(text, Decimal(0), Decimal("0.01"))
    hedge, rest = hedged(plain)
    if (range_ := _ranges().get(rest)) is not None:
        return Number(text, range_[0], hedge=hedge or Hedge.between, to=range_[1], in_words=True)
    for fraction in _fractions():
        if any(re.match(rf"{re.escape(word)}(?!\w)", rest) for words in fraction.wordings.values() for word in words):
            exact = fraction.percent == 100 and hedge is None
            return Number(text, fraction.percent, Decimal(1), hedge, exact=exact, in_words=not exact)
    try:
        return _unnamed_part(text, hedge, rest) or read_number(plain, filling=True).number
    except NotANumber:
        return None


def _unnamed_part(text: str, hedge: Hedge | None, rest: str) -> Number | None:
    """A part of a small number that has no name of its own."""
    part = _part_pattern().match(rest)
    if part is None:
        return None
    of = [int(end) if end.isdigit() else _small()[end] for end in part.groups() if end]
    return Number(text, Decimal(100) * of[0] / of[1], Decimal(1), hedge, in_words=True)


def fraction_in_words(number: Number, language: Language) -> str:
    """A number that was read from words, said in words again, in the language asked for."""
    fraction = min(_fractions(), key=lambda each: abs(each.percent - (number.value or Decimal(0))))
    hedge = number.hedge if number.hedge in _phrases()["hedges"] else None
    bound = _phrases()["bounds"].get(number.hedge, {}).get(language, "") if number.hedge else ""
    return f"{bound} {_said(fraction, hedge, language)}".strip()


def grouped(value: Decimal, language: Language) -> str:
    """A number with its decimals, thousands grouped the language's way."""
    text = f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "da" else text


def _nearest(percent: Decimal) -> tuple[Fraction, Hedge | None] | None:
    """The fraction a share is nearest to and the word it needs; None when it is near none."""
    for fraction in sorted(_fractions(), key=lambda each: abs(each.percent - percent)):
        away = percent - fraction.percent
        if fraction.percent == 100 and away > -5:
            return fraction, None if away == 0 else Hedge.nearly
        if abs(away) <= _reach(fraction, "plain"):
            return fraction, None
        if abs(away) <= _reach(fraction, "leaning"):
            return fraction, Hedge.just_over if away > 0 else Hedge.nearly
    return None


def _reach(fraction: Fraction, how: str) -> Decimal:
    limit = _phrases()["near"][how]
    return min(Decimal(str(limit["points"])), Decimal(str(limit["part"])) * fraction.percent)


def _said(fraction: Fraction, hedge: Hedge | None, language: Language) -> str:
    if fraction.percent == 100 and hedge is Hedge.nearly:
        return str(_phrases()["nearly_all"][language])
    return str(_phrases()["hedges"][hedge or "plain"][language]).format(said=fraction.wordings[language][0])


def _percent(percent: Decimal, language: Language, *, about: bool) -> str:
    digits = Decimal(1) if percent >= 10 else Decimal("0.1") if percent >= Decimal("0.1") or not percent else None
    rounded = percent if digits is None else percent.quantize(digits, ROUND_HALF_UP)
    number = grouped(rounded.normalize() if rounded == rounded.to_integral_value() else rounded, language)
    return str(_phrases()["about_percent" if about and percent >= 10 else "percent"][language]).format(number=number)


@cache
def _fractions() -> tuple[Fraction, ...]:
    return tuple(
        Fraction(
            (Decimal(100) * each["of"][0] / each["of"][1]).quantize(Decimal("0.01")),
            {language: tuple(each[language]) for language in ("da", "en")},
            str(each["form"]),
        )
        for each in _phrases()["fractions"]
    )


@cache
def _ranges() -> Mapping[str, tuple[Decimal, Decimal]]:
    return {
        word: (Decimal(each["of"][0]), Decimal(each["of"][1]))
        for each in _phrases()["ranges"]
        for language in ("da", "en")
        for word in each[language]
    }


@cache
def _part_pattern() -> re.Pattern[str]:
    """»fem ud af syv«, »1/3«."""
    small = "|".join(_small())
    return re.compile(rf"({small}) (?:ud af|in|out of) ({small})\b|(?:(\d)/(\d))(?!\d)")


@cache
def _small() -> Mapping[str, int]:
    return {word: number for number, words in _phrases()["small"].items() for word in words}


@cache
def _change_pattern() -> re.Pattern[str]:
    percent = r"(?P<percent>[\d.,]+ (?:procent|pct\.|%|per cent))"
    return re.compile(rf"(?:stigning på|increase of|(?P<down>fald på|fall of)) {percent}")


@cache
def _unchanged() -> tuple[str, ...]:
    return tuple(_phrases()["change"]["same"].values())


@cache
def _phrases() -> Mapping[str, Any]:
    text = files("styr.evidence").joinpath("phrases.yaml").read_text(encoding="utf-8")
    phrases: Mapping[str, Any] = yaml.safe_load(text)
    return phrases
