# SPDX-License-Identifier: EUPL-1.2
"""What the tests of the register share: taking a delivery, and seeing what the register then knows."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection
from drawn import cells

from styr.register import store
from styr.register.columns import read_columns
from styr.register.delivery.findings import Refused
from styr.register.delivery.take import RowsRejected, Taken, take_delivery
from styr.register.history import known_rows_where
from styr.register.models import STORED, Delivery
from styr.vocabulary.exchange import tables

CITIZENS = """
    citizen_id | birth_date | sex | municipality
    c1         | 1980-01-01 | K   | 101
    c2         | 1990-06-30 | M   | 151
"""


def take(path: Path, **options: Any) -> Taken:
    """Take a delivery into the opened store."""
    if isinstance(options.get("known_at"), str):
        options["known_at"] = moment(options["known_at"])
    return take_delivery(path, store.pseudonyms(), rejected_folder=store.folder() / "rejected", **options)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def known(table: str, *columns: str, at: str | None = None) -> list[tuple[str, ...]]:
    """What the register knows of a table (at a moment), as sorted rows of text; unknown is the empty text."""
    spec = tables()[table]
    taken = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN)
    by_then = taken.filter(known_at__lte=moment(at)) if at else taken
    where = known_rows_where(by_then.values_list("pk", flat=True))
    rows = read_columns(STORED[table]._meta.db_table, list(spec), where=where)
    frame = pl.DataFrame(pl.from_arrow(rows)).select(columns or list(spec.columns))
    money = [name for name, kind in frame.schema.items() if kind.is_decimal()]
    frame = frame.with_columns(pl.col(money).cast(pl.Float64))
    return sorted(frame.select(pl.all().cast(pl.String).fill_null("")).rows())


def drawn_rows(drawing: str) -> list[tuple[str, ...]]:
    """The rows of a drawn table without its header, sorted, to compare with what is known."""
    return sorted(tuple(row) for row in cells(drawing)[1:])


def refusal(path: Path, **options: Any) -> str:
    """What is said when a delivery is refused as a whole; fails when it is taken, or when the register changed."""
    before = contents()
    with pytest.raises(Refused) as refused:
        take(path, **options)
    assert contents() == before, "a refused delivery changed the register"
    return str(refused.value)


def rejections(path: Path, **options: Any) -> list[tuple[str, int, str, str, str]]:
    """The rejected rows of a delivery that is refused for them: (file, row, column, value, kind)."""
    before = contents()
    with pytest.raises(RowsRejected) as refused:
        take(path, **options)
    assert contents() == before, "a refused delivery changed the register"
    return list(refused.value.rejections.select("file", "row", "column", "value", "kind").iter_rows())


def contents(without_log: bool = True) -> str:
    """A hash over every row of every table of the opened store (the delivery log left out unless asked for)."""
    digest = hashlib.sha256()
    logs = {"django_migrations", "register_pseudonymkey"} | ({"register_delivery"} if without_log else set())
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            if name in logs or not re.fullmatch("[a-z_]+", name):
                continue
            cursor.execute(f'SELECT * FROM "{name}"')
            rows = sorted(
                repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()
            )
            digest.update(f"{name}{rows}".encode())
    return digest.hexdigest()


def empty_the_register() -> None:
    """Back to a store in which nothing was handed in."""
    with connection.cursor() as cursor:
        for name in [f"register_{table}" for table in tables()] + ["register_confirmation", "register_delivery"]:
            cursor.execute(f'DELETE FROM "{name}"')


def write_csv(folder: Path, text: str | bytes, name: str = "grants.csv", encoding: str = "utf-8") -> Path:
    """A delivery of one CSV file with exactly this text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return folder


def write_workbook(path: Path, sheets: Mapping[str, list[list[object]]]) -> Path:
    """A workbook with a sheet per table; cells keep their Python types."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell) if isinstance(cell, str) else sheet.write(
                        number, column, cell
                    )
    return path


def styr(*arguments: str) -> tuple[int, str, str]:
    """Run a command on the opened store as the command line does: exit status, standard output, standard error."""
    from styr import cli

    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        patch.setattr("sys.argv", ["styr", *arguments])
        try:
            cli.main()
            status = 0
        except SystemExit as done:
            status = int(done.code or 0)
    said = [stream.buffer.getvalue().decode("utf-8") for stream in streams]  # type: ignore[attr-defined]
    return status, said[0], said[1]


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables set for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        yield
