# SPDX-License-Identifier: EUPL-1.2
"""Numbers as they are printed in Danish and English: half-up rounding, thousands, decimals, units, dates.

Everything a report says about a figure is decided from its printed form, so that words and numbers agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Language = Literal["da", "en"]

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
MARKS = {"da": (".", ","), "en": (",", ".")}
MONTHS = {
    "da": (
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


@dataclass(frozen=True)
class Measure:
    """How figures of one kind are printed: divided by divisor, with so many decimals, followed by unit.

    whole_from: the size (in the printed unit) from which decimals are left out.
    """

    language: Language
    unit: str
    places: int = 0
    divisor: Decimal = Decimal(1)
    whole_from: Decimal | None = None

    def rounded(self, value: float) -> Decimal:
        """The figure as it will be printed, in the printed unit; half-up (METHODS § 10)."""
        number = Decimal(repr(float(value))) / self.divisor
        whole = number == 0 or (self.whole_from is not None and abs(number) >= self.whole_from)
        return half_up(number, 0 if whole else self.places)

    def like(self, value: float) -> Measure:
        """The measure for what is said beside this value, such as a change: with as many decimals as the value has."""
        places = -int(self.rounded(value).as_tuple().exponent) if value else self.places
        return replace(self, places=places, whole_from=None)

    def text(self, value: float) -> str:
        """The figure without its unit."""
        return grouped(self.rounded(value), self.language)

    def full(self, value: float) -> str:
        """The figure with its unit, held together by a no-break space."""
        space = "" if self.unit in ("", "%") else NO_BREAK
        return f"{self.text(value)}{space}{self.unit}"

    def signed(self, value: float) -> str:
        """The figure with + or a minus sign; zero carries none."""
        return ("+" if self.rounded(value) > 0 else "") + self.text(value)

    def signed_full(self, value: float) -> str:
        """The same with its unit."""
        return ("+" if self.rounded(value) > 0 else "") + self.full(value)


def half_up(value: Decimal, places: int) -> Decimal:
    """Round half away from zero to so many decimals; never minus zero."""
    number = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(number) if number == 0 else number


def grouped(number: Decimal, language: Language) -> str:
    """A rounded number with the language's thousands and decimal marks and a true minus sign."""
    thousands, decimal = MARKS[language]
    whole, _, fraction = f"{abs(number):,f}".partition(".")
    text = whole.replace(",", thousands) + (decimal + fraction if fraction else "")
    return (MINUS if number < 0 else "") + text


def percent(value: float, language: Language, places: int = 1) -> str:
    """A ratio as a percentage: 0.125 is »12,5 pct.« or »12.5%«."""
    text = grouped(half_up(Decimal(repr(float(value))) * 100, places), language)
    return f"{text}{NO_BREAK}pct." if language == "da" else f"{text}%"


def money_measure(largest: float, language: Language) -> Measure:
    """The measure in which amounts up to the largest (DKK) are printed: millions, or thousands below one million."""
    size = abs(largest)
    millions = "mio. kr." if language == "da" else "million kr."
    if size >= 10_000_000:
        return Measure(language, millions, 1, Decimal(1_000_000))
    if size >= 1_000_000:
        return Measure(language, millions, 2, Decimal(1_000_000))
    return thousands_measure(language)


def thousands_measure(language: Language) -> Measure:
    """The measure of unit costs: thousands of DKK without decimals."""
    return Measure(language, "t.kr." if language == "da" else "thousand kr.", 0, Decimal(1_000))


def percent_measure(language: Language) -> Measure:
    """The measure in which ratios are printed as percentages with one decimal."""
    return Measure(language, "pct." if language == "da" else "%", 1, Decimal("0.01"))


def day(value: date, language: Language, *, long: bool = True) -> str:
    """A date: »31. december 2019«/»31 December 2019«, or short »31.12.2019«/»2019-12-31«."""
    if not long:
        return f"{value:%d.%m.%Y}" if language == "da" else value.isoformat()
    month = MONTHS[language][value.month - 1]
    point = "." if language == "da" else ""
    return f"{value.day}{point}{NO_BREAK}{month} {value.year}"


def month(value: date, language: Language) -> str:
    """The month of a date: »marts 2025«/»March 2025«."""
    return f"{MONTHS[language][value.month - 1]} {value.year}"


def format_locale(language: Language) -> dict[str, object]:
    """The number locale of chart axes, in the form D3 takes."""
    thousands, decimal = MARKS[language]
    return {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""], "minus": MINUS}
