# SPDX-License-Identifier: EUPL-1.2
"""From an address to a question: which dimensions, years, day and filters; and the answer, kept for the next who asks.

`by=` (several), `from=`, `to=`, `on=MM-DD`, `acting=yes`, the filters of the page, and each of the indicator's own
dimensions by its name. Disclosure control is never left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, Indicator, Result, count, dimension
from styr.web.filters import Filters, filters_of
from styr.web.keeping import kept
from styr.web.languages import spoken

MOST_DIMENSIONS = 3


@dataclass(frozen=True)
class Question:
    """What an address asks of an indicator; unused names the filters that the indicator cannot be narrowed by."""

    indicator: Indicator
    by: tuple[str, ...]
    from_year: int | None
    to_year: int | None
    on: str | None
    acting: bool
    where: dict[str, list[str]]
    unused: tuple[str, ...]

    def answer(self, snapshot: Snapshot) -> Result:
        """The answer on a snapshot, with disclosure control; raises CannotAnswer."""
        make = partial(
            count, snapshot, self.indicator.key, self.by, self.from_year, self.to_year, on=self.on, where=self.where,
            acting=self.acting,
        )  # fmt: skip
        return kept((snapshot.id, repr(self)), make)


def question_of(request: HttpRequest, chosen: Indicator) -> Question:
    """The question an address asks; words that make no sense for the indicator are passed over."""
    filters = filters_of(request)
    asked = [name for name in request.GET.getlist("by") if name in chosen.dimensions]
    by = tuple(dict.fromkeys(asked))[:MOST_DIMENSIONS]
    if "by" not in request.GET:
        by = ("year",) if "year" in chosen.dimensions else ()
    first, last = _year(request, "from"), _year(request, "to")
    if filters.year and first is None and last is None:
        first = last = filters.year
    where, unused = _where(chosen, filters)
    for name in chosen.own:
        if (word := request.GET.get(name, "").strip()) and name not in by:
            where[name] = [word]
    return Question(
        indicator=chosen,
        by=by,
        from_year=first,
        to_year=last,
        on=_day(request.GET.get("on", "")) if chosen.kind == "stock" else None,
        acting=request.GET.get("acting") == "yes" and chosen.subject.municipality in ("payer", "viewpoint"),
        where=where,
        unused=unused,
    )


def narrowed_by(chosen: Indicator) -> tuple[str, ...]:
    """The page's filters that an indicator can be narrowed by, the year included."""
    return tuple(name for name in ("municipality", "year", "provision", "target_group") if name in chosen.dimensions)


def choices_of(chosen: Indicator, language: str) -> list[tuple[str, str]]:
    """The dimensions an indicator can be split by: key and words."""
    return [(name, dimension(name).title[language]) for name in chosen.dimensions]


def _where(chosen: Indicator, filters: Filters) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    where = {name: words for name, words in filters.where.items() if name in chosen.dimensions}
    return where, tuple(name for name in filters.where if name not in where)


def _year(request: HttpRequest, name: str) -> int | None:
    word = request.GET.get(name, "").strip()
    return int(word) if re.fullmatch(r"[0-9]{4}", word) else None


def _day(word: str) -> str | None:
    return word if re.fullmatch(r"[0-1][0-9]-[0-3][0-9]", word.strip()) else None


def answered(question: Question, snapshot: Snapshot) -> tuple[Result | None, str]:
    """The answer, or why there is none, in the language spoken."""
    try:
        return question.answer(snapshot), ""
    except CannotAnswer as error:
        return None, error.said(spoken())


def header_of(result: Result, language: str) -> dict[str, Any]:
    """A result's header in one language."""
    return result.header.to_mapping(language)
