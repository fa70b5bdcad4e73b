# SPDX-License-Identifier: EUPL-1.2
"""Progress of long work: a bar on a terminal, silence when output goes elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class shown_progress:
    """A context in which calling it with (stage, done, total) moves a bar on the terminal's error stream."""

    def __enter__(self) -> shown_progress:
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("starting", total=None)
            self._bar.start()
        return self

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bar:
            self._bar.update(self._task, description=stage, completed=done, total=total or None)

    def close(self) -> None:
        """Take the bar away, before something else is written."""
        if self._bar:
            self._bar.stop()
            self._bar = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
