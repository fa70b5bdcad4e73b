# SPDX-License-Identifier: EUPL-1.2
"""What it costs: expenditure and unit cost over time, the change divided in number and unit cost, and the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from styr import vocabulary
from styr.reporting import charts, comparisons, prose
from styr.reporting.answers import Answers
from styr.reporting.asking import Setting, by_size, known_years, split, total
from styr.reporting.figures import (
    as_csv,
    both_widths,
    figure,
    in_words,
    left_out,
    over_years,
    panels,
    plain_cell,
    without_hidden,
)
from styr.reporting.model import HIDDEN, NOTHING, Cell, Chapter, Figure, Series, Table
from styr.reporting.numbers import money_measure, thousands_measure
from styr.reporting.prose import Parts
from styr.statistics import Result, decompose

MANY_ACCOUNTS = 12


@dataclass(frozen=True)
class Money:
    """Expenditure of the municipality: by grants (and per full-time recipient, by group) and by accounts."""

    expenditure: Series
    unit_cost: Series
    expenditure_groups: list[Series]
    unit_cost_groups: list[Series]
    numbers: Series
    number_groups: list[Series]
    net: Series
    accounts: list[Series]
    answers: dict[str, Result]

    @property
    def years(self) -> tuple[int, ...]:
        """Years in which individual expenditure is known."""
        return known_years(self.expenditure)


def money(setting: Setting, given: Answers) -> Money:
    """Expenditure in all, by provision group and by account function, and what stands behind unit cost."""
    words, language = setting.words, setting.language
    questions = (
        ("individual_expenditure",),
        ("unit_cost",),
        ("unit_cost", "provision_group"),
        ("net_expenditure",),
        ("net_expenditure", "function"),
    )
    asked = {" ".join(question): given.get(*question) for question in questions}

    def group(code: str) -> str:
        return vocabulary.provision_groups.name(code, language)

    def account(code: str) -> str:
        return f"{code} {vocabulary.functions.name(code, language)}" if code in vocabulary.functions else code

    by_group = asked["unit_cost provision_group"]
    cost = split(by_group, "provision_group", group)
    return Money(
        expenditure=total(asked["individual_expenditure"], "total", words.say("figure.expenditure.name")),
        unit_cost=total(asked["unit_cost"], "total", words.say("figure.unit_cost.name")),
        expenditure_groups=by_size(_column(cost, by_group, "numerator"), setting.year),
        unit_cost_groups=by_size(cost, setting.year),
        numbers=_column([total(asked["unit_cost"], "total", "")], asked["unit_cost"], "denominator")[0],
        number_groups=_column(cost, by_group, "denominator"),
        net=total(asked["net_expenditure"], "total", words.say("figure.expenditure.name_net")),
        accounts=split(asked["net_expenditure function"], "function", account),
        answers={key: answer for key, answer in asked.items() if answer},
    )


def parts(found: Money, year: int) -> Parts | None:
    """The change in expenditure from the year before, divided; None when one of the two years cannot be told."""
    return _parts(found.expenditure, found.numbers, year)


def chapter(setting: Setting, found: Money) -> Chapter:
    """The chapter; without prices, accounts or a year to compare with it says which table would give them."""
    words, year = setting.words, setting.year
    figures: list[Figure] = []
    missing: list[str] = []
    if found.expenditure.at(year) != NOTHING:
        figures.append(
            _bars(setting, found.expenditure, found.answers["individual_expenditure"], "expenditure", "money")
        )
        if found.unit_cost.at(year) != NOTHING:
            figures.append(_bars(setting, found.unit_cost, found.answers["unit_cost"], "unit_cost", "unit"))
            divided = _decomposition(setting, found)
            figures.extend(divided)
            if not divided:
                missing.append(words.say("missing.decomposition", year=year))
            figures.extend(_unit_cost_groups(setting, found))
    else:
        missing.append(words.say("missing.prices"))
        if found.net.at(year) != NOTHING:
            figures.append(
                _bars(setting, found.net, found.answers["net_expenditure"], "expenditure", "money", net=True)
            )
    if found.net.at(year) != NOTHING and found.accounts:
        figures.append(_accounts(setting, found))
    else:
        missing.append(words.say("missing.postings", year=year))
    lead = () if setting.price_level else (words.say("missing.level"),)
    return Chapter("money", words.say("chapter.money"), lead, tuple(figures), tuple(missing))


def _bars(setting: Setting, series: Series, answer: Result, key: str, headline: str, *, net: bool = False) -> Figure:
    words, years = setting.words, known_years(series)
    measure = (
        money_measure(_largest(series), setting.language)
        if key == "expenditure"
        else thousands_measure(setting.language)
    )
    said = {"unit": measure.unit, "level": setting.prices}
    subtitle = words.say(f"figure.{key}.subtitle_net" if net else f"figure.{key}.subtitle", **said)
    spoken = in_words(series, years, measure, words)
    table = over_years(subtitle, words.say("head.measure"), [series], years, measure, indicator=answer.header.indicator)
    return figure(
        setting,
        key.replace("_", "-"),
        prose.development(headline, series, years, measure, words),
        subtitle,
        table,
        [answer],
        drawings=[both_widths(lambda width: charts.bars(series, years, measure, spoken, width=width))],
    )


def _decomposition(setting: Setting, found: Money) -> list[Figure]:
    words, year, then = setting.words, setting.year, setting.year - 1
    whole = parts(found, year)
    before, after = found.expenditure.at(then).value, found.expenditure.at(year).value
    if not whole or before is None or after is None:
        return []
    measure = money_measure(max(before, after), setting.language)
    names = [words.say(f"figure.decomposition.{part}") for part in ("number", "unit", "joint")]
    steps = list(zip(names, (whole.number, whole.unit, whole.joint), strict=True))
    subtitle = words.say("figure.decomposition.subtitle", then=then, year=year, unit=measure.unit, level=setting.prices)
    headline = prose.divided(whole, then, year, measure, words)
    numbers = {series.key: series for series in found.number_groups}
    lines = [
        (one.key, one.name, _line(one, numbers[one.key], year))
        for one in found.expenditure_groups
        if one.key in numbers
    ]
    lines.append(("total", words.say("figure.decomposition.all"), _line(found.expenditure, found.numbers, year)))
    columns = (
        words.say("figure.decomposition.before", year=then),
        *names,
        words.say("figure.decomposition.before", year=year),
    )
    table = Table(
        caption=subtitle.split(". ")[0] + ".",
        head=words.say("head.group"),
        columns=columns,
        measures=(measure,) * len(columns),
        rows=tuple((name, cells) for _, name, cells in lines),
        csv=as_csv(
            ("provision_group", "part", "year", "value", "lower", "upper", "suppressed"),
            [
                (key, part, year, *plain_cell(value))
                for key, _, cells in lines
                for part, value in zip(("before", "number", "unit_cost", "joint", "after"), cells, strict=True)
            ],
        ),
        last_is_total=True,
    )
    return [
        figure(
            setting,
            "decomposition",
            headline,
            subtitle,
            table,
            [found.answers["unit_cost"]],
            rule=words.say("figure.decomposition.rule"),
            drawings=[
                both_widths(
                    lambda width: comparisons.waterfall(
                        (str(then), before), steps, (str(year), after), measure, headline, width=width
                    )
                )
            ],
        )
    ]


def _unit_cost_groups(setting: Setting, found: Money) -> list[Figure]:
    words, years, measure = setting.words, found.years, thousands_measure(setting.language)
    shown = without_hidden(found.unit_cost_groups)
    if not shown:
        return []
    dearest = max(shown, key=lambda one: one.at(setting.year).value or 0)
    cost = dearest.at(setting.year).value
    headline = words.say("headline.unit_groups.other")
    if cost is not None:
        headline = words.say(
            "headline.unit_groups.dearest",
            group=prose.lowered(dearest.name),
            value=measure.full(cost),
            year=setting.year,
        )
    subtitle = words.say("figure.unit_cost_groups.subtitle", unit=measure.unit, level=setting.prices)
    table = over_years(
        subtitle,
        words.say("head.group"),
        found.unit_cost_groups,
        years,
        measure,
        indicator="unit_cost",
        dimension="provision_group",
        whole=Series("total", words.say("figure.decomposition.all"), found.unit_cost.cells),
    )
    return [
        figure(
            setting,
            "unit-cost-groups",
            headline,
            subtitle,
            table,
            [found.answers["unit_cost provision_group"]],
            drawings=panels(shown, years, measure, words),
            panels=True,
            key_line=left_out(found.unit_cost_groups, words),
        )
    ]


def _accounts(setting: Setting, found: Money) -> Figure:
    words, year, then = setting.words, setting.year, setting.year - 1
    years = known_years(found.net)
    accounts = by_size(found.accounts, year)
    measure = money_measure(max(_largest(one) for one in accounts), setting.language)
    drawn = [(one.name, one.at(year), one.at(then)) for one in accounts if one.at(year).value is not None][
        :MANY_ACCOUNTS
    ]
    headline = words.say("headline.accounts.other")
    if drawn and drawn[0][1].value is not None:
        most, net = drawn[0][1].value, found.net.at(year).value
        headline = words.say(
            "headline.accounts.most", year=year, name=drawn[0][0], value=measure.full(most),
            part=f", {prose.part(most / net, 'headline.accounts.noun', words)}" if net else "",
        )  # fmt: skip
    subtitle = words.say("figure.accounts.subtitle", year=year, then=then, unit=measure.unit, level=setting.prices)
    table = over_years(
        subtitle,
        words.say("head.account"),
        accounts,
        years,
        measure,
        indicator="net_expenditure",
        dimension="function",
        whole=Series("total", words.say("head.total"), found.net.cells),
    )
    return figure(
        setting,
        "accounts",
        headline,
        subtitle,
        table,
        [found.answers["net_expenditure function"]],
        drawings=[both_widths(lambda width: comparisons.now_and_before(drawn, measure, headline, width=width))],
    )


def _line(spent: Series, numbers: Series, year: int) -> tuple[Cell, ...]:
    """Expenditure before, the three parts, expenditure after; hidden throughout when either year is."""
    before, after = spent.at(year - 1), spent.at(year)
    if before.suppressed or after.suppressed:
        return (before, HIDDEN, HIDDEN, HIDDEN, after)
    divided = _parts(spent, numbers, year)
    if not divided:
        return (before, NOTHING, NOTHING, NOTHING, after)
    return (before, Cell(divided.number), Cell(divided.unit), Cell(divided.joint), after)


def _parts(spent: Series, numbers: Series, year: int) -> Parts | None:
    known = [series.at(when).value for when in (year - 1, year) for series in (spent, numbers)]
    if None in known or not known[1] or not known[3]:
        return None
    before, number_before, after, number_after = (float(value or 0) for value in known)
    divided = decompose(
        expenditure_before=before, number_before=number_before, expenditure_after=after, number_after=number_after
    )
    return Parts(divided.number, divided.unit_cost, divided.joint)


def _column(series: Sequence[Series], answer: Result | None, column: str) -> list[Series]:
    """The same series with another column of the answer as their value."""
    other: dict[tuple[str, int], float | None] = {}
    for row in answer.table.to_pylist() if answer else []:
        other[row.get("provision_group", "total"), row["year"]] = row[column]
    return [
        Series(
            s.key, s.name, {y: c if c.suppressed else Cell(other.get((s.key, y)), n=c.n) for y, c in s.cells.items()}
        )
        for s in series
    ]


def _largest(series: Series) -> float:
    return max((abs(cell.value) for cell in series.cells.values() if cell.value is not None), default=0)
