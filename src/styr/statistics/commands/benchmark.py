# SPDX-License-Identifier: EUPL-1.2
"""`styr benchmark`: municipalities beside one another, and what the differences between them amount to."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from styr.statistics.commands.asking import Asked, Key, read_words, with_question
from styr.statistics.errors import CannotAnswer

if TYPE_CHECKING:
    from styr.statistics.benchmark import Benchmark
    from styr.statistics.result import Result


class Show(StrEnum):
    """The tables of a benchmark."""

    municipalities = "municipalities"
    summary = "summary"
    regression = "regression"
    residuals = "residuals"
    potential = "potential"


class Dispersion(StrEnum):
    """How the limits of the funnel allow for municipalities differing more than chance."""

    none = "none"
    multiplicative = "multiplicative"
    additive = "additive"


class Kind(StrEnum):
    """The potentials."""

    expected = "expected"
    mean = "mean"
    tariff = "tariff"


class Level(StrEnum):
    """The means a potential can go down to."""

    mean = "mean"
    country = "country"
    others = "others"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("benchmark")(with_question(benchmark, without=("by", "from_year", "to_year")))


def benchmark(
    asked: Asked,
    indicator: Key,
    *,
    year: Annotated[int, typer.Option("--year", help="The year compared.")],
    years: Annotated[int, typer.Option("--years", min=1, help="Average of so many years up to it.")] = 1,
    show: Annotated[Show | None, typer.Option("--show", help="Which table (else what the other options ask).")] = None,
    municipality: Annotated[str | None, typer.Option("--municipality", help="This one only, by code or name.")] = None,
    neighbours: Annotated[
        int | None, typer.Option("--neighbours", min=1, help="Beside so many nearest neighbours.")
    ] = None,
    variables: Annotated[
        str, typer.Option("--variables", help="Background: of the register, of the catalogue or of the file.")
    ] = "",
    background: Annotated[
        Path | None, typer.Option("--background", help="CSV of municipality and further variables.")
    ] = None,
    dispersion: Annotated[
        Dispersion | None, typer.Option("--dispersion", help="How the funnel allows for more than chance.")
    ] = None,
    potential: Annotated[
        Kind | None, typer.Option("--potential", help="Arithmetical potential (beregningsteknisk).")
    ] = None,
    level: Annotated[Level, typer.Option("--level", help="The mean a potential goes down to.")] = Level.mean,
    expenditure: Annotated[
        str | None, typer.Option("--expenditure", help="Indicator per inhabitant: a mean frequency's worth in money.")
    ] = None,
    volume: Annotated[
        str | None, typer.Option("--volume", help="Indicator of what a tariff is paid for (else its denominator).")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=100, help="Draws of the bootstrap.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the bootstrap.")] = 1,
    delivered: Annotated[
        str | None, typer.Option("--delivered", help="Municipalities that take part; else those found whole.")
    ] = None,
) -> None:
    """Compare municipalities: rates, rank, quartiles, funnel, neighbours, regression and potentials.

    Variables of the register: inhabitants, log_inhabitants, share_0_17, share_18_30, share_18_66, share_67_plus.
    """
    from styr.statistics.benchmark import benchmark as compare

    table = show or (Show.potential if potential else Show.municipalities)
    if (table is Show.potential) != (potential is not None):
        raise CannotAnswer("potential_by_itself")
    given: dict[str, Any] = {name: each for name, each in asked.count.items() if name not in _OTHERS}
    found = compare(
        asked.snapshot(),
        indicator,
        year,
        years=years,
        variables=read_words(variables),
        file=background,
        neighbours=neighbours,
        dispersion=dispersion,
        delivered=read_words(delivered) if delivered else None,
        **given,
    )
    if potential:
        drawing = {"draws": draws, "seed": seed}
        answer = found.potential(
            potential, municipality, level=level, expenditure=expenditure, volume=volume, **drawing
        )
    else:
        answer = _table(found, table, municipality)
    asked.write(answer, asdict(found.fitted.fit) if table in (Show.regression, Show.residuals) else None)


#: What a count can be asked and a benchmark sets itself.
_OTHERS = ("by", "from_year", "to_year")


def _table(found: Benchmark, table: Show, municipality: str | None) -> Result:
    if municipality and table in (Show.summary, Show.regression):
        raise CannotAnswer("table_of_all_municipalities", table=table)
    if table is Show.summary:
        return found.summary()
    if table is Show.regression:
        return found.coefficients()
    if table is Show.residuals:
        return found.residuals(municipality)
    return found.municipalities(municipality)
