# SPDX-License-Identifier: EUPL-1.2
"""What a reader of a benchmark must know beside the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from styr import vocabulary
from styr.statistics.benchmark.amounts import Amounts
from styr.statistics.benchmark.background import variables_of_register
from styr.statistics.benchmark.funnel import Funnel
from styr.statistics.benchmark.municipal import Municipal
from styr.statistics.benchmark.regression import Regression
from styr.statistics.catalogue import Words, indicators
from styr.statistics.result import caveat

#: A test's p-value below this is pointed out.
SMALL_P = 0.05


def of_country(found: Municipal) -> list[Words]:
    """Who the country is, what the bands are, and who is hidden."""
    every, shown = len(vocabulary.codelist("municipality")), found.rows.height
    first, second = vocabulary.parameter("size_band_bounds")
    bounds = {"first": _whole(first), "second": _whole(second)}
    return [
        *found.says,
        *([caveat("benchmark_country", count=shown, all=every)] if shown < every else []),
        *([caveat("benchmark_hidden", count=found.hidden)] if found.hidden else []),
        *([caveat("benchmark_years", years=found.years, year=found.year)] if found.years > 1 else []),
        caveat("benchmark_bands", **bounds),
    ]


def of_standing(found: Municipal) -> list[Words]:
    """What a difference is, and how sure a value is."""
    return [caveat("benchmark_difference"), *([caveat("benchmark_interval")] if found.counted else [])]


def of_funnel(rows: pl.DataFrame, funnel: Funnel) -> list[Words]:
    """How many differences are more than chance, and what chance is taken to be."""
    known = rows.filter(pl.col("beyond").is_not_null())
    if not funnel.counted:
        return [caveat("funnel_amounts")]
    if funnel.dispersion != "none":
        dispersion = {
            "multiplicative": Words("multiplikativt", "multiplicative"),
            "additive": Words("additivt", "additive"),
        }
        between = _number(funnel.between, 2)
        return [
            caveat(
                "funnel_widened", dispersion=dispersion[funnel.dispersion], ratio=_number(funnel.ratio or 1, 1),
                between=between,
            )
        ]  # fmt: skip
    outside = known.filter(pl.col("beyond") != "no").height
    by_chance = _number(known.height * (1 - vocabulary.parameter("funnel_levels")[0]), 0)
    said = [caveat("funnel_chance", outside=outside, count=known.height, expected=by_chance)]
    if funnel.overdispersed:
        said.append(caveat("funnel_overdispersed", ratio=_number(funnel.ratio or 1, 1)))
    return said


def of_neighbours(count: int, variables: Sequence[str]) -> Words:
    """What neighbours are likened by."""
    return caveat("neighbours", count=count, variables=named(variables))


def of_regression(found: Municipal, made: Regression) -> list[Words]:
    """What stands in the way of trusting a regression."""
    fit = made.fit
    _, advised = vocabulary.parameter("regression_per_variable")
    inflation, _ = vocabulary.parameter("inflation_bounds")
    left_out = found.rows.height - fit.n
    said = [
        (True, caveat("benchmark_difference")),
        (True, caveat("regression_causes")),
        (left_out > 0, caveat("regression_left_out", count=left_out)),
        (
            fit.n < advised * fit.variables,
            caveat("regression_few", count=fit.n, variables=fit.variables, advised=advised),
        ),
        (
            fit.largest_inflation > inflation,
            caveat("regression_inflation", inflation=_number(fit.largest_inflation, 0)),
        ),
        (fit.normality_p < SMALL_P, caveat("regression_normality", p=_number(fit.normality_p, 3))),
        (fit.equal_variance_p < SMALL_P, caveat("regression_variance", p=_number(fit.equal_variance_p, 3))),
        (fit.influential > 0, caveat("regression_influential", count=fit.influential)),
    ]
    return [words for holds, words in said if holds]


def of_potential(found: Municipal, worked_out: Amounts, draws: int) -> list[Words]:
    """That a potential is arithmetic and nothing else, and how sure it is."""
    taking = worked_out.made.municipalities.height
    return [
        caveat("potential", level=worked_out.level),
        caveat("potential_interval", count=taking, draws=_whole(draws)),
        *([caveat("benchmark_hidden", count=found.hidden)] if found.hidden else []),
        *([caveat("potential_none")] if worked_out.made.total == 0 else []),
        *_of_effect(worked_out.made.effect),
    ]


def _of_effect(effect: tuple[float, float, float] | None) -> list[Words]:
    if effect is None:
        return []
    names = ("effect", "lower", "upper")
    return [caveat("potential_effect", **{name: _number(each, 0) for name, each in zip(names, effect, strict=True)})]


def of_fit(made: Regression, variables: Sequence[str]) -> Words:
    """How much the background explains."""
    return caveat("potential_fit", variables=named(variables), share=_number(100 * made.fit.r_squared, 0))


def named(variables: Sequence[str]) -> Words:
    """Variables by their names; a column of the user's file by what it is called there."""
    titles = {each.key: each.title for each in indicators()} | dict(variables_of_register())
    found = [titles.get(name, Words(name, name)) for name in variables]
    return Words(*(", ".join(each.lower()[language] for each in found) for language in ("da", "en")))


def _whole(number: int) -> Words:
    english = f"{number:,}"
    return Words(english.replace(",", "."), english)


def _number(number: float, places: int) -> Words:
    english = f"{number:,.{places}f}"
    return Words(english.translate(str.maketrans(",.", ".,")), english)
