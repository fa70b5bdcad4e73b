# SPDX-License-Identifier: EUPL-1.2
"""The table postings: what the accounts say, as it follows from the grants and from the errors accounts have.

Places bought are invoiced month by month with citizen and grant; own operation is booked month by month on the account,
without citizen. What a municipality posts for an account in a year lies near the expenditure aimed at for it and never
more than a few per cent from what its grants cost.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from .country import Country, price_level
from .invoices import booked, invoices
from .ledger import Accounts, Rows, posted, rows
from .parameters import Floats, Ints, growing, month_starts, parameters
from .people import Help
from .prices import PriceBook, Priced
from .slots import RESIDENTIAL
from .tracks import last_day

_SLACK = 0.06  # how far what is posted may lie from what the grants cost
_MUNICIPAL = 0  # place in OPERATORS
_SEASON = np.array([1.0, 0.97, 1.0, 1.0, 1.03, 1.0, 1.06, 1.0, 0.97, 0.98, 0.98, 1.01]) / 12


def postings_table(
    country: Country,
    book: PriceBook,
    place: int,
    given: Help,
    prices: Priced,
    operator: Ints,
    sold: Mapping[str, Floats],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """The postings of one municipality. operator: place in OPERATORS of who delivers each grant, -1 for own operation;
    sold: DKK a year by provision that other municipalities pay for places in own departments."""
    accounts = Accounts(book)
    invoiced, month = invoices(country, given, prices, operator, accounts, rng)
    own = _own_amounts(country, book, place, prices, accounts, invoiced, month)
    parts = [
        booked(country, invoiced, month, accounts, rng),
        _monthly(country, _own_operation(own, accounts) + _lump_sums(country, place, accounts), rng),
        _monthly(country, _sales(sold, accounts), None),
        *_refunds(country, own, invoiced, month, accounts),
    ]
    return posted(parts, accounts, country.codes[place], last_day(country))


def _own_amounts(
    country: Country, book: PriceBook, place: int, prices: Priced, accounts: Accounts, invoiced: Rows, month: Ints
) -> Floats:
    """DKK by account and year that own operation is booked with."""
    shape = (accounts.granted, len(country.years))
    flat = accounts.of_row[prices.row[prices.grant]] * shape[1] + prices.year - country.from_year
    covered = prices.last >= prices.first
    whole = np.bincount(flat[covered], prices.cost[covered], minlength=shape[0] * shape[1]).reshape(shape)
    at = invoiced.account * shape[1] + month // 12
    bought = np.bincount(at, invoiced.amount, minlength=shape[0] * shape[1]).reshape(shape)
    level = country.shares[place] * country.price_factors[place] * country.scale
    aim = np.zeros(shape)
    for row, key in enumerate(book.provisions):
        if key in parameters()["money"]:
            aim[accounts.of_row[row]] += level * book.aims[row]
        else:
            aim[accounts.of_row[row]] = np.nan  # children: what their grants cost, no aim
    total = np.where(np.isnan(aim), whole, np.clip(aim, whole * (1 - _SLACK), whole * (1 + _SLACK)))
    return np.asarray(np.maximum(total - bought, 0.0))


_Yearly = tuple[int, Floats, int]  # account, DKK by year, day of the month


def _own_operation(own: Floats, accounts: Accounts) -> list[_Yearly]:
    """Payroll and goods by account, and what is booked on groupings that belong to no one grouping."""
    payroll = float(parameters()["staff"]["payroll_share"])
    unallocated = parameters()["unallocated_share"]
    result: list[_Yearly] = []
    for account in np.flatnonzero(own.sum(axis=1) > 0):
        function = accounts.names[account][0]
        loose = 0.0
        if function.startswith("5.38."):
            common = accounts.number(function, accounts.common(function))
            other = accounts.number(function, "999")
            result += [(common, own[account] * unallocated["200"], 20), (other, own[account] * unallocated["999"], 20)]
            loose = sum(unallocated.values())
        named = own[account] * (1 - loose)
        result += [(int(account), named * payroll, 27), (int(account), named * (1 - payroll), 15)]
    return result


def _lump_sums(country: Country, place: int, accounts: Accounts) -> list[_Yearly]:
    """Accounts without grants: aids, counselling."""
    p = parameters()
    level = country.shares[place] * country.scale * 1e9
    result = []
    for spec in p["lump_sums"]:
        path = growing(dict(zip(p["money_knots"], spec["bn"], strict=True)), country.years)
        yearly = path * np.array([price_level(year) for year in country.years]) * level
        result.append((accounts.number(spec["function"], spec["grouping"]), yearly, 18))
    return result


def _sales(sold: Mapping[str, Floats], accounts: Accounts) -> list[_Yearly]:
    """Places sold: the cost of running them and the income they bring, which is negative."""
    money = parameters()["money"]
    result: list[_Yearly] = []
    for provision in RESIDENTIAL:
        account = accounts.number(money[provision]["function"], money[provision]["grouping"])
        result += [(account, sold[provision], 27), (account, -sold[provision], 28)]
    return result


def _refunds(country: Country, own: Floats, invoiced: Rows, month: Ints, accounts: Accounts) -> list[Rows]:
    """The state's refund of crisis centres and shelters (dranst 2), a quarter at a time."""
    money = parameters()["money"]
    days = month_starts(country.from_year, country.to_year)[3::3] - 5
    result = []
    for provision, share in parameters()["refund"].items():
        account = accounts.number(money[provision]["function"], money[provision]["grouping"])
        mine = invoiced.account == account
        spent = np.bincount(month[mine], invoiced.amount[mine], minlength=len(country.years) * 12)
        spent = spent + np.repeat(own[account] / 12, 12)
        result.append(rows(days, account, 2, -share * spent.reshape(-1, 3).sum(axis=1), -1))
    return result


def _monthly(country: Country, amounts: list[_Yearly], rng: np.random.Generator | None) -> Rows:
    """Yearly amounts spread over the months by season, with a little chance."""
    starts = month_starts(country.from_year, country.to_year)[:-1]
    yearly = np.stack([amount for _, amount, _ in amounts])
    weights = np.broadcast_to(_SEASON, (*yearly.shape, 12))
    if rng is not None:
        weights = weights * np.exp(rng.standard_normal(weights.shape) * 0.02)
    monthly = (weights / weights.sum(axis=2, keepdims=True) * yearly[:, :, None]).reshape(len(amounts), -1)
    dates = starts + np.array([day for _, _, day in amounts])[:, None] - 1
    account = np.broadcast_to(np.array([account for account, _, _ in amounts])[:, None], monthly.shape)
    used = monthly != 0
    return rows(dates[used], account[used], 1, monthly[used], _MUNICIPAL)
