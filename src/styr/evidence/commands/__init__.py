# SPDX-License-Identifier: EUPL-1.2
"""The command line of the room: `styr figures …` on published figures, `styr evidence …` on what is known to work."""

from __future__ import annotations

import typer

from styr.evidence.checking import commands as check
from styr.evidence.commands import compare, relevant, scan, search, verify


def register(app: typer.Typer) -> None:
    """Add the room's commands to the command line."""
    figures = typer.Typer(help="Published figures: what they say, and whether they add up.", no_args_is_help=True)
    evidence = typer.Typer(help="What is known to work.", no_args_is_help=True)
    for module in (check, verify, scan, compare):
        module.register(figures)
    search.register(evidence)
    relevant.register(evidence)
    app.add_typer(figures, name="figures")
    app.add_typer(evidence, name="evidence")
