# SPDX-License-Identifier: EUPL-1.2
"""What the user knows better than history: overrides of the forecast's buffers, each with its reason, who and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from styr import vocabulary
from styr.forecast.errors import Refused, part
from styr.statistics.words import Words

_FACTOR, _EITHER, _NUMBER = ("factor",), ("number", "factor"), ("number",)
#: What may be overridden, and whether by an absolute number or a factor on what was learned; refusals.yaml says what
#: each number is (buffer_…).
BUFFERS: Mapping[str, tuple[str, ...]] = {
    "arrivals": _EITHER,
    "exits": _FACTOR,
    "deaths": _FACTOR,
    "transitions": _FACTOR,
    "reopening": _FACTOR,
    "late_registration": _FACTOR,
    "named_inflow": _NUMBER,
    "named_slip": _NUMBER,
    "entry_prices": _FACTOR,
    "price_growth": _NUMBER,
    "bpa_sickness": _NUMBER,
    "bridge": _FACTOR,
}


@dataclass(frozen=True)
class Override:
    """One buffer put at another number: for a provision, a function or a year where those are named, else for all.

    number is an absolute value, factor multiplies what was learned; exactly one of them is given. reason, who and when
    are shown with every result.
    """

    buffer: str
    reason: str
    who: str
    when: date
    number: float | None = None
    factor: float | None = None
    provision: str | None = None
    function: str | None = None
    year: int | None = None
    municipality: str | None = None

    def __post_init__(self) -> None:
        if self.buffer not in BUFFERS:
            raise Refused("unknown_buffer", buffer=self.buffer, known=", ".join(BUFFERS))
        if (self.number is None) == (self.factor is None):
            raise Refused("number_or_factor", buffer=self.buffer, takes=part(f"buffer_{self.buffer}"))
        form = "number" if self.number is not None else "factor"
        if form not in BUFFERS[self.buffer]:
            raise Refused("takes_no", buffer=self.buffer, form=form, takes=part(f"buffer_{self.buffer}"))
        if self.factor is not None and not 0 <= self.factor <= 100:
            raise Refused("factor_outside", buffer=self.buffer, value=self.factor)
        if self.buffer == "named_inflow" and not 0 <= (self.number or 0.0) <= 1:
            raise Refused("probability_outside", buffer=self.buffer, value=self.number)
        if self.buffer in ("price_growth", "bpa_sickness") and not -0.5 <= (self.number or 0.0) <= 1:
            raise Refused("share_outside", buffer=self.buffer, value=self.number)
        if self.buffer == "arrivals" and self.number is not None and (self.number < 0 or not self.provision):
            raise Refused("number_needs_provision", buffer=self.buffer)
        if not self.reason.strip() or not self.who.strip():
            raise Refused("say_why", buffer=self.buffer)

    def to_mapping(self) -> dict[str, Any]:
        """What of it is said, as plain values."""
        return {
            name: str(each) if isinstance(each, date) else each
            for name, each in asdict(self).items()
            if each is not None
        }


@dataclass(frozen=True)
class Assumptions:
    """The overrides a forecast is made with; none by default."""

    overrides: tuple[Override, ...] = ()

    def factor(self, buffer: str, municipality: str, **at: Any) -> float:
        """The product of the factors that hold for a buffer at a place (provision, function, year)."""
        product = 1.0
        for each in self._holding(buffer, municipality, at):
            product *= each.factor if each.factor is not None else 1.0
        return product

    def number(self, buffer: str, municipality: str, **at: Any) -> float | None:
        """The number put in place of what was learned, the last named one; None where nothing is."""
        found = [each.number for each in self._holding(buffer, municipality, at) if each.number is not None]
        return found[-1] if found else None

    def _holding(self, buffer: str, municipality: str, at: Mapping[str, Any]) -> list[Override]:
        def holds(each: Override) -> bool:
            named = {name: getattr(each, name) for name in ("provision", "function", "year")}
            fits = all(value is None or at.get(name) == value for name, value in named.items())
            return each.buffer == buffer and fits and each.municipality in (None, municipality)

        return [each for each in self.overrides if holds(each)]


def read_assumptions(path: Path) -> Assumptions:
    """Assumptions from a YAML or JSON file: a list of overrides, or a mapping with one under `overrides`.

    Raises CannotAnswer naming the file, the entry and what was expected.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Refused("overrides_unreadable", path=path, error=error) from error
    entries = raw.get("overrides") if isinstance(raw, dict) else raw
    if not isinstance(entries, list):
        raise Refused("overrides_no_list", path=path)
    places = [part("override_in", path=path, number=place) for place in range(1, len(entries) + 1)]
    return Assumptions(tuple(map(_override, entries, places)))


def _override(entry: Any, where: Words) -> Override:
    known = set(Override.__dataclass_fields__)
    if not isinstance(entry, dict) or set(entry) - known:
        wrong = ", ".join(map(str, set(entry) - known)) if isinstance(entry, dict) else repr(entry)
        raise Refused("override_not_understood", where=where, wrong=wrong, known=", ".join(sorted(known)))
    if missing := [name for name in ("buffer", "reason", "who", "when") if not entry.get(name)]:
        raise Refused("override_lacks", where=where, missing=", ".join(missing))
    values = dict(entry)
    try:
        values["when"] = values["when"] if isinstance(values["when"], date) else date.fromisoformat(str(values["when"]))
        for name in ("number", "factor"):
            values[name] = None if values.get(name) is None else float(values[name])
        for name in ("provision", "function", "municipality"):
            if values.get(name) is not None:
                values[name] = vocabulary.codelist(name).parse(str(values[name]))
        return Override(**values)
    except ValueError as error:
        raise Refused("override_wrong", where=where, error=error) from error
