# SPDX-License-Identifier: EUPL-1.2
"""The tables of many municipalities, made by several processes at once.

Municipalities are made independently of each other (each has random streams of its own), so who makes them, and when,
changes nothing; they are given in the order asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache

import polars as pl

from styr.processes import cores, processes

from .country import Country
from .municipality import municipality_tables
from .parameters import Ints
from .supply_tables import Supply
from .writing import typed

Made = tuple[Mapping[str, pl.DataFrame], Ints]

PROCESSES = 2
_WORTH_IT = 20.0  # municipalities at scale 1 that take longer to make than processes take to start
_AHEAD = 3  # municipalities made before they are asked for, for each process


def made(supply: Supply, codes: Sequence[str]) -> Iterator[Made]:
    """Each municipality's tables and the departments its grants refer to, in the order of codes."""
    places = [supply.country.place(code) for code in codes]
    count = processes_for(len(codes), supply.country.scale)
    if count < 2:
        for place in places:
            yield municipality_tables(supply, place)
        return
    with processes(count) as pool:
        waiting: deque[Future[Made]] = deque()
        try:
            for place in places:
                waiting.append(pool.submit(_made, replace(supply.country), place))
                if len(waiting) > _AHEAD * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()


def processes_for(municipalities: int, scale: float) -> int:
    """How many processes make so many municipalities fastest: one where little is to be made, or one core is had."""
    return min(PROCESSES, cores()) if municipalities * scale >= _WORTH_IT else 1


def _made(country: Country, place: int) -> Made:
    frames, used = municipality_tables(_supply(country), place)
    return {name: typed(name, frame) for name, frame in frames.items()}, used


@cache
def _supply(country: Country) -> Supply:
    """The supply of a country, built once in each process."""
    return Supply(country)
