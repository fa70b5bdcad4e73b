# SPDX-License-Identifier: EUPL-1.2
"""Answers and drawings kept in memory for the next who asks the same of the same snapshot; the oldest are let go.

They are made apart (apart.py) and a few at a time, as many as there are processors: those who count wait for one
another, and who looks a citizen up need not wait for them. Who asks for what is being made for another waits for that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock, local
from typing import Any, TypeVar

from styr.processes import cores
from styr.web.apart import done_apart

Made = TypeVar("Made")
_MOST = 1000
_all: OrderedDict[tuple[str, ...], Future[Any]] = OrderedDict()
_lock = Lock()
_turns = BoundedSemaphore(cores())
_mine = local()


def kept(key: tuple[str, ...], make: Callable[[], Made]) -> Made:
    """What was made under a key before, or is made now. What cannot be made is not kept: the error goes on, to all who
    wait for it."""
    with _lock:
        found = _all.get(key)
        if found is None:
            mine: Future[Any] = Future()
            _all[key] = mine
            while len(_all) > _MOST:
                _all.popitem(last=False)
        else:
            _all.move_to_end(key)
    if found is not None:
        made: Made = found.result()
        return made
    try:
        with _a_turn():
            mine.set_result(done_apart(make))
    except BaseException as error:
        with _lock:
            _all.pop(key, None)
        mine.set_exception(error)
        raise
    return mine.result()


@contextmanager
def _a_turn() -> Iterator[None]:
    """A turn to work; who has one, and asks for something further to work with, keeps it."""
    if getattr(_mine, "turn", False):
        yield
        return
    with _turns:
        _mine.turn = True
        try:
            yield
        finally:
            _mine.turn = False
