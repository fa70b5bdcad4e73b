# SPDX-License-Identifier: EUPL-1.2
"""The header of a result: what was asked, of what, and what a reader must know beside the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from styr import vocabulary
from styr.statistics.catalogue import Words, dimension
from styr.statistics.disclosure.said import said_of
from styr.statistics.engines import Engine
from styr.statistics.measures.supply import has_flexible_places
from styr.statistics.question import OF_PROVISIONS, Question, covers_all_ages, shares_rows
from styr.statistics.result import CURRENT_PRICES, MUNICIPALITY_BASIS, Header, caveat


def header(
    engine: Engine,
    question: Question,
    table: pl.DataFrame,
    *,
    unpriced: int,
    control: bool,
    further: Sequence[Words] = (),
) -> Header:
    """The header of a question's table; unpriced is the grant-days without a price, further more caveats."""
    chosen, level = question.indicator, question.price_level
    basis = "acting" if question.acting else chosen.subject.municipality
    prices = CURRENT_PRICES
    if level:
        prices = Words(f"{level.year}-priser ({level.series})", f"{level.year} prices ({level.series})")
    return Header(
        indicator=chosen.key,
        title=chosen.title,
        unit=chosen.unit,
        rule=chosen.rule,
        source=chosen.source,
        snapshot=engine.snapshot.id,
        known_at=engine.snapshot.known_at,
        municipality=MUNICIPALITY_BASIS[basis],
        price_level=prices if chosen.money else None,
        generated=engine.snapshot.generated,
        caveats=(*further, *_caveats(engine, question, table, unpriced, control)),
    )


def _caveats(engine: Engine, question: Question, table: pl.DataFrame, unpriced: int, control: bool) -> list[Words]:
    chosen = question.indicator
    of_inhabitants = chosen.ratio is not None and chosen.ratio.by == "inhabitants"
    unallocated = ", ".join(vocabulary.parameter("unallocated_groupings"))
    return [
        *_if(engine.snapshot.generated, caveat("generated")),
        *_part_observed(question),
        *(_shared(key) for key in shares_rows(question)),
        *_if(unpriced > 0, caveat("unpriced", days=unpriced)),
        *_if(_flexible(engine, question), caveat("flexible")),
        *_if(question.involves("grouping"), caveat("spread", groupings=unallocated)),
        *_if("grouping" in question.by and "function" not in question.by, caveat("grouping_alone")),
        *(caveat(key) for key in chosen.says),
        *_if(question.net_of_refund, caveat("refund")),
        *_if(of_inhabitants and chosen.kind == "period", caveat("age_days")),
        *_if("age_group" in question.by and not covers_all_ages(question.age_groups), caveat("ages_left_out")),
        *said_of(table),
        *_if(chosen.persons and not control, caveat("uncontrolled")),
    ]


def _shared(key: str) -> Words:
    found = dimension(key)
    return caveat("many" if found.many else "several", dimension=found.title.lower())


def _if(holds: bool, words: Words) -> list[Words]:
    return [words] if holds else []


def _part_observed(question: Question) -> list[Words]:
    partly = [period for period in question.periods if period.partly]
    spans = [(f"{period.first}–{period.last}", period.observed_last) for period in partly]
    return [caveat("part_observed", period=span, last=last) for span, last in spans]


def _flexible(engine: Engine, question: Question) -> bool:
    split = set(OF_PROVISIONS) & set(question.by)
    return bool(split) and question.indicator.subject.key == "places" and has_flexible_places(engine)
