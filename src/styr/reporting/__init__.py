# SPDX-License-Identifier: EUPL-1.2
"""Reporting: the steering report of one municipality, as a page and on paper.

>>> from styr.reporting import write_report
>>> write_report(snapshot, "151", 2024, Path("ballerup.pdf"), language="da")  # doctest: +SKIP
"""

from __future__ import annotations

from styr.reporting.build import build
from styr.reporting.errors import CannotReport
from styr.reporting.model import Report
from styr.reporting.page import html
from styr.reporting.writing import write, write_report

__all__ = ["CannotReport", "Report", "build", "html", "write", "write_report"]
