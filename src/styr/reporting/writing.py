# SPDX-License-Identifier: EUPL-1.2
"""A report put where it was asked for, whole or not at all."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from styr.output import write_file
from styr.register.snapshot import Snapshot, open_snapshot
from styr.reporting.build import build
from styr.reporting.errors import CannotReport
from styr.reporting.model import Report
from styr.reporting.numbers import Language
from styr.reporting.page import html

SUFFIXES = (".html", ".pdf", ".xlsx")


def write_report(
    snapshot: Snapshot,
    municipality: str,
    year: int,
    output: Path,
    *,
    language: Language = "da",
    price_level: tuple[str, int] | None = None,
) -> Report:
    """Make the report of a municipality and year and write it; see build and write for what they raise."""
    check_output(output)
    report = _built(snapshot.folder, municipality, year, language, price_level)
    write(report, output)
    return report


def check_output(output: Path) -> None:
    """Raise CannotReport when the file could not be written: wrong suffix, no such folder, a folder of that name."""
    if output.suffix.lower() not in SUFFIXES:
        raise CannotReport(f"--output {output}: a report is .html, .pdf or .xlsx. Give the file one of these endings.")
    if output.is_dir():
        raise CannotReport(f"--output {output}: this is a folder. Name a file in it.")
    if not output.absolute().parent.is_dir():
        raise CannotReport(f"--output {output}: there is no folder {output.parent}. Make it first, or choose another.")


def write(report: Report, output: Path) -> None:
    """Write the report as its suffix says; an earlier file is replaced only by a complete new one."""
    check_output(output)
    write_file(output, _content(report, output))


@lru_cache(maxsize=1)
def _built(
    folder: Path, municipality: str, year: int, language: Language, price_level: tuple[str, int] | None
) -> Report:
    """The same report is often wanted as page and on paper, and a snapshot's folder never changes."""
    return build(open_snapshot(folder), municipality, year, language=language, price_level=price_level)


def _content(report: Report, output: Path) -> bytes:
    if output.suffix.lower() == ".html":
        return html(report).encode()
    if output.suffix.lower() == ".xlsx":
        from styr.reporting.workbook import workbook

        return workbook(report)
    from styr.reporting.pdf import pdf  # WeasyPrint takes a second to load, and HTML needs none of it

    return pdf(report)
