# SPDX-License-Identifier: EUPL-1.2
"""Sentences written from numbers.

Every word of direction follows from the difference as it is printed: a difference that prints as 0 is »the same«, what
is too few to show or not known is said to be so. Differences are of unrounded values (METHODS § 3). Nothing is said
of causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from styr.evidence import phrases
from styr.reporting.model import Cell, Series
from styr.reporting.numbers import Measure, half_up, percent
from styr.reporting.texts import Words

Direction = Literal["up", "down", "same", "hidden", "unknown"]
Form = Literal["count", "level"]


@dataclass(frozen=True)
class Parts:
    """A change in expenditure divided: by number, by unit cost, by both together (METHODS § 3); DKK."""

    number: float
    unit: float
    joint: float

    @property
    def total(self) -> float:
        """The whole change."""
        return self.number + self.unit + self.joint


def direction(before: Cell, after: Cell, measure: Measure) -> Direction:
    """The sign of the printed difference; hidden or unknown when one of the two cannot be printed."""
    if before.suppressed or after.suppressed:
        return "hidden"
    if before.value is None or after.value is None:
        return "unknown"
    difference = measure.like(after.value).rounded(after.value - before.value)
    return "same" if difference == 0 else "up" if difference > 0 else "down"


def change(before: Cell, after: Cell, measure: Measure, words: Words, *, form: Form, then: str) -> str:
    """A clause on the change: »12 flere end året før (+6,0 pct.)«."""
    way = direction(before, after, measure)
    if before.value is None or after.value is None or way in ("hidden", "unknown", "same"):
        return words.say(f"change.{form}.{way}", then=then)
    amount = abs(after.value - before.value)
    printed = measure.like(after.value)
    text = printed.full(amount) if form == "level" else printed.text(amount)
    return words.say(
        f"change.{form}.{way}", amount=text, then=then, percent=relative(before.value, after.value, measure, words)
    )


def tile_change(before: Cell, after: Cell, measure: Measure, words: Words, *, then: str) -> str:
    """The same, short and signed, for a key figure."""
    way = direction(before, after, measure)
    if before.value is None or after.value is None or way in ("hidden", "unknown", "same"):
        return words.say(f"tile.{way}", then=then)
    share = relative(before.value, after.value, measure, words)
    return words.say(
        f"tile.{way}", amount=measure.like(after.value).signed(after.value - before.value), then=then, percent=share
    )


def relative(before: float, after: float, measure: Measure, words: Words) -> str:
    """The change in per cent with its sign, from unrounded values (METHODS § 3); »fra 0« when there is no divisor."""
    if measure.rounded(before) == 0:
        return words.say("no_percent")
    growth = after / before - 1
    return ("+" if growth > 0 else "") + percent(growth, words.language)


def shown(cell: Cell, measure: Measure, words: Words) -> str:
    """A cell in running text: its number with unit, or in words why there is none."""
    if cell.value is None:
        return words.say("shown.hidden" if cell.suppressed else "shown.unknown")
    return measure.full(cell.value)


def state(cell: Cell) -> Literal["said", "hidden", "unknown"]:
    """Whether a cell can be said."""
    return "said" if cell.value is not None else "hidden" if cell.suppressed else "unknown"


def development(
    key: str, series: Series, years: Sequence[int], measure: Measure, words: Words, *, start: int | None = None
) -> str:
    """A headline on the first and last year: headline.KEY.up/down/same, or .other when one of them cannot be said."""
    first = start if start is not None else years[0]
    before, after = series.at(first), series.at(years[-1])
    way = direction(before, after, measure)
    if before.value is None or after.value is None or first == years[-1]:
        return words.say(f"headline.{key}.other")
    return words.say(
        f"headline.{key}.{way}",
        first=measure.full(before.value),
        last=measure.full(after.value),
        start=first,
        year=years[-1],
        growth=_grown(before.value, after.value, way, words) if measure.rounded(before.value) else "",
    )


def _grown(before: float, after: float, way: Direction, words: Words) -> str:
    """The growth in words after a comma (», en stigning på 8 procent«); nothing when what is printed is the same."""
    if way not in ("up", "down") or min(before, after) < 0:
        return ""
    said = phrases.growth(Decimal(repr(float(before))), Decimal(repr(float(after))), words.language)
    return f", {said}" if said else ""


def largest(parts: Sequence[Series], years: Sequence[int], measure: Measure, words: Words) -> str:
    """A headline on which part is largest in the last year and which has grown most since the first."""
    now = [(part, value) for part in parts if (value := part.at(years[-1]).value)]
    if not now:
        return words.say("headline.groups.other", year=years[-1])
    top, most = max(now, key=lambda pair: pair[1])
    said = {"group": top.name, "value": measure.text(most), "year": years[-1], "start": years[0]}
    grown = [(part, value - before) for part, value in now if (before := part.at(years[0]).value) is not None]
    if not grown or years[0] == years[-1]:
        return words.say("headline.groups.most", **said)
    mover, growth = max(grown, key=lambda pair: pair[1])
    printed = measure.like(mover.at(years[-1]).value or 0)
    if printed.rounded(growth) <= 0:
        complete = len(grown) == len(parts)
        return words.say("headline.groups.fall" if complete else "headline.groups.most", **said)
    if mover is top:
        return words.say("headline.groups.both", **said, amount=printed.signed(growth))
    return words.say("headline.groups.growth", **said, mover=lowered(mover.name), amount=printed.signed(growth))


def divided(parts: Parts, then: int, year: int, measure: Measure, words: Words) -> str:
    """The headline of a decomposition: the change and its three parts, signed."""
    total = measure.rounded(parts.total)
    way = "same" if total == 0 else "up" if total > 0 else "down"
    return words.say(
        f"headline.decomposition.{way}",
        total=measure.full(abs(parts.total)),
        then=then,
        year=year,
        number=measure.signed(parts.number),
        unit=measure.signed(parts.unit),
        joint=measure.signed(parts.joint),
    )


def beside(own: Cell, country: Cell, measure: Measure, words: Words) -> str:
    """The headline of a comparison: above or below only when one's own figure is outside the country's interval."""
    if own.value is None or country.value is None:
        return words.say("headline.rates.other")
    low = country.lower if country.lower is not None else country.value
    high = country.upper if country.upper is not None else country.value
    way = direction(country, own, measure)
    place = "above" if own.value > high and way == "up" else "below" if own.value < low and way == "down" else "level"
    said = {"own": measure.text(own.value), "country": measure.text(country.value)}
    if place == "level" or country.value <= 0:
        return words.say(f"headline.rates.{place}", **said, apart="")
    apart = phrases.apart(Decimal(repr(float(own.value))), Decimal(repr(float(country.value))), words.language)
    said["apart"] = words.say(f"apart.{place}", percent=apart) if apart else ""
    return words.say(f"headline.rates.{place}", **said)


def part(share: float, noun: str, words: Words) -> str:
    """A share from 0 to 1 in words, with its printed per cent: »godt halvdelen af udgiften til botilbud (55 pct.)«.

    noun is the key of its three forms (KEY.one, KEY.many, KEY.the_many). What is printed decides the words; a share
    below 0 or above 1, as of parts some of which are negative, is said in per cent alone.
    """
    forms = words.group(f"{noun}.")
    printed = percent(share, words.language, 0)
    if not 0 <= half_up(Decimal(repr(100 * share)), 0) <= 100:
        return words.say("share_of", share=printed, whole=forms["the_many"])
    return phrases.share(
        half_up(Decimal(repr(100 * share)), 0),
        words.language,
        phrases.Noun(forms["one"], forms["many"], forms["the_many"]),
        printed,
    )


def capital(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


def lowered(name: str) -> str:
    """A name in the middle of a sentence: its first letter small, unless it is an abbreviation."""
    return name if len(name) > 1 and name[1].isupper() else name[:1].lower() + name[1:]
