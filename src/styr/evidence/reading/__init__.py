# SPDX-License-Identifier: EUPL-1.2
"""Reading published figures: the project's own file format, and tables as people paste them (CSV, XLSX, Markdown)."""

from styr.evidence.reading.errors import Unreadable
from styr.evidence.reading.folder import read

__all__ = ["Unreadable", "read"]
