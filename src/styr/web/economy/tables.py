# SPDX-License-Identifier: EUPL-1.2
"""The tables of a reconciliation as pages show them: rows, columns, and why in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from styr.web.economy.models import Judgement
from styr.web.tables import Column
from styr.web.templatetags.styr import day, kroner, moment, number, word
from styr.web.templatetags.styr import month as month_said
from styr.web.words import say

_AMOUNTS = ("granted", "posted", "agrees", "explained", "not_posted", "not_granted", "awaited", "own")
_TEXT = pl.String()
_JUDGED = {
    "number": pl.Int64(), "verdict": _TEXT, "kind": _TEXT, "citizen_id": _TEXT, "grant_id": _TEXT, "postings": _TEXT,
    "granted": pl.Float64(), "posted": pl.Float64(), "reason": _TEXT, "judged_by": _TEXT,
    "judged_at": pl.Datetime(time_zone="UTC"), "undone": _TEXT,
}  # fmt: skip


def by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Months with their sum last; the month's name is what the table leads on by."""
    whole = rows.select(pl.lit(None, pl.Date).alias("month"), pl.col(_AMOUNTS).sum())
    return pl.concat([rows, whole])


def month_columns() -> list[Column]:
    """The columns of the months."""
    return [
        Column("month", say("economy.month"), text=_month),
        *(Column(name, say(f"economy.sum.{name}"), numeric=True, text=number) for name in _AMOUNTS),
    ]


def suggested(rows: pl.DataFrame) -> pl.DataFrame:
    """Suggestions with what they say in words (why), and the month they are about; the largest first."""
    rows = rows.sort(pl.max_horizontal(pl.col("granted").abs(), pl.col("posted").abs()), descending=True)
    written = [why(row) for row in rows.iter_rows(named=True)]
    return rows.with_columns(
        why=pl.Series(written, dtype=pl.String),
        month=pl.col("months").list.first(),
        kind_word=pl.Series([kind_word(kind) for kind in rows["kind"]], dtype=pl.String),
        postings=pl.col("postings").list.join(", "),
    )


def suggestion_columns() -> list[Column]:
    """The columns of the suggestions; the kind leads to the suggestion's page."""
    return [
        Column("kind_word", say("economy.kind"), link=("suggestion", "key")),
        Column("citizen_id", say("economy.citizen")),
        Column("provision", say("filter.provision"), text=lambda code: word(code, "provision")),
        Column("month", say("economy.month_helped"), text=lambda month: "" if month is None else _month(month)),
        Column("granted", say("economy.sum.granted"), numeric=True, text=number),
        Column("posted", say("economy.sum.posted"), numeric=True, text=number),
        Column("why", say("economy.why"), wide=True),
    ]


def line_columns() -> list[Column]:
    """The columns of months of grants that nobody has posted."""
    return [
        Column("grant_id", say("economy.grant"), link=("grant", "grant_id")),
        Column("citizen_id", say("economy.citizen"), link=("citizen", "citizen_id")),
        Column("provision", say("filter.provision"), text=lambda code: word(code, "provision")),
        Column("month", say("economy.month_helped"), text=_month),
        Column("amount", say("economy.sum.granted"), numeric=True, text=number),
    ]


def posting_columns() -> list[Column]:
    """The columns of postings that agree with no grant."""
    return [
        Column("posting_id", say("economy.posting")),
        Column("citizen_id", say("economy.citizen"), link=("citizen", "citizen_id")),
        Column("grant_id", say("economy.grant")),
        Column("function", say("economy.function"), text=lambda code: word(code, "function")),
        Column("grouping", say("economy.grouping")),
        Column("date", say("economy.date"), text=day),
        Column("amount", say("economy.sum.posted"), numeric=True, text=number),
    ]


def judged(said: Iterable[Judgement]) -> pl.DataFrame:
    """What people have said, the latest first."""
    rows = [
        (
            each.pk, say(f"economy.verdict.{each.verdict}"), kind_word(each.kind), each.citizen_id, each.grant_id,
            ", ".join(each.postings), each.granted, each.posted, each.reason, each.judged_by, each.judged_at,
            f"{each.undone_by}, {moment(each.undone_at)}: {each.undone_why}" if each.undone_at else "",
        )
        for each in said
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_JUDGED, orient="row")


def judgement_columns() -> list[Column]:
    """The columns of what people have said."""
    return [
        Column("number", say("economy.number"), text=str),
        Column("verdict", say("economy.verdict_is")),
        Column("kind", say("economy.kind")),
        Column("citizen_id", say("economy.citizen")),
        Column("grant_id", say("economy.grant")),
        Column("postings", say("economy.posting")),
        Column("granted", say("economy.sum.granted"), numeric=True, text=number),
        Column("posted", say("economy.sum.posted"), numeric=True, text=number),
        Column("reason", say("economy.reason"), wide=True),
        Column("judged_by", say("economy.who")),
        Column("judged_at", say("economy.when"), text=moment),
        Column("undone", say("economy.undone")),
    ]


def kind_word(kind: str) -> str:
    """What a kind of suggestion is called."""
    return say(f"economy.kind_of.{kind}")


def why(row: Mapping[str, Any]) -> str:
    """Why a suggestion is made, in a sentence."""
    ratio = row["posted"] / row["granted"] - 1 if row["granted"] else 0.0
    return say(
        f"economy.because.{row['kind']}",
        month=_month(row["months"][0]) if row["months"] else "",
        granted=kroner(row["granted"]),
        posted=kroner(row["posted"]),
        percent=number(100 * ratio, 1),
        function=word(row["function"], "function"),
        postings=len(row["postings"]),
        grant=row["grant_id"] or "",
    )


def _month(month: date | None) -> str:
    return say("economy.whole_year") if month is None else month_said(month)
