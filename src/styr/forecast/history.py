# SPDX-License-Identifier: EUPL-1.2
"""What is known as columns of numbers: every grant with its citizen, places in the lists of provisions and
municipalities, the grant it follows, and its price at the known-at day."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast.chance import keys_of_text
from styr.forecast.exposure import NO_EXPECTATION
from styr.forecast.known import Known
from styr.forecast.paths import with_predecessors

#: The end of a grant that runs, and a day beyond every horizon.
NEVER = 2**30
_MIDDLE_AGE = int(45 * 365.25)  # of a citizen whose birth is not delivered


@dataclass(frozen=True)
class Grants:
    """Grants as columns, one number each; days since 1 January 2000.

    municipality, provision: places in the lists; citizen: place among the citizens; birth; start; end (NEVER while it
    runs); died; expected (NO_EXPECTATION without); registered; operator; after: row of the grant it follows (-1),
    delay: days from its end; groups: place in the list of sets of target groups; rate, line: price at the known-at day
    or at its end (nan without), priced: day from which that price holds; key, person: numbers of the grant and citizen
    for their luck.
    """

    municipality: np.ndarray
    provision: np.ndarray
    citizen: np.ndarray
    birth: np.ndarray
    start: np.ndarray
    end: np.ndarray
    died: np.ndarray
    expected: np.ndarray
    registered: np.ndarray
    operator: np.ndarray
    after: np.ndarray
    delay: np.ndarray
    groups: np.ndarray
    rate: np.ndarray
    line: np.ndarray
    priced: np.ndarray
    key: np.ndarray
    person: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    def of(self, wanted: np.ndarray | slice) -> Grants:
        """Some of the grants (a mask, a slice or places)."""
        return replace(self, **{each.name: getattr(self, each.name)[wanted] for each in fields(self)})


@dataclass(frozen=True)
class Lists:
    """What the places stand for."""

    municipalities: tuple[str, ...]
    provisions: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


def columns(known: Known) -> tuple[Grants, Lists]:
    """What is known as columns, in the order of the rows, and the lists their places are places in."""
    rows = with_predecessors(known.grants).sort("row")
    rows = rows.join(known.citizens, on="citizen_id", how="left", maintain_order="left")
    rows = rows.join(_priced_at(known), on="row", how="left", maintain_order="left")
    order = [term.code for term in vocabulary.codelist("provision")]
    present = {*rows["provision"].unique(), *known.named["provision"].unique()}
    provisions = tuple(code for code in order if code in present)
    municipalities = tuple(sorted(rows["municipality"].unique()))
    sets = sorted(rows["groups"].fill_null("").unique())
    places = {
        "provision": dict(zip(provisions, range(len(provisions)), strict=True)),
        "municipality": dict(zip(municipalities, range(len(municipalities)), strict=True)),
        "groups": dict(zip(sets, range(len(sets)), strict=True)),
    }
    citizens = rows["citizen_id"]

    def numbers(name: str, missing: float, kind: str = "int64") -> np.ndarray:
        return rows[name].fill_null(missing).to_numpy().astype(kind)

    start = numbers("start", 0)
    made = Grants(
        municipality=_placed(rows["municipality"], places["municipality"]),
        provision=_placed(rows["provision"], places["provision"]),
        citizen=citizens.rank("dense").to_numpy().astype("int64") - 1,
        birth=np.where(rows["birth"].is_null().to_numpy(), start - _MIDDLE_AGE, numbers("birth", 0)),
        start=start,
        end=numbers("end", NEVER),
        died=rows["died"].to_numpy(),
        expected=numbers("expected", NO_EXPECTATION),
        registered=numbers("registered", 0),
        operator=numbers("operator", 0),
        after=numbers("after", -1),
        delay=numbers("delay", 0),
        groups=_placed(rows["groups"].fill_null(""), places["groups"]),
        rate=numbers("rate", np.nan, "float64"),
        line=numbers("line", 0),
        priced=numbers("from_day", 0),
        key=keys_of_text(rows["grant_id"].to_arrow()),
        person=keys_of_text(citizens.to_arrow()),
    )
    return made, Lists(municipalities, provisions, tuple(tuple(each.split("|")) if each else () for each in sets))


def _priced_at(known: Known) -> pl.DataFrame:
    """The price that holds at the known-at day, of each grant begun by then: row, from_day, rate, line; of a grant that
    begins later, its first."""
    until = known.prices.filter(pl.col("from_day") <= known.today).unique("row", keep="last", maintain_order=True)
    first = known.prices.unique("row", keep="first", maintain_order=True).join(until, on="row", how="anti")
    return pl.concat([until, first])


def _placed(column: pl.Series, places: dict[str, int]) -> np.ndarray:
    return np.asarray(column.replace_strict(places, return_dtype=pl.Int64).to_numpy())
