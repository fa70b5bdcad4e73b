# SPDX-License-Identifier: EUPL-1.2
"""Counting on Spark: the same Ibis expressions on a snapshot's Parquet files, on one machine or a cluster.

Which Spark is said as Spark is told it: the session that is already there (a notebook, spark-submit), else the server
of SPARK_REMOTE (Spark Connect), else the master of SPARK_MASTER, else this machine. Further settings belong in Spark's
own spark-defaults.conf. docs/engines.md tells what a cluster needs.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import operations as ops
from ibis.expr import types as ir

from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot
from styr.statistics.errors import CannotAnswer

MASTER = "SPARK_MASTER"
REMOTE = "SPARK_REMOTE"
#: Where the workers see the folder of snapshots, when that is elsewhere than here (hdfs://..., s3a://..., /mnt/...).
SNAPSHOTS = "STYR_SPARK_SNAPSHOTS"
THIS_MACHINE = "local[*]"
#: Engines are numbered: those of one session share its names, and each lets go of its own.
_NUMBERS = count()


class Spark:
    """Ibis on Spark. The session is one for the process and outlives the engine; only its views are let go of."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._session = session()
        self._backend: Any = ibis.pyspark.connect(self._session)
        self._tables: dict[str, ir.Table] = {}
        self._number = next(_NUMBERS)

    def table(self, name: str) -> ir.Table:
        """A table of the exchange format as an Ibis table; read from Parquet when run."""
        if name not in self._tables:
            view = f"{name}_{self._number}"
            # the schema is known, so no job is needed to look for it in the file
            rows = self._session.read.schema(_spark_schema(arrow_schema(name))).parquet(self._place(name))
            rows.createOrReplaceTempView(view)
            self._tables[name] = self._backend.table(view)
        return self._tables[name]

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow, in the types of the expression."""
        asked = expression.op().replace(_with_plain_delimiter).to_expr()
        small = [self._small_table(op) for op in asked.op().find(ops.InMemoryTable)]
        try:
            rows: pa.Table = self._session.sql(self._backend.compile(asked)).toArrow()
        finally:
            for view in small:
                self._session.catalog.dropTempView(view)
        return rows.cast(expression.schema().to_pyarrow())

    def _small_table(self, op: Any) -> str:
        """A table made in the question, as a view of its name. Given as Arrow, not through pandas as Ibis would: nulls
        and dates stay what they are, and Spark knows how small it is and sends it to every worker."""
        self._session.createDataFrame(op.data.to_pyarrow(op.schema)).createOrReplaceTempView(op.name)
        return str(op.name)

    def close(self) -> None:
        """Let go of the views on the snapshot."""
        for table in self._tables.values():
            self._session.catalog.dropTempView(table.get_name())
        self._tables.clear()

    def _place(self, name: str) -> str:
        elsewhere = os.environ.get(SNAPSHOTS)
        path = self.snapshot.path(name)
        return f"{elsewhere.rstrip('/')}/{self.snapshot.id}/{path.name}" if elsewhere else path.resolve().as_uri()


def _with_plain_delimiter(node: ops.Node, replaced: dict[str, Any] | None) -> ops.Node:
    """A split at a delimiter as Spark must be told it: it reads delimiters as patterns, where `.` and `|` mean more
    than themselves, and Ibis hands them on as they are."""
    anew = node.__recreate__(replaced) if replaced else node
    if isinstance(anew, ops.StringSplit) and isinstance(anew.delimiter, ops.Literal):
        pattern = "".join(f"[{character}]" for character in anew.delimiter.value)
        return ops.StringSplit(anew.arg, ops.Literal(pattern, anew.delimiter.dtype))
    return anew


def session() -> Any:
    """The Spark session to count in; started when there is none. Raises CannotAnswer when Spark or Java is missing."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise CannotAnswer("pyspark_missing") from error
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    builder = SparkSession.builder.appName("Styr").config("spark.ui.showConsoleProgress", "false")
    if os.environ.get(REMOTE):
        return builder.remote(os.environ[REMOTE]).getOrCreate()
    _require_java()
    master = os.environ.get(MASTER, THIS_MACHINE)
    if master.startswith("local["):
        for key, value in _on_this_machine().items():
            builder = builder.config(key, value)
    return builder.master(master).getOrCreate()


def _on_this_machine() -> dict[str, str]:
    """Settings for a Spark inside this process: nothing listens to the outside, nothing is left behind."""
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "styr-spark-warehouse"),
    }


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (home and (Path(home) / "bin" / "java").exists()) and not shutil.which("java"):
        raise CannotAnswer("java_missing", setting=REMOTE)


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
