# SPDX-License-Identifier: EUPL-1.2
"""Who comes and who goes: new recipients, ended recipients, and the one less the other.

The group a citizen enters or leaves is the cell asked for: who moves from one municipality to another is new in the
one, ended in the other, and neither in the two together. Age, diagnoses and income basis are no groups to enter: they
are taken on the first, or last, day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine, shared
from styr.statistics.expressions.persons import among, counted_persons
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.spans import on_days
from styr.statistics.expressions.spells import covering_rows, first_rows, last_days
from styr.statistics.question import Question

BASIS = "income_basis"
#: The vocabulary's parameters: days without help before a new recipient, and after an ended one.
NEW, ENDED = "window_new_days", "window_ended_days"


def new_recipients(engine: Engine, question: Question) -> ir.Table:
    """Distinct citizens with a first day in the period: a covered day with none in the 365 days before it.

    Columns: period, the dimensions asked for, numerator and n (both the persons).
    """
    return counted_persons(_first_days(_covering(engine, question), engine, question), question)


def ended_recipients(engine: Engine, question: Question) -> ir.Table:
    """Distinct citizens with a last day in the period: a covered day followed by none in the next 30.

    Columns: period, the dimensions asked for, numerator and n (both the persons).
    """
    return counted_persons(_last_days(_covering(engine, question), engine, question), question)


def net_flow(engine: Engine, question: Question) -> ir.Table:
    """New less ended recipients.

    Columns: period, the dimensions asked for, numerator (persons, new less ended), n (persons new or ended).
    """
    covering = _covering(engine, question)
    new, ended = _first_days(covering, engine, question), _last_days(covering, engine, question)
    kept = ("period", *question.labels, "citizen_id")
    rows = new.select(*kept, new=True).union(ended.select(*kept, new=False))
    came, went = (rows.citizen_id.nunique(where=where) for where in (rows.new, ~rows.new))
    cells = rows.group_by("period", *question.labels).agg(
        numerator=(came - went).cast("float64"), n=rows.citizen_id.nunique()
    )
    return with_age_labels(cells, question)


def new_recipients_income_basis(engine: Engine, question: Question) -> ir.Table:
    """New recipients with an income basis among all new recipients: the basis covering most of the 365 days before
    the first day.

    Columns: period, the dimensions asked for, numerator (persons with the basis), denominator (new recipients of the
    cell, whatever their basis), n (the persons with the basis).
    """
    others = tuple(key for key in question.by if key != BASIS)
    whatever = replace(
        question,
        by=(*others, BASIS),
        where={key: words for key, words in question.where.items() if key != BASIS},
    )
    everyone = shared(engine, _first_days(_covering(engine, whatever), engine, whatever))
    having = everyone.filter(everyone[BASIS].isin(question.where[BASIS])) if BASIS in question.where else everyone
    return among(counted_persons(having, question), counted_persons(everyone, replace(whatever, by=others)))


def _covering(engine: Engine, question: Question) -> ir.Table:
    """The rows around the days asked about that tell who is new on them, and who has ended."""
    before, after = (vocabulary.parameter(name) for name in (NEW, ENDED))
    since, until = question.first - timedelta(days=before), question.last + timedelta(days=after)
    return covering_rows(engine, question, since=since, until=until)


def _first_days(covering: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Citizens on the days they are new, in their periods and cells."""
    return _on("start", first_rows(covering, apart=vocabulary.parameter(NEW)), engine, question)


def _last_days(covering: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Citizens on the days they have ended, in their periods and cells."""
    return _on("end", last_days(covering, question, apart=vocabulary.parameter(ENDED)), engine, question)


def _on(day: str, rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    return with_reference_dimensions(on_days(rows, day, question), engine, question, on="on")
