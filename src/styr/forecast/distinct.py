# SPDX-License-Identifier: EUPL-1.2
"""How many citizens there are to a number of grants: a citizen with several is one recipient (METHODS § 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast.cells import age_groups
from styr.forecast.known import OPERATORS
from styr.forecast.result import Measure, Total
from styr.forecast.town import Town
from styr.statistics.expressions.calendar_units import EPOCH

_MONTH = 30


def shares(
    town: Town, known_at: date, by: tuple[str, ...], labels: pl.DataFrame, measure: Measure, total: Total
) -> np.ndarray:
    """For each cell, distinct citizens (citizen-days) per grant (grant-day) in the year before the known-at day, among
    those the dimensions do not tell apart."""
    last = (known_at - EPOCH).days
    first = last - (_MONTH if measure == "persons" and total == "month" else 365) + 1
    rows = _covering(town, known_at, first, last, by)
    rows = rows.with_columns(pl.lit(0).alias("_all"))
    keys = ["_all", *by]
    if measure == "persons":
        found = rows.group_by(keys).agg((pl.col("citizen").n_unique() / pl.len()).alias("share"))
    else:
        days = _distinct_days(rows, keys)
        found = rows.group_by(keys).agg((pl.col("end") - pl.col("start") + 1).sum().alias("granted"))
        found = found.join(days, on=keys, nulls_equal=True).with_columns(
            (pl.col("distinct") / pl.col("granted")).alias("share")
        )
    wanted = labels.with_columns(pl.lit(0).alias("_all"))
    if "target_group" in by:  # a set of groups: the mean of theirs
        wanted = (
            wanted.with_row_index("_cell")
            .explode("target_groups")
            .with_columns(pl.col("target_groups").alias("target_group"))
        )
        joined = (
            wanted.join(found, on=keys, how="left", nulls_equal=True)
            .group_by("_cell")
            .agg(pl.col("share").mean())
            .sort("_cell")
        )
    else:
        joined = wanted.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return np.asarray(joined["share"].fill_null(1.0).to_numpy())


def behind(town: Town, known_at: date, by: Sequence[str], total: Total) -> pl.DataFrame:
    """How many citizens are behind each cell: the dimensions asked for, and persons with a grant in the last month (or
    year, for totals of years) before the known-at day."""
    last = (known_at - EPOCH).days
    rows = _covering(town, known_at, last - (_MONTH if total == "month" else 365) + 1, last, by)
    rows = rows.with_columns(municipality=pl.lit(town.code), region=pl.lit(vocabulary.region_of(town.code)))
    if not by:
        return rows.select(pl.col("citizen").n_unique().cast(pl.Int64).alias("persons"))
    return rows.group_by(list(by)).agg(pl.col("citizen").n_unique().cast(pl.Int64).alias("persons"))


def _covering(town: Town, known_at: date, first: int, last: int, by: Sequence[str]) -> pl.DataFrame:
    """Grants with a day in the span, cut to it, with what they may be split by; by target group a row for each that the
    citizen has."""
    grants = town.grants
    rows = np.flatnonzero((grants.start <= last) & (grants.end >= first))
    provision = [town.lists.provisions[each] for each in grants.provision[rows]]
    names, edges = zip(*age_groups(), strict=True)
    turned = (date(known_at.year, 12, 31) - EPOCH).days - grants.birth[rows]
    group_of = {each: vocabulary.group_of(each) for each in town.lists.provisions}
    function_of = dict(zip(town.lists.provisions, town.functions, strict=True))
    ages = np.searchsorted(np.array(edges[1:]) * 365.25, turned, side="right")
    found = pl.DataFrame(
        {
            "citizen": grants.citizen[rows],
            "start": np.maximum(grants.start[rows], first),
            "end": np.minimum(grants.end[rows], last),
            "provision": provision,
            "provision_group": [group_of[each] for each in provision],
            "provision_area": [vocabulary.provision_area_of(group_of[each]) for each in provision],
            "function": [function_of[each] for each in provision],
            "operator_type": [OPERATORS[each] or None for each in grants.operator[rows]],
            "age_group": [names[each] for each in ages],
        },
        schema_overrides={"operator_type": pl.String},
    )
    if "target_group" not in by:
        return found
    groups = pl.Series([list(town.lists.groups[each]) for each in grants.groups[rows]], dtype=pl.List(pl.String))
    return found.with_columns(target_group=groups).explode("target_group")


def _distinct_days(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Days covered by at least one grant of the citizen."""
    per = [*keys, "citizen"]
    ordered = rows.sort(*per, "start")
    before = pl.col("end").cum_max().shift(1).over(per)
    fresh = pl.col("end") - pl.max_horizontal(pl.col("start"), before.fill_null(-(2**30)) + 1) + 1
    return (
        ordered.with_columns(fresh.clip(0).alias("fresh")).group_by(keys).agg(pl.col("fresh").sum().alias("distinct"))
    )
