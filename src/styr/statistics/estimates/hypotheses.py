# SPDX-License-Identifier: EUPL-1.2
"""Hypotheses held against a register, in the manner of document 004: statement, figure, result, reservation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan

import polars as pl

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Words
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.count import ask, count, shown
from styr.statistics.disclosure import THRESHOLD
from styr.statistics.engines import Engine, open_engine, require
from styr.statistics.errors import CannotAnswer, part
from styr.statistics.estimates import two_groups
from styr.statistics.estimates.compare import way_of
from styr.statistics.estimates.declared_hypotheses import (
    Conditions,
    Expectation,
    Figure,
    Hypothesis,
    hypotheses,
    hypothesis,
    years,
)
from styr.statistics.estimates.sample import Sample, read_municipalities, sample_of
from styr.statistics.estimates.scaling import UNSAID
from styr.statistics.estimates.spread import error_of_interval
from styr.statistics.estimates.two_year_figures import Numbers, Worked, numbers, worked
from styr.statistics.observed import followed_from
from styr.statistics.question import Question
from styr.statistics.result import MUNICIPALITY_BASIS, Header, Result, as_arrow, caveat

CONFIRMED, NOT_CONFIRMED, UNDECIDED = "confirmed", "not confirmed", "cannot be decided"
FEW = "small_sample_warning"
UNITS: Mapping[str, Words] = {
    "growth": Words("procent", "per cent"),
    "contribution": Words("procent af ændringen", "per cent of the change"),
    "share_change": Words("procentpoint", "percentage points"),
}
SCHEMA = {
    "hypothesis": pl.String, "statement": pl.String, "result": pl.String, "figure": pl.String, "title": pl.String,
    "value": pl.Float64, "unit": pl.String, "before": pl.Float64, "after": pl.Float64, "numerator": pl.Float64,
    "denominator": pl.Float64, "n": pl.Int64, "lower": pl.Float64, "upper": pl.Float64, "finding": pl.String,
    "suppressed": pl.Boolean, "method": pl.String, "reason": pl.String, "reservation": pl.String,
    "source": pl.String,
}  # fmt: skip


def report(
    snapshot: Snapshot,
    keys: Sequence[str] = (),
    *,
    municipalities: Sequence[str] | None = None,
    from_year: int | None = None,
    to_year: int | None = None,
    language: str = "en",
    disclosure_control: bool = True,
    engine: str = "duckdb",
) -> Result:
    """The hypotheses of hypotheses.yaml (or those of keys) held against a snapshot.

    municipalities: those asked about, by code or name; None takes those that have delivered every year, and scales
    numbers to the country. Years are the document's unless given; where the register does not follow grants in them,
    the first and the last whole year in which it does.

    A row is a figure of a hypothesis, or a hypothesis without figures. Columns: hypothesis, statement, result
    (confirmed, not confirmed, cannot be decided: the same on every row of a hypothesis), figure, title, value, unit,
    before and after (the numbers it is made of), numerator, denominator (null), n (the fewest persons behind a number),
    lower, upper, finding (the figure's own result, where something is expected of it), suppressed, method, reason (why
    it is hidden or cannot be worked out), reservation, source. Texts are in the language.
    """
    usual = _followed_years(snapshot)
    first, last = from_year or usual[0], to_year or usual[1]
    if first >= last:
        raise CannotAnswer("years_turned_round", first=first, last=last)
    if municipalities is not None:
        municipalities = read_municipalities(municipalities)
    running = open_engine(engine, snapshot)
    try:
        asking = _Asking(running, (first, last), municipalities, language, disclosure_control)
        chosen = [hypothesis(key) for key in keys] if keys else hypotheses()
        rows = [row for each in chosen for row in asking.rows(each)]
    finally:
        running.close()
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return Result(as_arrow(table), _header(snapshot, (first, last), municipalities, disclosure_control))


def _followed_years(snapshot: Snapshot) -> tuple[int, int]:
    """The document's years, or those nearest to them that the register can answer for."""
    require(snapshot, "grants", part("the_hypotheses"))
    known, first = snapshot.known_at, followed_from(snapshot).year
    last = known.year if (known.month, known.day) == (12, 31) else known.year - 1
    return years() if first <= years()[0] and years()[1] <= last else (first, last)


class _Asking:
    """One report being made: an engine, two years, the municipalities, and how it is told."""

    def __init__(
        self,
        engine: Engine,
        span: tuple[int, int],
        municipalities: Sequence[str] | None,
        language: str,
        control: bool,
    ) -> None:
        self.engine, self.span, self.named = engine, span, municipalities
        self.language, self.control = language, control
        self._samples: dict[str, Sample] = {}
        self._counted_before: dict[tuple[object, ...], Numbers] = {}
        self._hidden_before: dict[tuple[object, ...], bool] = {}

    def rows(self, each: Hypothesis) -> list[dict[str, object]]:
        """The rows of one hypothesis."""
        told = {
            "hypothesis": each.key,
            "statement": each.statement[self.language],
            "reservation": each.reservation[self.language],
            "source": each.source,
        }
        if each.missing:
            return [_row(told, result=UNDECIDED, reason=each.missing[self.language], suppressed=False)]
        found = [(figure, *self._figure(each, figure)) for figure in each.figures]
        findings = [_finding(figure.expect, value) for figure, value, _ in found]
        result = _together([finding for finding in findings if finding])
        return [
            _row(
                told,
                result=result,
                finding=finding,
                reason=reason,
                figure=figure.key,
                title=figure.title[self.language],
                unit=self._unit(figure),
                suppressed=value is None and reason == self._hidden_words(),
                **({} if value is None else _numbers(value)),
            )
            for (figure, value, reason), finding in zip(found, findings, strict=True)
        ]

    def _figure(self, each: Hypothesis, figure: Figure) -> tuple[Worked | None, str | None]:
        """The figure worked out, or why it is not; also, of one worked out, why it decides nothing."""
        try:
            if way_is_mean(figure):
                value, others = self._mean(each, figure), None
            else:
                value, others = self._counted(each, figure)
        except CannotAnswer as error:
            return None, error.said(self.language)
        if self.control and (
            any(_few(count, vocabulary.parameter(THRESHOLD)) for count in (value.n, others))
            or self._hidden(each, figure)
        ):
            return None, self._hidden_words()
        if _few(value.n, vocabulary.parameter(FEW)):
            return value, caveat("few_behind", few=vocabulary.parameter(FEW))[self.language]
        return value, None

    def _hidden(self, each: Hypothesis, figure: Figure) -> bool:
        """Whether a number of the figure is hidden in the table that all values of its conditions make with their
        totals: so figures of one report hide what those tables do, and none is told by the others."""
        conditions = [figure.where] if way_is_mean(figure) else [figure.where, {**figure.where, **figure.part}]
        for where in conditions:
            asked = (figure.indicator, tuple(where.items()), each.age_groups)
            if asked not in self._hidden_before:
                question = self._question(each, figure, where)
                municipalities = {"municipality": self._sample(question).municipalities}
                narrowed = replace(question, where={**question.where, **municipalities})
                self._hidden_before[asked] = bool(shown(self.engine, narrowed)["suppressed"].any())
            if self._hidden_before[asked]:
                return True
        return False

    def _counted(self, each: Hypothesis, figure: Figure) -> tuple[Worked, int | None]:
        """A figure of counted numbers, and the fewest persons of the whole that are not of the part."""
        part = self._numbers(each, figure, {**figure.where, **figure.part})
        needs_whole = figure.kind in ("share_change", "contribution")
        whole = self._numbers(each, figure, figure.where) if needs_whole else None
        value = worked(figure.kind, part, whole, figure.times)
        return value, _others(part, whole) if whole else None

    def _numbers(self, each: Hypothesis, figure: Figure, where: Conditions) -> Numbers:
        """What the municipalities count; several figures may rest on the same, which is counted once."""
        question = self._question(each, figure, where)
        asked = (figure.indicator, tuple(where.items()), each.age_groups, figure.numerator)
        if asked not in self._counted_before:
            everyone = tuple(vocabulary.codelist("municipality").codes)
            self._counted_before[asked] = numbers(
                self.engine,
                question,
                self._sample(question).municipalities,
                None if self.named is not None else everyone,
                numerator=figure.numerator,
            )
        return self._counted_before[asked]

    def _question(self, each: Hypothesis, figure: Figure, where: Conditions) -> Question:
        """The question of a figure, in its two years alone."""
        asked = {**UNSAID, "where": dict(where), "age_groups": each.age_groups}
        question = ask(self.engine, figure.indicator, ("year",), *self.span, **asked)
        periods = tuple(period for period in question.periods if period.first.year in self.span)
        return replace(question, periods=periods)

    def _sample(self, question: Question) -> Sample:
        """The municipalities a figure is worked out from; the same for every question of one table."""
        table = question.indicator.subject.table
        if table not in self._samples:
            everyone = vocabulary.codelist("municipality").codes
            country = Words("hele landet", "the country")
            self._samples[table] = sample_of(self.engine, question, everyone, country, self.named)
        return self._samples[table]

    def _mean(self, each: Hypothesis, figure: Figure) -> Worked:
        """The change of a mean that has an interval of its own, by Welch's t."""
        question = self._question(each, figure, figure.where)
        where = {**figure.where, "municipality": self._sample(question).municipalities}
        cells = count(
            self.engine.snapshot, figure.indicator, by=("year",), from_year=self.span[0], to_year=self.span[1],
            where=where, disclosure_control=False,
        ).to_polars()  # fmt: skip
        sides = [error_of_interval(cells.filter(pl.col("year") == year)) for year in self.span]
        if any(side.is_empty() for side in sides):
            raise CannotAnswer("no_one_in_years", indicator=figure.indicator, first=self.span[0], last=self.span[1])
        columns = [side.select(pl.col(name).cast(pl.Float64)).to_series().to_numpy()
                   for side in reversed(sides) for name in ("value", "error", "n")]  # fmt: skip
        tested = two_groups.means(*columns)
        before, after = (float(side["value"][0]) for side in sides)
        return Worked(
            float(tested.difference[0]), _known(tested.of_difference.lower[0]), _known(tested.of_difference.upper[0]),
            before, after, min(int(side["n"][0]) for side in sides), "Welch's t",
        )  # fmt: skip

    def _unit(self, figure: Figure) -> str:
        if figure.times == 100:
            return UNITS["share_change"][self.language]
        return UNITS.get(figure.kind, indicator_of(figure.indicator).unit)[self.language]

    def _hidden_words(self) -> str:
        return caveat("figure_hidden", threshold=vocabulary.parameter(THRESHOLD))[self.language]


def way_is_mean(figure: Figure) -> bool:
    """Whether a figure is the change of a mean with an interval of its own."""
    try:
        return figure.kind == "change" and way_of(indicator_of(figure.indicator)) == "means"
    except CannotAnswer:
        return False


def _finding(expect: Expectation | None, value: Worked | None) -> str | None:
    """What a figure says of its hypothesis; None when nothing is expected of it."""
    if expect is None:
        return None
    if value is None or value.value is None or value.lower is None or value.upper is None:
        return UNDECIDED
    if _few(value.n, vocabulary.parameter(FEW)):
        return UNDECIDED
    sign = 1 if expect.upwards else -1
    point, (low, high) = sign * value.value, sorted((sign * value.lower, sign * value.upper))
    if low > sign * expect.edge and point >= sign * expect.matters:
        return CONFIRMED
    return NOT_CONFIRMED if high < sign * expect.matters else UNDECIDED


def _together(findings: Sequence[str]) -> str:
    """The result of a hypothesis: confirmed by all its figures, not confirmed by one, else undecided."""
    if NOT_CONFIRMED in findings:
        return NOT_CONFIRMED
    return CONFIRMED if findings and set(findings) == {CONFIRMED} else UNDECIDED


def _few(n: int | None, limit: int) -> bool:
    return n is not None and 0 < n < limit


def _known(number: float) -> float | None:
    return None if isnan(number) else float(number)


def _others(part: Numbers, whole: Numbers) -> int | None:
    """The fewest persons of the whole that are not of the part; None when they are not known."""
    both = whole.rows.group_by("period").agg(everyone=pl.col("n").sum()).join(
        part.rows.group_by("period").agg(having=pl.col("n").sum()), on="period", how="left"
    )  # fmt: skip
    rest = both.select((pl.col("everyone") - pl.col("having").fill_null(0)).min()).item()
    return None if rest is None else int(rest)


def _row(told: Mapping[str, object], **known: object) -> dict[str, object]:
    return dict.fromkeys(SCHEMA) | dict(told) | known


def _numbers(value: Worked) -> dict[str, object]:
    return {
        "value": value.value,
        "before": value.before,
        "after": value.after,
        "n": value.n,
        "lower": value.lower,
        "upper": value.upper,
        "method": value.method,
    }


def _header(snapshot: Snapshot, span: tuple[int, int], municipalities: Sequence[str] | None, control: bool) -> Header:
    said = [caveat("generated")] if snapshot.generated else []
    said.append(caveat("hypotheses_named" if municipalities is not None else "hypotheses_country"))
    if not control:
        said.append(caveat("uncontrolled"))
    return Header(
        indicator="hypotheses",
        title=Words(
            f"Hypoteser om udviklingen {span[0]}-{span[1]}", f"Hypotheses on the development {span[0]}-{span[1]}"
        ),
        unit=Words("forskellige enheder, se de enkelte tal", "various units, see each figure"),
        rule=Words(
            "En hypotese bekræftes, når hele intervallet for hvert af dens tal taler for den, og tallet er stort nok "
            "til at betyde noget. Den bekræftes ikke, når intervallet for et af dem ikke når det, der betyder noget. "
            "Ellers kan den ikke afgøres.",
            "A hypothesis is confirmed when the whole interval of each of its figures speaks for it and the figure is "
            "large enough to matter. It is not confirmed when the interval of one of them falls short of what matters. "
            "Else it cannot be decided.",
        ),
        source="004 l.278-953",
        snapshot=snapshot.id,
        known_at=snapshot.known_at,
        municipality=MUNICIPALITY_BASIS["payer"],
        price_level=None,
        generated=snapshot.generated,
        caveats=tuple(said),
    )
