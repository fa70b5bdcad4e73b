# SPDX-License-Identifier: EUPL-1.2
"""`styr evidence relevant`: what is known to work that bears on a provision, a measure or a municipality."""

from __future__ import annotations

from typing import Annotated

import typer

from styr import output as out
from styr import vocabulary
from styr.evidence.commands.search import as_table, as_text
from styr.evidence.errors import Refused
from styr.evidence.known import relevant as bearing
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format

Several = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("relevant")(relevant)


def relevant(
    *,
    group: Annotated[Several, typer.Option("--group", help="Group of provisions, as support_at_home.")] = None,
    provision: Annotated[Several, typer.Option("--provision", help="Provision, as SEL-85.")] = None,
    measure: Annotated[Several, typer.Option("--measure", help="What one would change, as inflow.")] = None,
    theme: Annotated[Several, typer.Option("--theme", help="Theme of the register, as ageing.")] = None,
    municipality: Annotated[
        str | None, typer.Option("--municipality", help="Its largest groups of provisions in the last whole year.")
    ] = None,
    known_at: KnownAt = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """What is known to work, for what a forecast or a plan is about; most in common first, then the strongest."""
    groups = [*(group or ()), *(_groups_of(municipality, known_at) if municipality else ())]
    if not (groups or provision or measure or theme):
        raise Refused("nothing_to_bear_on")
    entries = bearing(provision_groups=groups, provisions=provision or (), measures=measure or (), themes=theme or ())
    header = {"provision_groups": ", ".join(_named(groups, language))} if groups else None
    if format is not Format.table or output:
        out.write(as_table(entries, language.value), header, format, output)
        return
    if header:
        typer.echo(f"{', '.join(_named(groups, language))}\n")
    typer.echo(as_text(entries, language.value), nl=False)


def _groups_of(municipality: str, known_at: KnownAt) -> tuple[str, ...]:
    from styr.evidence.known.municipality import largest_groups
    from styr.register import store

    store.open_store()
    return largest_groups(store.snapshot(known_at), municipality)


def _named(groups: list[str], language: Language) -> list[str]:
    names = vocabulary.codelist("provision_group")
    return [names.name(code, language.value) for code in groups]
