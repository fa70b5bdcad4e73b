# SPDX-License-Identifier: EUPL-1.2
"""The command line of the room: a module for each command, or for a few that belong together."""

from __future__ import annotations

import typer

from styr.statistics.commands import benchmark, compare, decompose, delivered, growth, hypotheses, stats, target_share


def register(app: typer.Typer) -> None:
    """Add the room's commands to the command line."""
    for module in (stats, delivered, growth, decompose, compare, target_share, hypotheses, benchmark):
        module.register(app)
