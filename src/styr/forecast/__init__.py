# SPDX-License-Identifier: EUPL-1.2
"""Forecast: from grants to money, as a distribution that learns from the municipality's own history.

from styr.forecast import Month, forecast

made = forecast(snapshot, date(2024, 6, 30), Month(2024, 1), Month(2025, 12), municipalities=["151"])
made.table(by=["function"], total="year")                      # mean, p05 … p95 of net expenditure
made.draws(total="year").values                                # (cells, years, draws)
made.probability_within(budgets)
"""

from __future__ import annotations

from styr.forecast.assumptions import Assumptions, Override, read_assumptions
from styr.forecast.forecasting import forecast
from styr.forecast.months import Month
from styr.forecast.result import Draws, Forecast, ForecastHeader

__all__ = ["Assumptions", "Draws", "Forecast", "ForecastHeader", "Month", "Override", "forecast", "read_assumptions"]
