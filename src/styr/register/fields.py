# SPDX-License-Identifier: EUPL-1.2
"""The Django fields in which the columns of the exchange format are stored, documented from its definition."""

from __future__ import annotations

from typing import Any

from django.db import models

from styr.register.delivery.values import LONGEST_ID, LONGEST_TEXT
from styr.vocabulary.exchange import Column, Table

_FIELDS: dict[str, tuple[type[models.Field], dict[str, Any]]] = {
    "id": (models.CharField, {"max_length": LONGEST_ID}),
    "citizen": (models.CharField, {"max_length": LONGEST_ID}),
    "text": (models.CharField, {"max_length": LONGEST_TEXT}),
    "code": (models.CharField, {"max_length": LONGEST_ID}),
    "codes": (models.CharField, {"max_length": LONGEST_TEXT}),
    "date": (models.DateField, {}),
    "month": (models.DateField, {}),
    "year": (models.IntegerField, {}),
    "integer": (models.IntegerField, {}),
    "quantity": (models.FloatField, {}),
    "money": (models.DecimalField, {"max_digits": 18, "decimal_places": 4}),
    "boolean": (models.BooleanField, {}),
}


def stored_fields(table: Table) -> dict[str, models.Field]:
    """A field for every column of a table, in the order of the exchange format."""
    return {column.name: _field(column) for column in table}


def _field(column: Column) -> models.Field:
    kind, options = _FIELDS[column.type]
    return kind(
        column.da[0].replace("_", " "),
        help_text=column.doc,
        null=not column.required,
        blank=not column.required,
        **options,
    )
