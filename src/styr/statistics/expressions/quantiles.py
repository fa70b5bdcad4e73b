# SPDX-License-Identifier: EUPL-1.2
"""Quantiles of a distribution, a row each: linear interpolation between neighbours (type 7), alike on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.expressions.small_tables import small_table
from styr.statistics.question import Question

#: The words of the dimension quantile → the share of the distribution that lies below.
SHARES: Mapping[str, float] = {"p10": 0.1, "q1": 0.25, "median": 0.5, "q3": 0.75, "p90": 0.9}


def quantiles(
    rows: ir.Table, value: ir.NumericValue, keys: Sequence[str], beside: Mapping[str, ir.Value], question: Question
) -> ir.Table:
    """The quantiles of a value within the keys, those the question allows; nulls are left out.

    Columns: the keys, quantile (its word), numerator (the value at the quantile, null where no value is) and the
    aggregates given in beside, the same in every row of a key.
    """
    asked = {name: SHARES[name] for name in question.where.get("quantile", SHARES)}
    found = rows.group_by(*keys).agg(**{f"_{name}": value.quantile(share) for name, share in asked.items()}, **beside)
    spread = found.cross_join(small_table(pa.table({"quantile": list(asked)})))
    chosen = ibis.cases(*((spread["quantile"] == name, spread[f"_{name}"]) for name in asked))
    return spread.mutate(numerator=chosen.cast("float64")).drop(*(f"_{name}" for name in asked))
