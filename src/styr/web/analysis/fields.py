# SPDX-License-Identifier: EUPL-1.2
"""The choices of an analysis as fields of a form: what each can be, and what is chosen in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, Indicator, dimension, indicators
from styr.statistics.benchmark import variables_of_register
from styr.statistics.estimates.activity_change import is_activity
from styr.statistics.estimates.compare import way_of
from styr.statistics.estimates.declared_hypotheses import hypotheses
from styr.statistics.estimates.expenditure_change import is_expenditure
from styr.web.languages import spoken
from styr.web.words import say

Options = Sequence[tuple[str, str]]
_YEARS = 12


@dataclass(frozen=True)
class Field:
    """A field as shown: name, label, what can be chosen, what is; several: whether more than one can be."""

    name: str
    label: str
    options: Options
    chosen: tuple[str, ...]
    several: bool = False


@dataclass(frozen=True)
class Choice:
    """A choice an analysis offers: its name in the address, its options by what else is chosen, and what holds where
    nothing is (empty: nothing, which can be chosen too)."""

    name: str
    options: Callable[[Snapshot, Mapping[str, tuple[str, ...]]], Options]
    start: Callable[[Options, Snapshot], tuple[str, ...]]
    several: bool = False
    empty: bool = False


def chosen_in(
    request: HttpRequest, choices: Sequence[Choice], snapshot: Snapshot
) -> tuple[dict[str, tuple[str, ...]], list[Field]]:
    """What an address chooses, and the fields that show it; words that are no option are passed over."""
    chosen: dict[str, tuple[str, ...]] = {}
    fields = []
    for each in choices:
        options = each.options(snapshot, chosen)
        known = {value for value, _ in options}
        asked = tuple(value for value in dict.fromkeys(request.GET.getlist(each.name)) if value in known)
        if not each.several:
            asked = asked[:1]
        left_empty = each.empty and each.name in request.GET
        chosen[each.name] = asked or (() if left_empty else each.start(options, snapshot))
        shown = [("", "–"), *options] if each.empty else options
        fields.append(Field(each.name, say(f"analysis.field.{each.name}"), shown, chosen[each.name], each.several))
    return chosen, fields


def of_indicators(fits: Callable[[Indicator], bool], usual: str) -> Choice:
    """The indicators that fit, by their title; the usual one where none is chosen."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        return [(each.key, each.title[spoken()]) for each in indicators() if fits(each)]

    return Choice("indicator", options, lambda options, snapshot: (usual,))


def of_years(name: str, back: int) -> Choice:
    """The years that are known to their end, the latest first; the one so many before the last where none is chosen."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        day = snapshot.known_at
        last = day.year if (day.month, day.day) == (12, 31) else day.year - 1
        return [(str(year), str(year)) for year in range(last, last - _YEARS, -1)]

    return Choice(name, options, lambda options, snapshot: (options[min(back, len(options) - 1)][0],))


def of_words(name: str, *words: str, empty: bool = False) -> Choice:
    """A few words of the pages' own; the first where none is chosen, or none."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        return [(word, say(f"analysis.option.{name}.{word}") if not word.isdecimal() else word) for word in words]

    return Choice(name, options, lambda options, snapshot: () if empty else (words[0],), empty=empty)


def of_municipalities(name: str) -> Choice:
    """A municipality, or none."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        known = vocabulary.codelist("municipality")
        return sorted(((term.code, known.name(term.code, spoken())) for term in known), key=lambda each: each[1])

    return Choice(name, options, lambda options, snapshot: (), empty=True)


def of_background(name: str, usual: str) -> Choice:
    """Background variables of the register."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        return [(key, title[spoken()]) for key, title in variables_of_register().items()]

    return Choice(name, options, lambda options, snapshot: (usual,), several=True)


def of_dimensions(name: str, *, empty: bool, without: Sequence[str] = ()) -> Choice:
    """The dimensions of the indicator chosen that have words of their own."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        found = _indicator(chosen)
        named = [
            key for key in found.dimensions if key not in without and (dimension(key).list or dimension(key).values)
        ]
        return [(key, dimension(key).title[spoken()]) for key in named]

    def start(options: Options, snapshot: Snapshot) -> tuple[str, ...]:
        known = [key for key, _ in options]
        return () if empty else ("sex",) if "sex" in known else tuple(known[:1])

    return Choice(name, options, start, empty=empty)


def of_hypotheses(name: str) -> Choice:
    """The hypotheses, one at a time: each takes a while to hold against the register."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        return [(each.key, each.statement[spoken()]) for each in hypotheses()]

    return Choice(name, options, lambda options, snapshot: (options[0][0],))


def of_groups(name: str) -> Choice:
    """Values of the dimension chosen: the groups set against each other; its first two where none are chosen."""

    def options(snapshot: Snapshot, chosen: Mapping[str, tuple[str, ...]]) -> Options:
        (key,) = chosen["dimension"]
        found = dimension(key)
        if not found.list:
            return [(str(value), str(value)) for value in found.values]
        known = vocabulary.codelist(found.list)
        return [(term.code, known.name(term.code, spoken())) for term in known]

    return Choice(name, options, lambda options, snapshot: tuple(value for value, _ in options[:2]), several=True)


def can_be_compared(chosen: Indicator) -> bool:
    """Whether groups can be set against each other on an indicator."""
    try:
        way_of(chosen)
    except CannotAnswer:
        return False
    return True


def can_be_parted(chosen: Indicator) -> bool:
    """Whether a change of an indicator can be parted into what it comes from."""
    return is_expenditure(chosen) or is_activity(chosen)


def by_municipality(chosen: Indicator) -> bool:
    """Whether municipalities can be set beside one another on an indicator: it is no number that grows with the
    municipality while there is a rate of it."""
    has_rate = any(each.ratio and each.ratio.of == chosen.key for each in indicators())
    return "municipality" in chosen.dimensions and "year" in chosen.dimensions and (bool(chosen.ratio) or not has_rate)


def _indicator(chosen: Mapping[str, tuple[str, ...]]) -> Indicator:
    (key,) = chosen["indicator"]
    return next(each for each in indicators() if each.key == key)
