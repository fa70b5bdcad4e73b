# SPDX-License-Identifier: EUPL-1.2
"""Danish numbers as they are printed: »1.234,5«, »ca. 5,8 mia. kr.«, »14 %«, »13-14«, »<5«, »-«, »..«, »12 1)«."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from styr.evidence.errors import Refused
from styr.evidence.published import Hedge, Missing, Number

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_SIGNS = {"+": 1, "÷": -1, "-": 0}
_QUARTERS = {"¼": Decimal("0.25"), "½": Decimal("0.5"), "¾": Decimal("0.75")}
_DIGITS = (
    r"\d*[¼½¾]|\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?: \d{3})+(?:,\d+)?"
    r"|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d+(?:[.,]\d+)?"
)
_MARKS = re.compile(
    r"\s*(?P<marks>(?:\*+|[¹²³⁴⁵⁶⁷⁸⁹†‡]+|\(?(?:\d|[a-e])\)(?!\w))(?:\s*,?\s*(?:\*+|[¹²³⁴⁵⁶⁷⁸⁹]+|\d\)))*)\s*$"
)


class NotANumber(Refused):
    """A text that is not a printed number, nor a sign that there is none."""


@dataclass(frozen=True)
class Printed:
    """A number and the unit printed with it (»pct.«, »kr.«, or other words; empty when there is none)."""

    number: Number
    unit: str = ""


def read_number(text: str, *, filling: bool = False, missing_dash: bool = True) -> Printed:
    """A printed number with its hedge, scale, unit and footnote marks.

    filling: two or more zeros at the end of a whole number fill it (»28.000« is to the nearest thousand), as in running
    text; otherwise the last digit printed counts. Points group thousands when three digits follow each, as Danes
    write; a comma is the decimal sign. missing_dash: a dash means that there is no number, else that it is 0.

    Raises NotANumber.
    """
    whole = _SPACES.sub(" ", text).strip()
    if (missing := _missing(whole)) is not None:
        if missing is Missing.dash and not missing_dash:
            return Printed(Number(whole, Decimal(0), missing=missing, exact=True))
        return Printed(Number(whole, missing=missing))
    body, note = _without_marks(whole)
    hedge, body = hedged(body)
    found = _number_pattern().match(body)
    if not found:
        raise NotANumber("not_a_number", text=whole[:60])
    factor, unit = _unit(body[found.end() :])
    sign = -1 if found["sign"] in ("-", "−", "–") else 1
    first, step = _value(found["first"], filling)
    last = _value(found["last"], filling) if found["last"] else None
    if last and last[0] < first:
        raise NotANumber("ends_below", text=whole[:60])
    scale = sign * factor
    number = Number(
        whole,
        first * scale,
        min(step, last[1]) * factor if last else step * factor,
        hedge or (Hedge.between if last else None),
        None,
        note,
        to=last[0] * scale if last else None,
    )
    return Printed(number, unit)


def stated(text: str, said: Sequence[Mapping[str, Any]], *, filling: bool = False) -> Printed:
    """A printed number with what the file says of it: `step`, `exact`, `filling`, `dash: zero` and `signs`, of table,
    row or column.

    Raises NotANumber.
    """
    if _yes("signs", said):
        return Printed(_sign(text.strip()))
    zero = any(str(each.get("dash") or "") == "zero" for each in said)
    printed = read_number(text, filling=filling or _yes("filling", said), missing_dash=not zero)
    step = next((Decimal(str(each["step"])) for each in reversed(said) if each.get("step")), None)
    number = printed.number
    if step is not None:
        number = replace(number, step=step)
    if _yes("exact", said) and number.value is not None and number.hedge is None:
        number = replace(number, exact=True)
    return replace(printed, number=number)


def _sign(text: str) -> Number:
    """A direction printed as a sign: + is 1, ÷ is -1 and a dash 0, neither more nor less."""
    if not text:
        return Number(text, missing=Missing.empty)
    body, note = _without_marks(text)
    if body not in _SIGNS:
        raise NotANumber("not_a_direction", text=text[:60], signs=", ".join(_SIGNS))
    return Number(text, Decimal(_SIGNS[body]), note=note, exact=True)


def _yes(word: str, said: Sequence[Mapping[str, Any]]) -> bool:
    return any(str(each.get(word) or "").casefold() in ("true", "yes") for each in said)


def _missing(text: str) -> Missing | None:
    if not text:
        return Missing.empty
    bare, _ = _without_marks(text)
    for kind, signs in _words()["missing"].items():
        if bare.casefold() in signs:
            return Missing(kind)
    return None


def _without_marks(text: str) -> tuple[str, str]:
    """The text and the footnote marks at its end: »12 1)« is 12 with the mark 1), »121)« is 12 too."""
    found = _MARKS.search(text)
    if not found or not text[: found.start()].strip():
        return text, ""
    return text[: found.start()].strip(), found["marks"].strip()


def hedged(text: str) -> tuple[Hedge | None, str]:
    """The hedge a text begins with, and the rest of it."""
    found = _hedge_pattern().match(text)
    if not found:
        return None, text
    return Hedge(_hedges()[found["word"].casefold()]), text[found.end() :].strip()


def _value(digits: str, filling: bool) -> tuple[Decimal, Decimal]:
    """The number and the weight of its last digit that counts; 2¼ is to the nearest quarter."""
    if digits[-1] in _QUARTERS:
        part = _QUARTERS[digits[-1]]
        return Decimal(digits[:-1] or 0) + part, part if part < Decimal("0.75") else Decimal("0.25")
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", digits):
        plain = digits.replace(",", "")
    elif re.fullmatch(r"\d+\.\d+", digits) and not re.fullmatch(r"\d{1,3}\.\d{3}", digits):
        plain = digits
    else:
        plain = digits.replace(".", "").replace(" ", "").replace(",", ".")
    value = Decimal(plain)
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    zeros = len(plain) - len(plain.rstrip("0")) if "." not in plain and value else 0
    return value, step.scaleb(zeros) if filling and zeros >= 2 else step


def _unit(rest: str) -> tuple[Decimal, str]:
    """The factor of a scale word, and the unit after it in the spelling of words.yaml."""
    text, factor = rest.strip().removeprefix(".").strip(), Decimal(1)  # »3. mio. kr.« is met in print
    unit = ""
    found = _scale_pattern().match(text)
    if found:
        word = found["word"].casefold()
        factor = _scales()[word]
        unit = _words()["scale_units"].get(word, "")
        text = text[found.end() :].strip()
    text = text.rstrip(" ;:")
    return factor, _units().get(text.casefold(), text) or unit


@cache
def _words() -> Mapping[str, Any]:
    text = files("styr.evidence").joinpath("words.yaml").read_text(encoding="utf-8")
    words: Mapping[str, Any] = yaml.safe_load(text)
    return words


@cache
def _hedges() -> Mapping[str, str]:
    return {word.casefold(): kind for kind, words in _words()["hedges"].items() for word in words}


@cache
def _scales() -> Mapping[str, Decimal]:
    return {word.casefold(): Decimal(factor) for factor, words in _words()["scales"].items() for word in words}


@cache
def _units() -> Mapping[str, str]:
    return {word.casefold(): unit for unit, words in _words()["units"].items() for word in words}


@cache
def _hedge_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?P<word>{_either(_hedges())})(?:\s+|(?<=\W)|(?=\d))", re.IGNORECASE)


@cache
def _scale_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?P<word>{_either(_scales())})(?!\w)", re.IGNORECASE)


@cache
def _number_pattern() -> re.Pattern[str]:
    unit = _either(word for words in _words()["units"].values() for word in words)
    between = _either(_words()["ranges"])
    return re.compile(
        rf"(?P<sign>[-−–+]?)\s?(?P<first>{_DIGITS})(?!\d)(?:\s*(?:{unit})?\s*(?:{between})\s*(?P<last>{_DIGITS})(?!\d))?",
        re.IGNORECASE,
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
