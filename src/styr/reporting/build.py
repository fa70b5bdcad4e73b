# SPDX-License-Identifier: EUPL-1.2
"""What goes into a report: the questions asked, the chapters made of the answers, and the year in five sentences."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from styr import statistics
from styr.register.snapshot import Snapshot
from styr.reporting.answers import answers
from styr.reporting.asking import Setting
from styr.reporting.chapters import comparison, data, forecast, money, occupancy, recipients, residential
from styr.reporting.errors import CannotReport
from styr.reporting.foreseen import Foreseen, foreseeing
from styr.reporting.model import Report
from styr.reporting.numbers import Language
from styr.reporting.summary import summary, tiles

MOST_YEARS = 8


def build(
    snapshot: Snapshot,
    municipality: str,
    year: int,
    *,
    language: Language = "da",
    price_level: tuple[str, int] | None = None,
) -> Report:
    """The steering report of one municipality (three-digit code) and year.

    Shows the years up to the year asked for, at most eight. Raises CannotReport when the municipality has no grants
    in the year, or the price level cannot be reached from the price indices of the snapshot.
    """
    setting = Setting(snapshot, municipality, year, language, (year,), price_level)
    setting = setting.within(_years(snapshot, setting))
    _check_price_level(setting)
    with foreseeing(snapshot, municipality, year) as made, statistics.session(snapshot):
        return _built(setting, made)


def _built(setting: Setting, made: Callable[[], Foreseen]) -> Report:
    given = answers(setting)
    found = recipients.activity(setting, given)
    spent = money.money(setting, given)
    beside = comparison.comparison(setting, found)
    chapters = (
        recipients.chapter(setting, found),
        money.chapter(setting, spent),
        residential.chapter(setting),
        occupancy.chapter(setting, given),
        comparison.chapter(setting, beside),
        forecast.chapter(setting, made),
    )
    return Report(
        language=setting.language,
        municipality=setting.words.say("page.of_municipality", name=setting.name),
        year=setting.year,
        known_at=setting.snapshot.known_at,
        snapshot=setting.snapshot.id,
        generated=setting.snapshot.generated,
        price_level=setting.prices,
        summary=summary(setting, found, spent, beside),
        tiles=tiles(setting, found, spent),
        chapters=chapters,
        data=data.chapter(setting, chapters),
    )


def _years(snapshot: Snapshot, setting: Setting) -> tuple[int, ...]:
    """The years to show: from the first the municipality has grants in, or the year less seven."""
    if snapshot.rows("grants") == 0:
        raise CannotReport(
            "The table grants is empty: there is no one to report on. Deliver grants (indsatser) and try again."
        )
    grants = pl.scan_parquet(snapshot.path("grants"))
    mine = pl.col("paying_municipality") == setting.municipality
    ends = pl.col("end_date").fill_null(snapshot.known_at)
    spans = grants.filter(mine).select(pl.col("start_date").min(), ends.max().alias("last"))
    first, last = spans.collect().row(0)
    place = f"{setting.municipality} {setting.name}"
    if first is None:
        raise CannotReport(
            f"There are no grants paid for by {place} in the snapshot. "
            "Choose another --municipality, or deliver its grants."
        )
    last = min(last, snapshot.known_at)
    if not first.year <= setting.year <= last.year:
        raise CannotReport(
            f"There are no data on {place} for {setting.year}: its grants cover {first.year} to {last.year} "
            f"as known on {snapshot.known_at}. Choose --year among them."
        )
    return tuple(range(max(first.year, setting.year - MOST_YEARS + 1), setting.year + 1))


def _check_price_level(setting: Setting) -> None:
    if not setting.price_level:
        return
    series, target = setting.price_level
    indices = pl.scan_parquet(setting.snapshot.path("price_indices")).select("series", "year").collect()
    known = indices.filter(pl.col("series") == series)["year"].to_list()
    if not known:
        there = ", ".join(sorted(indices["series"].unique())) or "none"
        raise CannotReport(
            f"--price-level: there is no price index '{series}' in the snapshot (there are: {there}). "
            "Deliver price_indices."
        )
    lacking = sorted({target, setting.year} - set(known))
    if lacking:
        raise CannotReport(
            f"--price-level: the price index '{series}' lacks {', '.join(map(str, lacking))}. "
            "Deliver those years of price_indices, or choose another series or year."
        )
