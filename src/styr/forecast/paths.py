# SPDX-License-Identifier: EUPL-1.2
"""Which grant follows which: a citizen's grant that begins when, or not long after, another of theirs has ended."""

from __future__ import annotations

import polars as pl

#: Days after an end within which the same provision is a reopening, and another one a transition.
REOPENED, MOVED = 365, 90
#: Days a successor may begin before the other has ended.
OVERLAP = 7


def with_predecessors(grants: pl.DataFrame) -> pl.DataFrame:
    """Grants (row, citizen_id, provision, start, end, died) with `after`, the row of the grant each follows (null for a
    newcomer), and `delay`, days from its end to the start (at least 1).

    A grant follows the one under the same provision that ended last within REOPENED days, else the one under any
    other provision within MOVED days. Each grant is followed by one at most, the first that begins.
    """
    columns = ["row", "citizen_id", "provision", "start"]
    ended = grants.filter(pl.col("end").is_not_null() & ~pl.col("died"))
    ended = ended.select(
        "citizen_id",
        "provision",
        pl.col("row").alias("after"),
        pl.col("start").alias("begun"),
        pl.col("end").alias("ended"),
        (pl.col("end") - OVERLAP).alias("start"),
    ).sort("start")
    starts = grants.select(columns).sort("start")
    again = _following(starts, ended, ["citizen_id", "provision"], REOPENED)
    rest = starts.join(again, on="row", how="anti").sort("start")
    free = ended.join(again, on="after", how="anti").drop("provision").sort("start")
    moved = _following(rest, free, ["citizen_id"], MOVED)
    found = pl.concat([again, moved])
    return grants.join(found, on="row", how="left", maintain_order="left")


def _following(starts: pl.DataFrame, ended: pl.DataFrame, by: list[str], within: int) -> pl.DataFrame:
    """Starts with the end that came last before them: row, after, delay."""
    pairs = starts.join_asof(
        ended, on="start", by=by, strategy="backward", tolerance=within + OVERLAP, check_sortedness=False
    )
    pairs = pairs.filter(pl.col("after").is_not_null() & (pl.col("begun") < pl.col("start")))
    pairs = pairs.sort("start", "row").unique("after", keep="first", maintain_order=True)
    delay = pl.max_horizontal(pl.col("start") - pl.col("ended"), 1)
    return pairs.select("row", "after", delay.cast(pl.Int32).alias("delay"))
