# SPDX-License-Identifier: EUPL-1.2
"""Small synthetic deliveries, made once for all tests of the generator."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from styr.register.generate import Written, write
from styr.register.generate.writing import empty
from styr.vocabulary.exchange import tables

TOWNS = ("791", "825")  # one of the larger and the smallest
SCALE = 0.3


class Delivery:
    """A written delivery with its tables as typed frames."""

    def __init__(self, written: Written) -> None:
        self.written = written
        self.tables = {
            name: pl.read_csv(written.paths[name], schema=empty(name).schema)
            for name in tables()
            if name in written.paths
        }

    def __getitem__(self, table: str) -> pl.DataFrame:
        return self.tables[table]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Viborg and Læsø, 2012-2024, at three tenths of their size."""
    return write(tmp_path_factory.mktemp("generated") / "delivery", seed=7, scale=SCALE, municipalities=TOWNS)


@pytest.fixture(scope="session")
def delivery(written: Written) -> Delivery:
    """The same as typed tables."""
    return Delivery(written)


@pytest.fixture(scope="session")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The same as it comes out of a municipality."""
    return write(tmp_path_factory.mktemp("messy") / "delivery", seed=7, scale=SCALE, municipalities=TOWNS, messy=True)


@pytest.fixture(scope="session")
def found_in() -> object:
    """What the import's checks reject in a delivery: findings(folder) gives table, row, column, kind."""
    from styr.register.delivery.checks import check_rows
    from styr.register.delivery.findings import Rejections
    from styr.register.delivery.pseudonym import Pseudonyms
    from styr.register.delivery.reading import read_table
    from styr.register.delivery.sources import find

    def findings(folder: Path) -> pl.DataFrame:
        rejections, accepted = Rejections(), {}
        for source in find(folder, lambda *_: []).sources:
            read = read_table(source, Pseudonyms(b"0" * 32), rejections)
            rows = check_rows(read, accepted, {}, lambda table, columns: empty(table).select(columns), rejections)
            accepted[read.table.name] = rows
        return rejections.frame().select("table", pl.col("row").cast(pl.Int64), "column", "kind")

    return findings
