# SPDX-License-Identifier: EUPL-1.2
"""How old recipients are, and how old they become."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from scipy.stats import t as student

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, shared
from styr.statistics.memory.groups import cells_of, days_in_groups
from styr.statistics.memory.people import death_of, grant_days
from styr.statistics.memory.register import Register
from styr.statistics.question import Question

DAYS_OF_A_YEAR = Fraction(1461, 4)
#: The citizens of each period and cell with their age in years.
Ages = dict[tuple[int, Labels], dict[str, Fraction]]


def mean_age(register: Register, question: Question) -> list[Cell]:
    """The mean age on the day of citizens with a grant covering it; those not known are left out."""
    ages: Ages = defaultdict(dict)
    for covered in grant_days(register, question):
        known = register.row_where("citizens", "citizen_id", covered.citizen)
        if known:
            lived = (covered.day - known["birth_date"]).days
            ages[covered.period, covered.labels][covered.citizen] = lived / DAYS_OF_A_YEAR
    return [_mean(*at, ages=list(of_citizens.values())) for at, of_citizens in ages.items()]


def mean_age_at_death(register: Register, question: Question) -> list[Cell]:
    """The mean age at death of those who died in the period on a day a grant of theirs covers, with a t interval."""
    ages: Ages = defaultdict(dict)
    for (citizen, group), days in days_in_groups(register, question, question.first, question.last).items():
        died = death_of(register, citizen)
        if died not in days:
            continue
        born = register.rows_where("citizens", "citizen_id", citizen)[0]["birth_date"]
        for number, period in enumerate(question.periods):
            if period.first <= died <= period.observed_last:
                for labels in cells_of(register, question, citizen, group, died):
                    ages[number, labels][citizen] = (died - born).days / DAYS_OF_A_YEAR
    return [_with_interval(_mean(*at, ages=list(those.values())), list(those.values())) for at, those in ages.items()]


def _mean(period: int, labels: Labels, ages: list[Fraction]) -> Cell:
    return shared(period, labels, sum(ages, Fraction(0)), len(ages), n=len(ages))


def _with_interval(cell: Cell, ages: list[Fraction]) -> Cell:
    """A mean with the interval of the t distribution; a single value has none."""
    if len(ages) < 2:
        return cell
    mean = sum(ages, Fraction(0)) / len(ages)
    variance = sum((age - mean) ** 2 for age in ages) / (len(ages) - 1)
    factor = student.ppf(0.5 + vocabulary.parameter("confidence_level") / 2, len(ages) - 1)
    half = float(factor) * math.sqrt(variance / len(ages))
    return replace(cell, lower=float(mean) - half, upper=float(mean) + half)
