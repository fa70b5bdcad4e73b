# SPDX-License-Identifier: EUPL-1.2
"""Tables made of a snapshot once and kept beside its files, for every later question and process.

They lie in the folder `prepared` of the snapshot, each a DuckDB file of its own, named after the version of what made
it. They are no part of the snapshot: its hash does not know them, they can be deleted at any time, and where the folder
cannot be written they are made in memory. A file appears whole or not at all, so processes can make and read them at
the same time; the same content comes of it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis.expr import types as ir

FOLDER = "prepared"
#: Text with at most so many values is kept as numbers of these values: half the work to group by.
FEW = 65_535


@dataclass(frozen=True)
class Recipe:
    """How a table is made, in one query or two: its rows, and what is further worked out of them once their text is
    coded."""

    rows: Callable[[], str]
    then: Callable[[ir.Table], str] | None


class KeptTables:
    """The kept tables of a snapshot, for one connection of an Ibis DuckDB backend."""

    def __init__(self, backend: Any, snapshot: Path) -> None:
        self._backend = backend
        self._folder = snapshot / FOLDER

    def table(self, name: str, recipe: Recipe) -> ir.Table:
        """The table of a name; when it is not there, made by its recipe and kept."""
        path = self._folder / f"{name}-{version()}.duckdb"
        try:
            if not self._attached(name, path):
                self._make(name, path, recipe)
                self._backend.con.execute(f"ATTACH {_quoted(path)} AS {name} (READ_ONLY)")
        except OSError:
            self._backend.con.execute(f"ATTACH ':memory:' AS {name}")
            self._write(name, recipe)
        return self._seen(name, name)

    def _seen(self, table: str, catalog: str | None = None) -> ir.Table:
        """A table as Ibis sees it. Asked of its rows: Ibis would read the values of coded text one by one."""
        place = f"{catalog}.main.{table}" if catalog else table
        none = self._backend.con.execute(f"SELECT * FROM {place} LIMIT 0").to_arrow_table().schema
        plain = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in none]
        types = ibis.schema(pa.schema(plain))
        return ibis.table(types, name=table, catalog=catalog, database="main" if catalog else None)

    def _attached(self, name: str, path: Path) -> bool:
        """Whether the file is there and could be opened; a damaged one is deleted."""
        if not path.exists():
            return False
        try:
            self._backend.con.execute(f"ATTACH {_quoted(path)} AS {name} (READ_ONLY)")
            return True
        except duckdb.Error:
            path.unlink(missing_ok=True)
            return False

    def _make(self, name: str, path: Path, recipe: Recipe) -> None:
        """Write the table to a file that then takes its place; files of other versions are deleted."""
        self._folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=self._folder) as work:
            making = Path(work) / path.name
            self._backend.con.execute(f"ATTACH {_quoted(making)} AS {name}")
            self._write(name, recipe)
            self._backend.con.execute(f"DETACH {name}")
            making.replace(path)
        for other in self._folder.glob(f"{name}-*.duckdb"):
            if other != path:
                other.unlink(missing_ok=True)

    def _write(self, name: str, recipe: Recipe) -> None:
        """The table of a recipe in the attached database of its name."""
        con = self._backend.con
        con.execute(f"CREATE OR REPLACE TEMP TABLE _plain AS {recipe.rows()}")
        columns = [column for column, kind, *_ in con.execute("DESCRIBE _plain").fetchall() if kind == "VARCHAR"]
        coded = [f"{_column(text)}::{kind} AS {_column(text)}" for text in columns if (kind := self._values(text))]
        replaced = f"REPLACE ({', '.join(coded)})" if coded else ""
        con.execute(f"CREATE OR REPLACE TEMP VIEW _coded AS SELECT * {replaced} FROM _plain")
        rows = recipe.then(self._seen("_coded")) if recipe.then else "FROM _coded"
        con.execute(f"CREATE TABLE {name}.main.{name} AS {rows}")
        con.execute("DROP VIEW _coded")
        con.execute("DROP TABLE _plain")

    def _values(self, text: str) -> str | None:
        """The type of a text column with few values: these, in order."""
        few = f"SELECT DISTINCT {_column(text)} FROM _plain WHERE {_column(text)} IS NOT NULL LIMIT {FEW + 1}"
        values = sorted(value for (value,) in self._backend.con.execute(few).fetchall())
        return f"ENUM ({', '.join(map(_quoted, values))})" if 0 < len(values) <= FEW else None


@cache
def version() -> str:
    """The version of what makes the tables: of the expressions, the engine and the libraries that run them."""
    digest = hashlib.sha256(f"{duckdb.__version__} {ibis.__version__}".encode())
    room = Path(__file__).parents[1]
    for source in sorted((*room.glob("engines/*.py"), *room.glob("expressions/*.py"))):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
