# SPDX-License-Identifier: EUPL-1.2
"""What is said when a file of figures cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from styr.evidence.errors import Refused


class Unreadable(ValueError):
    """One or more places in files of figures that cannot be read, each with place and remedy (problems)."""

    def __init__(self, problems: Iterable[Refused]) -> None:
        self.problems = list(problems)
        super().__init__(self.said("en"))

    def said(self, language: str) -> str:
        """The problems, one a line, in Danish (da) or English (en)."""
        return "\n".join(problem.said(language) for problem in self.problems)


def called(path: Path) -> str:
    """A file as messages name it: with its folder, since folders hold files of the same name."""
    return "/".join(path.parts[-2:])
