# SPDX-License-Identifier: EUPL-1.2
"""What follows from a code by the vocabulary: region of a municipality, group of a provision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.question import Question


def looked_up(rows: ir.Table, column: str, words: Mapping[str, str], name: str) -> ir.Table:
    """Rows with a further column: what a mapping says of another column; null when it says nothing."""
    pairs = small_table(
        pa.table({"_word": pa.array(words.keys(), pa.string()), name: pa.array(words.values(), pa.string())})
    )
    return rows.left_join(pairs, rows[column] == pairs["_word"]).drop("_word")


def regions() -> dict[str, str]:
    """Municipality → region."""
    return {term.code: vocabulary.region_of(term.code) for term in vocabulary.codelist("municipality")}


def provision_groups() -> dict[str, str]:
    """Provision → its smallest group."""
    return {term.code: vocabulary.group_of(term.code) for term in vocabulary.codelist("provision")}


def provision_areas() -> dict[str, str]:
    """Provision → the area of its group."""
    return {code: vocabulary.provision_area_of(group) for code, group in provision_groups().items()}


def areas() -> dict[str, str]:
    """Account function → its smallest expenditure area."""
    return {term.code: str(term.extra["area"]) for term in vocabulary.codelist("function")}


def municipalities_in(chosen: Sequence[str]) -> list[str]:
    """The municipalities of some regions."""
    return [code for code, region in regions().items() if region in chosen]


def provisions_in(groups: Sequence[str]) -> list[str]:
    """The provisions of some groups, unions included."""
    return [code for group in groups for code in vocabulary.provisions_in(group)]


def functions_in(chosen: Sequence[str]) -> list[str]:
    """The account functions of some expenditure areas, those below them included."""
    within = vocabulary.codes_below("expenditure_area", chosen)
    return [code for code, area in areas().items() if area in within]


def narrowed(rows: ir.Table, question: Question, keys: Sequence[str]) -> ir.Table:
    """Rows where the columns of the row dimensions named in keys have allowed codes; region, provision group and area,
    and expenditure area are read as the municipalities, provisions and functions they hold, so a union of groups is one
    set."""
    for key, allowed in question.where.items():
        if key not in keys:
            continue
        if key == "region":
            rows = rows.filter(rows.municipality.isin(municipalities_in(allowed)))
        elif key in ("provision_group", "provision_area"):
            rows = rows.filter(rows.provision.isin(provisions_in(allowed)))
        elif key == "area":
            rows = rows.filter(rows.function.isin(functions_in(allowed)))
        else:
            rows = rows.filter(rows[key].isin(allowed))
    return rows


def labelled(rows: ir.Table, question: Question) -> ir.Table:
    """Rows with region, provision_group and provision_area, and area beside municipality, provision and function when
    these are asked for."""
    if "region" in question.labels:
        rows = looked_up(rows, "municipality", regions(), "region")
    if "provision_group" in question.labels:
        rows = looked_up(rows, "provision", provision_groups(), "provision_group")
    if "provision_area" in question.labels:
        rows = looked_up(rows, "provision", provision_areas(), "provision_area")
    if "area" in question.labels:
        rows = looked_up(rows, "function", areas(), "area")
    return rows
