# SPDX-License-Identifier: EUPL-1.2
"""Answers and drawings kept in memory for the next who asks the same of the same snapshot; the oldest are let go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

Made = TypeVar("Made")
_MOST = 400
_all: OrderedDict[tuple[str, ...], Any] = OrderedDict()
_lock = Lock()


def kept(key: tuple[str, ...], make: Callable[[], Made]) -> Made:
    """What was made under a key before, or is made now. What cannot be made is not kept: the error goes on."""
    with _lock:
        if key in _all:
            _all.move_to_end(key)
            found: Made = _all[key]
            return found
    made = make()
    with _lock:
        _all[key] = made
        while len(_all) > _MOST:
            _all.popitem(last=False)
    return made
