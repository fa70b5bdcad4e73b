# SPDX-License-Identifier: EUPL-1.2
"""A drawn register for the tests of the web application: two municipalities, two offers, five citizens,
three cases."""

from __future__ import annotations

MUNICIPALITY, OTHER_MUNICIPALITY = "851", "860"

TABLES = {
    "citizens": """
        citizen_id | birth_date | death_date | sex | municipality
        anna       | 1980-05-17 |            | K   | 851
        bent       | 1992-11-02 |            | M   | 851
        carl       | 1975-01-30 |            | M   | 860
        dorte      | 1966-07-08 |            | K   | 851
        erik       | 1950-03-03 | 2024-06-30 | M   | 851
    """,
    "target_groups": """
        citizen_id | target_group         | start_date
        anna       | developmental.autism | 2018-01-01
        bent       | mental               | 2020-01-01
    """,
    "offers": """
        offer_id | name       | operator_type | operator_code | municipality
        o1       | Engbakken  | municipal     | 851           | 851
        o2       | Skovhuset  | private       | 12345678      | 860
    """,
    "departments": """
        department_id | offer_id | name
        d1            | o1       | Nord
        d2            | o2       | Hovedhuset
    """,
    "places": """
        department_id | provisions | places | start_date
        d1            | SEL-107    | 12     | 2015-01-01
        d2            | SEL-108    | 8      | 2015-01-01
    """,
    "tariffs": """
        department_id | service | amount | unit | start_date
        d1            | Ophold  | 2500   | day  | 2024-01-01
    """,
    "grants": """
        grant_id | citizen_id | provision | start_date | end_date   | payer | department_id | price | unit
        g1       | anna       | SEL-107   | 2019-03-01 |            | 851   | d1            | 2400  | day
        g2       | bent       | SEL-85    | 2021-01-01 |            | 851   |               | 5000  | month
        g3       | carl       | SEL-108   | 2016-06-01 |            | 860   | d2            | 2100  | day
        g4       | dorte      | SEL-104   | 2017-01-01 | 2020-12-31 | 851   | d2            | 400   | day
    """.replace("| unit", "| price_unit").replace("| payer", "| paying_municipality"),
    "grant_prices": """
        grant_id | start_date | end_date   | price | price_unit
        g1       | 2023-01-01 | 2023-12-31 | 2450  | day
        g1       | 2024-01-01 |            | 2500  | day
    """,
    "cases": """
        case_id | citizen_id | municipality
        c1      | anna       | 851
        c2      | dorte      | 851
        c3      | carl       | 860
    """,
    "case_events": """
        case_id | stage      | date
        c1      | enquiry    | 2019-01-01
        c1      | decision   | 2019-01-31
        c1      | start      | 2019-03-01
        c2      | enquiry    | 2024-10-01
        c2      | assessment | 2024-11-15
        c3      | enquiry    | 2024-12-01
    """,
    "goals": """
        goal_id | citizen_id | closed_date | attained | set_date   | kind
        m1      | anna       | 2023-05-01  | ja       | 2022-05-01 | progression
        m2      | anna       |             |          | 2024-02-01 | maintenance
    """,
}

#: What the economy and the analyses want besides. Of 851 January and March are posted as granted, February late, and
#: April at another price.
MONEY = {
    "postings": """
        posting_id | date       | municipality | function | grouping | dranst | amount | citizen_id | grant_id
        p1         | 2024-02-05 | 851          | 5.38.52  | 001      | 1      | 77500  | anna       | g1
        p2         | 2024-04-05 | 851          | 5.38.52  | 001      | 1      | 77500  | anna       | g1
        p3         | 2024-07-20 | 851          | 5.38.52  | 001      | 1      | 72500  | anna       | g1
        p4         | 2024-05-05 | 851          | 5.38.52  | 001      | 1      | 80000  | anna       | g1
        p5         | 2024-06-05 | 860          | 5.38.50  | 001      | 1      | 63000  | carl       | g3
    """,
    "budgets": """
        year | municipality | function | grouping | dranst | amount | version
        2024 | 851          | 5.38.52  | 001      | 1      | 300000 | adopted
        2024 | 851          | 5.38.59  | 001      | 1      | 50000  | adopted
    """,
    "population": """
        year | municipality | age | sex | persons
        2024 | 851          | 40  | K   | 2000
        2024 | 860          | 40  | M   | 1000
    """,
}
