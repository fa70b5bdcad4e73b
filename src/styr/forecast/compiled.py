# SPDX-License-Identifier: EUPL-1.2
"""Compiling with Numba, kept on disk by what the sources say.

Numba keeps compiled functions by the age of their own file, and so would go on using one whose callees in other files
have changed. Here they are kept in a folder named by the content of all files of the room that compile.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])
_MARK = b"styr.forecast.compiled"
_numba = cast(Any, numba)


def compiled(function: _Function) -> _Function:
    """A function compiled for arrays it is handed: it makes none of its own, so references need not be counted, which
    would cost more than the work."""
    return cast(_Function, _numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function))


def inlined(function: _Function) -> _Function:
    """A function that becomes part of those that call it, for what is called once a grant and handed many arrays:
    handing them over would cost more than the work."""
    return cast(
        _Function, _numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)(function)
    )


def compiled_with_memory(function: _Function) -> _Function:
    """A function compiled that may make arrays."""
    return cast(_Function, _numba.njit(cache=True, nogil=True)(function))


def _folder() -> Path:
    """Where compiled functions of these sources are kept."""
    digest = hashlib.sha256(_numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        content = source.read_bytes()
        if _MARK in content or source.name == Path(__file__).name:
            digest.update(content)
    kept = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(kept) / "styr" / f"compiled-{digest.hexdigest()[:16]}"


if not os.environ.get("NUMBA_CACHE_DIR"):
    _numba.config.CACHE_DIR = str(_folder())
