# SPDX-License-Identifier: EUPL-1.2
"""Styr: from decision to money on the specialised social area, counted once and counted right.

import styr
styr.open("styr-store").stats("full_time_recipients", by=["year", "provision"]).to_polars()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from styr.opened import Opened

__version__ = "0.1.0"


def open(folder: Path | str | None = None, *, database_url: str | None = None) -> Opened:
    """A store opened for questions; see styr.opened.Opened."""
    from styr.opened import Opened

    return Opened(folder, database_url=database_url)


def draw(result: Any, language: str = "da") -> Any:
    """The fitting Altair chart of a result; see styr.opened.draw."""
    from styr.opened import draw

    return draw(result, language)
