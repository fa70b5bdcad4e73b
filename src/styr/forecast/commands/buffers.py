# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast buffers`: what a year's expenditure is made of."""

from __future__ import annotations

import typer

from styr import output as out
from styr.forecast.commands.asking import (
    First,
    HowMany,
    Last,
    Municipalities,
    Overrides,
    Seed,
    read_municipalities,
    snapshot_at,
)
from styr.forecast.months import Month
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format


def register(group: typer.Typer) -> None:
    """Add the command to the group `styr forecast`."""
    group.command("buffers")(buffers)


def buffers(
    first: First,
    last: Last,
    *,
    known_at: KnownAt = None,
    municipality: Municipalities = None,
    draws: HowMany = 1000,
    seed: Seed = 1,
    assumptions: Overrides = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """What a year's expenditure is made of: commitments, and a buffer for each thing that comes or goes."""
    from styr.forecast import buffers as room
    from styr.forecast.assumptions import Assumptions, read_assumptions
    from styr.register import store

    told = read_assumptions(assumptions) if assumptions else Assumptions()
    store.open_store()
    snapshot, day = snapshot_at(known_at)
    table, header = room.buffers(
        snapshot,
        day,
        Month.parse(first),
        Month.parse(last),
        municipalities=read_municipalities(municipality),
        draws=draws,
        seed=seed,
        assumptions=told,
    )
    out.write(table, header.to_mapping(language.value), format, output)
