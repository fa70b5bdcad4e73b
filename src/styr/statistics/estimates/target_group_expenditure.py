# SPDX-License-Identifier: EUPL-1.2
"""What of an account goes to a target group, estimated from municipal shares.

The accounts do not tell target groups apart. Some municipalities can say what share of an account they spend on a
group: from their register, where postings name a citizen, or from an estimate of their own. The share is taken as the
unweighted mean of these, and the expenditure as the account's times the share (METHODS § 3; 002 l.1163-1171,
l.7935-7947).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Words
from styr.statistics.count import count
from styr.statistics.disclosure import THRESHOLD
from styr.statistics.engines import Engine, open_engine, require
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates.jackknife import t_quantile
from styr.statistics.expressions.grants import with_finer
from styr.statistics.expressions.spans import EARLIEST, LATEST
from styr.statistics.result import Header, Result, as_arrow, caveat

INDICATOR = "target_group_expenditure"
OPERATION = 1  # dranst: operating expenditure
ESTIMATES = {"municipality": pl.String, "function": pl.String, "share": pl.Float64}
OF_NUMBERS = ("share", "share_lower", "share_upper", "value", "lower", "upper")


def target_group_expenditure(
    snapshot: Snapshot,
    target_group: str,
    year: int,
    *,
    estimates: pl.DataFrame | None = None,
    where: dict[str, Sequence[str]] | None = None,
    disclosure_control: bool = True,
    engine: str = "duckdb",
    **options: Any,
) -> Result:
    """The share of each account function that goes to a target group, and what that is in DKK.

    target_group: code or name; finer groups below it count. estimates: municipality, function, share (0 to 1) as
    municipalities have estimated it; None takes the shares from postings that name their citizen. where: narrows the
    accounts (function, municipality, region). options: price_level and net_of_refund, for the accounts.

    Columns: indicator, year, function, whole (the row of all functions with a share), share, share_lower, share_upper
    (the unweighted mean over municipalities and its t interval), expenditure (DKK), value (expenditure × share),
    numerator, denominator (null), n (municipalities), lower, upper, suppressed, method. The interval of the whole
    takes into account that the same municipalities estimate several functions. Raises CannotAnswer when no
    municipality can say.
    """
    group = _group(target_group)
    accounts = count(
        snapshot, "net_expenditure", by=("year", "function"), from_year=year, to_year=year, where=where,
        disclosure_control=disclosure_control, engine=engine, **options,
    )  # fmt: skip
    if estimates is None:
        running = open_engine(engine, snapshot)
        try:
            shares, persons = _from_postings(running, group, year)
        finally:
            running.close()
    else:
        shares, persons = checked(estimates), None
    table = estimated(accounts.to_polars().select("function", expenditure="value"), shares)
    if persons is not None and disclosure_control:
        table = _hidden(table, persons)
    table = _with_whole(table, shares)
    table = table.select(
        pl.lit(INDICATOR).alias("indicator"), pl.lit(year, pl.Int32).alias("year"), "function", "whole", "share",
        "share_lower", "share_upper", "expenditure", "value", numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64), n="n", lower="lower", upper="upper", suppressed="suppressed",
        method=pl.when(pl.col("n") > 0)
        .then(pl.format("mean of {} municipalities, t interval", "n"))
        .otherwise(pl.lit("no municipality has a share")),
    )  # fmt: skip
    return Result(as_arrow(table), _header(accounts.header, group, persons is not None))


def estimated(accounts: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The mean share of each function, and its expenditure times that.

    accounts: function, expenditure. shares: municipality, function, share. Returns function, expenditure, n
    (municipalities), share, error (standard error of the share), share_lower, share_upper, value, lower, upper; null
    where no municipality has a share, intervals also where only one has.
    """
    means = shares.group_by("function").agg(
        share_=pl.col("share").mean(), error=pl.col("share").std() / pl.len().sqrt(), n=pl.len().cast(pl.Int64)
    )
    table = accounts.join(means, on="function", how="left", maintain_order="left").rename({"share_": "share"})
    table = table.with_columns(n=pl.col("n").fill_null(0))
    widths = {n: t_quantile(n - 1) for n in table["n"].unique() if n > 1}
    half = pl.col("error") * pl.col("n").replace_strict(widths, default=None, return_dtype=pl.Float64)
    table = table.with_columns(share_lower=pl.col("share") - half, share_upper=pl.col("share") + half)
    times = pl.col("expenditure")
    table = table.with_columns(value=times * pl.col("share"), _one=times * pl.col("share_lower"),
                               _other=times * pl.col("share_upper"))  # fmt: skip
    return table.with_columns(
        lower=pl.min_horizontal("_one", "_other"), upper=pl.max_horizontal("_one", "_other"), suppressed=pl.lit(False)
    ).drop("_one", "_other")


def checked(estimates: pl.DataFrame) -> pl.DataFrame:
    """Municipal estimates with codes for names; raises CannotAnswer naming the row that cannot be read."""
    missing = [name for name in ESTIMATES if name not in estimates.columns]
    if missing:
        raise CannotAnswer("estimates_lack_column", column=missing[0])
    try:
        read = estimates.select(
            *(_codes(estimates[name].cast(pl.String)) for name in ("municipality", "function")),
            pl.col("share").cast(pl.Float64),
        )
    except pl.exceptions.PolarsError as error:
        raise CannotAnswer("estimates_share_no_number", error=error) from error
    beyond = read.with_row_index("row", offset=2).filter(~pl.col("share").is_between(0, 1).fill_null(False))
    if beyond.height:
        row = beyond.row(0, named=True)
        raise CannotAnswer("estimates_share_beyond", row=row["row"], share=row["share"])
    twice = read.filter(pl.struct("municipality", "function").is_duplicated())
    if twice.height:
        row = twice.row(0, named=True)
        raise CannotAnswer("estimates_share_twice", municipality=row["municipality"], function=row["function"])
    return read


def _codes(words: pl.Series) -> pl.Series:
    """A column of words (named as its list) as codes; raises CannotAnswer naming the word."""
    known = vocabulary.codelist(words.name)
    try:
        codes = {word: known.parse(word) for word in words.drop_nulls().unique()}
    except vocabulary.UnknownWord as error:
        raise CannotAnswer("estimates_unreadable", error=error) from error
    return words.replace_strict(codes, default=None, return_dtype=pl.String)


def _group(written: str) -> str:
    try:
        return vocabulary.codelist("target_group").parse(written)
    except vocabulary.UnknownWord as error:
        raise CannotAnswer("as_said", said=error) from error


def _from_postings(engine: Engine, group: str, year: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What municipalities' own postings say: of the expenditure (not income) that names its citizen, the share on
    citizens who had the target group that day; and the citizens behind each function, of the group (persons) and not
    (others)."""
    require(engine.snapshot, "target_groups", INDICATOR)
    postings, groups = engine.table("postings"), engine.table("target_groups")
    rows = postings.filter(
        postings.citizen_id.notnull(), postings.dranst == OPERATION, postings.amount > 0,
        postings.date >= date(year, 1, 1), postings.date <= date(year, 12, 31),
    )  # fmt: skip
    held = groups.filter(groups.target_group.isin(with_finer([group]))).select(
        _holder="citizen_id", _from=groups.start_date.fill_null(EARLIEST), _to=groups.end_date.fill_null(LATEST)
    )
    of_group = rows.inner_join(
        held, [rows.citizen_id == held["_holder"], rows.date >= held["_from"], rows.date <= held["_to"]]
    ).select("posting_id", "municipality", "function", "citizen_id", "amount")
    of_group = of_group.distinct()
    named = _frame(engine, rows.group_by("municipality", "function").agg(named=rows.amount.sum().cast("float64")))
    spent = _frame(
        engine, of_group.group_by("municipality", "function").agg(spent=of_group.amount.sum().cast("float64"))
    )
    rest = rows.anti_join(of_group, "posting_id")
    persons = _frame(engine, of_group.group_by("function").agg(persons=of_group.citizen_id.nunique())).join(
        _frame(engine, rest.group_by("function").agg(others=rest.citizen_id.nunique())), on="function", how="full",
        coalesce=True,
    )  # fmt: skip
    if named.is_empty():
        raise CannotAnswer("no_posting_names_its_citizen", year=year)
    joined = named.join(spent, on=["municipality", "function"], how="left")
    return joined.select("municipality", "function", share=pl.col("spent").fill_null(0.0) / pl.col("named")), persons


def _hidden(table: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """The table with functions hidden that rest on few citizens of the group, or on few others, whose share is what is
    left. They cannot be told from the whole, which is of the shown functions alone."""
    most = vocabulary.parameter(THRESHOLD) - 1
    few = pl.any_horizontal(pl.col("persons", "others").is_between(1, most).fill_null(False))
    hidden = table.join(persons, on="function", how="left", maintain_order="left").with_columns(suppressed=few)
    shown = pl.when(~pl.col("suppressed")).then(pl.col(*OF_NUMBERS, "error"))
    return hidden.with_columns(shown).drop("persons", "others")


def _with_whole(table: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The table with the row of all functions that have a share and are shown."""
    table = table.with_columns(whole=pl.lit(False))
    taking_part = table.filter(pl.col("value").is_not_null())
    if taking_part.is_empty():
        raise CannotAnswer("no_share_of_functions")
    amounts = taking_part["expenditure"].to_numpy()
    wide = shares.filter(pl.col("function").is_in(taking_part["function"].implode())).pivot(
        "function", index="municipality", values="share"
    )
    columns = wide.select(taking_part["function"].to_list()).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    error = error_of_sum(columns, amounts)
    fewest = int(taking_part.select(pl.col("n").min()).item())
    total, spent = float(taking_part["value"].sum()), float(amounts.sum())
    half = t_quantile(fewest - 1) * error if fewest > 1 else None
    whole = pl.DataFrame(
        {
            "function": [None], "whole": [True], "expenditure": [spent], "share": [total / spent if spent else None],
            "value": [total], "lower": [None if half is None else total - half],
            "upper": [None if half is None else total + half], "n": [fewest], "suppressed": [False],
        },
        schema_overrides={"function": pl.String, "lower": pl.Float64, "upper": pl.Float64, "share": pl.Float64},
    )  # fmt: skip
    return pl.concat([table, whole], how="diagonal_relaxed")


def error_of_sum(shares: npt.NDArray[np.float64], amounts: npt.NDArray[np.float64]) -> float:
    """The standard error of Σ amount × mean share, where the same municipalities may stand behind several means.

    shares: a row a municipality, a column a function, nan where it has no share. Var = ΣΣ EaEb cov(ā, b̄), with
    cov(ā, b̄) = nab / (na nb) × the covariance over the nab municipalities with both; with every share given it is the
    error of the mean of each municipality's own sum.
    """
    known = ~np.isnan(shares)
    counts = known.sum(axis=0).astype(float)
    both = known.T.astype(float) @ known.astype(float)
    filled = np.where(known, shares, 0.0)
    mean_a = (filled.T @ known) / np.maximum(both, 1)  # the mean of a over the municipalities that have b too
    products = filled.T @ filled
    covariance = (products - both * mean_a * mean_a.T) / np.maximum(both - 1, 1)
    of_means = covariance * both / np.outer(counts, counts)
    variance = float(amounts @ np.where(both > 1, of_means, 0.0) @ amounts)
    return math.sqrt(max(variance, 0.0))


def _frame(engine: Engine, expression: Any) -> pl.DataFrame:
    frame = pl.from_arrow(engine.run(expression))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _header(told: Header, group: str, from_register: bool) -> Header:
    groups = vocabulary.codelist("target_group")
    names = Words(groups.name(group, "da"), groups.name(group, "en"))
    return replace(
        told,
        indicator=INDICATOR,
        title=Words(f"Udgifter til målgruppen {names.da}", f"Expenditure on the target group {names.en}"),
        rule=Words(
            "Regnskabets udgift gange det uvægtede gennemsnit af kommunernes andele til målgruppen.",
            "The expenditure of the accounts times the unweighted mean of the municipalities' shares to the group.",
        ),
        source="METHODS § 3; 002 l.7935-7947",
        caveats=(caveat("share_from_postings" if from_register else "share_estimated"), *told.caveats),
    )
