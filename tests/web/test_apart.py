# SPDX-License-Identifier: EUPL-1.2
"""Work done apart gives way, comes back whole, outlives a process that is ended, and ends with the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from styr.statistics import CannotAnswer
from styr.web.apart import Processes, done_apart, processes_apart

_PATIENCE = 30  # seconds


@pytest.fixture(scope="module", autouse=True)
def one_apart() -> Iterator[Processes]:
    with processes_apart(1) as opened:
        yield opened


def test_work_is_done_in_a_process_that_gives_way() -> None:
    number, niceness = done_apart(lambda: (os.getpid(), os.nice(0)))
    assert number != os.getpid() and niceness >= 10


def test_a_refusal_comes_back_in_both_languages() -> None:
    def refuse() -> None:
        raise CannotAnswer("population_missing", year=2020, municipalities="101")

    with pytest.raises(CannotAnswer) as refused:
        done_apart(refuse)
    assert "2020" in refused.value.said("da") and refused.value.said("da") != refused.value.said("en")


def test_what_is_asked_after_a_process_was_ended_is_answered() -> None:
    os.kill(done_apart(os.getpid), signal.SIGKILL)
    assert done_apart(lambda: 7) == 7


def test_what_was_under_way_when_a_process_was_ended_is_done_once_more(tmp_path: Path) -> None:
    mark = tmp_path / "been"

    def ended_the_first_time() -> str:
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert done_apart(ended_the_first_time) == "done"


def test_the_processes_end_with_a_server_that_is_killed() -> None:
    server = """
import os, time
from styr.web.apart import done_apart, processes_apart
if __name__ == "__main__":
    with processes_apart(1):
        print(done_apart(os.getpid), flush=True)
        time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", server], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        apart = int(started.stdout.readline())
        started.kill()
    until = time.monotonic() + _PATIENCE
    while _runs(apart) and time.monotonic() < until:
        time.sleep(0.2)
    assert not _runs(apart)


def _runs(number: int) -> bool:
    status = Path(f"/proc/{number}/stat")
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
