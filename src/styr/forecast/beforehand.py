# SPDX-License-Identifier: EUPL-1.2
"""Compile beforehand what a forecast needs, which the first one after an installation would else wait for.

    python -m styr.forecast.beforehand

makes a forecast of three drawn grants where nothing is compiled yet; what it compiles is kept on disk.
"""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numba
import pyarrow as pa

from styr.forecast.forecasting import forecast
from styr.forecast.months import Month
from styr.register.schema import arrow_schema
from styr.register.snapshot import write_snapshot

_KNOWN = date(2020, 12, 31)
_GRANTS = (("ended", date(2019, 12, 31)), ("running", None), ("other", None))


def compile_beforehand() -> bool:
    """Compile unless it is done already; whether there was anything to compile."""
    if any(Path(str(cast(Any, numba).config.CACHE_DIR)).rglob("simulate._block*.nbi")):
        return False
    with tempfile.TemporaryDirectory(prefix="styr-compiling-") as folder:
        drawn = write_snapshot(Path(folder), _table, known_at=_KNOWN, generated=True)
        made = forecast(drawn, _KNOWN, Month(2021, 1), Month(2021, 1), draws=1, threads=1)
        made.draws()
    return True


def _table(name: str) -> pa.Table:
    """The drawn rows of a table; only grants and citizens have any."""
    schema = arrow_schema(name)
    rows = {
        "grants": [
            {"grant_id": name, "citizen_id": name, "provision": "SEL-107", "start_date": date(2018, 1, 1),
             "end_date": end, "paying_municipality": "151", "price": Decimal(1000), "price_unit": "day"}
            for name, end in _GRANTS
        ],
        "citizens": [{"citizen_id": name, "birth_date": date(1970, 1, 1)} for name, _ in _GRANTS],
    }.get(name, [])  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema)


if __name__ == "__main__":
    compile_beforehand()
