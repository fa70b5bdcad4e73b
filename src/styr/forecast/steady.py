# SPDX-License-Identifier: EUPL-1.2
"""How far a function's accounts follow its grants, and what of them stays whoever comes and goes.

A place that stands empty for a quarter saves a buyer its price and an owner little: of what the municipality runs
itself, staff and buildings cost the same. Accounts therefore move less than the grants do, and how much less is read
off how both have changed from one year to the next. The rest grows as the accounts of all together have grown.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_RECENT = 24  # months that tell what is usual
_HALF = 0.5
_DOUBT = 0.25  # standard deviation that the share of a function is drawn towards that of all with
_GROWTH = 0.01  # standard deviation a year that growth beside the price index is drawn towards none with
_COMMON_WORTH = 5.0  # functions' years that following wholly is worth against what is seen of all


class Steady(NamedTuple):
    """By function: share of what grants cost that accounts follow; amount a month that stays, at the newest month and
    the price level 1; growth of it beside the price index, a month, as a logarithm."""

    share: np.ndarray
    amount: np.ndarray
    growth: np.ndarray

    def carried(self, individual: np.ndarray, index: np.ndarray, months: np.ndarray) -> np.ndarray:
        """What accounts follow, of what grants cost (…, functions, months), at the price levels of the months, which
        are so many after the newest known (before it: negative)."""
        stays = self.amount[:, None] * index * np.exp(np.outer(self.growth, months))
        return np.asarray(individual * self.share[:, None] + stays)


def learned(accounts: np.ndarray, grants: np.ndarray, index: np.ndarray, calendar: int) -> Steady:
    """From accounts and what grants cost (functions, months), and price levels, up to the newest whole month, which is
    the calendar month (0-11) calendar. Where grants explain less than half of the last two years, what they leave
    stays on top of them, and follows the price index."""
    recent = slice(-_RECENT, None)
    booked, granted, level = accounts[:, recent].sum(axis=1), grants[:, recent].sum(axis=1), index[recent].sum()
    apart = granted < _HALF * booked
    share, growth = _followed(*_changes(accounts, grants, index, calendar))
    before = np.arange(len(index))[recent] - len(index) + 1
    usual = granted / max(float((index[recent] * np.exp(growth * before)).sum()), 1e-9)
    return Steady(
        np.where(apart, 1.0, share),
        np.where(apart, (booked - granted) / max(level, 1e-9), (1.0 - share) * usual),
        np.where(apart, 0.0, growth),
    )


def _changes(
    accounts: np.ndarray, grants: np.ndarray, index: np.ndarray, calendar: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Changes from one whole year to the next beside the price index, as logarithms, of grants and of accounts, and
    what each is to count (all functions, years): the money in it, nothing where grants are not most of the accounts."""
    over = (calendar + 1) % 12  # months of the running year
    years = max(accounts.shape[1] - over, 0) // 12
    begin = accounts.shape[1] - over - 12 * years
    granted, booked, level = (
        each[..., begin : begin + 12 * years].reshape(*each.shape[:-1], years, 12).sum(axis=-1)
        for each in (grants, accounts, index)
    )
    some = (booked > 0) & (granted > _HALF * booked) & (granted < booked / _HALF)
    usable = some[:, 1:] & some[:, :-1]
    cause, effect = (
        np.where(usable, np.diff(np.log(np.where(some, each / level, 1.0)), axis=1), 0.0) for each in (granted, booked)
    )
    return cause, effect, granted[:, 1:] * usable


def _followed(cause: np.ndarray, effect: np.ndarray, money: np.ndarray) -> tuple[np.ndarray, float]:
    """By how much accounts change where grants change, beside what all grow by: each function's own share drawn
    towards that of all, and that towards following wholly; and the growth a month."""
    if not money.sum() > 0:
        return np.ones(len(cause)), 0.0
    by_year = (money * effect).sum(axis=0)[some := money.sum(axis=0) > 0] / money.sum(axis=0)[some]
    chance = float(by_year.var(ddof=1)) / len(by_year) if len(by_year) > 1 else np.inf
    growth = float(by_year.mean()) / (1.0 + chance / _GROWTH**2)
    cause, effect = (np.where(money > 0, each - growth, 0.0) for each in (cause, effect))
    weight = money / float(money.sum())
    straight = (weight * cause * effect).sum() / max(float((weight * cause**2).sum()), 1e-12)
    prior = float((weight * (effect - straight * cause) ** 2).sum()) / _DOUBT**2
    counted = weight / float(weight.max())
    common = ((counted * cause * effect).sum() + _COMMON_WORTH * prior) / (
        (counted * cause**2).sum() + _COMMON_WORTH * prior + 1e-12
    )
    own = ((cause * effect).sum(axis=1) + prior * common) / ((cause**2).sum(axis=1) + prior + 1e-12)
    return np.asarray(np.clip(own, 0.0, 1.0)), growth / 12
