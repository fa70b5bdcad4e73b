# SPDX-License-Identifier: EUPL-1.2
"""The forecast's record: past forecasts made anew with what was known then, and held against what came.

from styr.forecast.record import Ask, backtest

found = backtest(snapshot, Month(2021, 1), Month(2023, 12), Ask(municipalities=("791",)))
found.table, found.record(["horizon"]), found.to_mapping("da")["caveats"]
"""

from __future__ import annotations

from styr.forecast.record.backtesting import Forecaster, backtest
from styr.forecast.record.held import Backtest
from styr.forecast.record.record import record
from styr.forecast.record.rows import Ask

__all__ = ["Ask", "Backtest", "Forecaster", "backtest", "record"]
