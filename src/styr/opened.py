# SPDX-License-Identifier: EUPL-1.2
"""A store opened from Python: the same questions as on the command line, answered as Arrow, Polars or pandas.

import styr

store = styr.open("styr-store")
store.stats("full_time_recipients", by=["year", "provision"], from_year=2015).to_polars()
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    from styr.register.snapshot import Snapshot
    from styr.statistics import Benchmark, Indicator, Result


class Opened:
    """An opened store. Every question is answered on a snapshot: all that is known now, or on the day known_at."""

    def __init__(self, folder: Path | str | None = None, *, database_url: str | None = None) -> None:
        """Open the embedded store in a folder, or the database of an address; None: as STYR_STORE and DATABASE_URL
        say. A store that is not there is made. Raises Refused when it cannot be."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "styr.web.settings")
        # a notebook runs in an event loop, where Django would refuse to ask the database; one cell at a time is safe
        os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        from styr.register import store

        self._address = (Path(folder) if folder is not None else None, database_url)
        store.open_store(*self._address)
        self._folder = store.folder()

    def snapshot(self, known_at: date | str | None = None) -> Snapshot:
        """The snapshot of what was known on a day (a date, or its ISO text); raises Refused when nothing was."""
        from styr.register import store

        if store.folder() != self._folder:  # another store was opened since
            store.open_store(*self._address)
        return store.snapshot(date.fromisoformat(known_at) if isinstance(known_at, str) else known_at)

    def indicators(self) -> tuple[Indicator, ...]:
        """The catalogue: what can be counted, how, and split by what."""
        from styr.statistics import indicators

        return indicators()

    def stats(
        self,
        indicator: str,
        by: Sequence[str] = (),
        *,
        scale_to: str | None = None,
        known_at: date | str | None = None,
        **asked: Any,
    ) -> Result:
        """Count an indicator, split by dimensions; scaled to "country" or a region when scale_to says so.

        asked is what styr.statistics.count and scaled take (from_year, to_year, on, where, acting, age_groups,
        price_level, net_of_refund, engine …). Raises CannotAnswer with what is missing and where it would come from.
        """
        from styr.statistics import count, scaled

        snapshot = self.snapshot(known_at)
        if scale_to:
            return scaled(snapshot, indicator, scale_to, by=by, **asked)
        return count(snapshot, indicator, by, **asked)

    def growth(self, indicator: str, from_year: int, to_year: int, **asked: Any) -> Result:
        """What an indicator grew by between two years, and each part's contribution; see styr.statistics.growth."""
        from styr.statistics import growth

        return growth(self.snapshot(asked.pop("known_at", None)), indicator, from_year, to_year, **asked)

    def decompose(self, indicator: str, from_year: int, to_year: int, **asked: Any) -> Result:
        """A change between two years in parts that add up; see styr.statistics.decomposition."""
        from styr.statistics import decomposition

        return decomposition(self.snapshot(asked.pop("known_at", None)), indicator, from_year, to_year, **asked)

    def benchmark(self, indicator: str, year: int, **asked: Any) -> Benchmark:
        """The municipalities beside one another; see styr.statistics.benchmark."""
        from styr.statistics import benchmark

        return benchmark(self.snapshot(asked.pop("known_at", None)), indicator, year, **asked)

    def compare(self, indicator: str, key: str, values: Sequence[str], **asked: Any) -> Result:
        """Groups of a dimension against each other, with test and interval; see styr.statistics.compare."""
        from styr.statistics import compare

        return compare(self.snapshot(asked.pop("known_at", None)), indicator, key, values, **asked)

    def hypotheses(self, keys: Sequence[str] = (), **asked: Any) -> Result:
        """The hypotheses of document 004 held against the store; see styr.statistics.hypotheses."""
        from styr.statistics import hypotheses

        return hypotheses(self.snapshot(asked.pop("known_at", None)), keys, **asked)

    def delivered(self, indicator: str, from_year: int, to_year: int, **asked: Any) -> Result:
        """Which municipalities count as having delivered, and why; see styr.statistics.delivered."""
        from styr.statistics import delivered

        return delivered(self.snapshot(asked.pop("known_at", None)), indicator, from_year, to_year, **asked)


def draw(result: Result, language: str = "da") -> alt.ConcatChart:
    """The fitting Altair chart of a result, in Danish ("da") or English ("en")."""
    from styr.reporting.drawing import drawn

    spoken = "en" if language == "en" else "da"
    return drawn(result.table, result.header.to_mapping(spoken), spoken)
