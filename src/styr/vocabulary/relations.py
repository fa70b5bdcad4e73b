# SPDX-License-Identifier: EUPL-1.2
"""How words hang together: provision → group, municipality → region, diagnosis → group, finer → main target group."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from styr.vocabulary.codelists import Term, term_from
from styr.vocabulary.lists import codelist
from styr.vocabulary.readings import icd10


def group_of(provision: str) -> str:
    """The smallest group a provision code belongs to; UnknownWord for an unknown code."""
    return str(codelist("provision")[provision].extra["group"])


def provision_area_of(group: str) -> str:
    """The area a provision group belongs to: the uppermost group above it, else itself; UnknownWord for an unknown
    code."""
    groups = codelist("provision_group")
    return (groups[group].code, *groups.ancestors(group))[-1]


def provisions_in(group: str) -> tuple[str, ...]:
    """The provision codes of a group, those of the groups below it included, in the order of the provisions."""
    groups = codelist("provision_group")
    within = {groups[group].code, *(term.code for term in groups if group in groups.ancestors(term.code))}
    return tuple(term.code for term in codelist("provision") if term.extra["group"] in within)


def region_of(municipality: str) -> str:
    """The region code of a municipality code; UnknownWord for an unknown code."""
    return str(codelist("municipality")[municipality].extra["region"])


def codes_below(name: str, chosen: Collection[str]) -> tuple[str, ...]:
    """The chosen codes of a list and the codes below them, in the order of the list: `residential` gives itself and
    its three groups."""
    terms = codelist(name)
    return tuple(code for code in terms.codes if {code, *terms.ancestors(code)} & set(chosen))


def main_target_group(target_group: str) -> str:
    """The main target group that a target group implies (a main group implies itself)."""
    groups = codelist("target_group")
    return (target_group, *groups.ancestors(groups[target_group].code))[-1]


def main_area(function: str) -> str | None:
    """The main area (adult, child, elder, education, transfers) of an account function; None beyond the list."""
    term = codelist("function").get(function)
    areas = codelist("expenditure_area")
    return (term.extra["area"], *areas.ancestors(term.extra["area"]))[-1] if term else None


def groupings_of(function: str) -> tuple[Term, ...]:
    """The groupings the vocabulary names under an account function, as terms; () when it names none.

    Those with `extra["unallocated"]` are spread over the others in proportion (METHODS § 2; 003 l.3604).
    """
    term = codelist("function").get(function)
    return tuple(term_from(entry) for entry in term.extra.get("groupings", ())) if term else ()


def diagnosis_group_of(code: str) -> str | None:
    """The diagnosis group of an ICD-10 code (`F84.5`, `DF845`); None when no group holds it.

    The longest range that fits decides. Raises UnknownWord when the text is not an ICD-10 code.
    """
    plain = icd10(code)
    for length in range(len(plain), 2, -1):
        group = _diagnosis_codes().get(plain[:length])
        if group:
            return group
    return None


def is_psychiatric(code: str) -> bool:
    """Whether an ICD-10 code is a psychiatric diagnosis (chapter V, F00-F99; 004 l.524)."""
    group = diagnosis_group_of(code)
    return group is not None and bool(codelist("diagnosis_group")[group].extra["psychiatric"])


@cache
def _diagnosis_codes() -> Mapping[str, str]:
    """ICD-10 category or finer code without dot → diagnosis group."""
    return {
        category: term.code
        for term in codelist("diagnosis_group")
        for span in term.extra["ranges"]
        for category in categories(span)
    }


def categories(span: str) -> list[str]:
    """The codes a range of a diagnosis group covers, without dot: `F70-F79` → F70 … F79; `F98.8` → F988."""
    first, _, last = span.partition("-")
    if not last:
        return [icd10(first)]
    return [f"{first[0]}{number:02d}" for number in range(int(first[1:]), int(last[1:]) + 1)]
