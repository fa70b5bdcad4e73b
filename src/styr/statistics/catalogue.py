# SPDX-License-Identifier: EUPL-1.2
"""The catalogue: indicators, what they can be split by, and the words for both, read from the YAML beside it.

indicators/README.md says what the fields mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from styr.statistics.errors import CannotAnswer, unknown
from styr.statistics.words import Words

__all__ = [
    "Dimension", "Indicator", "Ratio", "Subject", "Words", "allowed", "dimension", "indicator", "indicators",
]  # fmt: skip

#: The files of indicators/, in the order the catalogue is shown.
FAMILIES = ("activity", "flow", "durations", "money", "supply", "staff", "quality", "cases")
#: Reads ten times as fast as the loader written in Python, where there is one.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Kind = Literal["stock", "period", "money", "supply"]
Role = Literal["period", "row", "spell", "reference", "own"]


@dataclass(frozen=True)
class Dimension:
    """What a result can be split by or narrowed to; see dimensions.yaml for the fields."""

    key: str
    title: Words
    role: Role
    list: str | None
    values: tuple[str, ...]
    uppermost: bool
    number: bool
    needs: tuple[str, ...]
    many: bool


@dataclass(frozen=True)
class Subject:
    """What an indicator counts: the table, the column that says when a row of it begins (a date, a year or a month;
    None where rows hold always), what its municipality means, why some dimensions are refused, in which more
    dimensions than always one of it can stand in several rows (many), which tables a dimension needs of it where that
    is not what the dimension needs of others, and the caveats every result says."""

    key: str
    table: str
    begins: str | None
    municipality: str
    dimensions: tuple[str, ...]
    refused: Mapping[str, Words]
    many: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]
    says: tuple[str, ...]


@dataclass(frozen=True)
class Ratio:
    """An indicator made of two: times × of / by; by is an indicator or 'inhabitants'."""

    of: str
    by: str
    times: float


@dataclass(frozen=True)
class Indicator:
    """An indicator as declared: words, counting rule, source, what it counts and how; see indicators/README.md."""

    key: str
    family: str
    title: Words
    unit: Words
    rule: Words
    source: str
    kind: Kind
    subject: Subject
    measure: str | None
    finish: str | None
    ratio: Ratio | None
    own: Mapping[str, str | None]
    before: str | int
    after: str | int
    method: str | None
    needs: tuple[str, ...]
    persons: bool
    share_of_persons: bool
    money: bool
    ages: tuple[int, int | None] | None
    dimensions: tuple[str, ...]
    refused: Mapping[str, Words]
    says: tuple[str, ...]
    not_said: Words | None


def indicators() -> tuple[Indicator, ...]:
    """Every indicator of the catalogue, in the order declared."""
    return tuple(_indicators().values())


def indicator(key: str) -> Indicator:
    """The indicator of a key; raises CannotAnswer naming the nearest keys."""
    found = _indicators().get(key)
    if found is None:
        raise unknown("indicator", key, _indicators())
    return found


def dimension(key: str) -> Dimension:
    """The dimension of a key; raises CannotAnswer naming the nearest."""
    found = _dimensions().get(key)
    if found is None:
        raise unknown("dimension", key, _dimensions())
    return found


def allowed(chosen: Indicator, key: str) -> Dimension:
    """The dimension, when it makes sense for the indicator; raises CannotAnswer with the reason when not."""
    found = dimension(key)
    if key not in chosen.dimensions:
        reason = chosen.refused.get(key, _reasons()["not_held"])
        raise CannotAnswer("cannot_be_split", indicator=chosen.key, key=key, reason=reason)
    return found


@cache
def _dimensions() -> Mapping[str, Dimension]:
    return {
        key: Dimension(
            key=key,
            title=Words(entry["da"], entry["en"]),
            role=entry["role"],
            list=entry.get("list"),
            values=tuple(entry.get("values", ())),
            uppermost=entry.get("uppermost", False),
            number=entry.get("number", False),
            needs=tuple(entry.get("needs", ())),
            many=entry.get("many", False),
        )
        for key, entry in _read("dimensions.yaml").items()
    }


@cache
def _reasons() -> Mapping[str, Words]:
    return {key: Words(**words) for key, words in _read("reasons.yaml").items()}


@cache
def _indicators() -> Mapping[str, Indicator]:
    subjects = {key: _subject(key, entry) for key, entry in _read("subjects.yaml").items()}
    found: dict[str, Indicator] = {}
    for family in FAMILIES:
        for key, entry in _read(f"indicators/{family}.yaml").items():
            found[key] = _indicator(key, {"family": family} | entry, subjects[entry["subject"]], found)
    return found


def _subject(key: str, entry: Mapping[str, Any]) -> Subject:
    return Subject(
        key=key,
        table=entry["table"],
        begins=entry["begins"],
        municipality=entry["municipality"],
        dimensions=tuple(entry["dimensions"]),
        refused={each: _reasons()[reason] for each, reason in entry["refused"].items()},
        many=tuple(entry.get("many", ())),
        needs={each: tuple(tables) for each, tables in entry.get("needs", {}).items()},
        says=tuple(entry.get("says", ())),
    )


def _indicator(key: str, entry: Mapping[str, Any], subject: Subject, earlier: Mapping[str, Indicator]) -> Indicator:
    ratio = Ratio(**entry["ratio"]) if "ratio" in entry else None
    own = entry.get("own", {})
    excepted = {each: _reasons()[reason] for each, reason in entry.get("except", {}).items()}
    further = ("date",) if entry["kind"] == "stock" else ()
    dimensions = tuple(each for each in (*subject.dimensions, *further, *own) if each not in excepted)
    refused = {**subject.refused, **excepted}
    counted = earlier.get(ratio.of) if ratio else None
    if ratio and ratio.by in earlier:
        divisor = earlier[ratio.by]
        dimensions = tuple(each for each in dimensions if each in divisor.dimensions)
        refused |= {each: reason for each, reason in divisor.refused.items() if each not in refused}
        if subject.key != divisor.subject.key and "operator_type" in dimensions:
            refused["operator_type"] = _reasons()["supplier_not_operator"]
            dimensions = tuple(each for each in dimensions if each != "operator_type")
    return Indicator(
        key=key,
        family=entry["family"],
        title=Words(entry["da"], entry["en"]),
        unit=Words(**entry["unit"]),
        rule=Words(**entry["rule"]),
        source=entry["source"],
        kind=entry["kind"],
        subject=subject,
        measure=entry.get("measure"),
        finish=entry.get("finish"),
        ratio=ratio,
        own=own,
        before=entry.get("before", counted.before if counted else 0),
        after=entry.get("after", counted.after if counted else 0),
        method=entry.get("method"),
        needs=tuple(entry.get("needs", ())),
        persons=entry["persons"],
        share_of_persons=entry.get("share_of_persons", False),
        money=entry.get("money", entry["kind"] == "money"),
        ages=tuple(entry["ages"]) if "ages" in entry else None,
        dimensions=dimensions,
        refused=refused,
        says=(*subject.says, *entry.get("says", ())),
        not_said=Words(**entry["not_said"]) if "not_said" in entry else None,
    )


def _read(name: str) -> dict[str, Any]:
    text = files("styr.statistics").joinpath(name).read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=_LOADER)
    return raw
