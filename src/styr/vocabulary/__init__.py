# SPDX-License-Identifier: EUPL-1.2
"""The words of the area, once: dated lists with Danish and English names, law and source, and forgiving parsers.

    from styr import vocabulary

    vocabulary.provisions.parse("Serviceloven §107, stk. 1")     # "SEL-107"
    vocabulary.municipalities.name("151")                        # "Ballerup"
    vocabulary.codelist("target_group").parse("autisme")         # "developmental.autism"
    vocabulary.provisions_in("residential")                      # ("SEL-107", "SEL-108", "SEL-85-botilbud")
    vocabulary.parameter("disclosure_threshold")                 # 5

A list is read when first asked for and kept. Unknown words raise UnknownWord with the nearest known ones.
"""

from __future__ import annotations

from styr.vocabulary.codelists import Codelist, Term
from styr.vocabulary.dated_values import Parameter, UnknownParameter, parameter, parameters
from styr.vocabulary.lists import LISTS, codelist
from styr.vocabulary.relations import (
    codes_below,
    diagnosis_group_of,
    group_of,
    groupings_of,
    is_psychiatric,
    main_area,
    main_target_group,
    provision_area_of,
    provisions_in,
    region_of,
)
from styr.vocabulary.words import UnknownWord

__all__ = [
    "LISTS",
    "Codelist",
    "Parameter",
    "Term",
    "UnknownParameter",
    "UnknownWord",
    "codelist",
    "codes_below",
    "diagnosis_group_of",
    "group_of",
    "groupings_of",
    "is_psychiatric",
    "main_area",
    "main_target_group",
    "parameter",
    "parameters",
    "provision_area_of",
    "provisions_in",
    "region_of",
]

# One name per list, read on first use (see __getattr__).
provisions: Codelist
provision_groups: Codelist
laws: Codelist
target_groups: Codelist
diagnosis_groups: Codelist
functions: Codelist
groupings: Codelist
expenditure_areas: Codelist
operator_types: Codelist
stages: Codelist
income_bases: Codelist
staff_groups: Codelist
quality_themes: Codelist
municipalities: Codelist
regions: Codelist
sexes: Codelist
purposes: Codelist
price_units: Codelist
budget_versions: Codelist
goal_kinds: Codelist
inflow_sources: Codelist
hour_kinds: Codelist


def __getattr__(name: str) -> Codelist:
    for singular, plural in LISTS.items():
        if plural == name:
            return codelist(singular)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
