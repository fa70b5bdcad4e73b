# SPDX-License-Identifier: EUPL-1.2
"""The demonstration's users: one for each role, all with one password, on a store of generated data alone."""

from __future__ import annotations

from django.db.models import Count

from styr.register.delivery.findings import Refused
from styr.register.models import Delivery, Department, Grant, Offer
from styr.web.accounts.models import User
from styr.web.demonstration_work import make_work
from styr.web.roles import ROLES

PASSWORD = "styr-demonstration"  # shown on the sign-in page; refused on any store with real data


def make_users() -> None:
    """Make the users that are not there, and something for them to do; raises Refused when the store holds anything but
    generated data."""
    taken = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN, edit=False)
    if taken.filter(generated=False).exists():
        raise Refused("the store holds data that were not generated; a demonstration is shown on generated data alone")
    municipality, offer_id = _largest_payer(), _offer_of(_largest_payer())
    for key, role in ROLES.items():
        if User.objects.filter(username=key).exists():
            continue
        User.objects.create_user(
            key,
            PASSWORD,
            name=role.title["da"],
            role=key,
            municipality=municipality if role.belongs_to == "municipality" else "",
            offer_id=offer_id if role.belongs_to == "provider" else "",
        )
    make_work(municipality)


def _largest_payer() -> str:
    """The municipality that pays for most grants; of an empty store Aalborg."""
    counted = Grant.objects.filter(until__isnull=True).values("paying_municipality").annotate(grants=Count("pk"))
    largest = counted.order_by("-grants").first()
    return str(largest["paying_municipality"]) if largest else "851"


def _offer_of(municipality: str) -> str:
    """The offer of a municipality where most grants run."""
    departments = Department.objects.filter(until__isnull=True).values_list("department_id", "offer_id")
    of = dict(departments)
    open_now = set(Offer.objects.filter(until__isnull=True, municipality=municipality, closed__isnull=True).values_list(
        "offer_id", flat=True
    ))  # fmt: skip
    running = Grant.objects.filter(until__isnull=True, end_date__isnull=True, department_id__isnull=False)
    counts: dict[str, int] = {}
    for department, number in running.values_list("department_id").annotate(Count("pk")):
        if of.get(department) in open_now:
            counts[of[department]] = counts.get(of[department], 0) + number
    return max(counts, key=lambda offer: counts[offer]) if counts else ""
