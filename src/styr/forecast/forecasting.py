# SPDX-License-Identifier: EUPL-1.2
"""Make a forecast: learn from what was known, simulate each municipality, and carry it over to the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version

from styr.forecast.adding import added
from styr.forecast.assumptions import Assumptions
from styr.forecast.errors import Refused
from styr.forecast.known import Known, known
from styr.forecast.learn import Learned, learned
from styr.forecast.months import Month
from styr.forecast.outcome import Engine, Outcome
from styr.forecast.result import Draws, Forecast, ForecastHeader, Measure, Total
from styr.forecast.said import about
from styr.forecast.town import town
from styr.register.snapshot import Snapshot

_NOTHING = Assumptions()
_MOST_YEARS = 20


@dataclass(frozen=True)
class Asked:
    """What is to be forecast, beside the data: the day, the months, how many draws from which seed, the overrides; and
    where it is simulated (see outcome.ENGINES), which changes no number."""

    known_at: date
    first: Month
    last: Month
    draws: int
    seed: int
    assumptions: Assumptions
    engine: Engine = "local"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refused("ends_before_it_begins", first=self.first, last=self.last)
        if self.last.year - self.known_at.year > _MOST_YEARS:
            raise Refused("too_far_ahead", last=self.last, years=_MOST_YEARS, known_at=self.known_at)
        if self.draws < 1:
            raise Refused("too_few_draws", draws=self.draws)

    def check(self, found: Learned) -> None:
        """Raises CannotAnswer for an override of a provision that nothing is known of."""
        for each in self.assumptions.overrides:
            if each.provision is not None and each.provision not in found.lists.provisions:
                raise Refused(
                    "override_without_grants", buffer=each.buffer, provision=each.provision, known_at=self.known_at
                )

    def outcome(self, held: Known, found: Learned, code: str, threads: int) -> Outcome:
        """The forecast of one municipality."""
        own = town(held, found, code, self.assumptions)
        asked = self.known_at, self.first, self.last, self.draws, self.seed, self.assumptions
        return Outcome(own, *asked, threads, self.engine)

    def header(self, snapshot: Snapshot, lacks: Sequence[str], measure: Measure) -> ForecastHeader:
        """The header of a measure; lacks: keys of caveats for what was missing."""
        overrides = tuple(each.to_mapping() for each in self.assumptions.overrides)
        said = about(snapshot, self.known_at, measure, sorted(set(lacks)), bool(overrides))
        return ForecastHeader(said, self.first, self.last, self.draws, self.seed, version("styr"), overrides)


def forecast(
    snapshot: Snapshot,
    known_at: date,
    first: Month,
    last: Month,
    *,
    municipalities: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
    assumptions: Assumptions = _NOTHING,
    threads: int = 2,
) -> Forecast:
    """Forecast the months first to last from what was known at a day.

    municipalities: codes (None: all of the snapshot); it is learned from all of the snapshot either way. Months that
    are over at the known-at day are what is known of them; those to come are simulated, each draw a possible course.
    Draw d of a municipality is a function of seed, municipality and d alone, so more draws refine and do not change.
    All draws are kept; streaming.forecast_table is for many municipalities at once.

    Raises CannotAnswer for months out of order, a day after the snapshot's, and when there is no history.
    """
    asked = Asked(known_at, first, last, draws, seed, assumptions)
    held, found, codes = prepared(snapshot, asked, municipalities)
    outcomes = [asked.outcome(held, found, code, threads) for code in codes]
    lacks = [lack for each in outcomes for lack in each.lacks]
    return Forecast(known_at, first, last, partial(asked.header, snapshot, lacks), partial(_together, outcomes))


def prepared(
    snapshot: Snapshot, asked: Asked, municipalities: Sequence[str] | None
) -> tuple[Known, Learned, list[str]]:
    """What is known and learned for a forecast, and the municipalities to make it of."""
    held = known(snapshot, asked.known_at, municipalities)
    found = learned(held, asked.last)
    asked.check(found)
    return held, found, chosen(found, municipalities, asked.known_at)


def chosen(found: Learned, municipalities: Sequence[str] | None, known_at: date) -> list[str]:
    """The municipalities to forecast; raises CannotAnswer for one that pays for no grant known on the day."""
    if municipalities is None:
        return list(found.lists.municipalities)
    if missing := [code for code in municipalities if code not in found.lists.municipalities]:
        raise Refused(
            "municipality_without_grants",
            missing=", ".join(missing),
            known_at=known_at,
            known=", ".join(found.lists.municipalities),
        )
    return list(municipalities)


def _together(outcomes: Sequence[Outcome], measure: Measure, by: tuple[str, ...], total: Total) -> Draws:
    """The draws of all municipalities, added up unless they are kept apart."""
    return added([each.draws(measure, by, total) for each in outcomes], by)
