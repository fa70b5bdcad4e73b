# SPDX-License-Identifier: EUPL-1.2
"""Who receives what: recipients on 1 January and full-time recipients, in all, by service, by age, by provision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from styr import vocabulary
from styr.reporting import charts, comparisons, prose
from styr.reporting.answers import Answers
from styr.reporting.asking import Setting, by_size, in_order, known_years, split, total, with_zeros
from styr.reporting.figures import as_csv, both_widths, figure, in_words, left_out, over_years, panels, plain_cell
from styr.reporting.model import Cell, Chapter, Drawing, Figure, Series, Table
from styr.reporting.numbers import Measure
from styr.statistics import Result

PROVISION_YEARS = 3


@dataclass(frozen=True)
class Activity:
    """Recipients and full-time recipients of the municipality, with their answers."""

    recipients: Series
    full_time: Series
    recipient_groups: list[Series]
    full_time_groups: list[Series]
    answers: dict[str, Result]

    @property
    def stock_years(self) -> tuple[int, ...]:
        """Years in which recipients on 1 January are known."""
        return known_years(self.recipients)

    @property
    def flow_years(self) -> tuple[int, ...]:
        """Years in which full-time recipients are known."""
        return known_years(self.full_time)


def persons_measure(setting: Setting) -> Measure:
    """Recipients: whole persons."""
    return Measure(setting.language, setting.words.say("unit.persons"))


def full_time_measure(setting: Setting) -> Measure:
    """Full-time recipients: one decimal, none from 100 up."""
    return Measure(setting.language, setting.words.say("unit.full_time"), 1, whole_from=Decimal(100))


def activity(setting: Setting, given: Answers) -> Activity:
    """Recipients and full-time recipients, in all and by provision group, age group and provision."""
    words = setting.words
    asked = {
        (key, by): given.get(key, *by)
        for key in ("recipients_on", "full_time_recipients")
        for by in ((), ("provision_group",), ("age_group",), ("provision",))
    }
    whole = {
        key: total(asked[key, ()], key, words.say(f"figure.total.{name}"))
        for key, name in (("recipients_on", "recipients"), ("full_time_recipients", "full_time"))
    }
    parts = {
        key: with_zeros(
            split(asked[key, ("provision_group",)], "provision_group", _group_name(setting)), known_years(whole[key])
        )
        for key in whole
    }
    return Activity(
        recipients=whole["recipients_on"],
        full_time=whole["full_time_recipients"],
        recipient_groups=by_size(parts["recipients_on"], setting.year),
        full_time_groups=by_size(parts["full_time_recipients"], setting.year),
        answers={" ".join((key, *by)): answer for (key, by), answer in asked.items() if answer},
    )


def chapter(setting: Setting, found: Activity) -> Chapter:
    """The chapter; where the citizens table is missing it says that age cannot be shown."""
    words = setting.words
    figures: list[Figure] = []
    missing: list[str] = []
    if "recipients_on" in found.answers and "full_time_recipients" in found.answers:
        figures.append(_total(setting, found))
    for key, parts in (("recipients_on", found.recipient_groups), ("full_time_recipients", found.full_time_groups)):
        if parts:
            figures.append(_groups(setting, found, key, parts))
    ages = _ages(setting, found)
    figures.extend(ages)
    if not ages:
        missing.append(words.say("missing.ages"))
    figures.extend(_provisions(setting, found))
    return Chapter("recipients", words.say("chapter.recipients"), figures=tuple(figures), missing=tuple(missing))


def _total(setting: Setting, found: Activity) -> Figure:
    words, years = setting.words, setting.years
    persons, full_time = persons_measure(setting), full_time_measure(setting)
    series = [found.recipients, found.full_time]
    subtitle = words.say("figure.total.subtitle", start=years[0], year=years[-1])
    spoken = " ".join(
        in_words(s, known_years(s) or years, m, words) for s, m in ((series[0], persons), (series[1], full_time))
    )
    start = (found.stock_years or years)[0]
    rows = Table(
        caption=subtitle,
        head=words.say("head.measure"),
        columns=tuple(str(year) for year in years),
        measures=(persons,) * len(years),
        rows=tuple((one.name, tuple(one.at(year) for year in years)) for one in series),
        csv=as_csv(
            ("indicator", "year", "value", "lower", "upper", "suppressed"),
            [(one.key, year, *plain_cell(one.at(year))) for one in series for year in years],
        ),
        row_measures=(persons, full_time),
    )
    return figure(
        setting,
        "recipients-total",
        prose.development("total", found.recipients, years, persons, words, start=start),
        subtitle,
        rows,
        [found.answers["recipients_on"], found.answers["full_time_recipients"]],
        drawings=[both_widths(lambda width: charts.lines(series, years, persons, spoken, width=width))],
    )


def _groups(setting: Setting, found: Activity, key: str, parts: Sequence[Series]) -> Figure:
    words, stock = setting.words, key == "recipients_on"
    years = found.stock_years if stock else found.flow_years
    measure = persons_measure(setting) if stock else full_time_measure(setting)
    name = "recipient_groups" if stock else "full_time_groups"
    subtitle = words.say(f"figure.{name}.subtitle", start=years[0], year=years[-1])
    whole = found.recipients if stock else found.full_time
    rows = over_years(
        subtitle,
        words.say("head.group"),
        parts,
        years,
        measure,
        indicator=key,
        dimension="provision_group",
        whole=Series("total", words.say("head.total"), whole.cells),
    )
    return figure(
        setting,
        name.replace("_", "-"),
        prose.largest(parts, years, measure, words),
        subtitle,
        rows,
        [found.answers[f"{key} provision_group"]],
        drawings=panels(parts, years, measure, words),
        panels=True,
        key_line=left_out(parts, words),
    )


def _ages(setting: Setting, found: Activity) -> list[Figure]:
    if setting.snapshot.rows("citizens") == 0:
        return []
    words = setting.words
    figures = []
    for key, years in (("recipients_on", found.stock_years), ("full_time_recipients", found.flow_years)):
        answer = found.answers.get(f"{key} age_group") if years else None
        if not answer:
            continue
        parts = with_zeros(split(answer, "age_group", _age_name(setting)), years)
        parts = in_order(parts, vocabulary.parameter("default_age_groups"))
        measure = persons_measure(setting) if key == "recipients_on" else full_time_measure(setting)
        whole = found.recipients if key == "recipients_on" else found.full_time
        name = "recipient_ages" if key == "recipients_on" else "full_time_ages"
        subtitle = words.say(f"figure.{name}.subtitle", start=years[0], year=years[-1])
        spoken = "; ".join(in_words(part, years, measure, words) for part in parts)
        rows = over_years(
            subtitle,
            words.say("head.age"),
            parts,
            years,
            measure,
            indicator=key,
            dimension="age_group",
            whole=Series("total", words.say("head.total"), whole.cells),
        )
        small = key == "full_time_recipients"
        pairs = [(part.name, part.at(years[0]), part.at(years[-1])) for part in parts]
        figures.append(
            figure(
                setting,
                name.replace("_", "-"),
                prose.largest(parts, years, measure, words),
                subtitle,
                rows,
                [answer],
                panels=small,
                key_line=left_out(parts, words) if small else "",
                drawings=panels(parts, years, measure, words) if small else [_then_and_now(pairs, measure, spoken)],
            )
        )
    return figures


def _then_and_now(pairs: Sequence[tuple[str, Cell, Cell]], measure: Measure, spoken: str) -> Drawing:
    return both_widths(lambda width: comparisons.then_and_now(pairs, measure, spoken, width=width))


def _provisions(setting: Setting, found: Activity) -> list[Figure]:
    words = setting.words
    years = [y for y in found.flow_years if y in found.stock_years][-PROVISION_YEARS:]
    if not years:
        return []
    stock = found.answers.get("recipients_on provision")
    flow = found.answers.get("full_time_recipients provision")
    if not stock or not flow:
        return []
    recipients = _by_provision(setting, stock, years)
    full_time = _by_provision(setting, flow, years)
    both = {part.key: part for part in (*full_time.values(), *recipients.values())}
    order = [key for key in vocabulary.provisions.codes if key in both]
    none = with_zeros([Series("", "", {})], years)[0]
    lines = [(key, both[key].name, recipients.get(key, none), full_time.get(key, none)) for key in order]
    table = Table(
        caption=words.say("figure.provisions.subtitle"),
        head=words.say("head.provision"),
        columns=(
            *(words.say("figure.provisions.recipients_in", year=y) for y in years),
            *(words.say("figure.provisions.full_time_in", year=y) for y in years),
        ),
        measures=(*[persons_measure(setting)] * len(years), *[full_time_measure(setting)] * len(years)),
        rows=tuple((name, (*(r.at(y) for y in years), *(f.at(y) for y in years))) for _, name, r, f in lines),
        csv=as_csv(
            ("indicator", "provision", "year", "value", "lower", "upper", "suppressed"),
            [
                (indicator, key, y, *plain_cell(one.at(y)))
                for key, _, r, f in lines
                for indicator, one in (("recipients_on", r), ("full_time_recipients", f))
                for y in years
            ],
        ),
    )
    return [
        figure(
            setting,
            "provisions",
            words.say("headline.provisions"),
            words.say("figure.provisions.subtitle"),
            table,
            [stock, flow],
        )
    ]


def _by_provision(setting: Setting, answer: Result, years: Sequence[int]) -> dict[str, Series]:
    """Provisions there is something of in these years."""
    parts = with_zeros(split(answer, "provision", _provision_name(setting)), years)
    some = [part for part in parts if any(part.at(y).value or part.at(y).suppressed for y in years)]
    return {part.key: part for part in some}


def _group_name(setting: Setting) -> Callable[[str], str]:
    return lambda code: vocabulary.provision_groups.name(code, setting.language)


def _age_name(setting: Setting) -> Callable[[str], str]:
    return lambda label: setting.words.say("age_name", label=label.replace("-", "–"))


def _provision_name(setting: Setting) -> Callable[[str], str]:
    def named(code: str) -> str:
        name, law = vocabulary.provisions.name(code, setting.language), vocabulary.provisions[code].law
        if not law or "§" not in law:
            return name
        return f"{name} ({law})".replace(" § ", "\N{NO-BREAK SPACE}§\N{NO-BREAK SPACE}")

    return named


def _largest(parts: Sequence[Series]) -> float:
    return max((abs(cell.value) for part in parts for cell in part.cells.values() if cell.value is not None), default=0)
