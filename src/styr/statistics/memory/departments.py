# SPDX-License-Identifier: EUPL-1.2
"""Offers and their departments: what they are split by, and which types of place a department has on a day."""

from __future__ import annotations

from datetime import date

from styr.statistics.memory.dimensions import ANYTHING, Possibilities, both, each_of, narrowed, target_groups
from styr.statistics.memory.people import holds_on
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import OF_PROVISIONS, Question

YES, NO = "yes", "no"
OF_PARTS = (*OF_PROVISIONS, "target_group", "target_group_detail")


def offer_of(register: Register, department: str | None) -> Row | None:
    """The offer a department belongs to; None when either is not known."""
    known = register.row_where("departments", "department_id", department)
    return register.row_where("offers", "offer_id", known["offer_id"]) if known else None


def municipality_of(register: Register, department: str | None) -> str | None:
    """Where a department lies: its own municipality, else its offer's."""
    known, offer = register.row_where("departments", "department_id", department), offer_of(register, department)
    own: str | None = known["municipality"] if known else None
    return own if own is not None or offer is None else offer["municipality"]


def of_offer(question: Question, offer: Row | None) -> Possibilities:
    """What an offer can stand under: where it lies, who runs it, whether it is highly specialised."""
    return narrowed(question, {"municipality": offer["municipality"] if offer else None, **_of_operator(offer)})


def of_department(register: Register, question: Question, department: str | None) -> Possibilities:
    """What a department can stand under: where it lies, what it has from its offer, and each of its target groups."""
    found = narrowed(
        question,
        {
            "department": department if register.row_where("departments", "department_id", department) else None,
            "municipality": municipality_of(register, department),
            **_of_operator(offer_of(register, department)),
        },
    )
    return both(found, of_target_groups(register, question, department))


def of_target_groups(register: Register, question: Question, department: str | None) -> Possibilities:
    """Each target group a department is for, when target groups are asked about."""
    rows = register.rows_where("department_target_groups", "department_id", department)
    return target_groups(question, [row["target_group"] for row in rows])


def of_types(register: Register, question: Question, department: str | None, day: date) -> Possibilities:
    """Each provision a department has places for on a day, when provisions or their groups are asked about."""
    if not any(question.involves(key) for key in OF_PROVISIONS):
        return ANYTHING
    rows = register.rows_where("places", "department_id", department)
    there = (row["provisions"].split("|") for row in rows if is_there(row, day, question))
    return each_of(question, "provision", dict.fromkeys(provision for provisions in there for provision in provisions))


def of_parts(register: Register, question: Question, offer: str, day: date) -> Possibilities:
    """Each type and target group that go together in a department of an offer on a day, when either is asked about."""
    if not any(question.involves(key) for key in OF_PARTS):
        return ANYTHING
    return [
        one
        for department in register.rows_where("departments", "offer_id", offer)
        for one in both(
            of_types(register, question, department["department_id"], day),
            of_target_groups(register, question, department["department_id"]),
        )
    ]


def is_there(row: Row, day: date, question: Question) -> bool:
    """Whether a row of places or tariffs holds on a day that is not after the known-at day."""
    return holds_on(row, day) and day <= question.known_at


def _of_operator(offer: Row | None) -> dict[str, str | None]:
    if offer is None:
        return dict.fromkeys(("operator_type", "operator", "offer", "highly_specialised"))
    special = offer["highly_specialised"]
    return {
        "operator_type": offer["operator_type"],
        "operator": offer["operator_code"],
        "offer": offer["offer_id"],
        "highly_specialised": None if special is None else YES if special else NO,
    }
