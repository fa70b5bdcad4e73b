# SPDX-License-Identifier: EUPL-1.2
"""How expressions become SQL, where Ibis leaves a choice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ibis


@contextmanager
def selects_as_built() -> Iterator[None]:
    """Within it selects are left nested as they were built: an engine's planner flattens them faster than Ibis."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before
