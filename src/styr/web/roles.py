# SPDX-License-Identifier: EUPL-1.2
"""Roles: what each may do, and who may hold it. Nothing is allowed that does not stand here.

A role is given to a user by an administrator; a user has one. What a role may do it may do within the user's own
municipality, or the provider's own offer (styr.web.scope); results are of the whole register, disclosure-controlled.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from styr.statistics import Words


class Permission(StrEnum):
    """What a page can ask for."""

    SEE_RESULTS = "see results"  # counts, charts and tables of them, disclosure-controlled
    SEE_CITIZENS = "see citizens"  # a citizen's page: grants, places, prices, goals
    FIND_BY_CPR = "find by cpr"  # look a citizen up by civil registration number
    SEE_BIRTH_DATES = "see birth dates"  # else the age alone
    CHANGE_GRANTS = "change grants"  # create, change, end, re-price, undo
    SEE_CASES = "see cases"  # cases with their stages, and the grounds of decisions
    CHANGE_CASES = "change cases"  # open a case, reach a stage, give grounds, plan follow-up, set and evaluate goals
    SEE_WORK = "see work"  # the work list of what is due, and marking it done
    SET_LIMITS = "set limits"  # how long the municipality lets a case wait, and a goal stand
    SEE_OFFERS = "see offers"  # offers, departments, places, tariffs
    CHANGE_OFFERS = "change offers"  # a provider's own places, vacancies, hours and tariffs
    SEE_DELIVERIES = "see deliveries"  # what was handed in, and what came of it
    SEE_SMALL_CELLS = "see small cells"  # the single grants behind a result; each time is logged
    OVERRIDE_FORECAST = "override forecast"  # put a buffer of the forecast at another number, with a reason
    RECONCILE = "reconcile"  # say which postings belong to which grants
    IMPORT = "import"  # hand in a delivery, and take one back
    MANAGE_USERS = "manage users"
    READ_LOG = "read log"  # the audit log


#: What a token for the API can be made for, and the permissions each scope lets through; of these a token has those
#: that the user's role has, and no more.
SCOPES: Mapping[str, frozenset[Permission]] = {
    "register.read": frozenset(
        {
            Permission.SEE_CITIZENS,
            Permission.FIND_BY_CPR,
            Permission.SEE_BIRTH_DATES,
            Permission.SEE_OFFERS,
        }
    ),
    "register.write": frozenset({Permission.SEE_CITIZENS, Permission.SEE_BIRTH_DATES, Permission.CHANGE_GRANTS}),
    "results": frozenset({Permission.SEE_RESULTS}),
    "deliveries": frozenset({Permission.SEE_DELIVERIES, Permission.IMPORT}),
}


class Role:
    """A role: its names, who may hold it, what it may do, and whether it demands a second factor."""

    key: ClassVar[str]
    title: ClassVar[Words]
    holder: ClassVar[Words]
    permissions: ClassVar[frozenset[Permission]]
    belongs_to: ClassVar[str] = "municipality"  # or provider, or nobody
    second_factor: ClassVar[bool] = True


class CaseWorker(Role):
    key = "case_worker"
    title = Words("Sagsbehandler", "Case worker")
    holder = Words(
        "En medarbejder i kommunens myndighed, der behandler borgernes sager.",
        "An employee of the municipality's authority who handles citizens' cases.",
    )
    permissions = frozenset(
        {
            Permission.SEE_RESULTS,
            Permission.SEE_CITIZENS,
            Permission.FIND_BY_CPR,
            Permission.SEE_BIRTH_DATES,
            Permission.CHANGE_GRANTS,
            Permission.SEE_CASES,
            Permission.CHANGE_CASES,
            Permission.SEE_WORK,
            Permission.SEE_OFFERS,
        }
    )


class Coordinator(Role):
    key = "coordinator"
    title = Words("Visitationskoordinator", "Placement coordinator")
    holder = Words(
        "En medarbejder, der finder pladser til kommunens borgere og aftaler dem med tilbuddene.",
        "An employee who finds places for the municipality's citizens and agrees them with the offers.",
    )
    permissions = CaseWorker.permissions | {Permission.SET_LIMITS}


class Controller(Role):
    key = "controller"
    title = Words("Økonomicontroller", "Controller")
    holder = Words(
        "En medarbejder i økonomifunktionen, der følger udgifterne og ikke behandler sager.",
        "An employee of the finance function who follows expenditure and handles no cases.",
    )
    permissions = frozenset(
        {
            Permission.SEE_RESULTS,
            Permission.SEE_CITIZENS,
            Permission.SEE_WORK,
            Permission.SEE_OFFERS,
            Permission.SEE_DELIVERIES,
            Permission.SEE_SMALL_CELLS,
            Permission.OVERRIDE_FORECAST,
            Permission.RECONCILE,
            Permission.IMPORT,
        }
    )


class Head(Role):
    key = "head"
    title = Words("Leder", "Head of service")
    holder = Words(
        "Lederen af det specialiserede socialområde i kommunen, som styrer efter tal og ikke efter enkeltsager.",
        "The head of the municipality's specialised social area, who steers by figures and not by single cases.",
    )
    permissions = frozenset(
        {
            Permission.SEE_RESULTS,
            Permission.SEE_OFFERS,
            Permission.SEE_DELIVERIES,
            Permission.OVERRIDE_FORECAST,
            Permission.SET_LIMITS,
        }
    )
    second_factor = False


class Provider(Role):
    key = "provider"
    title = Words("Leverandør", "Provider")
    holder = Words(
        "En leder eller medarbejder på et tilbud, som ser tilbuddets egne pladser og dem, der bor der.",
        "A manager or employee of an offer, who sees the offer's own places and those who live there.",
    )
    permissions = frozenset({Permission.SEE_CITIZENS, Permission.SEE_OFFERS, Permission.CHANGE_OFFERS})
    belongs_to = "provider"


class Analyst(Role):
    key = "analyst"
    title = Words("Analytiker", "Analyst")
    holder = Words(
        "En, der regner på området for en kommune, en region, en myndighed eller forskningen, og kun ser resultater.",
        "One who studies the area for a municipality, region, authority or research, and sees results alone.",
    )
    permissions = frozenset({Permission.SEE_RESULTS})
    belongs_to = "nobody"
    second_factor = False


class Administrator(Role):
    key = "administrator"
    title = Words("Administrator", "Administrator")
    holder = Words(
        "En it-ansvarlig, der opretter og lukker brugere og ikke har med borgere at gøre.",
        "One responsible for IT, who opens and closes users and has nothing to do with citizens.",
    )
    permissions = frozenset({Permission.MANAGE_USERS})
    belongs_to = "nobody"


class Auditor(Role):
    key = "auditor"
    title = Words("Revisor", "Auditor")
    holder = Words(
        "En databeskyttelsesrådgiver eller revisor, der ser, hvem der har læst og ændret hvad.",
        "A data protection officer or auditor, who sees who has read and changed what.",
    )
    permissions = frozenset({Permission.READ_LOG, Permission.SEE_DELIVERIES})
    belongs_to = "nobody"


ROLES: Mapping[str, type[Role]] = {
    role.key: role for role in (CaseWorker, Coordinator, Controller, Head, Provider, Analyst, Administrator, Auditor)
}


def role_of(key: str) -> type[Role]:
    """The role of a key; a user without one may do nothing."""
    return ROLES.get(key, _Nobody)


class _Nobody(Role):
    key = ""
    title = Words("Ingen rolle", "No role")
    holder = Words("Ingen.", "No one.")
    permissions = frozenset()
    belongs_to = "nobody"
