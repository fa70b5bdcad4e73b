# SPDX-License-Identifier: EUPL-1.2
"""Persons and citizen-days: recipients on a day and in a period, full-time recipients."""

from __future__ import annotations

from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.citizen_days import as_full_time, as_persons, days_of_grants
from styr.statistics.question import Question


def recipients(engine: Engine, question: Question) -> ir.Table:
    """Distinct citizens with a covered day in the period and cell (for a stock the period is the day).

    Columns: period, the dimensions asked for, numerator and n (both the persons).
    """
    return as_persons(days_of_grants(engine, question))


def full_time_recipients(engine: Engine, question: Question) -> ir.Table:
    """Citizen-days of the period and cell, each counted once however many grants cover it.

    Columns: period, the dimensions asked for, numerator (citizen-days), denominator (the period's observed days) and
    n (persons).
    """
    return as_full_time(days_of_grants(engine, question), question)
