# SPDX-License-Identifier: EUPL-1.2
"""`styr demo`: the main job on generated data, from delivery to report, told step by step."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from styr import output, vocabulary
from styr.progress import shown_progress
from styr.register import commands, generate, store
from styr.register.delivery.findings import Refused
from styr.register.snapshot import Snapshot

MARK = "styr-demo.json"
FIRST_YEAR, LAST_YEAR = 2018, 2024  # seven years: as many as are taken and reported on within a minute
MESSY, REPORTED = "773", "851"  # Morsø's delivery is messy; the report is Aalborg's
_STEPS = ("delivery", "messy-delivery", "store", "report")


def register(app: typer.Typer) -> None:
    """Add the demonstration."""
    app.command("demo")(demo)


def demo(
    directory: Annotated[Path, typer.Option(help="Folder for everything the demonstration makes")] = Path("styr-demo"),
    region: Annotated[str, typer.Option(help="Region whose municipalities are generated")] = "Nordjylland",
    seed: Annotated[int, typer.Option(help="The same seed gives the same country")] = 1,
) -> None:
    """Generate a region, import it (one delivery messy), count, and write the report; then say where it is."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    began = time.perf_counter()
    codes = _municipalities(region)
    messy = MESSY if MESSY in codes else codes[0]
    reported = REPORTED if REPORTED in codes else codes[-1]
    _made_ready(directory)
    told = _Told(console, directory)
    compiling = subprocess.Popen([sys.executable, "-m", "styr.forecast.beforehand"])  # while the data are taken

    with told.step(
        "styr generate",
        f"delivery --from-year {FIRST_YEAR} --seed",
        str(seed),
        *(f"--municipality {code}" for code in codes if code != messy),
    ):
        written = generate.write(
            directory / "delivery",
            seed=seed,
            from_year=FIRST_YEAR,
            to_year=LAST_YEAR,
            municipalities=[code for code in codes if code != messy],
        )
    told.say(f"{sum(written.rows.values()):,} rows in {len(written.rows)} tables: generated data, marked as such")
    with told.step(
        "styr generate", f"messy-delivery --messy --seed {seed} --from-year {FIRST_YEAR} --municipality {messy}"
    ):
        generate.write(
            directory / "messy-delivery",
            seed=seed,
            from_year=FIRST_YEAR,
            to_year=LAST_YEAR,
            municipalities=[messy],
            messy=True,
        )

    store.open_store(directory / "store")
    day = date(LAST_YEAR, 12, 31)
    with told.step("styr import", f"delivery --known-at {day}"):
        commands.take(directory / "delivery", known_at=day)
    with told.step("styr import", f"messy-delivery --known-at {day}"):
        commands.take(directory / "messy-delivery", known_at=day, most_rows=10)
    with told.step("styr import", f"messy-delivery --known-at {day} --skip-invalid"):
        commands.take(directory / "messy-delivery", known_at=day, skip_invalid=True)
    with told.step("styr snapshot", ""):
        taken = store.snapshot()
    told.say(taken.id)

    from styr import reporting, statistics

    question = {"by": ["year", "provision_group"], "where": {"municipality": [reported]}}
    year = taken.known_at.year
    asked = (
        f"full_time_recipients --by year,provision_group --from {year - 1} --to {year} --where municipality={reported}"
    )
    with told.step("styr stats", asked):
        counted = statistics.count(taken, "full_time_recipients", from_year=year - 1, to_year=year, **question)
    output.write(counted.table)
    compiling.wait()
    _foresee(told, taken, reported)
    asked = f"--municipality {reported} --year {year} --output"
    with told.step("styr report", f"{asked} report.html"):
        reporting.write_report(taken, reported, year, directory / "report" / "report.html")

    at = f"styr --store {directory / 'store'}"
    console.print(Text(f"\nDone in {time.perf_counter() - began:.0f} seconds. The report, on generated data:", "bold"))
    console.print(Text(f"  {(directory / 'report' / 'report.html').resolve()}"))
    console.print(Text(f"The same on paper:    {at} report {asked} report.pdf"))
    console.print(Text(f"Ask more of it:       {at} stats recipients_on --by year,municipality"))
    console.print(Text("See it in a browser:  make serve"))


def _foresee(told: _Told, taken: Snapshot, municipality: str) -> None:
    """The forecast of the year to come, and how those of the last twelve months have held."""
    from styr.forecast import Month
    from styr.forecast.streaming import forecast_table
    from styr.reporting.foreseen import DRAWS, RECORD_DRAWS, RECORD_MONTHS, record_of

    year, of = taken.known_at.year, f"--municipality {municipality}"
    first, last = Month(year + 1, 1), Month(year + 1, 12)
    with told.step("styr forecast", f"--from {first} --to {last} --total year --draws {DRAWS} {of}"):
        table, _ = forecast_table(
            taken, taken.known_at, first, last, total="year", draws=DRAWS, municipalities=[municipality]
        )
    output.write(table)
    begins, ends = first.later(-1 - RECORD_MONTHS), first.later(-2)
    asked = f"--from {begins} --to {ends} --total year,month --draws {RECORD_DRAWS} --record total {of}"
    with told.step("styr forecast backtest", asked):
        record = record_of(taken.folder, municipality, first.later(-1))
    if record:
        output.write(record.to_read(["total"]))


class _Told:
    """Says each step as the command that does it, and how long it took."""

    def __init__(self, console: Console, directory: Path) -> None:
        self._console, self._directory = console, directory

    @contextmanager
    def step(self, command: str, rest: str, *more: str) -> Iterator[None]:
        line = " ".join((command, rest, *more)).strip()
        self._console.print(Text(f"\n$ {line}", "bold cyan"))
        began = time.perf_counter()
        with shown_progress() as progress:
            progress(command, 0, 0)
            yield
        self._console.print(Text(f"({time.perf_counter() - began:.1f} s)", "dim"))

    def say(self, line: str) -> None:
        self._console.print(Text(line))


def _municipalities(region: str) -> list[str]:
    code = vocabulary.regions.parse(region)
    return [each.code for each in vocabulary.municipalities if vocabulary.region_of(each.code) == code]


def _made_ready(directory: Path) -> None:
    """An empty folder for the demonstration; one of an earlier demonstration is cleared, any other is left alone."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / MARK).is_file():
            raise Refused(f"{directory}: holds other files; choose another folder with --directory")
        for name in _STEPS:
            path = directory / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (directory / "store.key").unlink(missing_ok=True)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "report").mkdir(exist_ok=True)
    (directory / MARK).write_text(json.dumps({"generated": True}), encoding="utf-8")
