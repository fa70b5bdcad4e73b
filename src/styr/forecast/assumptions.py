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
from styr.statistics import CannotAnswer

#: What may be overridden, and what the number means.
BUFFERS: Mapping[str, str] = {
    "arrivals": "new grants a month (number), or a factor on the number learned (factor)",
    "exits": "factor on the rate at which grants end (factor)",
    "deaths": "factor on mortality (factor)",
    "transitions": "factor on the probability of going on to another provision (factor)",
    "reopening": "factor on the probability that an ended grant is opened again (factor)",
    "late_registration": "factor on the grants that have started and are not yet known (factor)",
    "named_inflow": "probability put in place of the delivered ones (number)",
    "named_slip": "days that named inflow comes later than expected (number)",
    "entry_prices": "factor on the price of new grants (factor)",
    "price_growth": "growth of prices and wages from one year to the next (number: 0.03 is 3 per cent)",
    "bpa_sickness": "share added to the price of SEL-95 and SEL-96 for helpers' sickness (number)",
    "bridge": "factor on the relation of accounts to individual expenditure (factor)",
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
        what = f"Override of {self.buffer}"
        if self.buffer not in BUFFERS:
            raise CannotAnswer(f"Unknown buffer '{self.buffer}'. There are: {', '.join(BUFFERS)}.")
        if (self.number is None) == (self.factor is None):
            raise CannotAnswer(f"{what}: give either number or factor. It takes {BUFFERS[self.buffer]}.")
        form = "number" if self.number is not None else "factor"
        if f"({form}" not in BUFFERS[self.buffer]:
            raise CannotAnswer(f"{what} takes no {form}. It takes {BUFFERS[self.buffer]}.")
        if self.factor is not None and not 0 <= self.factor <= 100:
            raise CannotAnswer(f"{what}: the factor is {self.factor}; it must be from 0 to 100.")
        if self.buffer == "named_inflow" and not 0 <= (self.number or 0.0) <= 1:
            raise CannotAnswer(f"{what}: the probability is {self.number}; it must be from 0 to 1.")
        if self.buffer in ("price_growth", "bpa_sickness") and not -0.5 <= (self.number or 0.0) <= 1:
            raise CannotAnswer(f"{what}: the share is {self.number}; it must be from -0.5 to 1 (0.03 is 3 per cent).")
        if self.buffer == "arrivals" and self.number is not None and (self.number < 0 or not self.provision):
            raise CannotAnswer(f"{what} by number needs a provision, and a number that is not negative.")
        if not self.reason.strip() or not self.who.strip():
            raise CannotAnswer(f"{what}: say why (reason) and who says so (who).")

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
        raise CannotAnswer(f"{path}: cannot be read as YAML or JSON ({error}).") from error
    entries = raw.get("overrides") if isinstance(raw, dict) else raw
    if not isinstance(entries, list):
        raise CannotAnswer(
            f"{path}: expected a list of overrides, each with buffer, number or factor, reason, who, when."
        )
    return Assumptions(tuple(_override(entry, f"{path}, override {place}") for place, entry in enumerate(entries, 1)))


def _override(entry: Any, where: str) -> Override:
    known = set(Override.__dataclass_fields__)
    if not isinstance(entry, dict) or set(entry) - known:
        wrong = ", ".join(map(str, set(entry) - known)) if isinstance(entry, dict) else repr(entry)
        raise CannotAnswer(f"{where}: {wrong} is not understood. An override has: {', '.join(sorted(known))}.")
    if missing := [name for name in ("buffer", "reason", "who", "when") if not entry.get(name)]:
        raise CannotAnswer(f"{where}: {', '.join(missing)} is missing.")
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
        raise CannotAnswer(f"{where}: {error}") from error
