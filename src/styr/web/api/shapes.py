# SPDX-License-Identifier: EUPL-1.2
"""What the API shows of the register's rows, made from the exchange format's tables: the same names, types and words of
explanation. Amounts are numbers in DKK, days are ISO dates, codes are the vocabulary's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field, create_model

from styr.register.models import GrantPrice
from styr.vocabulary.exchange import Column, tables
from styr.web.api.paging import Paged

_TYPES: dict[str, type] = {"date": date, "boolean": bool, "integer": int, "quantity": float, "money": float}


def row_shape(name: str, table: str, without: Collection[str] = ()) -> type[Schema]:
    """The shape of a row of a table, some columns left out."""
    fields: dict[str, Any] = {column.name: _shown(column) for column in tables()[table] if column.name not in without}
    return create_model(name, __base__=Schema, __doc__=f"{tables()[table].doc}.", **fields)


def page_shape(name: str, item: type[Schema]) -> type[Schema]:
    """The shape of a page of rows."""
    return create_model(name, __base__=Paged, __doc__="A page of a list.", items=(list[item], ...))  # type: ignore[valid-type]


def _shown(column: Column) -> tuple[Any, Any]:
    kind = _TYPES.get(column.type, str)
    doc = f"{column.doc}; codes joined by |" if column.type == "codes" else column.doc
    doc += f" ({column.list})" if column.list else ""
    return (kind, Field(description=doc)) if column.required else (kind | None, Field(description=doc))


#: What may be seen of a citizen by those without the permission to see birth dates is put together in register.py.
_Citizen: Any = row_shape("_Citizen", "citizens", without=("birth_date",))
_Grant: Any = row_shape("_Grant", "grants")
Price: Any = row_shape("Price", "grant_prices", without=("grant_id",))
GrantPriceRow: Any = row_shape("GrantPrice", "grant_prices")
Offer: Any = row_shape("Offer", "offers")
Department: Any = row_shape("Department", "departments")
Places: Any = row_shape("Places", "places")
Tariff: Any = row_shape("Tariff", "tariffs")


class Citizen(_Citizen):
    """A citizen, by pseudonym."""

    age: int = Field(description="Whole years today, or at death")
    birth_date: date | None = Field(description="Date of birth; null where the role may not see it")
    target_groups: list[str] = Field(description="Target groups the citizen belongs to")


class Grant(_Grant):
    """A grant as it stands."""


class GrantWhole(_Grant):
    """A grant as it stands, with its prices over time; its version is the answer's ETag."""

    prices: list[Price] = Field(description="Prices over time, in the order they begin")
    yearly_cost: float | None = Field(description="DKK a year at the price that holds; null when it is not known")


def price_rows(rows: list[GrantPrice]) -> list[Any]:
    """Prices over time as shown."""
    return [Price.model_validate(row, from_attributes=True) for row in rows]
