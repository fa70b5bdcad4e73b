# SPDX-License-Identifier: EUPL-1.2
"""The fitting chart of any result: `drawn` gives it as Altair, `write_chart` as a file.

A result is a tidy table with a header (see styr.statistics.Result). What its columns are decides the form: years make
lines, places or groups make bars, two kinds of groups a matrix, quantiles a spread, days since something a curve.
"""

from __future__ import annotations

from styr.reporting.drawing.chart import chart_program, chart_svg, drawn, write_chart

__all__ = ["chart_program", "chart_svg", "drawn", "write_chart"]
