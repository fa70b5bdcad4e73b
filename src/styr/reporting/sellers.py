# SPDX-License-Identifier: EUPL-1.2
"""The same register with fewer grants: those given at places the municipality runs itself, or another one runs.

The statistics room splits by kind of operator; whose municipality it is stands in offers.operator_code. Asking the same
question of a snapshot that holds only the grants in point keeps the counting rule in one place.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import polars as pl

from styr.register.snapshot import Snapshot


@contextmanager
def at_municipal_offers(snapshot: Snapshot, municipality: str, *, own: bool) -> Iterator[Snapshot]:
    """The snapshot with only the municipality's grants at its own offers, or at other municipalities'."""
    with tempfile.TemporaryDirectory(prefix="styr-sellers-") as name:
        folder = Path(name)
        for table in snapshot.copies:
            if table != "grants":
                _link(snapshot.path(table), folder / f"{table}.parquet")
        kept = _grants(snapshot, municipality, own=own)
        kept.write_parquet(folder / "grants.parquet")
        copies = {**snapshot.copies, "grants": replace(snapshot.copies["grants"], rows=kept.height)}
        yield replace(snapshot, folder=folder, copies=copies)


def _grants(snapshot: Snapshot, municipality: str, *, own: bool) -> pl.DataFrame:
    offers = pl.scan_parquet(snapshot.path("offers")).filter(pl.col("operator_type") == "municipal")
    mine = pl.col("operator_code") == municipality
    departments = pl.scan_parquet(snapshot.path("departments")).join(
        offers.filter(mine if own else ~mine), on="offer_id", how="semi"
    )
    grants = pl.scan_parquet(snapshot.path("grants")).filter(pl.col("paying_municipality") == municipality)
    return grants.join(departments, on="department_id", how="semi").collect()


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source.absolute())
    except OSError:
        shutil.copyfile(source, target)
