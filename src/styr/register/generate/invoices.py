# SPDX-License-Identifier: EUPL-1.2
"""Invoices for bought places, month by month with citizen and grant, and how they are booked, errors included."""

from __future__ import annotations

import numpy as np

from .country import Country
from .ledger import Accounts, Rows
from .parameters import Ints, day_of, month_starts
from .people import Help
from .prices import Priced, cost_of

_LATE, _LATE_STILL_IN_YEAR = 0.04, 0.9
_MISPLACED, _MISTYPED, _REGULATED = 0.0015, 0.0008, 0.05
_RESIDENTIAL = ("5.38.50", "5.38.51", "5.38.52")


def invoices(
    country: Country, given: Help, prices: Priced, operator: Ints, accounts: Accounts, rng: np.random.Generator
) -> tuple[Rows, Ints]:
    """One invoice for every bought grant and month it covers, and the month (place among those written) of each.

    operator: who delivers each grant, -1 for own operation. Invoices come in the following month, December's in
    December; some come late, and nine of ten of those are still booked in their own year, whose accounts are held
    open for them.
    """
    mine = np.flatnonzero((operator[prices.grant] >= 0) & (prices.last >= prices.first))
    starts = month_starts(country.from_year, country.to_year)
    first = np.searchsorted(starts, prices.first[mine], side="right") - 1
    last = np.searchsorted(starts, prices.last[mine], side="right") - 1
    counts = np.maximum(last - first + 1, 0)
    row = np.repeat(mine, counts)
    month = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    begin = np.maximum(prices.first[row], starts[month])
    end = np.minimum(prices.last[row], starts[month + 1] - 1)
    grant = prices.grant[row]
    amount = np.round(cost_of(prices.unit[grant], prices.price[row], prices.hours[grant], begin, end), 2)
    size = len(month)
    lag = np.where(month % 12 == 11, -rng.integers(1, 11, size), rng.integers(3, 25, size))
    lag = np.where(rng.random(size) < _LATE, lag + rng.integers(30, 95, size), lag)
    date = starts[month + 1] + lag
    date = np.where(rng.random(size) < _LATE_STILL_IN_YEAR, np.minimum(date, _year_end(starts, month)), date)
    account = accounts.of_row[prices.row[grant]]
    return Rows(
        date, account, np.ones(size, dtype=np.int64), amount, given.person[grant], grant, operator[grant]
    ), month


def booked(country: Country, invoiced: Rows, month: Ints, accounts: Accounts, rng: np.random.Generator) -> Rows:
    """Invoices as booked: some on a wrong account or with ten times the amount, put right later the same year; and,
    in the spring after, regulation of part of the bought places, small, up and down.
    """
    functions = np.array([name[0] for name in accounts.names])
    long, temporary = accounts.number("5.38.50", "001"), accounts.number("5.38.52", "001")
    size = len(month)
    dice = rng.random(size)
    residential = np.isin(functions, _RESIDENTIAL)[invoiced.account]
    misplaced = np.flatnonzero((dice < _MISPLACED) & residential)
    mistyped = np.flatnonzero((dice > 1 - _MISTYPED) & (invoiced.amount > 0))
    regulated = np.flatnonzero((rng.random(size) < _REGULATED) & (month % 12 == 11) & residential)
    starts = month_starts(country.from_year, country.to_year)
    mended = np.minimum(
        invoiced.date + rng.integers(20, 120, size), np.maximum(_year_end(starts, month), invoiced.date)
    )
    wrong = np.where(invoiced.account == long, temporary, long)
    account, amount = invoiced.account.copy(), invoiced.amount.copy()
    account[misplaced] = wrong[misplaced]
    amount[mistyped] *= 10
    springs = np.array([day_of(year + 1, 3) for year in country.years])
    spring = springs[month[regulated] // 12] + rng.integers(0, 40, len(regulated))
    index = np.concatenate([np.arange(size), misplaced, misplaced, mistyped, regulated])
    return Rows(
        date=np.concatenate([invoiced.date, mended[misplaced], mended[misplaced], mended[mistyped], spring]),
        account=np.concatenate([account, wrong[misplaced], invoiced.account[index[size + len(misplaced) :]]]),
        dranst=np.ones(len(index), dtype=np.int64),
        amount=np.concatenate(
            [
                amount,
                -invoiced.amount[misplaced],
                invoiced.amount[misplaced],
                -9 * invoiced.amount[mistyped],
                invoiced.amount[regulated] * 12 * rng.normal(0, 0.02, len(regulated)),
            ]
        ),
        person=invoiced.person[index],
        grant=invoiced.grant[index],
        operator=invoiced.operator[index],
    )


def _year_end(starts: Ints, month: Ints) -> Ints:
    """The last day of the year of a month."""
    return np.asarray(starts[(month // 12 + 1) * 12] - 1)
