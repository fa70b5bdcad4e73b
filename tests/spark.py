# SPDX-License-Identifier: EUPL-1.2
"""A Spark cluster for the tests: a driver and two executor processes on this machine, gone when the tests are.

The cluster is told to Styr as a user tells it: SPARK_MASTER, and a spark-defaults.conf of Spark's own.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MASTER = "local-cluster[2,1,1024]"  # two executors of one core and 1,024 MiB
#: Made for tables of a few rows, where planning costs more than counting: a plan is run once, so code is not compiled
#: for it, what only pays for large tables is left out, and what is shuffled goes to one part (see `in_parts`).
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "768m",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # no task before both executors are there
    "spark.locality.wait": "0s",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.cleaner.referenceTracking": "false",
    "spark.broadcast.compress": "false",
    "spark.shuffle.compress": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.optimizer.dynamicPartitionPruning.enabled": "false",
    "spark.sql.optimizer.runtime.bloomFilter.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}


def missing_reason() -> str | None:
    """Why no cluster can be started here; None when one can."""
    if importlib.util.find_spec("pyspark") is None:
        return "no PySpark here: install styr[spark]"
    return None if shutil.which("java") else "no Java here: install Debian's package default-jre-headless"


@contextmanager
def running_cluster() -> Iterator[Any]:
    """Start a cluster and stop it again; gives the session."""
    import pyspark

    folder = Path(tempfile.mkdtemp(prefix="styr-spark-"))
    told = {
        "SPARK_HOME": str(_home(folder / "home", Path(pyspark.__file__).parent)),
        "SPARK_CONF_DIR": str(folder / "home" / "conf"),
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_MASTER": MASTER,
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        from styr.statistics.engines.spark import session

        running = session()
        try:
            yield running
        finally:
            gateway = running.sparkContext._gateway
            running.stop()
            gateway.shutdown()
            gateway.proc.stdin.close()  # the JVM ends when its standard input does
            gateway.proc.wait(30)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def in_parts(session: Any, count: int) -> Iterator[None]:
    """Within it what is shuffled goes to so many parts, which the executors share between them."""
    before = session.conf.get("spark.sql.shuffle.partitions")
    session.conf.set("spark.sql.shuffle.partitions", count)
    try:
        yield
    finally:
        session.conf.set("spark.sql.shuffle.partitions", before)


def _home(home: Path, package: Path) -> Path:
    """A home of Spark whose programs are the package's and whose settings and work folder are ours."""
    home.mkdir()
    for part in ("bin", "jars", "python", "sbin"):
        if (package / part).exists():
            (home / part).symlink_to(package / part)
    lines = [f"{key} {value}" for key, value in {**SETTINGS, "spark.sql.warehouse.dir": home / "warehouse"}.items()]
    (home / "conf").mkdir()
    (home / "conf" / "spark-defaults.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (home / "conf" / "log4j2.properties").write_text(
        "rootLogger.level = error\nrootLogger.appenderRef.out.ref = out\nappender.out.type = Console\n"
        "appender.out.name = out\nappender.out.target = SYSTEM_ERR\nappender.out.layout.type = PatternLayout\n"
        "appender.out.layout.pattern = %p %c{1}: %m%n\n",
        encoding="utf-8",
    )
    return home
