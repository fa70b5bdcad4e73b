# SPDX-License-Identifier: EUPL-1.2
"""What a row can be split by and narrowed to, as possibilities.

A possibility says what some dimensions are for a row: {"municipality": "101", "region": "1084"}. No possibility leaves
the row out; one puts it in a cell; several put it in several cells, as a citizen with two target groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from styr import vocabulary
from styr.statistics.memory.cells import Labels, in_order
from styr.statistics.question import Question

Possibilities = Sequence[Mapping[str, Any]]
ANYTHING: Possibilities = ({},)
NOTHING: Possibilities = ()


def narrowed(question: Question, values: Mapping[str, Any]) -> Possibilities:
    """The values of a row as the one possibility there is, with what follows from them (region, provision group and
    area, expenditure area); nothing when the question leaves one of the values out."""
    values = {**values, **_following(values)}
    for key, allowed in question.where.items():
        if key in ("provision_group", "provision_area") and "provision" in values:
            # a union of groups, such as residential, is allowed too, though no row carries its name
            if all(values["provision"] not in vocabulary.provisions_in(group) for group in allowed):
                return NOTHING
        elif key == "area" and "function" in values:
            if values["area"] not in vocabulary.codes_below("expenditure_area", allowed):
                return NOTHING
        elif key in values and _written(values[key]) not in allowed:
            return NOTHING
    return [values]


def each_of(question: Question, key: str, values: Iterable[Any]) -> Possibilities:
    """One possibility for each of the values a dimension has at once, narrowed to what the question allows."""
    return [one for value in values for one in narrowed(question, {key: value})]


def both(first: Possibilities, second: Possibilities) -> Possibilities:
    """What two sets of dimensions say together: every possibility of the one with every one of the other."""
    return [{**one, **other} for one in first for other in second]


def as_labels(question: Question, possibilities: Possibilities) -> list[Labels]:
    """The cells that possibilities mean: the dimensions asked for alone, each cell once."""
    cells = (
        in_order({key: value for key, value in one.items() if key in question.labels}, question)
        for one in possibilities
    )
    return list(dict.fromkeys(cells))


def target_groups(question: Question, held: Iterable[str]) -> Possibilities:
    """The target groups held at once (as coded) as possibilities of target_group (the main one) and
    target_group_detail; anything when no target group is asked about. A group asked for holds the finer ones below."""
    if not (question.involves("target_group") or question.involves("target_group_detail")):
        return ANYTHING
    groups = vocabulary.codelist("target_group")
    found = []
    for code in held:
        wider = {code, *groups.ancestors(code)}
        asked = (question.where.get(key) for key in ("target_group", "target_group_detail"))
        if all(allowed is None or wider & set(allowed) for allowed in asked):
            found.append({"target_group": vocabulary.main_target_group(code), "target_group_detail": code})
    return found


def _following(values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from other values by the vocabulary."""
    found = {}
    if "municipality" in values:
        code = values["municipality"]
        found["region"] = vocabulary.region_of(code) if code is not None else None
    if "provision" in values:
        code = values["provision"]
        group = vocabulary.group_of(code) if code is not None else None
        found["provision_group"] = group
        found["provision_area"] = _uppermost(group) if group is not None else None
    if "function" in values:
        term = vocabulary.codelist("function").get(values["function"])
        found["area"] = term.extra["area"] if term else None
    return found


def _uppermost(group: str) -> str:
    """The group at the top of those a provision group is under."""
    above = vocabulary.codelist("provision_group")[group].parent
    return group if above is None else _uppermost(above)


def _written(value: Any) -> Any:
    """A value as a question writes it: a whole number is text there."""
    return str(value) if isinstance(value, int) else value
