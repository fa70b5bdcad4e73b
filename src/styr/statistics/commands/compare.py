# SPDX-License-Identifier: EUPL-1.2
"""`styr compare`: groups of a dimension set against each other, with interval and test."""

from __future__ import annotations

from typing import Annotated

import typer

from styr.statistics.commands.asking import Asked, Key, read_conditions, with_question
from styr.statistics.errors import CannotAnswer


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("compare")(with_question(compare))


def compare(
    asked: Asked,
    indicator: Key,
    *,
    between: Annotated[str, typer.Option("--between", help="DIMENSION=A,B: the groups, two or more.")],
    year: Annotated[int | None, typer.Option("--year", help="The year asked about.")] = None,
) -> None:
    """Compare groups: difference and ratio with interval and test, and a warning where persons are few."""
    from styr.statistics.estimates.compare import compare

    conditions = read_conditions([part.strip() for part in between.split(";") if part.strip()])
    if len(conditions) != 1:
        raise CannotAnswer("groups_of_one_dimension", between=between)
    if year is not None:
        asked.count["from_year"] = asked.count["to_year"] = year
    ((key, values),) = conditions.items()
    asked.write(compare(asked.snapshot(), indicator, key, values, **asked.count))
