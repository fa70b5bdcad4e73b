# SPDX-License-Identifier: EUPL-1.2
"""The page stands alone, can be heard as well as seen, and hands over its numbers."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest

from styr.reporting import Report, html


class Elements(HTMLParser):
    """Tags with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {key: value or "" for key, value in attrs}))

    def named(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag in tags]


@pytest.fixture(scope="module")
def elements(page: str) -> Elements:
    return Elements(page)


def test_nothing_is_fetched_from_elsewhere(page: str, elements: Elements) -> None:
    addresses = [
        attributes[key]
        for _, attributes in elements.found
        for key in ("href", "src", "xlink:href")
        if key in attributes
    ]
    assert addresses
    assert all(address.startswith(("#", "data:text/csv")) for address in addresses)
    assert not elements.named("script", "link", "img", "iframe")
    assert "@import" not in page and "url(" not in page


def test_the_only_address_in_it_is_the_name_space_of_drawings(page: str) -> None:
    assert set(re.findall(r"https?://[^\"' <]+", page)) == {"http://www.w3.org/2000/svg"}


def test_links_within_the_page_lead_somewhere(elements: Elements) -> None:
    places = {attributes["id"] for _, attributes in elements.found if "id" in attributes}
    wanted = {attributes["href"][1:] for attributes in elements.named("a") if attributes["href"].startswith("#")}
    assert wanted <= places


def test_no_id_is_used_twice(elements: Elements) -> None:
    places = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(places) == len(set(places))


def test_headings_follow_in_order(elements: Elements) -> None:
    levels = [int(tag[1]) for tag, _ in elements.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_language_is_declared(page: str, sparse_report: Report) -> None:
    assert '<html lang="da">' in page
    assert '<html lang="en">' in html(sparse_report)


def test_every_drawing_can_be_heard(elements: Elements) -> None:
    drawings = elements.named("svg")
    assert len(drawings) > 20
    assert all(drawing["role"] == "img" and len(drawing["aria-label"]) > 10 for drawing in drawings)


def test_every_figure_has_its_numbers_as_a_table_and_as_a_file(report: Report, elements: Elements) -> None:
    files = [attributes for attributes in elements.named("a") if "download" in attributes]
    assert [file["download"] for file in files] == [f"{figure.key}-2019.csv" for figure in report.figures]
    assert len(elements.named("caption")) == sum(bool(figure.drawings) for figure in report.figures)


def test_a_file_holds_the_numbers_behind_its_figure_with_hidden_cells_empty(report: Report, elements: Elements) -> None:
    file = next(each for each in elements.named("a") if each.get("download", "").startswith("recipient-groups"))
    rows = list(csv.DictReader(io.StringIO(unquote(file["href"].split(",", 1)[1]))))
    assert {row["indicator"] for row in rows} == {"recipients_on"}
    assert [row["value"] for row in rows if row["provision_group"] == "support_at_home"][-2:] == ["52.0", "52.0"]
    hidden = [row for row in rows if row["suppressed"] == "true"]
    assert hidden and all(not row["value"] + row["lower"] + row["upper"] for row in hidden)


def test_generated_data_are_marked_on_the_page_and_real_data_are_not(page: str, sparse_report: Report) -> None:
    assert html(sparse_report).count("GENERATED DATA") >= 2
    assert "GENEREREDE DATA" not in page


def test_names_from_data_cannot_become_markup(sparse_report: Report) -> None:
    chapter = replace(sparse_report.chapters[0], title="<script>alert(1)</script>")
    text = html(replace(sparse_report, chapters=(chapter,)))
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_danish_letters_and_numbers_are_as_danes_write_them(page: str) -> None:
    assert "40,3\N{NO-BREAK SPACE}mio. kr." in page
    assert "Længerevarende botilbud" in page
