# SPDX-License-Identifier: EUPL-1.2
"""On paper every page says whose report it is, which page of how many, and whether the data are generated."""

from __future__ import annotations

import builtins
import io
import re
from typing import Any

import pypdf
import pytest

from styr.reporting import CannotReport, Report
from styr.reporting.pdf import pdf


@pytest.fixture(scope="module")
def document(sparse_report: Report) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(sparse_report)))


@pytest.fixture(scope="module")
def pages(document: pypdf.PdfReader) -> list[str]:
    return [page.extract_text() for page in document.pages]


def test_every_page_carries_municipality_year_and_its_number(pages: list[str]) -> None:
    assert len(pages) >= 4
    for number, text in enumerate(pages, start=1):
        assert "Ballerup 2019" in text
        assert re.search(rf"Page\s+{number}\s+of\s+{len(pages)}", text)


def test_every_page_marks_generated_data(pages: list[str]) -> None:
    assert all("GENERATED DATA" in text for text in pages)


def test_sentences_charts_and_the_tables_of_the_appendix_are_there(pages: list[str]) -> None:
    whole = " ".join(" ".join(pages).split())
    assert "On 1 January 2019, 16 citizens received a service" in whole
    assert "full-time recipients" in whole
    assert "Appendix: the numbers behind the figures" in whole and "Table 1" in whole
    assert "too few persons to show" in whole


def test_pages_are_a4_and_the_document_can_be_read_aloud(document: pypdf.PdfReader) -> None:
    box = document.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert document.metadata is not None and document.metadata.title == "Ballerup 2019 – Steering report"
    root = document.trailer["/Root"]
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root


def test_without_pango_it_is_said_in_one_line_what_to_install(
    sparse_report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = builtins.__import__

    def without_pango(name: str, *more: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return known(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(CannotReport, match=r"^PDF needs .* apt-get install libpango-1\.0-0 .*\.html\.$"):
        pdf(sparse_report)
