# SPDX-License-Identifier: EUPL-1.2
"""How long `styr generate` takes against a bare write of the same rows, measured in the same run.

    python benchmarks/generate.py [--scale 1.0] [--format csv|parquet] [--municipality CODE]...

Two bare writes take the same rows from memory: streamed, in as many pieces as the generator writes and by the
same writer, which is what a generator under 3 GiB can do at best; and whole, each table at once (Polars for
CSV, PyArrow for Parquet). What is asked for is by the clock, which is what a user waits for; the processor's time,
of all processes, stands beside it. Peak memory is that of the generating alone, all processes at their peaks added.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import polars as pl
import pyarrow.parquet as pq

from styr.register.generate import write
from styr.register.generate.workers import PROCESSES
from styr.register.generate.writing import Sink, empty

LIMIT = 4.0
PIECES = 98  # municipalities


def main() -> int:
    """Print the measurements; 1 when the ratio or the memory is above what the project asks for."""
    arguments = _arguments()
    with TemporaryDirectory(prefix="styr-benchmark-") as folder:
        cpu = _processor()
        made = write(
            Path(folder) / "made",
            seed=1,
            scale=arguments.scale,
            format=arguments.format,
            municipalities=arguments.municipality or None,
        )
        cpu = _processor() - cpu
        own, each = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        peak = (own + each * PROCESSES) / 1024**2
        bare = {"streamed": [0.0, 0.0], "whole": [0.0, 0.0]}
        for name, path in made.paths.items():
            for way, seconds in _bare(name, path, Path(folder) / "bare", arguments.format).items():
                bare[way] = [sum(pair) for pair in zip(bare[way], seconds, strict=True)]
    rows = sum(made.rows.values()) / 1e6
    print(f"rows            {rows:8.2f} million")
    print(
        f"generated in    {made.seconds:8.2f} s   {made.seconds / rows:5.2f} s per million rows, processor {cpu:.1f} s"
    )
    for way, (clock, processor) in bare.items():
        print(f"bare, {way:<10}{clock:8.2f} s   {clock / rows:5.2f} s a million rows, processor {processor:.1f} s")
        print(f"  ratio         {made.seconds / clock:8.2f}     of processor {cpu / processor:.2f}")
    print(f"peak memory     {peak:8.2f} GiB (below 3)")
    ratio = made.seconds / bare["streamed"][0]
    print(f"asked for: at most {LIMIT:.0f} times a bare streamed write: {ratio:.2f}")
    return int(ratio > LIMIT or peak >= 3)


def _bare(name: str, path: Path, folder: Path, kind: Literal["csv", "parquet"]) -> dict[str, tuple[float, float]]:
    """Seconds to write one table from memory, by the clock and of the processor, streamed and whole."""
    frame = pl.read_csv(path, schema=empty(name).schema) if kind == "csv" else pl.read_parquet(path)
    pieces = [(name, piece.rechunk()) for piece in frame.iter_slices(max(1, -(-frame.height // PIECES)))]
    target = folder / "whole" / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    (folder / "streamed").mkdir(exist_ok=True)
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())

    def streamed() -> None:
        with Sink(folder / "streamed", kind) as sink:
            for piece in pieces:
                sink.write(*piece)

    def whole() -> None:
        if kind == "csv":
            frame.write_csv(target)
        else:
            pq.write_table(table, target, compression="zstd")

    return {"streamed": _timed(streamed), "whole": _timed(whole)}


def _processor() -> float:
    """Seconds of the processor so far, of this process and of those it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--municipality", action="append", default=[])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
