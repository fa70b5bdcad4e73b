# SPDX-License-Identifier: EUPL-1.2
"""The municipality beside its region and the country: rates estimated from the municipalities in the data.

A rate of region or country is Σ value / Σ inhabitants over the municipalities that have delivered, with a jackknife
interval (METHODS § 3a, scaled to 1,000 inhabitants or to one). It is not shown when too few others are behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from styr import vocabulary
from styr.reporting import comparisons, prose
from styr.reporting.asking import Setting, cell, hidden_cells
from styr.reporting.chapters.recipients import Activity
from styr.reporting.figures import as_csv, both_widths, figure, plain_cell
from styr.reporting.model import HIDDEN, NOTHING, Cell, Chapter, Drawing, Figure, Table
from styr.reporting.numbers import Measure, thousands_measure
from styr.reporting.texts import Words
from styr.statistics import Result, scale_to

#: Indicator → what one unit of the rate is set against: 1,000 inhabitants, one inhabitant, one full-time recipient.
RATES: Mapping[str, int] = {
    "recipients_per_1000": 1000,
    "full_time_recipients_per_1000": 1000,
    "individual_expenditure_per_inhabitant": 1,
    "unit_cost": 1,
}
GROUPED = "full_time_recipients_per_1000"
#: Small services swing far from 100 by chance; the headline looks among the largest.
HEADLINE_GROUPS = 6


@dataclass(frozen=True)
class Rate:
    """One rate of the municipality, its region and the country; n of the latter two counts municipalities."""

    key: str
    name: str
    measure: Measure
    own: Cell
    region: Cell
    country: Cell
    answer: Result


@dataclass(frozen=True)
class Comparison:
    """All rates there are, and those of full-time recipients by provision group."""

    rates: Mapping[str, Rate]
    groups: tuple[Rate, ...]
    region_name: str
    inhabitants: float | None

    @property
    def recipients(self) -> Rate | None:
        """Recipients per 1,000 inhabitants."""
        return self.rates.get("recipients_per_1000")


def comparison(setting: Setting, found: Activity) -> Comparison:
    """Ask for every rate by municipality in the year."""
    language = setting.language
    rates: dict[str, Rate] = {}
    inhabitants: float | None = None
    for key in RATES:
        money = key in ("individual_expenditure_per_inhabitant", "unit_cost")
        own = setting.ask(key, years=[setting.year], money=money)
        everyone = setting.ask_all(
            key, "year", "municipality", years=[setting.year], money=money, disclosure_control=False
        )
        if own and everyone and own.table.num_rows:
            beside = _estimates(setting, everyone, RATES[key], ())
            mine = cell(own.table.to_pylist()[0])
            rates[key] = Rate(key, own.header.title[language], _measure(setting, own), mine, *beside[()], own)
            if key == "recipients_per_1000":
                inhabitants = own.table.column("denominator")[0].as_py()
    return Comparison(rates, _groups(setting, found), vocabulary.regions.name(setting.region, language), inhabitants)


def chapter(setting: Setting, found: Comparison) -> Chapter:
    """The chapter; one sentence when there is no population, or too few others to stand beside."""
    words = setting.words
    title = words.say("chapter.comparison")
    some = next(iter(found.rates.values()), None)
    if found.recipients is None or some is None:
        return Chapter("comparison", title, missing=(words.say("missing.population", year=setting.year),))
    missing = [
        words.say(f"missing.{place}", region_name=found.region_name)
        for place, there in (("region", found.recipients.region), ("country", found.recipients.country))
        if there.value is None
    ]
    figures = [_rates(setting, found)]
    if found.groups:
        figures.append(_group_table(setting, found))
    return Chapter("comparison", title, _lead(setting, found), tuple(figures), tuple(missing))


def _groups(setting: Setting, found: Activity) -> tuple[Rate, ...]:
    own = setting.ask(GROUPED, "provision_group", years=[setting.year])
    everyone = setting.ask_all(
        GROUPED, "year", "municipality", "provision_group", years=[setting.year], disclosure_control=False
    )
    if not own or not everyone:
        return ()
    hidden = hidden_cells(found.full_time_groups)
    mine = {row["provision_group"]: cell(row) for row in own.table.to_pylist()}
    beside = _estimates(setting, everyone, RATES[GROUPED], ("provision_group",))
    measure = Measure(setting.language, setting.words.say("unit.per_1000"), 2)
    return tuple(
        Rate(
            part.key,
            part.name,
            measure,
            HIDDEN if (part.key, setting.year) in hidden else mine.get(part.key, Cell(0.0)),
            *beside[part.key,],
            own,
        )
        for part in found.full_time_groups
        if (part.key,) in beside
    )


def _estimates(
    setting: Setting, answer: Result, per: int, keys: Sequence[str]
) -> dict[tuple[str, ...], tuple[Cell, Cell]]:
    """Region and country for each cell of the keys, from an uncontrolled answer by municipality (never printed)."""
    rows = answer.to_polars().with_columns(pl.lit("all").alias("_all"))
    rows = rows.filter(pl.col("denominator") > 0).with_columns(value=pl.col("numerator"))
    sample = rows.group_by("municipality").agg(pl.col("denominator").max(), _all=pl.lit("all"))
    cells: dict[tuple[str, ...], list[Cell]] = {}
    for area in (_codes_of(setting.region), None):
        inside = rows if area is None else rows.filter(pl.col("municipality").is_in(area))
        size = sample if area is None else sample.filter(pl.col("municipality").is_in(area))
        target = pl.DataFrame({"_all": ["all"], "denominator": [float(per)]})
        estimated = scale_to(inside, ["_all", *keys], size, target) if inside.height else inside.clear()
        found = {tuple(row[key] for key in keys): row for row in estimated.to_dicts()}
        others = _others(setting, inside, keys)
        for key in (
            {tuple(row[k] for k in keys) for row in rows.select(keys or ["_all"]).unique().to_dicts()} if keys else {()}
        ):
            cells.setdefault(key, []).append(_shown(found.get(key), others.get(key, 0), size.height))
    return {key: (pair[0], pair[1]) for key, pair in cells.items()}


def _others(setting: Setting, rows: pl.DataFrame, keys: Sequence[str]) -> dict[tuple[str, ...], float]:
    """Persons in the other municipalities behind each cell."""
    others = rows.filter(pl.col("municipality") != setting.municipality)
    counted = others.group_by(["_all", *keys]).agg(pl.col("n").sum())
    return {tuple(row[key] for key in keys): row["n"] for row in counted.to_dicts()}


def _shown(row: Mapping[str, float] | None, others: float, municipalities: int) -> Cell:
    """An estimate as a cell, n counting municipalities; hidden when the others behind it are too few."""
    if row is None:
        return NOTHING
    if others < vocabulary.parameter("disclosure_threshold"):
        return HIDDEN
    # A rate is never below 0; with few municipalities the symmetric interval would be.
    lower = None if row["lower"] is None else max(0.0, row["lower"])
    return Cell(row["value"], n=municipalities, lower=lower, upper=row["upper"])


def _rates(setting: Setting, found: Comparison) -> Figure:
    words = setting.words
    first = found.recipients
    assert first is not None
    places = (setting.name, found.region_name, words.say("figure.rates.country"))
    drawings = [_dots(rate, places, words) for rate in found.rates.values()]
    subtitle = words.say("figure.rates.subtitle", year=setting.year)
    table = Table(
        caption=subtitle.split(". ")[0] + ".",
        head=words.say("head.measure"),
        columns=(
            places[0],
            places[1],
            words.say("figure.rates.lower"),
            words.say("figure.rates.upper"),
            places[2],
            words.say("figure.rates.lower"),
            words.say("figure.rates.upper"),
        ),
        measures=(first.measure,) * 7,
        rows=tuple((f"{rate.name} ({rate.measure.unit})", _row(rate)) for rate in found.rates.values()),
        csv=as_csv(
            ("indicator", "place", "year", "value", "lower", "upper", "suppressed", "municipalities"),
            [
                (rate.key, place, setting.year, *plain_cell(one), one.n if place != "own" else 1)
                for rate in found.rates.values()
                for place, one in (("own", rate.own), ("region", rate.region), ("country", rate.country))
            ],
        ),
        row_measures=tuple(rate.measure for rate in found.rates.values()),
    )
    return figure(
        setting,
        "rates",
        prose.beside(first.own, first.country, first.measure, words),
        subtitle,
        table,
        [rate.answer for rate in found.rates.values()],
        drawings=drawings,
        arithmetical=True,
    )


def _dots(rate: Rate, places: Sequence[str], words: Words) -> Drawing:
    """The municipality, its region and the country as dots on one line each."""
    rows = list(zip(places, (rate.own, rate.region, rate.country), strict=True))
    spoken = f"{rate.name}: " + "; ".join(f"{place} {prose.shown(one, rate.measure, words)}" for place, one in rows)
    title = f"{rate.name} ({rate.measure.unit})" if rate.measure.unit not in rate.name else rate.name
    return both_widths(lambda width: comparisons.intervals(rows, rate.measure, spoken, width=width), title)


def _group_table(setting: Setting, found: Comparison) -> Figure:
    words = setting.words
    measure = found.groups[0].measure
    index = Measure(setting.language, words.say("unit.index"))
    subtitle = words.say("figure.rate_groups.subtitle", year=setting.year)
    lines = [(rate, _index(rate)) for rate in found.groups]
    table = Table(
        caption=subtitle,
        head=words.say("head.group"),
        columns=(
            setting.name,
            found.region_name,
            words.say("figure.rates.country"),
            words.say("figure.rate_groups.index"),
        ),
        measures=(measure, measure, measure, index),
        rows=tuple((rate.name, (rate.own, rate.region, rate.country, ratio)) for rate, ratio in lines),
        csv=as_csv(
            ("indicator", "provision_group", "place", "year", "value", "lower", "upper", "suppressed"),
            [
                (GROUPED, rate.key, place, setting.year, *plain_cell(one))
                for rate, _ in lines
                for place, one in (("own", rate.own), ("region", rate.region), ("country", rate.country))
            ],
        ),
    )
    largest = sorted(lines, key=lambda line: -(line[0].own.value or 0))[:HEADLINE_GROUPS]
    known = [(abs(ratio.value - 100), rate.name, ratio.value) for rate, ratio in largest if ratio.value is not None]
    headline = words.say("headline.rate_groups.other")
    if known:
        _, name, value = max(known)
        headline = words.say("headline.rate_groups.most", group=prose.lowered(name), index=index.text(value))
    return figure(setting, "rate-groups", headline, subtitle, table, [found.groups[0].answer], arithmetical=True)


def _lead(setting: Setting, found: Comparison) -> tuple[str, ...]:
    words, rate = setting.words, found.recipients
    if rate is None or rate.country.value is None:
        return ()
    said = [
        words.say(
            "figure.rates.behind",
            region=int(rate.region.n or 0),
            region_name=found.region_name,
            country=int(rate.country.n or 0),
        )
        if rate.region.value is not None
        else words.say("figure.rates.behind_country", country=int(rate.country.n or 0))
    ]
    if rate.own.value is not None and found.inhabitants:
        persons = Measure(setting.language, words.say("unit.persons"))
        difference = (rate.own.value - rate.country.value) * found.inhabitants / RATES["recipients_per_1000"]
        way = prose.direction(Cell(0.0), Cell(difference), persons)
        said.append(words.say(f"figure.rates.potential.{way}", number=persons.text(abs(difference))))
    return tuple(said)


def _row(rate: Rate) -> tuple[Cell, ...]:
    return (
        rate.own,
        rate.region,
        _bound(rate.region, "lower"),
        _bound(rate.region, "upper"),
        rate.country,
        _bound(rate.country, "lower"),
        _bound(rate.country, "upper"),
    )


def _bound(one: Cell, which: str) -> Cell:
    return HIDDEN if one.suppressed else Cell(getattr(one, which))


def _index(rate: Rate) -> Cell:
    if rate.own.suppressed or rate.country.suppressed:
        return HIDDEN
    return (
        Cell(100 * rate.own.value / rate.country.value)
        if rate.own.value is not None and rate.country.value
        else NOTHING
    )


def _measure(setting: Setting, answer: Result) -> Measure:
    words = setting.words
    if answer.header.indicator == "unit_cost":
        return thousands_measure(setting.language)
    if answer.header.indicator == "individual_expenditure_per_inhabitant":
        return Measure(setting.language, words.say("unit.per_inhabitant"))
    largest = max((abs(value) for value in answer.table.column("value").to_pylist() if value is not None), default=0)
    return Measure(setting.language, words.say("unit.per_1000"), 2 if largest < 1 else 1)


def _codes_of(region: str) -> list[str]:
    return [code for code in vocabulary.municipalities.codes if vocabulary.region_of(code) == region]
