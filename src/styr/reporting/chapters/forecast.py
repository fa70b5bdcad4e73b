# SPDX-License-Identifier: EUPL-1.2
"""What the months to come will cost, and beside it how such forecasts have held: the one is never shown without the
other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from styr.evidence.known import entries, relevant
from styr.evidence.known.municipality import largest_groups
from styr.forecast.explain import Change
from styr.forecast.months import last_whole_month
from styr.forecast.record import Backtest
from styr.reporting.asking import Setting
from styr.reporting.drawing.forecasts import fan, waterfall, with_values
from styr.reporting.drawing.held import errors, places
from styr.reporting.figures import as_csv, hidden_cells, told_drawing
from styr.reporting.foreseen import Foreseen, record_of
from styr.reporting.model import HIDDEN, Cell, Chapter, Drawing, Figure, Table
from styr.reporting.numbers import Measure, day, money_measure, percent, percent_measure
from styr.reporting.prose import lowered, part
from styr.statistics import CannotAnswer

_AMOUNTS = ("mean", "p05", "p10", "p50", "p90", "p95", "accounts", "budget", "earlier")
_SHOWN_HORIZONS = (1, 3, 6, 9, 12)
_SHOWN_CASES = 2


def chapter(setting: Setting, made: Callable[[], Foreseen]) -> Chapter:
    """The chapter; one sentence saying what is missing when no forecast can be made."""
    words = setting.words
    title = words.say("chapter.forecast")
    try:
        found = made()
    except CannotAnswer:
        return Chapter("forecast", title, missing=(words.say("missing.forecast"),))
    record = record_of(setting.snapshot.folder, setting.municipality, last_whole_month(found.known_at))
    figures = [_fan(setting, found), *_change(setting, found), _made_of(setting, found)]
    figures += _record(setting, found, record) if record else []
    missing = [
        *([] if found.change else [words.say("missing.earlier_forecast")]),
        *([] if record else [words.say("missing.record")]),
        *([] if found.budget is not None else [words.say("missing.budget", year=found.target)]),
    ]
    return Chapter("forecast", title, _lead(setting, found, record), tuple(figures), tuple(missing))


def _lead(setting: Setting, found: Foreseen, record: Backtest | None) -> tuple[str, ...]:
    """How the forecasts have held, in words, before any number of the forecast itself."""
    said = [setting.words.say("figure.forecast.lead", known_at=day(found.known_at, setting.language))]
    if record:
        said.append(setting.words.say("figure.forecast.beside"))
    return (*said, *_tried_elsewhere(setting))


def _tried_elsewhere(setting: Setting) -> tuple[str, ...]:
    """What other municipalities have tried on the services that are largest here, with what the effect rests on."""
    try:
        groups = largest_groups(setting.snapshot, setting.municipality, setting.year)
    except CannotAnswer:
        return ()
    kinds = {each.key: each.kind for each in entries()}
    tried = [
        setting.words.say("forecast.tried.one", title=each.title, place=each.place, strength=_short(each.strength))
        for each in relevant(provision_groups=groups, language=setting.language)
        if kinds[each.key] == "case"
    ][:_SHOWN_CASES]
    return (setting.words.say("forecast.tried.all", cases="; ".join(tried)),) if tried else ()


def _short(strength: str) -> str:
    """What an effect rests on, inside a sentence: to the first semicolon."""
    return lowered(strength.partition(";")[0])


def _fan(setting: Setting, found: Foreseen) -> Figure:
    words, year = setting.words, found.year
    measure = money_measure(year["mean"], setting.language)
    said = {"year": found.target, "mean": measure.full(year["mean"]), "low": measure.text(year["p10"])}
    said |= {"high": measure.full(year["p90"])}
    headline = words.say("headline.forecast.plain", **said)
    if found.budget is not None and found.within is not None:
        chance = percent(found.within, setting.language, 0)
        headline = words.say("headline.forecast.budget", **said, budget=measure.full(found.budget), chance=chance)
    months = found.months
    by_month = money_measure(float(months.select(pl.max_horizontal("mean", "accounts").max()).item()), setting.language)
    subtitle = words.say("figure.forecast.subtitle", unit=by_month.unit, target=found.target)
    names = ("accounts", "mean", "p10", "p90", "budget", "earlier")
    columns = [name for name in names if months[name].null_count() < months.height]
    table = Table(
        caption=subtitle,
        head=words.say("head.month"),
        columns=tuple(words.say(f"figure.forecast.{name}") for name in columns),
        measures=(by_month,) * len(columns),
        rows=tuple((row["month"], tuple(Cell(row[name]) for name in columns)) for row in months.to_dicts()),
        csv=as_csv(("month", *_AMOUNTS), months.select("month", *_AMOUNTS).rows()),
    )
    scaled = months.with_columns(pl.col(_AMOUNTS) / float(by_month.divisor)).with_columns(value=pl.col("mean"))
    drawings = (told_drawing(fan, scaled, by_month, headline, height=230),)
    about = found.header.to_mapping(setting.language)
    return _figure(setting, found, "forecast", headline, subtitle, table, drawings, about)


def _change(setting: Setting, found: Foreseen) -> list[Figure]:
    """The change of the target year since the earlier forecast, by cause."""
    if not found.change:
        return []
    words, language = setting.words, setting.language
    rows = _of_target(found.change, found.target)
    earlier, now = rows["earlier"][0], rows["now"][0]
    if earlier is None or now is None:
        return []
    measure = money_measure(now, language)
    parts = rows.filter(pl.col("change").is_not_null() & (pl.col("change") != 0))
    names = words.group("figure.change.cause.")
    same_way = parts.filter(pl.col("change").sign() == (1 if now > earlier else -1)).sort(pl.col("change").abs())
    largest = same_way["cause"][-1] if same_way.height else "history"
    way = "up" if measure.rounded(now - earlier) > 0 else "down" if measure.rounded(now - earlier) < 0 else "same"
    headline = words.say(
        f"headline.change.{way}",
        year=found.target,
        amount=measure.full(abs(now - earlier)),
        since=day(found.since, language),
        cause=names[largest][:1].lower() + names[largest][1:],
    )
    subtitle = words.say(
        "figure.change.subtitle", year=found.target, since=day(found.since, language), unit=measure.unit
    )
    suppressed = rows["suppressed"].to_list() if "suppressed" in rows.columns else [False] * rows.height
    cells = [
        (names[row["cause"]], (HIDDEN if row["change"] is None and hidden else Cell(row["change"]),))
        for row, hidden in zip(rows.to_dicts(), suppressed, strict=True)
    ]
    cells = [
        (words.say("figure.change.earlier"), (Cell(earlier),)),
        *cells,
        (words.say("figure.change.now"), (Cell(now),)),
    ]
    table = Table(
        caption=subtitle,
        head=words.say("head.cause"),
        columns=(words.say("figure.change.column", unit=measure.unit),),
        measures=(measure,),
        rows=tuple(cells),
        csv=as_csv(
            ("year", "cause", "change", "earlier", "now"),
            rows.select("year", "cause", "change", "earlier", "now").rows(),
        ),
        last_is_total=True,
    )
    scaled = with_values(rows).with_columns(pl.col("value") / float(measure.divisor))
    drawing = told_drawing(waterfall, scaled, measure, headline, height=alt.Step(26))
    drawings = () if parts.height == 0 or any(suppressed) else (drawing,)
    about = found.change.to_mapping(language)
    return [_figure(setting, found, "forecast-change", headline, subtitle, table, drawings, about)]


def _of_target(change: Change, target: int) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(change.table())).filter(pl.col("year") == target)


def _made_of(setting: Setting, found: Foreseen) -> Figure:
    """The buffers: commitments, and what comes and goes."""
    words = setting.words
    rows = found.made_of.filter((pl.col("amount") != 0) | ~pl.col("buffer").is_in(["accounts", "named_inflow"]))
    measure, share = money_measure(found.year["mean"], setting.language), percent_measure(setting.language)
    names = words.group("figure.buffers.buffer.")
    of = {row["buffer"]: row for row in rows.to_dicts()}
    total = float(rows["amount"].sum())
    lines = [(names[key], (Cell(row["amount"]), Cell(row["amount"] / total))) for key, row in of.items()]
    subtitle = words.say("figure.buffers.subtitle", year=found.target, unit=measure.unit)
    known = of["committed"]["amount"] + of["ends"]["amount"] + of.get("accounts", {"amount": 0.0})["amount"]
    headline = words.say(
        "headline.buffers.most", year=found.target, part=part(known / total, "headline.buffers.noun", words),
        newcomers=measure.full(of["newcomers"]["amount"]),
    )  # fmt: skip
    table = Table(
        caption=subtitle,
        head=words.say("head.buffer"),
        columns=(words.say("figure.buffers.amount", unit=measure.unit), words.say("figure.buffers.share")),
        measures=(measure, share),
        rows=(*lines, (words.say("figure.buffers.total"), (Cell(total), Cell(1.0)))),
        csv=as_csv(("year", "buffer", "amount", "share"), rows.select("year", "buffer", "amount", "share").rows()),
        last_is_total=True,
    )
    about = found.made_of_header.to_mapping(setting.language)
    return _figure(setting, found, "forecast-buffers", headline, subtitle, table, (), about)


def _record(setting: Setting, found: Foreseen, record: Backtest) -> list[Figure]:
    """How the forecasts of the twelve months before have held, by horizon, beside the simple ones."""
    if not record.rows.filter(total="month").height:
        return []
    words, language = setting.words, setting.language
    summed = pl.DataFrame(pl.from_arrow(record.record(["total", "horizon"]))).filter(total="month")
    shown = summed.filter(pl.col("horizon").is_in(_SHOWN_HORIZONS)).to_dicts()
    whole = pl.DataFrame(pl.from_arrow(record.record(["total"]))).filter(total="month").to_dicts()[0]
    share = Measure(language, percent_measure(language).unit, 1)
    headline = words.say(
        "headline.record",
        error=share.full(whole["mae_pct"]),
        naive=share.full(whole["naive_mae_pct"]),
        held=share.full(whole["coverage80"]),
    )
    subtitle = words.say("figure.record.subtitle", first=str(record.first), last=str(record.last))
    asked = ("bias_pct", "mae_pct", "naive_mae_pct", "last_year_mae_pct", "budget_mae_pct", "coverage80")
    columns = [name for name in asked if name != "budget_mae_pct" or summed[name].null_count() < summed.height]
    table = Table(
        caption=subtitle,
        head=words.say("head.horizon"),
        columns=tuple(words.say(f"figure.record.{name}") for name in columns),
        measures=(share,) * len(columns),
        rows=tuple((str(row["horizon"]), tuple(Cell(row[name]) for name in columns)) for row in shown),
        csv=as_csv(("horizon", "n", *columns), summed.select("horizon", "n", *columns).rows()),
    )
    rows = record.rows.filter(total="month").drop_nulls(["actual", "pit"])
    drawings = [told_drawing(draw, rows, share, headline, height=150) for draw in (errors, places)]
    about = record.to_mapping(language)
    return [_figure(setting, found, "forecast-record", headline, subtitle, table, drawings, about)]


def _figure(
    setting: Setting, found: Foreseen, key: str, headline: str, subtitle: str, table: Table,
    drawings: Sequence[Drawing], said: Mapping[str, Any],
) -> Figure:  # fmt: skip
    """A figure with what its result says of itself."""
    words = setting.words
    known = words.say("page.known", known_at=day(found.known_at, setting.language))
    parts = [
        str(said["title"]),
        words.say("page.snapshot", snapshot=said["snapshot"]),
        known[0].lower() + known[1:],
        str(said["municipality"]),
        *([str(said["price_level"])] if said.get("price_level") else []),
        words.say("figure.forecast.draws", draws=said["draws"], seed=said["seed"], version=said["version"]),
    ]
    caveats = tuple(dict.fromkeys(str(each) for each in said["caveats"]))
    return Figure(
        key=key,
        headline=headline,
        subtitle=subtitle,
        drawings=tuple(drawings),
        table=table,
        rule=str(said["rule"]),
        source=" · ".join(parts) + ".",
        caveats=caveats,
        hidden=hidden_cells(table, words),
    )
