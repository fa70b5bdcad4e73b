# SPDX-License-Identifier: EUPL-1.2
"""A drawn register for the tests of the web application: two municipalities, two offers, five citizens."""

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
    "goals": """
        goal_id | citizen_id | kind        | set_date   | closed_date | attained
        m1      | anna       | progression | 2022-05-01 | 2023-05-01  | ja
    """,
}
