# SPDX-License-Identifier: EUPL-1.2
"""Benchmark: municipalities set against the country, one another and their background, and what differences amount to.

    from styr.statistics import benchmark

    found = benchmark(snapshot, "recipients_per_1000", 2023, neighbours=5, variables=["log_inhabitants"])
    found.municipalities().to_polars()      # value, interval, index, rank, quartile, funnel limits, neighbours' mean
    found.summary().to_polars()             # quartiles in the country, regions and size bands
    found.coefficients().to_polars()        # the regression on the background, HC3
    found.potential("expected").to_polars() # arithmetical, with bootstrap intervals

Behind it are functions of plain tables: `standing`, `summary`, `funnel`, `neighbours`, `regression`, `to_expected`,
`to_mean`, `to_mean_at_cost`.
"""

from __future__ import annotations

from styr.statistics.benchmark.background import background, variables_of_register
from styr.statistics.benchmark.background_file import read_background
from styr.statistics.benchmark.funnel import Funnel, funnel, with_limits
from styr.statistics.benchmark.intervals import poisson_interval
from styr.statistics.benchmark.municipal import Municipal, municipal
from styr.statistics.benchmark.neighbours import beside_neighbours, neighbours
from styr.statistics.benchmark.potentials import Potential, to_expected, to_mean, to_mean_at_cost
from styr.statistics.benchmark.regression import Fit, Regression, regression
from styr.statistics.benchmark.standing import standing, summary
from styr.statistics.benchmark.table import Benchmark, benchmark

__all__ = [
    "Benchmark",
    "Fit",
    "Funnel",
    "Municipal",
    "Potential",
    "Regression",
    "background",
    "benchmark",
    "beside_neighbours",
    "funnel",
    "municipal",
    "neighbours",
    "poisson_interval",
    "read_background",
    "regression",
    "standing",
    "summary",
    "to_expected",
    "to_mean",
    "to_mean_at_cost",
    "variables_of_register",
    "with_limits",
]
