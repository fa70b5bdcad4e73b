# SPDX-License-Identifier: EUPL-1.2
"""Postings in the making: numeric columns, accounts by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from .frames import constant, day_column, ids, picked
from .offers import OPERATORS
from .parameters import Floats, Ints, parameters
from .prices import PriceBook


@dataclass(frozen=True)
class Rows:
    """Postings as columns: day, account (place in Accounts.names), dranst, DKK, person and grant (-1 without), operator
    (place in OPERATORS, -1 without)."""

    date: Ints
    account: Ints
    dranst: Ints
    amount: Floats
    person: Ints
    grant: Ints
    operator: Ints


class Accounts:
    """All accounts that are posted on: (function, grouping) by number; of_row gives that of every row of the price
    book.
    """

    def __init__(self, book: PriceBook) -> None:
        keys = [(str(spec["function"]), str(spec["grouping"])) for spec in book.specs]
        self.granted = len(dict.fromkeys(keys))  # accounts that grants are booked on come first
        lumps = [(str(lump["function"]), str(lump["grouping"])) for lump in parameters()["lump_sums"]]
        loose = [
            (function, name)
            for function, _ in keys
            if function.startswith("5.38.")
            for name in (self.common(function), "999")
        ]
        self.names = tuple(dict.fromkeys([*keys, *lumps, *loose]))
        self.of_row: Ints = np.array([self.names.index(key) for key in keys])

    def number(self, function: str, grouping: str) -> int:
        """The account's number."""
        return self.names.index((str(function), str(grouping)))

    @staticmethod
    def common(function: str) -> str:
        """The grouping of common expenditure of a function (003 l.3606, l.4788)."""
        return "092" if function == "5.38.42" else "200"


def rows(date: Ints, account: int | Ints, dranst: int, amount: Floats, operator: int | Ints) -> Rows:
    """Postings without citizen."""
    size = len(date)
    none = np.full(size, -1)
    return Rows(
        date, np.broadcast_to(account, size), np.full(size, dranst), amount, none, none, np.broadcast_to(operator, size)
    )


def posted(parts: Sequence[Rows], accounts: Accounts, code: str, last: int) -> pl.DataFrame:
    """The postings table of a municipality, in the order of days up to `last`."""
    columns = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Rows)}
    order = np.argsort(columns["date"], kind="stable")
    order = order[columns["date"][order] <= last]
    columns = {name: column[order] for name, column in columns.items()}
    size = len(order)
    return pl.DataFrame(
        {
            "posting_id": ids("p", code, np.arange(size)),
            "date": day_column(columns["date"]),
            "municipality": constant(code, size),
            "function": picked(pl.Series([name[0] for name in accounts.names]), columns["account"]),
            "grouping": picked(pl.Series([name[1] for name in accounts.names]), columns["account"]),
            "dranst": columns["dranst"].astype(np.int32),
            "amount": np.round(columns["amount"], 2),
            "citizen_id": ids("syn", code, columns["person"]),
            "grant_id": ids("g", code, columns["grant"]),
            "operator_type": picked(pl.Series(OPERATORS), columns["operator"]),
        }
    )
