# SPDX-License-Identifier: EUPL-1.2
"""What may explain a line or a posting that stands alone. A suggestion is no more than that: nothing follows from it
before a person has said so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from styr.statistics.reconciling.match import TOLERANCE, USUAL, one_to_one

#: Months before or after the usual in which a posting may still be for a line, and after its end for a grant.
REACH = 6
#: How far a price may have moved for two amounts to be the same help at another price.
NEAR = (0.7, 1.4)
COLUMNS = (
    "kind",
    "citizen_id",
    "grant_id",
    "provision",
    "function",
    "postings",
    "lines",
    "months",
    "granted",
    "posted",
)
_TEN = 10.0

Left = pl.DataFrame


def suggestions(found: pl.DataFrame, lines: Left, postings: Left, every: pl.DataFrame) -> pl.DataFrame:
    """What may explain the lines and postings that are left, each in one suggestion at most; the kinds are tried in
    the order of KINDS. found: candidates, with far (months from the lag by which
    the municipality mostly pays); every: all lines, those that agree too.

    Columns: key (of kind and content, the same as long as these are), kind, citizen_id, grant_id, provision, function,
    postings (ids), lines (numbers), months (first days helped), granted, posted (DKK; 0 where a side is empty).
    """
    kept = []
    for kind, suggest in KINDS.items():
        rows = suggest(found, lines, postings, every).with_columns(kind=pl.lit(kind))
        rows = rows.select(pl.col(name).cast(_TYPES[name]) for name in COLUMNS)
        lines = lines.join(rows.select(line=pl.col("lines").list.explode()).drop_nulls(), on="line", how="anti")
        used = rows.select(posting_id=pl.col("postings").list.explode()).drop_nulls()
        postings = postings.join(used, on="posting_id", how="anti")
        found = found.join(lines, on="line", how="semi").join(postings, on="posting_id", how="semi")
        kept.append(rows)
    return _with_key(pl.concat(kept)).sort("kind", "citizen_id", "key")


def _corrected(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """Several postings that together come to what one month of a grant should cost: posted wrong, and put right."""
    near = found.filter(pl.col("lag").is_between(min(USUAL), max(USUAL) + REACH))
    sums = near.group_by("line", "citizen_id", "grant_id", "provision", "month", "granted", maintain_order=True).agg(
        pl.col("posted").sum(), pl.col("posting_id").sort().alias("postings"), pl.col("function").first()
    )
    agree = (pl.col("granted") - pl.col("posted")).abs() <= TOLERANCE
    sums = sums.filter(agree & (pl.col("postings").list.len() > 1)).sort("month", "line")
    taken = sums.filter(pl.col("postings").list.join("|").is_first_distinct())
    return _of_line(taken)


def _cancelled(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """Postings of one citizen on one function that come to nothing together."""
    names = ["citizen_id", "function", pl.col("amount").abs().round(0).alias("size")]
    sums = (
        postings.sort("date", "posting_id")
        .group_by(names, maintain_order=True)
        .agg(pl.col("amount").sum().alias("posted"), pl.col("posting_id").alias("postings"), pl.col("grant_id").first())
    )
    sums = sums.filter((pl.col("posted").abs() <= TOLERANCE) & (pl.col("postings").list.len() > 1))
    return _of_postings(sums)


def _other_month(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """The same amount in an unusual month: paid late, or beforehand."""
    return _pairs(found, _same() & pl.col("right") & pl.col("lag").is_between(-REACH, max(USUAL) + REACH))


def _other_account(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """The same amount on another function than the provision is mostly posted on."""
    return _pairs(found, _same() & ~pl.col("right") & pl.col("lag").is_between(-1, max(USUAL) + 1))


def _tenfold(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """Ten times the amount, or a tenth: a decimal point misplaced."""
    ten = (pl.col("posted") - _TEN * pl.col("granted")).abs() <= TOLERANCE * _TEN
    tenth = (_TEN * pl.col("posted") - pl.col("granted")).abs() <= TOLERANCE * _TEN
    return _pairs(found, (ten | tenth) & pl.col("lag").is_in(USUAL))


def _other_price(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """Near the amount, in a usual month: another price, or other days, than the grant says."""
    near = (pl.col("posted") / pl.col("granted")).is_between(*NEAR)
    return _pairs(found, near & pl.col("right") & pl.col("lag").is_in(USUAL))


def _ended(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """Paid for a grant that had ended before the month."""
    return _outside(postings, every, pl.col("date") > pl.col("end"), (pl.col("date") - pl.col("end")).dt.total_days())


def _not_begun(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """Paid for a grant that began later."""
    return _outside(
        postings, every, pl.col("date") < pl.col("start"), (pl.col("start") - pl.col("date")).dt.total_days()
    )


def _adjustment(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """A further posting for a grant that runs: a regulation of months already paid."""
    running = every.select("grant_id", "citizen_id", "provision", "expected_function", "start", "end").unique()
    rows = _beside(postings, running)
    runs = (pl.col("date") >= pl.col("start")) & (pl.col("end").is_null() | (pl.col("date") <= pl.col("end")))
    return _of_postings(_single(rows.filter(runs)))


def _no_grant(found: Left, lines: Left, postings: Left, every: Left) -> pl.DataFrame:
    """The citizen has no grant there that the municipality pays for."""
    return _of_postings(_single(postings.with_columns(provision=pl.lit(None, pl.String))))


#: The kinds in the order in which they are tried, the likeliest to be right first.
KINDS: Mapping[str, Callable[[Left, Left, Left, Left], pl.DataFrame]] = {
    "other_month": _other_month,
    "other_account": _other_account,
    "corrected": _corrected,
    "cancelled": _cancelled,
    "tenfold": _tenfold,
    "other_price": _other_price,
    "ended": _ended,
    "not_begun": _not_begun,
    "adjustment": _adjustment,
    "no_grant": _no_grant,
}
_TYPES: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("kind", "citizen_id", "grant_id", "provision", "function"), pl.String()),
    "postings": pl.List(pl.String()),
    "lines": pl.List(pl.UInt32()),
    "months": pl.List(pl.Date()),
    "granted": pl.Float64(),
    "posted": pl.Float64(),
}


def _same() -> pl.Expr:
    return (pl.col("granted") - pl.col("posted")).abs() <= TOLERANCE


def _pairs(found: pl.DataFrame, fits: pl.Expr) -> pl.DataFrame:
    pairs = one_to_one(found.filter(fits), ("far", "month", "posting_id"))
    return _of_line(pairs.with_columns(postings=pl.concat_list("posting_id")))


def _outside(postings: pl.DataFrame, every: pl.DataFrame, fits: pl.Expr, days: pl.Expr) -> pl.DataFrame:
    """Postings near a grant of the citizen on the function that does not cover their day; the nearest."""
    grants = every.select("grant_id", "citizen_id", "provision", "expected_function", "start", "end").unique()
    rows = _beside(postings, grants).with_columns(runs=~fits.fill_null(False), days=days)
    covered = rows.filter("runs").select("posting_id").unique()
    rows = rows.join(covered, on="posting_id", how="anti").filter(pl.col("days") <= REACH * 31)
    return _of_postings(_single(rows.sort("days", "grant_id")))


def _beside(postings: pl.DataFrame, grants: pl.DataFrame) -> pl.DataFrame:
    """Postings beside the grants they name, else those of their citizen on their function."""
    named = postings.filter(pl.col("grant_id").is_not_null()).join(grants.drop("citizen_id"), on="grant_id")
    plain = postings.filter(pl.col("grant_id").is_null()).drop("grant_id").join(grants, on="citizen_id")
    on_it = (pl.col("function") == pl.col("expected_function")) | pl.col("expected_function").is_null()
    return pl.concat([named, plain.filter(on_it).select(named.columns)])


def _single(rows: pl.DataFrame) -> pl.DataFrame:
    once = rows.unique("posting_id", keep="first", maintain_order=True)
    return once.with_columns(postings=pl.concat_list("posting_id"), posted=pl.col("amount"))


def _of_line(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(lines=pl.concat_list("line"), months=pl.concat_list("month"))


def _of_postings(rows: pl.DataFrame) -> pl.DataFrame:
    nothing: Sequence[str] = ("provision",) if "provision" not in rows.columns else ()
    return rows.with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in nothing),
        lines=pl.lit([], pl.List(pl.UInt32)),
        months=pl.lit([], pl.List(pl.Date)),
        granted=pl.lit(0.0),
    )


def _with_key(rows: pl.DataFrame) -> pl.DataFrame:
    """A short key of what a suggestion says; the same suggestion has it whatever else comes and goes."""
    said = rows.select(
        pl.concat_str(
            "kind",
            pl.col("grant_id").fill_null(""),
            pl.col("postings").list.sort().list.join(","),
            pl.col("months").list.eval(pl.element().dt.to_string()).list.join(","),
            separator="|",
        )
    ).to_series()
    keys = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in said]
    return rows.with_columns(key=pl.Series(keys, dtype=pl.String)).select("key", *COLUMNS)
