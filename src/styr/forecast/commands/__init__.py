# SPDX-License-Identifier: EUPL-1.2
"""The command line of the room: `styr forecast`, and the commands below it."""

from __future__ import annotations

import typer

from styr.forecast.commands import buffers, cases, explain, forecast, stored


def register(app: typer.Typer) -> None:
    """Add the room's commands to the command line."""
    from styr.forecast.record import commands as record

    group = typer.Typer(invoke_without_command=True, help="What the months to come will cost.")
    group.callback()(forecast.forecast)
    record.register(group)
    explain.register(group)
    buffers.register(group)
    cases.register(group)
    stored.register(group)
    app.add_typer(group, name="forecast")
