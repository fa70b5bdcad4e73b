# SPDX-License-Identifier: EUPL-1.2
"""Which lists there are, and each list read once."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from styr.vocabulary import readings
from styr.vocabulary.codelists import Codelist, Reader, read_terms

#: A list's name in the exchange format → its name in code, and its file without ending.
LISTS: Mapping[str, str] = {
    "provision": "provisions",
    "provision_group": "provision_groups",
    "law": "laws",
    "target_group": "target_groups",
    "diagnosis_group": "diagnosis_groups",
    "function": "functions",
    "grouping": "groupings",
    "expenditure_area": "expenditure_areas",
    "operator_type": "operator_types",
    "stage": "stages",
    "income_basis": "income_bases",
    "staff_group": "staff_groups",
    "quality_theme": "quality_themes",
    "municipality": "municipalities",
    "region": "regions",
    "sex": "sexes",
    "purpose": "purposes",
    "price_unit": "price_units",
    "budget_version": "budget_versions",
    "goal_kind": "goal_kinds",
    "inflow_source": "inflow_sources",
    "hour_kind": "hour_kinds",
}

_READERS: Mapping[str, Reader] = {
    "provision": readings.provision,
    "municipality": readings.municipality,
    "function": readings.function,
    "grouping": readings.grouping,
}

#: Lists that take well-formed codes beyond those they name.
_OPEN_ENDED = {"function", "grouping"}


@cache
def codelist(name: str) -> Codelist:
    """The list of a name as the exchange format gives it ("provision", "target_group", "municipality", …).

    Raises KeyError with the nearest names.
    """
    if name not in LISTS:
        near = get_close_matches(name, list(LISTS), n=3, cutoff=0.4) or list(LISTS)
        raise KeyError(f"Unknown list '{name}'. Nearest: {', '.join(near)}")
    terms = read_terms(f"{LISTS[name]}.yaml")
    return Codelist(name, terms, _READERS.get(name), open_ended=name in _OPEN_ENDED)
