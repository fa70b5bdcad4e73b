# SPDX-License-Identifier: EUPL-1.2
"""The counting rules once more: a day, a person and a row at a time, in ordinary Python written to be read.

This is the slow engine the fast ones must agree with (`styr stats INDICATOR --engine memory`). README.md beside it says
how a rule is written here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

import polars as pl

from styr.statistics.catalogue import Indicator, Ratio, indicator
from styr.statistics.engines import require
from styr.statistics.errors import part
from styr.statistics.memory.cells import Cell, as_frame, smallest
from styr.statistics.memory.population import OF_INHABITANTS, inhabitants
from styr.statistics.memory.register import Register
from styr.statistics.question import Question

Rule = Callable[[Register, Question], list[Cell]]


def measured(register: Register, question: Question) -> pl.DataFrame:
    """The cells of a question, finished.

    Columns: period (number), the dimensions asked for, numerator, denominator, value, n (persons, null when they are
    not known), unpriced (grant-days without a price), and lower and upper when a cell has an interval.
    """
    return as_frame(cells(register, question), question)


def cells(register: Register, question: Question) -> list[Cell]:
    """The same as cells; raises CannotAnswer for what the measure refuses."""
    chosen = question.indicator
    if chosen.ratio:
        return _divided(register, question, chosen.ratio)
    return rule(chosen)(register, question)


def rule(chosen: Indicator) -> Rule:
    """The function of this room that counts an indicator: that of its measure's name, else that of its finish."""
    for name in (chosen.measure, chosen.finish):
        module, _, function = str(name).partition(".")
        if find_spec(f"{__name__}.{module}"):
            found: Rule | None = getattr(import_module(f"{__name__}.{module}"), function, None)
            if found:
                return found
    raise NotImplementedError(f"{chosen.key} is counted by no function of memory/ (it would be {chosen.measure})")


def _divided(register: Register, question: Question, ratio: Ratio) -> list[Cell]:
    """One measure over another, or over inhabitants; cells with nothing to divide by are left out."""
    if ratio.by == "inhabitants":
        top, keys = cells(register, _of_its_ages(register, question, ratio)), OF_INHABITANTS
        bottom = inhabitants(register, question)
    else:
        top, keys = cells(register, question.about(indicator(ratio.of))), question.labels
        bottom = cells(register, question.about(indicator(ratio.by)))
    divisors = {(cell.period, cell.only(keys)): cell for cell in bottom}
    found = []
    for cell in top:
        divisor = divisors.get((cell.period, cell.only(keys)))
        if divisor is None or divisor.value is None:
            continue
        found.append(
            replace(
                cell,
                numerator=cell.value,
                denominator=divisor.value,
                value=ratio.times * cell.value / divisor.value if cell.value is not None and divisor.value else None,
                n=smallest(cell.n, divisor.n),
            )
        )
    return found


def _of_its_ages(register: Register, question: Question, ratio: Ratio) -> Question:
    """The question of what is set against inhabitants: persons of the same ages as they, but money of all ages."""
    of = indicator(ratio.of)
    if not of.persons or of.kind == "money" or question.involves("age_group") or question.involves("age"):
        return question.about(of)
    require(register.snapshot, "citizens", part("age_of_recipients"))
    return replace(question.about(of), ages=question.indicator.ages)
