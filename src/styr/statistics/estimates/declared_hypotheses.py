# SPDX-License-Identifier: EUPL-1.2
"""The hypotheses as declared in hypotheses.yaml, whose head tells the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from styr import vocabulary
from styr.statistics.catalogue import Words
from styr.statistics.errors import unknown

KINDS = ("growth", "change", "share_change", "contribution")
PSYCHIATRIC = "psychiatric"
Conditions = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Expectation:
    """What a hypothesis says of a figure: beyond the edge, upwards or not, by at least what matters."""

    upwards: bool
    edge: float
    matters: float


@dataclass(frozen=True)
class Figure:
    """A figure of a hypothesis: what is worked out (kind), of which indicator, narrowed to what."""

    key: str
    title: Words
    kind: str
    indicator: str
    where: Conditions
    part: Conditions
    numerator: bool
    times: float
    expect: Expectation | None


@dataclass(frozen=True)
class Hypothesis:
    """A statement, its figures, and what it takes a reader to know; missing is why no figure can be worked out."""

    key: str
    statement: Words
    source: str
    figures: tuple[Figure, ...]
    missing: Words | None
    reservation: Words
    age_groups: str | None


def hypotheses() -> tuple[Hypothesis, ...]:
    """Every hypothesis, in the order of the document."""
    return tuple(_declared()["hypotheses"].values())


def hypothesis(key: str) -> Hypothesis:
    """The hypothesis of a key; raises CannotAnswer naming the nearest."""
    found: Mapping[str, Hypothesis] = _declared()["hypotheses"]
    if key not in found:
        raise unknown("hypothesis", key, found)
    return found[key]


def years() -> tuple[int, int]:
    """The years of the document."""
    first, last = _declared()["years"]
    return first, last


@cache
def _declared() -> Mapping[str, Any]:
    raw = yaml.safe_load(files("styr.statistics").joinpath("hypotheses.yaml").read_text(encoding="utf-8"))
    return {
        "years": raw["years"],
        "hypotheses": {key: _hypothesis(key, entry) for key, entry in raw["hypotheses"].items()},
    }


def _hypothesis(key: str, entry: Mapping[str, Any]) -> Hypothesis:
    return Hypothesis(
        key=key,
        statement=Words(entry["da"], entry["en"]),
        source=entry["source"],
        figures=tuple(_figure(each) for each in entry.get("figures", ())),
        missing=Words(**entry["missing"]) if "missing" in entry else None,
        reservation=Words(**entry["reservation"]),
        age_groups=entry.get("age_groups"),
    )


def _figure(entry: Mapping[str, Any]) -> Figure:
    return Figure(
        key=entry["key"],
        title=Words(entry["da"], entry["en"]),
        kind=entry["kind"],
        indicator=entry["indicator"],
        where=_conditions(entry.get("where", {})),
        part=_conditions(entry.get("part", {})),
        numerator=entry.get("of") == "numerator",
        times=entry.get("times", 1),
        expect=_expectation(entry["expect"]) if "expect" in entry else None,
    )


def _expectation(entry: Mapping[str, float]) -> Expectation:
    upwards = "above" in entry
    return Expectation(upwards, entry["above" if upwards else "below"], entry["matters"])


def _conditions(entry: Mapping[str, Sequence[str] | str]) -> Conditions:
    return {key: _psychiatric() if words == PSYCHIATRIC else tuple(words) for key, words in entry.items()}


def _psychiatric() -> tuple[str, ...]:
    """Every diagnosis group that counts as psychiatric."""
    return tuple(term.code for term in vocabulary.codelist("diagnosis_group") if term.extra["psychiatric"])
