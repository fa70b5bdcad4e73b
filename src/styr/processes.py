# SPDX-License-Identifier: EUPL-1.2
"""Work shared between processes of this machine.

With loky, because processes of the standard library run the caller's main program anew when they start: a notebook, or
a script without a guard, that asked Styr something would start itself over and over. Each process lets its libraries
use one thread; the cores are taken by the processes. They wait a while for more work: starting them costs as much as a
second of it.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module

_WAIT = 10  # seconds without work after which a process ends
_ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """So many processes to give work to; what they still do is stopped when the context is left by an error."""
    from loky import get_reusable_executor  # slow to load, and seldom needed

    pool = get_reusable_executor(count, timeout=_WAIT, env=_ONE_THREAD)
    atexit.unregister(_stop)
    atexit.register(_stop, pool)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=True, kill_workers=True)
        raise


def _stop(pool: Executor) -> None:
    """At the end of the program: else they would be waited for one by one, each with its own wait for work."""
    pool.shutdown(wait=True, kill_workers=True)


def start_processes(count: int, module: str) -> None:
    """Start so many processes and let each load a module, while this one goes on; they are there when asked for."""
    with processes(count) as pool:
        for _ in range(count):
            pool.submit(_load, module)


def _load(module: str) -> None:
    import_module(module)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
