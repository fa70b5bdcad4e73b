# SPDX-License-Identifier: EUPL-1.2
"""A published number said in running text, in Danish or English, with its hedge, digits, scale and unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from styr.evidence.phrases import Language, fraction_in_words, grouped
from styr.evidence.published import Number


def said(number: Number, unit: str, language: Language) -> str:
    """»ca. 158 mio. kr.« or »about DKK 158 million«: no digit more or less than printed; kr. and pct. are named, other
    units are left to the sentence. A fall is said by its size."""
    terms = _terms()
    if number.value is None:
        return ""
    if number.in_words:
        return fraction_in_words(number, language)
    scale, word = _scale(number, unit)
    ends = [abs(end) / scale for end in (number.value, number.to) if end is not None]
    decimals = max(0, -int((number.step / scale).normalize().as_tuple().exponent))
    digits = "-".join(grouped(end.quantize(Decimal(1).scaleb(-decimals)), language) for end in ends)
    pattern = str(terms["units"].get(unit, {}).get(language, "{number}"))
    text = pattern.format(number=f"{digits} {terms['scales'][word][language]}".strip())
    hedge = terms["hedges"].get(number.hedge, {}).get(language, "") if number.hedge else ""
    return f"{hedge} {text}".strip()


def _scale(number: Number, unit: str) -> tuple[Decimal, str]:
    """Large amounts of money in millions or billions, as far as the printed digits allow."""
    size = abs(number.value or Decimal(0))
    if unit == "kr.":
        for scale, word in ((Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million")):
            if size >= scale:
                return scale, word
    return Decimal(1), "one"


@cache
def _terms() -> Mapping[str, Any]:
    text = files("styr.evidence").joinpath("saying.yaml").read_text(encoding="utf-8")
    terms: Mapping[str, Any] = yaml.safe_load(text)
    return terms
