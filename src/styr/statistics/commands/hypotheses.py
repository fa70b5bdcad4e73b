# SPDX-License-Identifier: EUPL-1.2
"""`styr hypotheses`: the hypotheses of document 004 held against the register."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format
from styr.statistics.commands.asking import Asked, ToChart, read_words

RESULTS = {
    "confirmed": {"da": "Bekræftet", "en": "Confirmed"},
    "not confirmed": {"da": "Ikke bekræftet", "en": "Not confirmed"},
    "cannot be decided": {"da": "Kan ikke afgøres", "en": "Cannot be decided"},
}
RESERVATION = {"da": "Forbehold", "en": "Reservation"}
FROM_TO = {"da": "fra {} til {}", "en": "from {} to {}"}


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("hypotheses")(hypotheses)


def hypotheses(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Only these hypotheses.")] = None,
    *,
    municipality: Annotated[
        str | None, typer.Option("--municipality", help="Codes or names with commas between (default: the country).")
    ] = None,
    from_year: Annotated[
        int | None, typer.Option("--from", help="The year before (default 2015, or the first followed).")
    ] = None,
    to_year: Annotated[
        int | None, typer.Option("--to", help="The year after (default 2018, or the last known).")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="Where it is counted.")] = "duckdb",
    known_at: KnownAt = None,
    format: InFormat = Format.table,
    output: ToFile = None,
    chart: ToChart = None,
    language: InLanguage = Language.da,
) -> None:
    """Hypotheses on what drives the development: statement, figure, result, reservation."""
    from styr.output import write_file
    from styr.statistics.estimates.hypotheses import report

    asked = Asked({}, known_at, format, output, language, chart)
    result = report(
        asked.snapshot(),
        keys or (),
        municipalities=read_words(municipality) if municipality is not None else None,
        from_year=from_year,
        to_year=to_year,
        language=language.value,
        engine=engine,
    )
    if format is not Format.table:
        asked.write(result)
        return
    about = result.header.to_mapping(language)
    asked.draw(result, about)
    text = as_text(result.table.to_pylist(), about, language.value)
    if output:
        write_file(output, text.encode())
    else:
        typer.echo(text, nl=False)


def as_text(rows: list[dict[str, Any]], header: dict[str, Any], language: str) -> str:
    """The report to be read: title, each hypothesis with its figures, and what holds for all of it."""
    lines = [header["title"], ""]
    for number, key in enumerate(dict.fromkeys(row["hypothesis"] for row in rows), 1):
        of = [row for row in rows if row["hypothesis"] == key]
        lines += [f"{number}. {of[0]['statement']} ({of[0]['source']})", f"   {RESULTS[of[0]['result']][language]}"]
        lines += [f"   - {_line(row, language)}" for row in of]
        lines += [f"   {RESERVATION[language]}: {of[0]['reservation']}", ""]
    lines += [header["rule"], *header["caveats"], f"{header['snapshot']}, {header['known_at']}"]
    return "\n".join(lines) + "\n"


def _line(row: dict[str, Any], language: str) -> str:
    """A figure in a line, or why there is none."""
    if row["value"] is None:
        return ": ".join(word for word in (row["title"], row["reason"]) if word)
    parts = [f"{row['title']}: {_number(row['value'], language)} {row['unit']}"]
    if row["lower"] is not None:
        parts.append(f"[{_number(row['lower'], language)}; {_number(row['upper'], language)}]")
    if row["before"] is not None:
        ends = (_number(row[side], language) for side in ("before", "after"))
        parts.append(f"({FROM_TO[language].format(*ends)})")
    return " ".join(parts) + (f". {row['reason']}" if row["reason"] else "")


def _number(value: float, language: str) -> str:
    """A number to be read: whole when large, as it is written in the language."""
    size = abs(value)
    written = f"{value:,.{0 if size >= 100 else 1 if size >= 1 else 2}f}"
    return written.translate(str.maketrans(",.", ".,")) if language == "da" else written
