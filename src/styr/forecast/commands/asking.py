# SPDX-License-Identifier: EUPL-1.2
"""What the room's commands share: options that mean the same on each, words read, and the snapshot of a day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from styr import vocabulary
from styr.forecast.errors import Refused
from styr.forecast.months import Month
from styr.forecast.result import DIMENSIONS, MEASURES
from styr.statistics.commands.asking import read_words

if TYPE_CHECKING:
    from styr.register.snapshot import Snapshot

DANISH = ZoneInfo("Europe/Copenhagen")

First = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month forecast.")]
Last = Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month forecast.")]
HowMany = Annotated[int, typer.Option("--draws", help="How many courses of events are drawn.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same draws.")]
By = Annotated[str, typer.Option("--by", help=f"With commas between: {', '.join(DIMENSIONS)}.")]
InTotal = Annotated[str, typer.Option("--total", help="month or year")]
OfMeasure = Annotated[str, typer.Option("--measure", help=", ".join(MEASURES))]
Municipalities = Annotated[
    str | None, typer.Option("--municipality", help="Codes or names with commas between (default: all).")
]
Overrides = Annotated[Path | None, typer.Option("--assumptions", help="Overrides of the buffers, as YAML or JSON.")]

SingleGrants = Annotated[
    bool, typer.Option("--grants", help="The single grants: needs the role small_cells, and is logged.")
]


def see_grants(command: str, **asked: object) -> None:
    """Let the user at the keyboard see single grants, as one who may see small cells, and write it to the log first;
    the store must be open. Raises Refused when the user may not."""
    from styr.register import disclosure_log

    disclosure_log.without_control(command, asked, option="--grants")


def snapshot_at(day: date | None) -> tuple[Snapshot, date]:
    """The snapshot to forecast from, and the day it is forecast as of: the register's own where a delivery of the day's
    month says what was known then, else the newest, cut at the day."""
    from styr.register import store

    newest = store.snapshot()
    if day is None:
        return newest, newest.known_at
    moments = [datetime.fromisoformat(mark.known_at).astimezone(DANISH).date() for mark in newest.deliveries]
    if any(moment <= day and Month.of(moment) == Month.of(day) for moment in moments):
        own = store.snapshot(day)
        return own, min(day, own.known_at)
    return newest, day


def read_municipalities(written: str | None) -> list[str] | None:
    """Municipalities as written, with commas between, as codes; None when none is."""
    try:
        return [vocabulary.municipalities.parse(word) for word in read_words(written)] or None
    except vocabulary.UnknownWord as error:
        raise Refused("unknown_municipality", error=error) from error


def read_dimensions(written: str) -> list[str]:
    """Dimensions with commas between; raises CannotAnswer for one a forecast does not have."""
    return [one_of("dimension", word, DIMENSIONS) for word in read_words(written)]


def one_of(what: str, word: str, known: tuple[str, ...]) -> str:
    """The word, when it is one of those known; raises CannotAnswer when not."""
    if word not in known:
        raise Refused("not_split_by" if what == "dimension" else f"no_such_{what}", word=word, known=", ".join(known))
    return word
