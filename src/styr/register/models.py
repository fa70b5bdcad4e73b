# SPDX-License-Identifier: EUPL-1.2
"""What the register stores: deliveries, and every table of the exchange format as dated versions of its rows.

A row is never changed or removed. A delivery that says something new of a row adds a version and notes on the old
one that it was replaced; what was known on a day is the versions taken by deliveries known by then and not yet
replaced by one of them. The columns of a table, with their documentation, come from the exchange format, once.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.base import ModelBase

from styr.register.fields import stored_fields
from styr.vocabulary.exchange import tables


class Delivery(models.Model):
    """A delivery handed in: who, when, which files, what came of it."""

    class Outcome(models.TextChoices):
        TAKEN = "taken"  # it is part of what is known from known_at on
        UNCHANGED = "unchanged"  # handed in before; nothing came of it
        REFUSED = "refused"

    known_at = models.DateTimeField(help_text="The moment from which what it says is known")
    handed_in_at = models.DateTimeField(help_text="When it was handed in")
    handed_in_by = models.CharField(max_length=150, help_text="Who handed it in")
    source = models.CharField(max_length=300, help_text="Name of the folder or file")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Hash over the names and hashes of its files")
    files = models.JSONField(default=list, help_text="Each file: name, sha256, bytes")
    generated = models.BooleanField(default=False, help_text="Generated data, not a real municipality's")
    outcome = models.CharField(max_length=10, choices=Outcome)
    tables = models.JSONField(default=dict, help_text="For each table: rows read, new, changed, unchanged, rejected")
    problems = models.JSONField(default=list, help_text="Why it was refused, the first of many")
    edit = models.BooleanField(default=False, help_text="An edit of single rows by hand; it observes nothing else")
    undoes = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, help_text="What it takes back")
    reason = models.CharField(max_length=300, blank=True, help_text="Why, as the one who handed it in says")

    class Meta:
        ordering = ["id"]


class Confirmation(models.Model):
    """Which versions of a table a delivery found as it says itself: versions holds their ids, packed.

    Needed when an older delivery is handed in late: what a later one confirmed, the older one does not undo.
    """

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="confirmations")
    table = models.CharField(max_length=40)
    versions = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "table"], name="one_confirmation_per_table")]


class PseudonymKey(models.Model):
    """The fingerprint of the secret key that pseudonyms were made with; the key itself is not in the database."""

    fingerprint = models.CharField(max_length=64)


class _Stored(ModelBase):
    """Builds a stored table's fields, key and documentation from the exchange format."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], table: str = "", **kwargs: Any) -> Any:
        if not table:
            return super().__new__(mcs, name, bases, attrs, **kwargs)
        spec = tables()[table]
        attrs.setdefault("__doc__", spec.doc + ".")
        attrs.update(stored_fields(spec))
        attrs["Meta"] = type(
            "Meta",
            (),
            {
                "db_table": f"register_{table}",
                "verbose_name": table,
                "verbose_name_plural": spec.da,
                "constraints": [
                    models.UniqueConstraint(
                        fields=spec.key, condition=models.Q(until__isnull=True), name=f"one_current_{table}"
                    )
                ],
            },
        )
        return super().__new__(mcs, name, bases, attrs, **kwargs)


class Version(models.Model, metaclass=_Stored):
    """A version of a row: since the delivery that said it, until the one that said otherwise."""

    since = models.ForeignKey(Delivery, models.PROTECT, related_name="+", db_index=False)
    until = models.ForeignKey(Delivery, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    class Meta:
        abstract = True


class Population(Version, table="population"): ...


class Citizen(Version, table="citizens"): ...


class Residence(Version, table="residences"): ...


class TargetGroup(Version, table="target_groups"): ...


class Diagnosis(Version, table="diagnoses"): ...


class IncomeBasis(Version, table="income_bases"): ...


class Grant(Version, table="grants"): ...


class GrantPrice(Version, table="grant_prices"): ...


class NamedInflow(Version, table="named_inflow"): ...


class Offer(Version, table="offers"): ...


class Department(Version, table="departments"): ...


class DepartmentTargetGroup(Version, table="department_target_groups"): ...


class Places(Version, table="places"): ...


class Tariff(Version, table="tariffs"): ...


class Posting(Version, table="postings"): ...


class Budget(Version, table="budgets"): ...


class Staff(Version, table="staff"): ...


class DeliveredHours(Version, table="delivered_hours"): ...


class Case(Version, table="cases"): ...


class CaseEvent(Version, table="case_events"): ...


class PlacementRequest(Version, table="placement_requests"): ...


class Vacancy(Version, table="vacancies"): ...


class Inspection(Version, table="inspections"): ...


class Goal(Version, table="goals"): ...


class Measurement(Version, table="measurements"): ...


class PriceIndex(Version, table="price_indices"): ...


STORED: dict[str, type[Version]] = {
    model._meta.verbose_name: model
    for model in Version.__subclasses__()  # verbose_name is the table's name
}
