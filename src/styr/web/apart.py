# SPDX-License-Identifier: EUPL-1.2
"""Work done in processes of its own, which give way to the one that makes the pages: who looks a citizen up does not
wait for those who count. `styr serve` begins them; without them (in tests, in the worker) the work is done in place.

What is done there is a function of what it is given: it knows neither the request nor the language spoken.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, TypeVar

import django

Made = TypeVar("Made")
_NICE = 10
_LOOKS_EVERY = 2.0  # seconds between looks at whether the server is still there
#: What takes long to load and is needed by the first who asks.
_LOADED = ("styr.statistics.count", "styr.statistics.engines.duckdb", "styr.reporting.drawing")


class Processes:
    """So many processes to do work in, which load what they need while nothing is asked of them; begun anew where one
    was ended by something else."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._begun = self._begin()

    def done(self, make: Callable[[], Made]) -> Made:
        """What make gives or raises; done once more when a process was ended meanwhile."""
        with suppress(BrokenProcessPool):
            first: Made = self._working().submit(make).result()
            return first
        again: Made = self._working().submit(make).result()
        return again

    def end(self) -> None:
        """Stop the processes and what they are doing."""
        self._begun.shutdown(wait=True, kill_workers=True)

    def _working(self) -> Executor:
        with self._lock:
            if self._begun._flags.broken is not None:
                self._begun = self._begin()
            working: Executor = self._begun
        return working

    def _begin(self) -> Any:
        from loky import ProcessPoolExecutor  # its processes do not run the caller's program anew

        begun = ProcessPoolExecutor(self._count, initializer=_give_way, initargs=(os.getpid(),))
        for _ in range(self._count):
            begun.submit(_load)
        return begun


_open: list[Processes] = []


@contextmanager
def processes_apart(count: int) -> Iterator[Processes]:
    """Let work be done apart, by so many processes, until the context is left."""
    opened = Processes(count)
    _open.append(opened)
    try:
        yield opened
    finally:
        _open.remove(opened)
        opened.end()


def done_apart(make: Callable[[], Made]) -> Made:
    """What make gives or raises, done apart where processes are open for it."""
    return _open[-1].done(make) if _open else make()


def _give_way(server: int) -> None:
    """Let the server go first, leave it to the server to end this, and end with it. What is asked may be a function of
    a module that knows Django, so Django is set up here too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICE)

    def end_with_server() -> None:
        pause = threading.Event()
        while os.getppid() == server:
            pause.wait(_LOOKS_EVERY)
        os._exit(0)

    threading.Thread(target=end_with_server, daemon=True).start()
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        django.setup()


def _load() -> None:
    for module in _LOADED:
        import_module(module)
