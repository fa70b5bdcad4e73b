# SPDX-License-Identifier: EUPL-1.2
"""What `styr compare`, `hypotheses` and `target-share` show, subtracted from the plain tables and their totals, tells
nothing that these hide: they show no number the tables do not show, and nothing worked out from one that is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot
from styr.statistics import compare, count, hypotheses, target_group_expenditure
from styr.statistics.estimates import declared_hypotheses as declared

#: How many there are by municipality, sex and provision: some few, some none, some with two provisions.
PEOPLE = {
    ("810", "K", "SEL-107"): 2, ("810", "M", "SEL-107"): 9, ("810", "K", "SEL-108"): 12, ("810", "M", "SEL-108"): 1,
    ("810", "K", "SEL-85"): 30, ("810", "M", "SEL-85"): 25, ("820", "K", "SEL-107"): 7, ("820", "K", "SEL-85"): 3,
    ("820", "M", "SEL-85"): 40, ("825", "M", "SEL-108"): 1, ("825", "K", "SEL-85"): 1, ("825", "M", "SEL-85"): 6,
    ("820", "K", "SEL-107 SEL-85"): 4, ("810", "M", "SEL-108 SEL-85"): 6,
}  # fmt: skip
ASKED = {"from_year": 2019, "to_year": 2019}
NUMBERS = ("value", "numerator", "denominator", "n", "lower", "upper", "p", "p_adjusted")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    spec = Spec("drawn")
    spec.known_at = spec.known_at.replace(year=2019)
    people = [
        (f"{nth}-{who}", who, place, sex, provisions.split())
        for nth, ((place, sex, provisions), number) in enumerate(PEOPLE.items())
        for who in range(number)
    ]
    spec.tables["citizens"] = [
        {"citizen_id": name, "sex": sex, "birth_date": f"{1950 + 3 * who % 45}-05-01"}
        for name, who, _, sex, _ in people
    ]
    spec.tables["grants"] = [
        {"citizen_id": name, "paying_municipality": place, "provision": code, "start_date": start,
         "end_date": "2019-12-31", "price": "100", "price_unit": "day"}
        for name, who, place, _, provisions in people for code in provisions
        for start in ["2018-01-01" if who % 3 else "2019-01-01"]
    ]  # fmt: skip
    spec.tables["target_groups"] = [
        {"citizen_id": name, "target_group": "mental"} for name, who, *_ in people if who % 4 == 0
    ]
    spec.tables["diagnoses"] = [
        {"citizen_id": name, "icd10": "F84", "date": "2015-01-01"} for name, who, *_ in people if who % 5 == 0
    ]
    spec.tables["population"] = [
        {"year": str(year), "municipality": place, "sex": sex, "persons": "900"}
        for year in (2018, 2019) for place in ("810", "820", "825") for sex in "KM"
    ]  # fmt: skip
    spec.tables["postings"] = [
        {"municipality": place, "function": f"5.38.5{nth % 3}", "date": "2019-03-01", "amount": str(10 + who),
         "citizen_id": name}
        for nth, (name, who, place, *_) in enumerate(people)
    ] + [
        {"municipality": "810", "function": "5.38.59", "date": "2019-03-01", "amount": "70", "citizen_id": people[0][0]}
    ]  # fmt: skip
    return draw(spec, tmp_path_factory.mktemp("drawn"))


@pytest.mark.parametrize(
    ("indicator", "key", "values", "row_of"),
    [
        ("recipients_in", "sex", ["K", "M"], "sex"),
        ("recipients_in", "provision", ["SEL-107", "SEL-108", "SEL-85"], "provision"),
        ("recipients_in", "provision_group", ["residential", "support_at_home"], "provision_area"),
        ("recipients_in", "provision_group", ["temporary_residential", "long_term_residential"], "provision_group"),
        ("recipients_in", "provision_area", ["residential", "support_at_home"], "provision_area"),
        ("recipients_in", "municipality", ["810", "820", "825"], "municipality"),
        ("recipients_in", "target_group", ["mental", "social"], "target_group"),
        ("full_time_recipients_per_1000", "sex", ["K", "M"], "sex"),
        ("mean_annualised_individual_expenditure", "provision_group", ["residential", "support_at_home"],
         "provision_area"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("by", [(), ("municipality",)])
def test_a_comparison_shows_no_group_that_the_plain_table_of_groups_hides(
    snapshot: Snapshot, indicator: str, key: str, values: Sequence[str], row_of: str, by: tuple[str, ...]
) -> None:
    by = tuple(each for each in by if each != key)
    shown = compare(snapshot, indicator, key, values, by=by, **ASKED).to_polars()
    plain = hidden_rows(count(snapshot, indicator, (*by, row_of), **ASKED).to_polars(), (*by, row_of))
    for row in shown.to_dicts():
        groups = [row["group"], *([row["against"]] if row["against"] else [])]
        if any((*(row[each] for each in by), group) in plain for group in groups):
            assert row["suppressed"]
            assert {name: row[name] for name in NUMBERS if row[name] is not None} == {}


def test_there_is_something_to_hide_among_the_groups(snapshot: Snapshot) -> None:
    for key in ("sex", "provision_group", "provision"):
        by = ("municipality", key)
        assert hidden_rows(count(snapshot, "recipients_in", by, **ASKED).to_polars(), by)


def test_a_total_less_the_groups_shown_of_a_comparison_is_never_one_group_alone(snapshot: Snapshot) -> None:
    for by in ((), ("municipality",)):
        totals = rows_of(count(snapshot, "recipients_in", by, **ASKED).to_polars(), by)
        table = compare(snapshot, "recipients_in", "sex", ["K", "M"], by=by, **ASKED).to_polars()
        values = table.filter(pl.col("figure") == "value")
        for cell, total in totals.items():
            groups = [row for row in values.to_dicts() if tuple(row[each] for each in by) == cell]
            hidden = [row for row in groups if row["suppressed"]]
            assert total["suppressed"] or len(hidden) != 1, (cell, groups)


def test_a_hypothesis_is_not_told_where_the_table_of_its_conditions_hides(snapshot: Snapshot) -> None:
    told = [each for each in declared.hypotheses() if any(figure.kind == "growth" for figure in each.figures)][:4]
    places = ["810", "820", "825"]
    found = hypotheses(
        snapshot, [each.key for each in told], municipalities=places, from_year=2018, to_year=2019
    ).to_polars()
    checked = 0
    for each in told:
        for figure in each.figures:
            row = found.filter((pl.col("hypothesis") == each.key) & (pl.col("figure") == figure.key))
            if figure.kind != "growth" or row.height == 0 or row["before"][0] is None:
                continue
            where = {**figure.where, **figure.part}
            plain = count(snapshot, figure.indicator, ("year",), 2018, 2019, where=where).to_polars()
            assert not plain["suppressed"].any(), (each.key, figure.key)
            checked += 1
    assert checked


def test_a_hidden_account_of_a_target_group_is_in_no_sum_that_is_shown(snapshot: Snapshot) -> None:
    table = target_group_expenditure(snapshot, "mental", 2019).to_polars()
    accounts, whole = table.filter(~pl.col("whole")), table.filter("whole")
    hidden = accounts.filter("suppressed")
    assert hidden["function"].to_list() == ["5.38.59"]  # one citizen
    for name in ("share", "share_lower", "share_upper", "value", "lower", "upper"):
        assert hidden[name].null_count() == hidden.height
    shown = accounts.filter(~pl.col("suppressed"))
    assert whole["value"].to_list() == pytest.approx([shown["value"].sum()])
    assert whole["expenditure"].to_list() == pytest.approx([shown["expenditure"].sum()])


def hidden_rows(table: pl.DataFrame, keys: Sequence[str]) -> set[tuple[Any, ...]]:
    return {key for key, row in rows_of(table, keys).items() if row["suppressed"]}


def rows_of(table: pl.DataFrame, keys: Sequence[str]) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
    return {tuple(row[key] for key in keys): row for row in table.to_dicts()}
