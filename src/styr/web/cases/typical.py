# SPDX-License-Identifier: EUPL-1.2
"""How long cases of the same municipality take from where a case stands: the median with its interval, as the indicator
case_duration counts it on the latest snapshot, with disclosure control.

Not split by provision: the open cases have none yet, so that the durations would be too short (see the indicator).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import polars as pl
from django.urls import reverse

from styr.web.activity.asked import Question, answered
from styr.web.activity.pages import indicator_named
from styr.web.cases.standing import UNDECIDED, state_of
from styr.web.snapshots import latest

_YEARS = 3
_INDICATOR = "case_duration"


@dataclass(frozen=True)
class Typical:
    """Half of the cases have come from the one stage to the other within so many days (median, 95 % interval; None
    where it is not known), of the years given; hidden when too few are behind it; address of the indicator's page."""

    from_stage: str
    to_stage: str
    median: float | None
    lower: float | None
    upper: float | None
    years: tuple[int, int]
    hidden: bool
    address: str


def typical(municipality: str, stage: str) -> Typical | None:
    """How long cases of a municipality take to the decision (one that is not decided) or from the decision until help
    begins (one that waits for it), or else from enquiry until help begins; None when nothing can be counted."""
    snapshot = latest().snapshot
    if snapshot is None:
        return None
    if stage in UNDECIDED:
        from_stage, to_stage = "enquiry", "decision"
    else:
        from_stage, to_stage = ("decision" if state_of(stage) == "waiting" else "enquiry"), "start"
    last = snapshot.known_at.year
    where = {"municipality": [municipality], "from_stage": [from_stage], "to_stage": [to_stage]}
    years = (last - _YEARS + 1, last)
    question = Question(indicator_named(_INDICATOR), (), *years, None, False, where, ())
    result, _ = answered(question, snapshot)
    rows = pl.DataFrame(pl.from_arrow(result.table)) if result else pl.DataFrame()
    if rows.height != 1:
        return None
    row = rows.row(0, named=True)
    asked = urlencode({"municipality": municipality, "from_stage": from_stage, "to_stage": to_stage, "from": years[0]})
    address = f"{reverse('indicator', args=[_INDICATOR])}?{asked}"
    return Typical(from_stage, to_stage, row["value"], row["lower"], row["upper"], years, row["suppressed"], address)
