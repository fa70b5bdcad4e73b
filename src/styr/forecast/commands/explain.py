# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast explain`: why the forecast is another than an earlier one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from styr import output as out
from styr.forecast.commands.asking import (
    By,
    First,
    HowMany,
    InTotal,
    Last,
    Municipalities,
    OfMeasure,
    Overrides,
    Seed,
    SingleGrants,
    one_of,
    read_dimensions,
    read_municipalities,
    see_grants,
    snapshot_at,
)
from styr.forecast.commands.stored import shelf
from styr.forecast.months import Month
from styr.forecast.result import MEASURES, Measure, Total
from styr.forecast.said import caveat_words
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.options import day as read_day
from styr.output import Format

if TYPE_CHECKING:
    from styr.forecast.assumptions import Assumptions
    from styr.register.snapshot import Snapshot


@dataclass(frozen=True)
class _Earlier:
    """The earlier forecast: its snapshot, its day, its overrides where they are told, and what is said of it."""

    snapshot: Snapshot
    day: date
    assumptions: Assumptions | None
    said: Mapping[str, str]


def register(group: typer.Typer) -> None:
    """Add the command to the group `styr forecast`."""
    group.command("explain")(explain)


def explain(
    first: First,
    last: Last,
    since: Annotated[
        str, typer.Option("--since", metavar="YYYY-MM-DD|ID", help="Day of the earlier forecast, or a kept one.")
    ],
    *,
    known_at: KnownAt = None,
    by: By = "",
    total: InTotal = "year",
    measure: OfMeasure = MEASURES[0],
    municipality: Municipalities = None,
    draws: HowMany = 1000,
    seed: Seed = 1,
    assumptions: Overrides = None,
    earlier_assumptions: Annotated[
        Path | None, typer.Option("--since-assumptions", help="Overrides of the earlier forecast (default: the same).")
    ] = None,
    grants: SingleGrants = False,
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw it too: FILE.png, .svg or .html.")] = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Split the change since an earlier forecast by cause; the parts add up to the whole change."""
    from styr.forecast import explain as explaining
    from styr.forecast.assumptions import Assumptions, read_assumptions
    from styr.progress import shown_progress
    from styr.register import store

    told = read_assumptions(assumptions) if assumptions else Assumptions()
    told_then = read_assumptions(earlier_assumptions) if earlier_assumptions else None
    words = one_of("total", total, ("month", "year")), one_of("measure", measure, MEASURES)
    store.open_store()
    if grants:
        see_grants("forecast explain", first=first, last=last, since=since, municipality=municipality)
    earlier = _earlier(since)
    snapshot, day = snapshot_at(known_at)
    with shown_progress() as progress:
        found = explaining.explain(
            snapshot,
            day,
            earlier.day,
            Month.parse(first),
            Month.parse(last),
            earlier=earlier.snapshot,
            by=read_dimensions(by),
            total=cast(Total, words[0]),
            measure=cast(Measure, words[1]),
            municipalities=read_municipalities(municipality),
            draws=draws,
            seed=seed,
            assumptions=told,
            earlier_assumptions=told_then or earlier.assumptions,
            progress=progress,
        )
    about: dict[str, Any] = {**found.to_mapping(language.value), **earlier.said}
    if chart:
        from styr.reporting.drawing import write_chart

        write_chart(found.table(), about, chart, language.value)
    if grants:
        about["persons"] = caveat_words("single_grants", language.value)
    out.write(found.by_grant() if grants else found.table(), about, format, output)


def _earlier(since: str) -> _Earlier:
    """The earlier forecast by its day, or as it was kept."""
    from styr.forecast.stored.making_again import differing, snapshot_of
    from styr.register import store

    if re.fullmatch(r"\d{4}-\d\d-\d\d", since):
        snapshot, day = snapshot_at(read_day(since))
        return _Earlier(snapshot, day, None, {})
    kept = shelf().open(since)
    said = {"earlier": f"{kept.id} ({kept.name})"}
    if other := differing(kept.made_with):
        said["earlier_made_with"] = "; ".join(f"{name} {then}, now {now}" for name, (then, now) in other.items())
    snapshot = snapshot_of(kept, store.folder() / "snapshots")
    return _Earlier(snapshot, kept.asked.known_at, kept.asked.assumptions, said)
