# SPDX-License-Identifier: EUPL-1.2
"""Fifty people at the web application at once, on a generated country of 1,000,000 grants on PostgreSQL: case workers
and coordinators who look citizens, grants and offers up and change them, controllers, heads and analysts who count
(people.py says what each does). Of the answers at most one in twenty takes longer than 300 milliseconds for a page of
the register, and a second for a page that counts; none is an error.

    python benchmarks/load.py [--minutes 10] [--people 50] [--scale 1.5]

Making the store takes some minutes; it is kept in the system's folder for temporary files (see country.py) and can be
deleted at any time. `styr serve`, PostgreSQL and those who ask share the machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from country import KEPT

from styr.register.generate.parameters import VERSION

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from postgresql import Server, running_server
from web_server import running_server as running_styr

DATABASE = "styr_load"
#: Seconds from the server's start until the first comes; it makes ready meanwhile what is asked first.
SETTLES = 60
PASSWORD = "kun-til-belastningsmåling"
#: How many of every fifty have a role.
STAFF = {"case_worker": 30, "coordinator": 6, "controller": 5, "head": 4, "analyst": 5}


def main() -> int:
    """Print what each kind of page took; 1 when a mark is missed."""
    asked = _arguments()
    folder = KEPT / f"load-{VERSION}-scale-{asked.scale:g}"
    with running_server(folder / "postgresql") as server:
        url = server.url(DATABASE)
        if not (folder / "ready").exists():
            fill(server, folder, asked.scale)
        grants, staff = _in_new_process(open_users, folder / "store", url, asked.people)
        print(f"{grants:,} grants on PostgreSQL, {asked.people} people for {asked.minutes:g} minutes", flush=True)
        with running_styr(folder / "store", url) as address:  # as a demonstration: today is the day the data end
            time.sleep(SETTLES)
            return _in_new_process(at_work, address, staff, asked.minutes)


def fill(server: Server, folder: Path, scale: float) -> None:
    """Make the store: a generated country, imported and snapshot taken, as a user would."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    delivery = folder / "delivery"
    shutil.rmtree(delivery, ignore_errors=True)
    told = {**os.environ, "DATABASE_URL": server.create(DATABASE), "STYR_STORE": str(folder / "store")}
    for command in (
        ["generate", str(delivery), "--scale", f"{scale:g}", "--parquet"],
        ["import", str(delivery), "--known-at", "2024-12-31"],
        ["snapshot"],
    ):
        subprocess.run([sys.executable, "-m", "styr", *command], env=told, check=True)
    shutil.rmtree(delivery)
    (folder / "ready").touch()


def open_users(store: Path, url: str, people: int) -> tuple[int, list[tuple[str, str]]]:
    """How many grants there are, and the users, made when they are not there: name and role. Those of municipalities
    belong to the largest ones in turn."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "styr.web.site"}
    from styr.register.store import open_store

    open_store(store, url)
    from django.db.models import Count

    from styr.register.models import Grant
    from styr.web.accounts.models import User

    known = Grant.objects.filter(until__isnull=True)
    payers = known.values_list("paying_municipality").annotate(grants=Count("pk")).order_by("-grants")
    municipalities = [code for code, _ in payers]
    roles = [role for role, of_fifty in STAFF.items() for _ in range(round(of_fifty * people / 50))]
    staff = [(f"load{number}", role) for number, role in enumerate(roles)]
    for number, (name, role) in enumerate(staff):
        if not User.objects.filter(username=name).exists():
            at = "" if role == "analyst" else municipalities[number % 20]
            User.objects.create_user(name, PASSWORD, name=name, role=role, municipality=at)
    return sum(count for _, count in payers), staff


def at_work(address: str, staff: Sequence[tuple[str, str]], minutes: float) -> int:
    """The people at the application for some minutes; 1 when a mark is missed. In a process of its own: who asks
    makes all of it wait in the manner of gevent."""
    import people

    return people.at_work(address, PASSWORD, staff, minutes)


def _in_new_process(work: Callable[..., Any], *given: object) -> Any:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *given).result()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--scale", type=float, default=1.5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
