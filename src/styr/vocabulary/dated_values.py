# SPDX-License-Identifier: EUPL-1.2
"""Numbers that rules use (thresholds, windows, bounds), as dated values with unit and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from styr.vocabulary.codelists import frozen, read_yaml


class UnknownParameter(KeyError):
    """A parameter that does not exist, or had no value on the day asked for."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Parameter:
    """One parameter: key, names, unit, source and its values as (first day, value), oldest first."""

    key: str
    da: str
    en: str
    unit: str
    source: str
    values: tuple[tuple[date, Any], ...]

    def on(self, day: date | None = None) -> Any:
        """The newest value in force on the day; without a day the newest of all."""
        held = [value for first_day, value in self.values if day is None or first_day <= day]
        if not held:
            raise UnknownParameter(
                f"Parameter '{self.key}' has no value on {day}: its first value holds from {self.values[0][0]}."
            )
        return held[-1]


def parameter(key: str, on: date | None = None) -> Any:
    """The value of a parameter on a day (None: the newest), in the unit the parameter states.

    Lists come as tuples. Raises UnknownParameter (a KeyError) with the nearest keys.
    """
    try:
        return parameters()[key].on(on)
    except KeyError as error:
        if isinstance(error, UnknownParameter):
            raise
        near = get_close_matches(key, list(parameters()), n=3, cutoff=0.4) or list(parameters())
        raise UnknownParameter(f"Unknown parameter '{key}'. Nearest: {', '.join(near)}") from None


@cache
def parameters() -> Mapping[str, Parameter]:
    """All parameters by key."""
    return {key: _parameter(key, entry) for key, entry in read_yaml("parameters.yaml")["parameters"].items()}


def _parameter(key: str, entry: Mapping[str, Any]) -> Parameter:
    values = sorted((dated["from"], frozen(dated["value"])) for dated in entry["values"])
    return Parameter(key, entry["da"], entry["en"], entry["unit"], entry["source"], tuple(values))
