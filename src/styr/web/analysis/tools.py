# SPDX-License-Identifier: EUPL-1.2
"""The analyses: what can be chosen in each, and which question of the statistics room it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from styr.register.snapshot import Snapshot
from styr.statistics import Result, indicators
from styr.statistics.benchmark import benchmark
from styr.statistics.estimates.compare import compare
from styr.statistics.estimates.decompose import decomposition
from styr.statistics.estimates.hypotheses import report
from styr.web.analysis.fields import (
    Choice,
    by_municipality,
    can_be_compared,
    can_be_parted,
    of_background,
    of_dimensions,
    of_groups,
    of_hypotheses,
    of_indicators,
    of_municipalities,
    of_words,
    of_years,
)
from styr.web.filters import Filters
from styr.web.languages import spoken

Chosen = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Tool:
    """An analysis: its word in the address, its choices, the question they ask, the filters of the frame that narrow
    it, the columns shown where none are chosen, and the themes of what is known to work that bear on it."""

    key: str
    choices: Sequence[Choice]
    ask: Callable[[Snapshot, Chosen, Filters], Result]
    filters: Sequence[str]
    columns: Sequence[str]
    themes: Sequence[str] = ()


def _municipalities(snapshot: Snapshot, chosen: Chosen, filters: Filters) -> Result:
    around = _number(chosen, "neighbours")
    found = benchmark(
        snapshot,
        chosen["indicator"][0],
        int(chosen["year"][0]),
        years=_number(chosen, "years") or 1,
        neighbours=around,
        variables=chosen["background"] if around else (),
        dispersion=_word(chosen, "dispersion"),
        where=_where(filters, chosen),
    )
    if _word(chosen, "show") == "summary":
        return found.summary()
    return found.municipalities(_word(chosen, "of") if around else None)


def _potential(snapshot: Snapshot, chosen: Chosen, filters: Filters) -> Result:
    kind = chosen["potential"][0]
    found = benchmark(
        snapshot,
        chosen["indicator"][0],
        int(chosen["year"][0]),
        years=_number(chosen, "years") or 1,
        variables=chosen["background"] if kind == "expected" else (),
        where=_where(filters, chosen),
    )
    return found.potential(kind, _word(chosen, "of"), level=chosen["level"][0])


def _decomposed(snapshot: Snapshot, chosen: Chosen, filters: Filters) -> Result:
    first, last = int(chosen["first"][0]), int(chosen["last"][0])
    return decomposition(
        snapshot, chosen["indicator"][0], first, last, list(chosen["by"]), where=_where(filters, chosen, True)
    )


def _groups(snapshot: Snapshot, chosen: Chosen, filters: Filters) -> Result:
    year = int(chosen["year"][0])
    where = {key: words for key, words in _where(filters, chosen, True).items() if key != chosen["dimension"][0]}
    return compare(
        snapshot,
        chosen["indicator"][0],
        chosen["dimension"][0],
        list(chosen["groups"]),
        from_year=year,
        to_year=year,
        where=where,
    )


def _hypotheses(snapshot: Snapshot, chosen: Chosen, filters: Filters) -> Result:
    return report(
        snapshot,
        chosen["hypothesis"],
        municipalities=[filters.municipality] if filters.municipality else None,
        from_year=_number(chosen, "since"),
        to_year=_number(chosen, "until"),
        language=spoken(),
    )


def _optional(choice: Choice, name: str) -> Choice:
    return Choice(name, choice.options, lambda options, snapshot: (), empty=True)


_AMONG = of_indicators(by_municipality, "recipients_per_1000")
_BACKGROUND = of_background("background", "log_inhabitants")
TOOLS: Mapping[str, Tool] = {
    tool.key: tool
    for tool in (
        Tool(
            "kommuner",
            (
                _AMONG, of_years("year", 0), of_words("years", "1", "2", "3"),
                of_words("show", "municipalities", "summary"),
                of_words("neighbours", "3", "5", "10", empty=True), of_municipalities("of"), _BACKGROUND,
                of_words("dispersion", "none", "multiplicative", "additive", empty=True),
            ),
            _municipalities,
            ("provision", "target_group"),
            ("place", "name", "scope", "area", "inhabitants", "value", "lower", "upper", "index", "rank", "quartile",
             "beyond", "neighbours_mean", "municipalities", "lowest", "q1", "median", "q3", "highest", "suppressed"),
            ("less_intrusive", "early_support"),
        ),
        Tool(
            "potentiale",
            (
                _AMONG, of_words("potential", "mean", "expected", "tariff"),
                of_words("level", "mean", "country", "others"),
                of_years("year", 0), of_words("years", "1", "2", "3"), of_municipalities("of"), _BACKGROUND,
            ),
            _potential,
            ("provision", "target_group"),
            ("scope", "name", "rate", "level", "excess", "volume", "value", "lower", "upper", "share", "suppressed"),
            ("less_intrusive", "tariffs", "operations"),
        ),
        Tool(
            "forklaring",
            (
                of_indicators(can_be_parted, "individual_expenditure"), of_years("first", 5), of_years("last", 0),
                of_dimensions("by", empty=True, without=("year", "month", "date")),
            ),
            _decomposed,
            ("municipality", "provision", "target_group"),
            ("before", "after", "value", "number", "unit_cost", "joint", "population", "age_mix", "rate",
             "suppressed"),
        ),
        Tool(
            "grupper",
            (
                of_indicators(can_be_compared, "recipients_per_1000"),
                of_dimensions("dimension", empty=False, without=("year", "month", "date")), of_groups("groups"),
                of_years("year", 0),
            ),
            _groups,
            ("municipality", "provision", "target_group"),
            ("figure", "group", "against", "value", "n", "lower", "upper", "p_adjusted", "few", "suppressed"),
        ),
        Tool(
            "hypoteser",
            (
                of_hypotheses("hypothesis"), _optional(of_years("since", 0), "since"),
                _optional(of_years("until", 0), "until"),
            ),
            _hypotheses,
            ("municipality",),
            ("title", "value", "unit", "lower", "upper", "before", "after", "finding", "reason"),
        ),
    )
}  # fmt: skip


def _number(chosen: Chosen, name: str) -> int | None:
    word = _word(chosen, name)
    return int(word) if word else None


def _word(chosen: Chosen, name: str) -> str | None:
    return chosen[name][0] if chosen.get(name) else None


def _where(filters: Filters, chosen: Chosen, with_municipality: bool = False) -> dict[str, list[str]]:
    """The filters as conditions, those the indicator can be narrowed by."""
    found = next(each for each in indicators() if each.key == chosen["indicator"][0])
    return {
        name: words
        for name, words in filters.where.items()
        if name in found.dimensions and (with_municipality or name != "municipality")
    }
