# SPDX-License-Identifier: EUPL-1.2
"""Whose citizens, grants and offers a user sees: those of the user's own municipality, or of the provider's own offer.

Every page that shows a person or an offer asks here. What lies outside is not told apart from what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest

from styr.register.models import Case, Citizen, Department, Grant, Offer
from styr.web.access import may
from styr.web.roles import Permission, role_of
from styr.web.today import today

_CURRENT = Q(until__isnull=True)
_NOTHING = Q(pk__in=())
_ANY = Q()
#: Said in these words, as an index holds just these grants (web/data/migrations/0005): of another payer than who acts.
_ACTS_FOR_ANOTHER = ~Q(acting_municipality=F("paying_municipality"))


@dataclass(frozen=True)
class Scope:
    """What a user may see: a municipality's, a provider's, or nothing of persons."""

    municipality: str
    offer_id: str
    today: date

    def grants(self) -> QuerySet[Grant]:
        """Current versions of the grants in scope: those the municipality pays for or acts in, or those at the
        provider's offer that run or begin later."""
        among = Q()
        for reason in self._reasons():
            among |= reason
        return Grant.objects.filter(_CURRENT & among)

    def granted(self, narrowed: Q = _ANY) -> QuerySet[Citizen]:
        """Current versions of the citizens with a grant in scope; narrowed is a further condition on the grant."""
        return Citizen.objects.filter(_CURRENT, citizen_id__in=self.granted_ids(narrowed))

    def granted_ids(self, narrowed: Q = _ANY) -> QuerySet[Grant, dict[str, Any]]:
        """The pseudonyms of the same citizens, each once: counting them need not look the citizens up."""
        # one question for each reason: a database that is asked both at once reads all grants to find either
        ids = [Grant.objects.filter(_CURRENT & reason & narrowed).values("citizen_id") for reason in self._reasons()]
        return ids[0].union(*ids[1:]) if ids[1:] else ids[0].distinct()

    def citizens(self) -> QuerySet[Citizen]:
        """Current versions of the citizens in scope: those with such a grant or a case the municipality handles, and
        those who live in it and have no grant at all."""
        with_grants = self.granted()
        if not self.municipality or self.offer_id:
            return with_grants
        anywhere = Grant.objects.filter(_CURRENT, citizen_id=OuterRef("citizen_id"))
        without = Citizen.objects.filter(_CURRENT & Q(municipality=self.municipality) & ~Exists(anywhere))
        with_cases = Citizen.objects.filter(_CURRENT, citizen_id__in=self.cases().values("citizen_id"))
        found = with_grants.values("pk").union(without.values("pk"), with_cases.values("pk"))
        return Citizen.objects.filter(_CURRENT, pk__in=found)

    def offers(self) -> QuerySet[Offer]:
        """Current versions of the offers in scope: a provider's own, else all, as places are found everywhere."""
        return Offer.objects.filter(_CURRENT & (Q(offer_id=self.offer_id) if self.offer_id else Q()))

    def cases(self) -> QuerySet[Case]:
        """Current versions of the cases in scope: those the municipality handles. A provider sees none."""
        handled = Q(municipality=self.municipality) if self.municipality and not self.offer_id else _NOTHING
        return Case.objects.filter(_CURRENT & handled)

    def case(self, case_id: str) -> Case:
        """The case, when in scope; Http404 when not."""
        found = self.cases().filter(case_id=case_id).first()
        if found is None:
            raise Http404
        return found

    def citizen(self, citizen_id: str) -> Citizen:
        """The citizen, when in scope; Http404 when not."""
        found = Citizen.objects.filter(_CURRENT, citizen_id=citizen_id).first()
        if found is None or not self._sees(found):
            raise Http404
        return found

    def grant(self, grant_id: str) -> Grant:
        """The grant, when in scope; Http404 when not."""
        found = self.grants().filter(grant_id=grant_id).first()
        if found is None:
            raise Http404
        return found

    def _sees(self, citizen: Citizen) -> bool:
        """Whether a citizen is in scope, asked of that citizen's grants alone."""
        if self.grants().filter(citizen_id=citizen.citizen_id).exists():
            return True
        if self.cases().filter(citizen_id=citizen.citizen_id).exists():
            return True
        own = bool(self.municipality) and not self.offer_id and citizen.municipality == self.municipality
        return own and not Grant.objects.filter(_CURRENT, citizen_id=citizen.citizen_id).exists()

    def _reasons(self) -> list[Q]:
        """Why a grant is in scope; one reason is enough."""
        if self.offer_id:
            departments = Department.objects.filter(_CURRENT, offer_id=self.offer_id).values("department_id")
            runs = Q(end_date__isnull=True) | Q(end_date__gte=self.today)
            return [Q(department_id__in=departments) & runs]
        if self.municipality:
            pays, acts = Q(paying_municipality=self.municipality), Q(acting_municipality=self.municipality)
            return [pays, acts & _ACTS_FOR_ANOTHER]
        return [_NOTHING]


def scope_of(request: HttpRequest) -> Scope:
    """The scope of the one who asks."""
    return scope_for(request.user, today())


def scope_for(user: Any, day: date) -> Scope:
    """The scope of a user on a day; nothing for one who may see no citizens, or lacks the municipality or offer that
    the role is held in."""
    role = role_of(user.role)
    citizens = may(user, Permission.SEE_CITIZENS)
    municipality = user.municipality if citizens and role.belongs_to == "municipality" else ""
    offer = user.offer_id if role.belongs_to == "provider" else ""
    if role.belongs_to == "provider" and not offer:
        offer = "-"  # a provider without an offer sees no offer rather than all
    return Scope(municipality, offer, day)
