# SPDX-License-Identifier: EUPL-1.2
"""What findings in the shipped figures turned out to be when they were held against the documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from styr.evidence.checking.cells import Cells
from styr.evidence.checking.findings import Finding, Judgement


@dataclass(frozen=True)
class Judged:
    """A judgement and its ground, in Danish and English."""

    judgement: Judgement
    da: str
    en: str


def name_of(finding: Finding, cells: Cells) -> str:
    """The name a finding is judged under: its kind and its first cell."""
    return f"{finding.template.kind}: {cells.places[finding.cells[0]].name}"


def judgement_of(finding: Finding, cells: Cells) -> Judged | None:
    """The judgement of a finding; None when nobody has looked at it."""
    return judgements().get(name_of(finding, cells))


@cache
def judgements() -> Mapping[str, Judged]:
    """All judgements by name."""
    raw = yaml.safe_load(files("styr.evidence.checking").joinpath("judgements.yaml").read_text(encoding="utf-8"))
    return {name: Judged(Judgement(each["judgement"]), each["da"], each["en"]) for name, each in raw.items()}
