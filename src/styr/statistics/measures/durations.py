# SPDX-License-Identifier: EUPL-1.2
"""How long help lasts: the risk sets of unbroken spells, of which measures/survival.py makes quantiles and curves.

A spell is followed from the day it begins or, when that lies before the period or before the register follows grants,
from that day on (late entry); and to its end or the last observed day (censored). So a year's curve is that of the
year's ends among all spells running in it, whenever they began.
"""

from __future__ import annotations

from datetime import timedelta

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import EPOCH
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.risk_sets import risk_sets
from styr.statistics.expressions.spans import period_table
from styr.statistics.expressions.spells import covering_rows, spells
from styr.statistics.observed import followed_from
from styr.statistics.question import Question

#: No covered day on the one day before: adjoining grants are one spell.
ADJOINING = 1


def durations(engine: Engine, question: Question) -> ir.Table:
    """The risk sets of the spells in the cell, by days lasted; see risk_sets for the columns. n is persons.

    Age, diagnoses and income basis are taken on the first day of the spell.
    """
    rows = _seen(engine, question)
    rows = with_reference_dimensions(rows, engine, question, on="began")
    rows = with_age_labels(rows, question)
    return risk_sets(rows, question)


def _seen(engine: Engine, question: Question) -> ir.Table:
    """Spells as far as they are seen in each period: entry, exit, ended."""
    covering = covering_rows(engine, question, until=question.last + timedelta(days=ADJOINING))
    rows = spells(covering, question, apart=ADJOINING)
    spans = period_table(question.periods).select("period", "first", "last", "reference")
    rows = rows.inner_join(spans, [rows.start <= spans["last"], rows.end >= spans["first"]])
    seen_from = ibis.greatest(rows["first"], (followed_from(engine.snapshot) - EPOCH).days)
    rows = rows.filter(rows.end >= seen_from, rows["last"] >= seen_from)
    return rows.mutate(
        entry=ibis.greatest(seen_from - rows.start, 0),
        exit=ibis.least(rows.end, rows["last"]) - rows.start + 1,
        ended=rows.end <= rows["last"],
    )
