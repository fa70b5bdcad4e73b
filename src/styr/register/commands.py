# SPDX-License-Identifier: EUPL-1.2
"""The register's commands: generate, import, deliveries, snapshot, backup, restore."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pyarrow as pa
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from styr import output
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile, day
from styr.progress import shown_progress
from styr.register import store

if TYPE_CHECKING:
    from styr.register.delivery.take import RowsRejected, TableOutcome, Taken

_COUNTED = ("read", "new", "changed", "unchanged", "rejected")
_SHOWN_WARNINGS, _SHOWN_ROWS, _SHOWN_OF_A_KIND = 20, 60, 5


def register(app: typer.Typer) -> None:
    """Add the register's commands."""
    app.command("generate")(generate)
    app.command("import")(import_)
    app.command("deliveries")(deliveries)
    app.command("snapshot")(snapshot)
    app.command("backup")(backup)
    app.command("restore")(restore)


def import_(
    path: Annotated[Path, typer.Argument(help="Folder, zip, workbook or file in the exchange format")],
    known_at: Annotated[
        date | None, typer.Option(parser=day, metavar="YYYY-MM-DD", help="Day from which it is known (default: now)")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and tell, change nothing")] = False,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Take the rows that stand, write the others to a file")
    ] = False,
    language: InLanguage = Language.en,
) -> None:
    """Take a delivery into the register, whole or not at all."""
    store.open_store()
    if not take(path, known_at=known_at, dry_run=dry_run, skip_invalid=skip_invalid, language=language):
        raise typer.Exit(1)


def take(
    path: Path,
    *,
    known_at: date | None = None,
    dry_run: bool = False,
    skip_invalid: bool = False,
    language: str = "en",
    most_rows: int = _SHOWN_ROWS,
) -> bool:
    """Take a delivery into the open store and tell what came of it; False when rows were rejected and it with them."""
    from styr.register.delivery.take import RowsRejected, take_delivery

    with shown_progress() as progress:
        try:
            taken = take_delivery(
                path,
                store.pseudonyms(),
                known_at=store.start_of(known_at) if known_at else None,
                dry_run=dry_run,
                skip_invalid=skip_invalid,
                rejected_folder=store.folder() / "rejected",
                progress=progress,
            )
        except RowsRejected as refused:
            progress.close()
            _tell_rejected(refused, language, most_rows)
            return False
    _tell_taken(taken, language, most_rows, dry_run=dry_run)
    return True


def snapshot(known_at: KnownAt = None) -> None:
    """Take a snapshot and print its id; one of the same content is shared."""
    store.prepare_reading()
    store.open_store()
    typer.echo(store.snapshot(known_at).id)


def backup(to: Annotated[Path, typer.Argument(help="File to write, for example styr-2026-01-31.backup")]) -> None:
    """Write the whole store to one file: the database and what lies beside it, without the secret key."""
    from styr.register import backups

    made = backups.backup(to)
    typer.echo(f"{to}: {made.files} files, {made.size / 2**20:.1f} MB, made {made.made_at}")
    typer.echo(f"The secret key is not in it. Keep a copy of {store.key_file().name} elsewhere.", err=True)


def restore(
    file: Annotated[Path, typer.Argument(help="File written by styr backup")],
    replace: Annotated[bool, typer.Option("--replace", help="Set aside the store that is there")] = False,
) -> None:
    """Put a backup in the store's place; stop `styr serve` and `styr worker` first."""
    from styr.register import backups

    store.choose_store()
    made = backups.restore(file, replace=replace)
    typer.echo(f"{store.folder()}: {made.files} files of {made.made_at}")
    if backups.key_is_missing():
        typer.echo(f"Put the store's secret key back: {store.key_file()}, or STYR_KEY.", err=True)


def deliveries(
    format: InFormat = output.Format.table,
    output_file: ToFile = None,
) -> None:
    """The delivery log: who handed in what, when, and what came of it."""
    store.open_store()
    from styr.register.models import Delivery

    rows = [
        {
            "delivery": each.pk,
            "known_at": each.known_at.isoformat(timespec="seconds"),
            "handed_in_at": each.handed_in_at.isoformat(timespec="seconds"),
            "handed_in_by": each.handed_in_by,
            "source": each.source,
            "sha256": each.sha256,
            "generated": each.generated,
            "outcome": each.outcome,
            **{
                name: sum(int(table[name]) for table in each.tables.values())
                for name in ("read", "new", "changed", "unchanged", "rejected")
            },
            "problems": "; ".join(each.problems[:3]),
        }
        for each in Delivery.objects.all()
    ]
    if rows:
        output.write(pa.Table.from_pylist(rows), None, format, output_file)
    else:
        typer.echo("no deliveries yet. Hand one in with: styr import PATH", err=True)


def generate(
    context: typer.Context,
    directory: Annotated[Path | None, typer.Argument(help="Folder to write to; new or empty")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same country")] = 1,
    scale: Annotated[float, typer.Option(help="1 = the whole country")] = 1.0,
    from_year: Annotated[int, typer.Option(help="First year")] = 2012,
    to_year: Annotated[int, typer.Option(help="Last year")] = 2024,
    municipality: Annotated[list[str] | None, typer.Option(help="Only this municipality (may be repeated)")] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet instead of CSV")] = False,
    messy: Annotated[
        bool, typer.Option("--messy", help="Write it as it comes out of a municipality, mistakes included")
    ] = False,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Print what the documents say against what is generated")
    ] = False,
    format: InFormat = output.Format.table,
    output_file: ToFile = None,
) -> None:
    """Write a generated delivery of a synthetic country in the exchange format."""
    from styr.register import generate as generator

    if directory is None and not calibration:
        raise typer.BadParameter("name a folder to write to, or ask for --calibration")
    with shown_progress() as progress:
        if directory is not None:
            written = generator.write(
                directory,
                seed=seed,
                scale=scale,
                from_year=from_year,
                to_year=to_year,
                municipalities=_municipalities(municipality),
                format="parquet" if parquet else "csv",
                messy=messy,
                progress=progress,
            )
            typer.echo(
                f"generated data: {sum(written.rows.values()):,} rows in {len(written.rows)} tables in {directory}\n"
                f"take it with: styr import {directory} --known-at {to_year}-12-31",
                err=True,
            )
        if calibration:
            table = generator.calibration(seed=seed, scale=scale, printed=context.obj["printed"])
            progress.close()
            output.write(table.to_arrow(), {"data": "generated"}, format, output_file)


def _municipalities(given: list[str] | None) -> list[str] | None:
    from styr import vocabulary

    return [vocabulary.municipalities.parse(each) for each in given] if given else None


def _tell_taken(taken: Taken, language: str, most_rows: int, *, dry_run: bool) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(_summary(taken.tables))
    _tell_warnings(console, [warning.sentence(language) for warning in taken.warnings])
    if taken.generated:
        console.print("This is generated data and is marked as such.")
    if taken.rejected_to:
        console.print(Text(f"Rejected rows, with reasons: {taken.rejected_to}"))
    elif taken.rejections.height:
        _tell_rows(console, taken.rejections, language, most_rows)
    day = f"{taken.known_at.astimezone():%Y-%m-%d %H:%M}"
    if dry_run:
        console.print("Dry run: nothing was changed.")
    elif taken.outcome == "unchanged":
        console.print("Handed in before, and nothing has changed since: nothing was changed.")
    else:
        console.print(f"Delivery {taken.number} is taken, known from {day}.")


def _tell_rejected(refused: RowsRejected, language: str, most_rows: int) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(_summary(refused.tables))
    _tell_warnings(console, [warning.sentence(language) for warning in refused.warnings])
    _tell_rows(console, refused.rejections, language, most_rows)
    console.print(
        "The delivery was refused and nothing was changed. Mend the rows and hand it in again, "
        "or take the rest with --skip-invalid."
    )


def _tell_rows(console: Console, rejections: object, language: str, most_rows: int) -> None:
    import polars as pl

    from styr.register.delivery.findings import sentences

    assert isinstance(rejections, pl.DataFrame)
    shown = rejections.with_columns(nth=pl.int_range(pl.len()).over("file", "column", "kind"))
    shown = shown.filter(pl.col("nth") < _SHOWN_OF_A_KIND).sort("nth", maintain_order=True).drop("nth").head(most_rows)
    for line in sentences(shown, language):
        console.print(Text(line))
    rest = rejections.height - shown.height
    if rest:
        console.print(f"… and {rest:,} more of the same kinds")


def _tell_warnings(console: Console, warnings: list[str]) -> None:
    for line in warnings[:_SHOWN_WARNINGS]:
        console.print(Text(f"note: {line}"))
    if len(warnings) > _SHOWN_WARNINGS:
        console.print(f"… and {len(warnings) - _SHOWN_WARNINGS:,} more notes")


def _summary(outcomes: list[TableOutcome]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("table")
    for name in _COUNTED:
        table.add_column(name, justify="right")
    for each in outcomes:
        counts = (each.read, each.counts.new, each.counts.changed, each.counts.unchanged, each.rejected)
        table.add_row(each.table, *(f"{count:,}" for count in counts))
    return table
