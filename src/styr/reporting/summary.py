# SPDX-License-Identifier: EUPL-1.2
"""The head of the report: the year in five sentences, and four key figures."""

from __future__ import annotations

from styr.reporting import prose
from styr.reporting.asking import Setting
from styr.reporting.chapters.comparison import Comparison
from styr.reporting.chapters.money import Money, parts
from styr.reporting.chapters.recipients import Activity, full_time_measure, persons_measure
from styr.reporting.model import Cell, Tile
from styr.reporting.numbers import Measure, money_measure, thousands_measure


def summary(setting: Setting, found: Activity, spent: Money, beside: Comparison) -> tuple[str, ...]:
    """Recipients, full-time recipients, expenditure, unit cost, comparison: a sentence on each, whatever is known."""
    return (
        _recipients(setting, found),
        _full_time(setting, found),
        _expenditure(setting, spent),
        _unit_cost(setting, spent),
        _comparison(setting, beside),
    )


def tiles(setting: Setting, found: Activity, spent: Money) -> tuple[Tile, ...]:
    """Recipients, full-time recipients, expenditure and unit cost with the change from the year before."""
    net = spent.expenditure.at(setting.year).value is None and spent.net.at(setting.year).value is not None
    money = spent.net if net else spent.expenditure
    rows = (
        ("recipients", found.recipients, persons_measure(setting)),
        ("full_time", found.full_time, full_time_measure(setting)),
        ("expenditure", money, _amount(setting, money.at(setting.year))),
        ("unit_cost", spent.unit_cost, thousands_measure(setting.language)),
    )
    return tuple(
        _tile(setting, key, series.at(setting.year - 1), series.at(setting.year), measure)
        for key, series, measure in rows
    )


def _tile(setting: Setting, key: str, before: Cell, now: Cell, measure: Measure) -> Tile:
    words = setting.words
    label = words.say(f"tile.{key}")
    if now.value is None:
        return Tile(label, "•" if now.suppressed else "–", "", prose.shown(now, measure, words))
    unit = measure.unit if key in ("expenditure", "unit_cost") else ""
    change = prose.tile_change(before, now, measure, words, then=str(setting.year - 1))
    return Tile(label, measure.text(now.value), unit, change)


def _recipients(setting: Setting, found: Activity) -> str:
    words, year, measure = setting.words, setting.year, persons_measure(setting)
    before, now = found.recipients.at(year - 1), found.recipients.at(year)
    if now.value is None:
        return words.say(f"summary.recipients.{prose.state(now)}", year=year)
    change = prose.change(before, now, measure, words, form="count", then=words.say("then.same_day"))
    municipality = words.say("page.of_municipality", name=setting.name)
    return words.say(
        "summary.recipients.said", year=year, now=measure.text(now.value), municipality=municipality, change=change
    )


def _full_time(setting: Setting, found: Activity) -> str:
    words, year = setting.words, setting.year
    before, now = found.full_time.at(year - 1), found.full_time.at(year)
    if now.value is None:
        return words.say(f"summary.full_time.{prose.state(now)}", year=year)
    measure = full_time_measure(setting)
    said = {
        "now": measure.text(now.value),
        "change": prose.change(before, now, measure, words, form="count", then=words.say("then.year_before")),
    }
    known = [(value, part.name) for part in found.full_time_groups if (value := part.at(year).value)]
    if not known:
        return words.say("summary.full_time.plain", **said)
    most, group = max(known)
    return words.say("summary.full_time.said", **said, group=prose.lowered(group), most=measure.text(most))


def _expenditure(setting: Setting, spent: Money) -> str:
    words, year = setting.words, setting.year
    now, before, key = spent.expenditure.at(year), spent.expenditure.at(year - 1), "said"
    if now.value is None and not now.suppressed and spent.net.at(year).value is not None:
        now, before, key = spent.net.at(year), spent.net.at(year - 1), "net"
    if now.value is None:
        return words.say(f"summary.expenditure.{prose.state(now)}", year=year)
    measure = _amount(setting, now)
    change = prose.change(before, now, measure, words, form="level", then=words.say("then.year_before"))
    return words.say(f"summary.expenditure.{key}", now=measure.full(now.value), level=setting.prices, change=change)


def _unit_cost(setting: Setting, spent: Money) -> str:
    words, year, measure = setting.words, setting.year, thousands_measure(setting.language)
    now, before = spent.unit_cost.at(year), spent.unit_cost.at(year - 1)
    if now.value is None:
        return words.say(f"summary.unit_cost.{prose.state(now)}", year=year)
    said = {
        "now": measure.full(now.value),
        "change": prose.change(before, now, measure, words, form="level", then=words.say("then.year_before")),
    }
    divided = parts(spent, year)
    if not divided:
        return words.say("summary.unit_cost.plain", **said)
    amounts = _amount(setting, spent.expenditure.at(year))
    shares = {"number": divided.number, "unit": divided.unit, "joint": divided.joint}
    return words.say(
        "summary.unit_cost.said",
        **said,
        **{key: f"{amounts.signed(part)}\N{NO-BREAK SPACE}{amounts.unit}" for key, part in shares.items()},
    )


def _comparison(setting: Setting, beside: Comparison) -> str:
    words, rate = setting.words, beside.recipients
    if rate is None or rate.own.value is None:
        return words.say(
            "summary.comparison.hidden" if rate and rate.own.suppressed else "summary.comparison.unknown",
            year=setting.year,
        )
    if rate.country.value is None:
        return words.say(f"summary.comparison.{'hidden' if rate.country.suppressed else 'unknown'}", year=setting.year)
    said = {"own": rate.measure.text(rate.own.value), "country": rate.measure.text(rate.country.value)}
    if rate.region.value is None:
        return words.say("summary.comparison.country", **said)
    return words.say(
        "summary.comparison.both", **said, region=rate.measure.text(rate.region.value), region_name=beside.region_name
    )


def _amount(setting: Setting, cell: Cell) -> Measure:
    return money_measure(cell.value or 0, setting.language)
