# SPDX-License-Identifier: EUPL-1.2
"""Stress: what happens to a generated municipality that its history does not tell of. Each scenario is a change of the
delivered tables, written in their plain columns; the accounts follow the grants.

What the changed grants cost more or less than before, by month and provision, is booked on the provision's account the
20th of the month, so that accounts and grants tell the same story.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
from country import KEPT

from styr.forecast.months import Month
from styr.register.generate.parameters import parameters
from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot, open_snapshot, write_snapshot
from styr.statistics import count

Tables = dict[str, pl.DataFrame]
RESIDENTIAL = ("SEL-107", "SEL-108", "SEL-85-botilbud")
TOWNS = ("813", "259", "376", "746", "661")
#: Raised when a scenario is changed, so that kept snapshots of it are made anew.
VERSION = 2


@dataclass(frozen=True)
class Scenario:
    """A change of the tables, the municipalities it happens to, and when forecasts are made around it."""

    name: str
    change: Callable[[Tables], Tables] | None
    first: Month
    last: Month
    municipalities: tuple[str, ...] = TOWNS

    @property
    def span(self) -> tuple[Month, Month]:
        """The first and last month-end a forecast is made at."""
        return self.first, self.last


def closed_offer(tables: Tables) -> Tables:
    """The department with most citizens in residential grants closes on 30 September 2021: decided 1 August, all move
    to other places the next day at a price 15 % higher."""
    closes, decided = date(2021, 9, 30), date(2021, 8, 1)
    grants = tables["grants"]
    running = grants.filter(
        pl.col("provision").is_in(RESIDENTIAL), pl.col("department_id").is_not_null(), *_covers(closes)
    )
    chosen = running.group_by("department_id").len().sort("len", "department_id", descending=[True, False])
    leaving = running.filter(pl.col("department_id") == chosen["department_id"][0])
    prices = _price_on(tables, leaving, closes)
    moved = leaving.with_columns(
        grant_id=pl.col("grant_id") + "-moved",
        start_date=pl.lit(closes + timedelta(days=1)),
        decision_date=pl.lit(decided),
        department_id=pl.lit(None, pl.String),
        price=(prices * 1.15).round(2),
        case_id=pl.lit(None, pl.String),
    )
    later = tables["grant_prices"].filter(
        pl.col("grant_id").is_in(leaving["grant_id"].implode()), pl.col("start_date") > closes
    )
    later = later.with_columns(grant_id=pl.col("grant_id") + "-moved", price=(pl.col("price") * 1.15).round(2))
    return tables | {
        "grants": pl.concat([_ended(grants, leaving["grant_id"], closes), moved]),
        "grant_prices": pl.concat([_prices_ended(tables["grant_prices"], leaving["grant_id"], closes), later]),
    }


def early_support(tables: Tables) -> Tables:
    """From 1 July 2021 every other new grant of support at home (§ 85) is not needed: the citizen gets 120 days of
    § 82 a instead, at a month's price of 3,000 DKK."""
    starts = date(2021, 7, 1)
    grants = tables["grants"]
    new = grants.filter(pl.col("provision") == "SEL-85", pl.col("start_date") >= starts).sort("start_date", "grant_id")
    spared = new.gather_every(2)
    instead = spared.with_columns(
        grant_id=pl.col("grant_id") + "-82",
        provision=pl.lit("SEL-82a"),
        end_date=pl.min_horizontal(pl.col("start_date") + timedelta(days=119), pl.col("end_date")),
        expected_end_date=pl.col("start_date") + timedelta(days=119),
        hours_per_week=pl.lit(None, pl.Float64),
        price=pl.lit(3000.0),
        price_unit=pl.lit("month"),
        case_id=pl.lit(None, pl.String),
    ).with_columns(end_date=pl.when(pl.col("end_date") <= KNOWN).then("end_date"))
    gone = pl.col("grant_id").is_in(spared["grant_id"].implode())
    return tables | {
        "grants": pl.concat([grants.filter(~gone), instead]),
        "grant_prices": tables["grant_prices"].filter(~gone),
    }


def late_registration(tables: Tables) -> Tables:
    """Grants are decided on paper 60 to 120 days after they have started, in turn."""
    days = 60 + pl.int_range(pl.len()) * 37 % 61
    return tables | {
        "grants": tables["grants"].with_columns(decision_date=pl.col("start_date") + pl.duration(days=days))
    }


def raised_prices(tables: Tables) -> Tables:
    """On 1 July 2021 residential prices rise by 6 % and stay there."""
    raised, factor = date(2021, 7, 1), 1.06
    grants = tables["grants"]
    mine = grants.filter(pl.col("provision").is_in(RESIDENTIAL))["grant_id"]
    running = grants.filter(pl.col("provision").is_in(RESIDENTIAL), *_covers(raised)).filter(
        pl.col("start_date") < raised
    )
    prices = tables["grant_prices"]
    until = prices.filter(pl.col("start_date") > raised).group_by("grant_id").agg(pl.col("start_date").min())
    anew = running.select("grant_id", "price_unit", price=_price_on(tables, running, raised) * factor)
    anew = anew.join(until, on="grant_id", how="left", maintain_order="left").select(
        "grant_id", start_date=pl.lit(raised), end_date=pl.col("start_date") - timedelta(days=1),
        price=pl.col("price").round(2), price_unit="price_unit",
    )  # fmt: skip
    anew = anew.join(running.select("grant_id", over="end_date"), on="grant_id", maintain_order="left")
    anew = anew.with_columns(end_date=pl.coalesce("end_date", "over")).drop("over")
    later = pl.col("grant_id").is_in(mine.implode()) & (pl.col("start_date") >= raised)
    earlier = _prices_ended(prices, running["grant_id"], raised - timedelta(days=1), later_kept=True)
    earlier = earlier.with_columns(price=pl.when(later).then((pl.col("price") * factor).round(2)).otherwise("price"))
    grants = grants.with_columns(price=pl.when(later).then((pl.col("price") * factor).round(2)).otherwise("price"))
    return tables | {"grants": grants, "grant_prices": pl.concat([earlier, anew.select(earlier.columns)])}


def no_expected_ends(tables: Tables) -> Tables:
    """Nobody has written down when a grant is expected to end."""
    return tables | {"grants": tables["grants"].with_columns(expected_end_date=pl.lit(None, pl.Date))}


def one_year(tables: Tables) -> Tables:
    """The register begins on 1 January 2022: grants that had ended, and accounts and budgets from before, are not
    there."""
    begins = date(2022, 1, 1)
    grants = tables["grants"].filter(pl.col("end_date").is_null() | (pl.col("end_date") >= begins))
    return tables | {
        "grants": grants,
        "grant_prices": tables["grant_prices"].filter(
            pl.col("grant_id").is_in(grants["grant_id"].implode()),
            pl.col("end_date").is_null() | (pl.col("end_date") >= begins),
        ),
        "postings": tables["postings"].filter(pl.col("date") >= begins),
        "budgets": tables["budgets"].filter(pl.col("year") >= begins.year),
    }


KNOWN = date(2024, 12, 31)
_AROUND = (Month(2021, 1), Month(2022, 12))
SCENARIOS = (
    Scenario("no break, 2021-2022", None, *_AROUND),
    Scenario("closed offer", closed_offer, *_AROUND),
    Scenario("§ 82 halves inflow to § 85", early_support, *_AROUND),
    Scenario("3 months' registration delay", late_registration, *_AROUND),
    Scenario("prices raised mid-year", raised_prices, *_AROUND),
    Scenario("tiny municipality (4,000)", None, *_AROUND, ("741", "563", "741", "563", "741")),
    Scenario("no expected ends", no_expected_ends, *_AROUND),
    Scenario("one year of history", one_year, Month(2022, 12), Month(2023, 6)),
)


def stressed(snapshot: Snapshot, scenario: Scenario) -> Snapshot:
    """The snapshot after a scenario, kept beside the generated ones."""
    if scenario.change is None:
        return snapshot
    kept = KEPT / f"stress-{scenario.change.__name__}-{VERSION}-{snapshot.id}"
    if found := sorted(kept.glob("snap-*")):
        return open_snapshot(found[0])
    before = {name: _read(snapshot, name) for name in ("grants", "grant_prices", "postings", "budgets")}
    after = scenario.change(before)
    if scenario.change is not one_year:
        after["postings"] = _rebooked(snapshot, after)
    return _written(kept, snapshot, after)


def _rebooked(snapshot: Snapshot, after: Tables) -> pl.DataFrame:
    """The postings, and on top of them what the grants of after cost more or less than before."""
    with tempfile.TemporaryDirectory(prefix="styr-stress-") as folder:
        changed = _written(Path(folder), snapshot, after)
        costs = [_cost(each).rename({"value": name}) for each, name in ((snapshot, "before"), (changed, "after"))]
    both = costs[0].join(costs[1], on=["month", "municipality", "provision"], how="full", coalesce=True)
    accounts = pl.DataFrame(
        [(key, str(spec["function"]), str(spec["grouping"])) for key, spec in parameters()["money"].items()],
        schema=["provision", "function", "grouping"],
        orient="row",
    )
    rows = both.with_columns(amount=(pl.col("after").fill_null(0) - pl.col("before").fill_null(0)).round(2))
    rows = rows.filter(pl.col("amount").abs() >= 1).join(accounts, on="provision").sort("month", "provision")
    rows = rows.with_row_index("number").select(
        posting_id=pl.format("stress-{}", "number"),
        date=(pl.col("month") + "-20").str.to_date(),
        municipality="municipality", function="function", grouping="grouping",
        dranst=pl.lit(1, pl.Int32), amount="amount",
        citizen_id=pl.lit(None, pl.String), grant_id=pl.lit(None, pl.String), operator_type=pl.lit("municipal"),
    )  # fmt: skip
    return pl.concat([after["postings"], rows.select(after["postings"].columns)])


def _cost(snapshot: Snapshot) -> pl.DataFrame:
    """What grants cost by month, municipality and provision."""
    by = ("month", "municipality", "provision")
    counted = count(snapshot, "individual_expenditure", by, 2012, disclosure_control=False)
    return counted.to_polars().select(*by, "value")


def _covers(day: date) -> tuple[pl.Expr, pl.Expr]:
    return pl.col("start_date") <= day, pl.col("end_date").is_null() | (pl.col("end_date") >= day)


def _price_on(tables: Tables, grants: pl.DataFrame, day: date) -> pl.Series:
    """The price of each grant on a day: the row covering it, else the grant's own."""
    found = tables["grant_prices"].filter(*_covers(day)).select("grant_id", dated="price").unique("grant_id")
    joined = grants.select("grant_id", "price").join(found, on="grant_id", how="left", maintain_order="left")
    return joined.select(pl.coalesce("dated", "price")).to_series()


def _ended(grants: pl.DataFrame, ids: pl.Series, last: date) -> pl.DataFrame:
    mine = pl.col("grant_id").is_in(ids.implode())
    return grants.with_columns(end_date=pl.when(mine).then(pl.lit(last)).otherwise("end_date"))


def _prices_ended(prices: pl.DataFrame, ids: pl.Series, last: date, *, later_kept: bool = False) -> pl.DataFrame:
    """Dated prices of some grants that end on a day at the latest; those that begin after it go, unless kept."""
    mine = pl.col("grant_id").is_in(ids.implode())
    over = pl.col("end_date").is_null() | (pl.col("end_date") > last)
    cut = mine & over & (pl.col("start_date") <= last)
    kept = prices if later_kept else prices.filter(~(mine & (pl.col("start_date") > last)))
    return kept.with_columns(end_date=pl.when(cut).then(pl.lit(last)).otherwise("end_date"))


def _read(snapshot: Snapshot, table: str) -> pl.DataFrame:
    return pl.read_parquet(snapshot.path(table)).with_columns(pl.col(pl.Decimal).cast(pl.Float64))


def _written(folder: Path, snapshot: Snapshot, changed: Mapping[str, pl.DataFrame]) -> Snapshot:
    """A snapshot with some tables changed, the others as they are."""

    def table(name: str) -> pa.Table:
        if name not in changed:
            return pa.Table.from_batches([], arrow_schema(name))
        return changed[name].select(arrow_schema(name).names).to_arrow().cast(arrow_schema(name))

    kept = {name: snapshot for name in snapshot.copies if name not in changed}
    return write_snapshot(
        folder, table, known_at=snapshot.known_at, generated=True, deliveries=snapshot.deliveries, shared=kept
    )
