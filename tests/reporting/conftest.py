# SPDX-License-Identifier: EUPL-1.2
"""Two registers to report on, built once: one with places, offers and accounts, one with hardly anything."""

from __future__ import annotations

import pytest
from reporting.registers import population, snapshot

from styr.register.snapshot import Snapshot
from styr.reporting import Report, build, html, write_report

#: Ballerup (151) is reported on; Gentofte (157) lies in the same region, Vejle (630) in another.
WHOLE = """
    citizens | born       | payer | provision | start      | end        | price    | department
    40       | 1980-01-01 | 151   | SEL-85    | 2014-01-01 |            | 300      |
    12       | 1995-01-01 | 151   | SEL-85    | 2018-01-01 |            | 400      |
    20       | 1970-01-01 | 151   | SEL-107   | 2014-01-01 |            | 2000     | own
    10       | 1975-01-01 | 151   | SEL-107   | 2014-01-01 |            | 2500     | other
    6        | 1960-01-01 | 151   | SEL-108   | 2016-01-01 | 2018-12-31 | 3000     | private
    8        | 1960-01-01 | 151   | SEL-108   | 2014-01-01 |            | 3100     | regional
    3        | 1990-01-01 | 151   | SEL-109   | 2014-01-01 |            | 1234.57  |
    70       | 1980-01-01 | 157   | SEL-85    | 2014-01-01 |            | 310      |
    30       | 1980-01-01 | 157   | SEL-107   | 2014-01-01 |            | 2100     |
    90       | 1980-01-01 | 630   | SEL-85    | 2014-01-01 |            | 305      |
"""
OFFERS = """
    offer_id | name     | operator_type | operator_code | municipality
    o1       | Egen     | municipal     | 151           | 151
    o2       | Anden    | municipal     | 157           | 157
    o3       | Region   | regional      | 1084          | 151
    o4       | Privat   | private       | 12345678      | 630
"""
DEPARTMENTS = """
    department_id | offer_id | name      | municipality
    own           | o1       | Afdeling  | 151
    other         | o2       | Afdeling  | 157
    regional      | o3       | Afdeling  | 151
    private       | o4       | Afdeling  | 630
"""
PLACES = """
    department_id | provisions | places | start_date
    own           | SEL-107    | 25     | 2014-01-01
"""
POSTINGS = "\n".join(
    ["posting_id | date | municipality | function | grouping | dranst | amount"]
    + [f"p{year}{place} | {year}-06-01 | 151 | 5.38.5{place} | 001 | 1 | {year * 1000 * (place + 1)}"
       for year in range(2015, 2020) for place in (0, 2)]
)  # fmt: skip
INDICES = "\n".join(["series|year|value"] + [f"pl|{year}|{100 + year - 2014}" for year in range(2014, 2020)])

SPARSE = """
    citizens | born       | payer | provision | start      | end | price
    14       | 1980-01-01 | 151   | SEL-85    | 2017-03-01 |     |
    2        | 1980-01-01 | 151   | SEL-107   | 2017-03-01 |     |
"""


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot with most tables."""
    return snapshot(
        tmp_path_factory.mktemp("whole"), WHOLE, offers=OFFERS, departments=DEPARTMENTS, places=PLACES,
        postings=POSTINGS, price_indices=INDICES, population=population({"151": 5000, "157": 8000, "630": 10_000}),
    )  # fmt: skip


@pytest.fixture(scope="session")
def sparse_register(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A generated snapshot of citizens and grants without prices, nothing more."""
    return snapshot(tmp_path_factory.mktemp("sparse"), SPARSE, generated=True)


@pytest.fixture(scope="session")
def report(register: Snapshot) -> Report:
    """Ballerup 2019 in Danish."""
    return build(register, "151", 2019)


@pytest.fixture(scope="session")
def page(report: Report) -> str:
    """The page of that report."""
    return html(report)


@pytest.fixture(scope="session")
def sparse_report(sparse_register: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Ballerup 2019 in English, from a register with hardly anything."""
    return write_report(sparse_register, "151", 2019, tmp_path_factory.mktemp("page") / "page.html", language="en")
