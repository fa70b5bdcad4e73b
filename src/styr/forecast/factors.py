# SPDX-License-Identifier: EUPL-1.2
"""The user's overrides as the simulation takes them: a factor or a number by provision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from styr.forecast.assumptions import Assumptions

#: Provisions under which the citizen employs helpers.
OWN_HELPERS = ("SEL-95", "SEL-96")


class Factors:
    """The user's overrides of one municipality, by provision."""

    def __init__(self, assumptions: Assumptions, code: str, provisions: Sequence[str]) -> None:
        self.assumptions, self.code, self.provisions = assumptions, code, provisions

    def each(self, buffer: str) -> np.ndarray:
        return np.array([self.assumptions.factor(buffer, self.code, provision=each) for each in self.provisions])

    def all(self, buffer: str) -> float:
        return self.assumptions.factor(buffer, self.code)

    def number(self, buffer: str, provision: str) -> float | None:
        return self.assumptions.number(buffer, self.code, provision=provision)

    def sickness(self) -> np.ndarray:
        """The share added for helpers' sickness, where help is by own helpers."""
        return np.array(
            [(self.number("bpa_sickness", each) or 0.0) if each in OWN_HELPERS else 0.0 for each in self.provisions]
        )
