# SPDX-License-Identifier: EUPL-1.2
"""What is kept for the next who asks is made once, a few at a time, and no one waits for what cannot be made."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from styr.web import keeping
from styr.web.keeping import kept


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    keeping._all.clear()


def test_those_who_ask_the_same_at_once_get_what_was_made_once() -> None:
    made: list[int] = []
    everyone_asks = threading.Barrier(4)

    def make() -> int:
        made.append(1)
        return len(made)

    def ask(_: int) -> int:
        everyone_asks.wait(10)
        return kept(("same",), make)

    with ThreadPoolExecutor(4) as people:
        assert list(people.map(ask, range(4))) == [1, 1, 1, 1]


def test_no_more_are_at_work_than_there_are_processors() -> None:
    at_work, most, lock = 0, 0, threading.Lock()
    pause = threading.Event()

    def make() -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        pause.wait(0.02)
        with lock:
            at_work -= 1

    with ThreadPoolExecutor(12) as people:
        list(people.map(lambda number: kept((str(number),), make), range(12)))
    assert 1 <= most <= (os.cpu_count() or 1)


def test_what_is_made_of_something_else_that_is_kept_waits_for_no_turn_of_its_own() -> None:
    people = 2 * (os.cpu_count() or 1)

    def drawn(number: int) -> str:
        return kept((f"drawing {number}",), lambda: "drawn of " + kept((f"answer {number}",), lambda: str(number)))

    with ThreadPoolExecutor(people) as pool:
        found = [pool.submit(drawn, number) for number in range(people)]
        assert [each.result(10) for each in found] == [f"drawn of {number}" for number in range(people)]


def test_what_cannot_be_made_is_said_to_all_who_wait_and_tried_again() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def fails() -> Any:
        begun.set()
        go_on.wait(10)
        raise ValueError("no numbers")

    with ThreadPoolExecutor(2) as people:
        first = people.submit(kept, ("broken",), fails)
        begun.wait(10)
        second = people.submit(kept, ("broken",), fails)
        go_on.set()
        for each in (first, second):
            with pytest.raises(ValueError, match="no numbers"):
                each.result(10)
    assert kept(("broken",), lambda: "mended") == "mended"


def test_the_oldest_are_let_go() -> None:
    for number in range(keeping._MOST + 1):
        kept((str(number),), lambda number=number: number)  # type: ignore[misc]
    assert kept(("1",), lambda: "anew") == 1
    assert kept(("0",), lambda: "anew") == "anew"


def test_the_overviews_numbers_are_made_once_for_each_snapshot(filled: Path) -> None:
    from styr.web import ready
    from styr.web.snapshots import latest

    snapshot = latest().snapshot
    assert snapshot is not None
    assert ready.make_ready("") == snapshot.id
    made = set(keeping._all)
    assert {key[0] for key in made} == {snapshot.id} and len(made) > 2
    keeping._all.clear()
    assert ready.make_ready(snapshot.id) == snapshot.id and not keeping._all
