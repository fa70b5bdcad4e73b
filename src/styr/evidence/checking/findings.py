# SPDX-License-Identifier: EUPL-1.2
"""What a check finds: for each conflict what is printed, why it cannot be, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from styr.evidence.checking.cells import Cells
from styr.evidence.checking.laws import Relation, Template
from styr.evidence.checking.mending import Mend


class Judgement(StrEnum):
    """What a finding turned out to be, when someone has looked at it."""

    print = "error in print"
    extraction = "error in text extraction"
    definition = "different definition"
    unclear = "unclear"


@dataclass(frozen=True)
class Finding:
    """A conflict: the template it belongs to, its relations, the cells it rests on, its size and its mends.

    size: units of the last printed digit beyond what rounding admits; for several relations together the part of a
    rounding by which every number would have to lie outside its own.
    """

    template: Template
    relations: tuple[Relation, ...]
    cells: tuple[int, ...]
    size: float
    mends: tuple[Mend, ...]
    jointly: bool = False

    @property
    def where(self) -> str:
        """The table or tables, as document/id."""
        return self.template.where


@dataclass(frozen=True)
class Confirmation:
    """A template that holds: how many relations, how many are circular, and the chance of the independent ones."""

    template: Template
    held: int
    circular: int
    chance: float


@dataclass(frozen=True)
class Checked:
    """A set of figures checked: its cells, the templates, the findings, and what is confirmed."""

    cells: Cells
    templates: tuple[Template, ...]
    findings: tuple[Finding, ...]
    confirmations: tuple[Confirmation, ...]
