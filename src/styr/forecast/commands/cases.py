# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast cases`: where the uncertainty of a year's total comes from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from styr import output as out
from styr.forecast.commands.asking import (
    First,
    HowMany,
    Last,
    Municipalities,
    Overrides,
    Seed,
    SingleGrants,
    read_municipalities,
    see_grants,
    snapshot_at,
)
from styr.forecast.months import Month
from styr.forecast.said import caveat_words
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format


def register(group: typer.Typer) -> None:
    """Add the command to the group `styr forecast`."""
    group.command("cases")(cases)


def cases(
    first: First,
    last: Last,
    *,
    known_at: KnownAt = None,
    municipality: Municipalities = None,
    draws: HowMany = 1000,
    seed: Seed = 1,
    assumptions: Overrides = None,
    grants: SingleGrants = False,
    most: Annotated[int, typer.Option("--most", min=1, help="How many grants of each municipality and year.")] = 20,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Where the uncertainty of a year's total comes from: newcomers, accounts, and known grants by provision."""
    from styr.forecast.assumptions import Assumptions, read_assumptions
    from styr.forecast.uncertainty import uncertainty
    from styr.progress import shown_progress
    from styr.register import store

    told = read_assumptions(assumptions) if assumptions else Assumptions()
    store.open_store()
    if grants:
        see_grants("forecast cases", first=first, last=last, known_at=known_at, municipality=municipality)
    snapshot, day = snapshot_at(known_at)
    with shown_progress() as progress:
        found = uncertainty(
            snapshot,
            day,
            Month.parse(first),
            Month.parse(last),
            municipalities=read_municipalities(municipality),
            draws=draws,
            seed=seed,
            assumptions=told,
            progress=progress,
        )
    about: dict[str, Any] = found.header.to_mapping(language.value)
    if grants:
        about["persons"] = caveat_words("single_grants", language.value)
    out.write(found.largest(most) if grants else found.table(), about, format, output)
