# SPDX-License-Identifier: EUPL-1.2
"""Registers to forecast from: drawn as text tables, or a small town whose grants come and go by chance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from drawn import cells
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot

BEGINS = date(2016, 1, 1)
KNOWN = date(2020, 12, 31)
Rows = list[dict[str, str]]


def drawn(folder: Path, known_at: date, **drawings: str) -> Snapshot:
    """A snapshot of text tables by name, known at a day; what is not drawn is as in the specifications."""
    rows = {name: _named(drawing) for name, drawing in drawings.items()}
    return snapshot(folder, known_at, rows)


def snapshot(folder: Path, known_at: date, tables: Mapping[str, Rows]) -> Snapshot:
    """A snapshot of rows by table; a citizen for every one that a grant names."""
    spec = Spec("drawn", known_at=known_at)
    spec.tables.update({name: [dict(row) for row in rows] for name, rows in tables.items()})
    known = {row["citizen_id"] for row in spec.tables.get("citizens", [])}
    named = {row.get("citizen_id", "c1") for row in spec.tables.get("grants", [])} - known
    spec.tables.setdefault("citizens", []).extend({"citizen_id": each} for each in sorted(named))
    return draw(spec, folder)


def town(
    seed: int = 1, *, monthly: float = 3.0, stay: float = 700.0, price: float = 1000.0, until: date = KNOWN
) -> dict[str, Rows]:
    """Rows of a town where grants begin at even chance (monthly), last exponentially (stay, days) and cost a price a
    day, growing 2 per cent every New Year; the accounts say 1.1 times what they cost, month by month."""
    rng = np.random.default_rng(seed)
    days = (until - BEGINS).days
    begin = np.sort(rng.integers(-1500, days, int(monthly * (days + 1500) / 30.4)))
    length = rng.exponential(stay, len(begin)).astype(int)
    alive = begin + length > 0  # those who left before the register began are not in it
    grants, prices, spent = [], [], dict.fromkeys(range(2016 * 12, until.year * 12 + until.month), 0.0)
    for number, (first, last) in enumerate(zip(begin[alive], length[alive], strict=True)):
        start, end = BEGINS + timedelta(days=int(first)), BEGINS + timedelta(days=int(first + last))
        level = price * float(rng.lognormal(0, 0.3))
        provision = "SEL-107" if number % 3 else "SEL-108"
        over = end <= until
        row = {"grant_id": f"g{number}", "citizen_id": f"c{number}", "provision": provision, "start_date": str(start)}
        row |= {"end_date": str(end) if over else "", "price": f"{level:.2f}", "price_unit": "day"}
        grants.append(row | {"decision_date": str(start - timedelta(days=10))})
        for year in range(max(start.year + 1, 2016), min(end.year, until.year) + 1):
            cost = level * 1.02 ** (year - start.year)
            price_row = {"grant_id": f"g{number}", "start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}
            prices.append(price_row | {"price": f"{cost:.2f}", "price_unit": "day"})
        for month in spent:
            covered = _covered(month, start, min(end, until))
            spent[month] += 1.1 * covered * level * 1.02 ** max(month // 12 - start.year, 0)
    postings = [
        {
            "posting_id": f"p{month}",
            "date": f"{month // 12}-{month % 12 + 1:02d}-20",
            "function": "5.38.52",
            "amount": f"{amount:.2f}",
        }
        for month, amount in spent.items()
    ]
    return {"grants": grants, "grant_prices": prices, "postings": postings}


def _covered(month: int, start: date, end: date) -> int:
    first = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return max((min(end, following - timedelta(days=1)) - max(start, first)).days + 1, 0)


def _named(drawing: str) -> Rows:
    head, *rows = cells(drawing)
    return [dict(zip(head, row, strict=True)) for row in rows]
