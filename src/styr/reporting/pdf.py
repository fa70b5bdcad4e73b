# SPDX-License-Identifier: EUPL-1.2
"""A report as a PDF on A4, set by WeasyPrint, tagged so that it can be read aloud."""

from __future__ import annotations

from typing import Any

from styr.reporting.errors import CannotReport
from styr.reporting.model import Report
from styr.reporting.page import html

#: What the report needs of Debian: text layout, and a typeface as wide as the one the charts are measured in.
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"


def pdf(report: Report) -> bytes:
    """The report as PDF; raises CannotReport naming what to install when the system's text library is missing."""
    try:
        from weasyprint import HTML  # the import itself loads pango, which a machine may lack
    except OSError as error:
        raise CannotReport(
            f"PDF needs the text library pango. Install it (Debian: apt-get install {PACKAGES}), or write .html."
        ) from error
    document: bytes = HTML(string=html(report, "paper"), url_fetcher=_nothing).write_pdf(pdf_tags=True)
    return document


def _nothing(address: str, *_: object, **__: object) -> Any:
    raise ValueError(f"The report refers to {address}, but a report stands alone.")
