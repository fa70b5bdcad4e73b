# SPDX-License-Identifier: EUPL-1.2
"""`styr evidence search`: what is known to work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import pyarrow as pa
import typer

from styr import output as out
from styr.evidence.known import Entry, told
from styr.evidence.known import search as found
from styr.evidence.known import words as terms
from styr.evidence.phrases import Language as InWords
from styr.options import InFormat, InLanguage, Language, ToFile
from styr.output import Format

COLUMNS = (
    "key", "kind", "place", "title", "what", "whom", "effect", "cost", "period", "conditions", "strength", "themes",
    "provisions", "target_groups", "source",
)  # fmt: skip
LABELS = {
    "what": {"da": "Hvad", "en": "What"},
    "whom": {"da": "For hvem", "en": "For whom"},
    "effect": {"da": "Virkning", "en": "Effect"},
    "cost": {"da": "Pris", "en": "Cost"},
    "conditions": {"da": "Forudsætninger", "en": "Conditions"},
    "strength": {"da": "Hvad virkningen hviler på", "en": "What the effect rests on"},
    "source": {"da": "Kilde", "en": "Source"},
}
NOTHING = {"da": "Intet fundet; prøv færre eller kortere ord.", "en": "Nothing found; try fewer or shorter words."}


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.callback()(_group)
    app.command("search")(search)


def _group() -> None:
    """What is known to work."""


def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS]...", help="Danish or English; all if none.")
    ] = None,
    *,
    theme: Annotated[list[str] | None, typer.Option("--theme", help="Only on this theme; repeatable.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="case, practice or recommendation.")] = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    language: InLanguage = Language.en,
) -> None:
    """Search the register of cases, practices and recommendations; the best match first."""
    for option, asked, known in (("--theme", theme, terms()["themes"]), ("--kind", kind, terms()["kinds"])):
        for each in asked or ():
            if each not in known:
                raise typer.BadParameter(f"{option} {each}: choose among {', '.join(known)}")
    entries = found(" ".join(words or ()), kinds=kind or (), themes=theme or ())
    if format is not Format.table or output:
        out.write(as_table(entries, language.value), None, format, output)
        return
    typer.echo(as_text(entries, language.value), nl=False)


def as_table(entries: Sequence[Entry], language: InWords) -> pa.Table:
    """One row an entry: key, kind, place, title, what, whom, effect, cost, period, conditions, strength, themes,
    provisions, target_groups, source."""
    rows = [
        {
            **asdict(told(each, language)),
            **{name: ",".join(getattr(each, name)) for name in ("themes", "provisions", "target_groups")},
        }
        for each in entries
    ]
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in COLUMNS]))


def as_text(entries: Sequence[Entry], language: InWords) -> str:
    """The entries to be read, one after the other."""
    lines: list[str] = []
    for row in as_table(entries, language).to_pylist():
        where = ", ".join(part for part in (row["place"], row["period"]) if part)
        lines.append(f"{row['title']} ({row['kind']}{': ' + where if where else ''})")
        lines += [f"  {LABELS[name][language]}: {row[name]}" for name in LABELS if row[name]]
        lines.append("")
    return "\n".join(lines or [NOTHING[language], ""])
