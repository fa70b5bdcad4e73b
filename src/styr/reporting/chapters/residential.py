# SPDX-License-Identifier: EUPL-1.2
"""Where residential places are bought: of the municipality itself, other municipalities, the region, private offers.

By grants and the operator of the offer where they are given; without those tables, by the operator type of postings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from styr import vocabulary
from styr.reporting import comparisons
from styr.reporting.asking import Setting, cell, known_years, total
from styr.reporting.figures import as_csv, both_widths, figure, plain_cell
from styr.reporting.guard import guarded
from styr.reporting.model import NOTHING, Cell, Chapter, Figure, Series, Table
from styr.reporting.numbers import percent_measure
from styr.reporting.prose import capital, part
from styr.reporting.sellers import at_municipal_offers
from styr.statistics import Result, release

RESIDENTIAL = {"provision_group": ["residential"]}
#: The area of the accounts of residential places in the vocabulary's functions.
AREA = "adult.residential"
MOST_YEARS = 6
#: The parts are put together here and guarded together; of the whole only their shares are printed.
OPEN: Mapping[str, Any] = {"money": True, "disclosure_control": False}
SELLERS = ("own", "other", "regional", "private", "unknown")


def chapter(setting: Setting) -> Chapter:
    """The chapter; one sentence when neither offers nor postings tell who runs the places."""
    words = setting.words
    drawn = _by_grants(setting) or _by_postings(setting)
    missing = () if drawn else (words.say("missing.sellers"),)
    return Chapter("residential", words.say("chapter.residential"), figures=(drawn,) if drawn else (), missing=missing)


def _by_grants(setting: Setting) -> Figure | None:
    snapshot = setting.snapshot
    if not all(snapshot.rows(table) for table in ("grants", "offers", "departments")):
        return None
    asked = setting.ask("individual_expenditure", "operator_type", where=RESIDENTIAL, **OPEN)
    whole = setting.ask("individual_expenditure", where=RESIDENTIAL, **OPEN)
    if not asked or not whole or all(row["operator_type"] is None for row in asked.table.to_pylist()):
        return None
    found: dict[str, Mapping[int, Cell]] = {
        "regional": _of(asked, "regional"),
        "private": _of(asked, "private", "self_owning"),
        "unknown": _of(asked, None),
    }
    for key, own in (("own", True), ("other", False)):
        with at_municipal_offers(snapshot, setting.municipality, own=own) as fewer:
            answer = replace(setting, snapshot=fewer).ask("individual_expenditure", where=RESIDENTIAL, **OPEN)
        found[key] = total(answer, key, "").cells
    return _figure(setting, found, whole, asked, "sellers")


def _by_postings(setting: Setting) -> Figure | None:
    if not setting.snapshot.rows("postings"):
        return None
    accounts = {"function": [term.code for term in vocabulary.functions if term.extra.get("area") == AREA]}
    asked = setting.ask("net_expenditure", "operator_type", where=accounts, **OPEN)
    whole = setting.ask("net_expenditure", where=accounts, **OPEN)
    if not asked or not whole or all(row["operator_type"] is None for row in asked.table.to_pylist()):
        return None
    found = {
        "municipal": _of(asked, "municipal"),
        "regional": _of(asked, "regional"),
        "private": _of(asked, "private", "self_owning"),
        "unknown": _of(asked, None),
    }
    return _figure(setting, found, whole, asked, "postings")


def _figure(
    setting: Setting, found: Mapping[str, Mapping[int, Cell]], whole: Result, asked: Result, basis: str
) -> Figure | None:
    words, year = setting.words, setting.year
    spent = total(whole, "total", words.say("head.total"))
    years = [y for y in known_years(spent) if (spent.at(y).value or 0) > 0][-MOST_YEARS:]
    if year not in years:
        return None
    order = [
        key for key in ("municipal", *SELLERS) if any(c.value or c.suppressed for c in found.get(key, {}).values())
    ]
    amounts = guarded([Series(key, words.say(f"figure.sellers.{key}"), found[key]) for key in order])
    parts = [Series(one.key, one.name, {y: _share(one.at(y), spent.at(y)) for y in years}) for one in amounts]
    if any((cell.value or 0) < 0 for one in parts for cell in one.cells.values()):
        return None  # A net income on one kind of operator leaves no shares to draw.
    rows = [(str(y), [(one.name, one.at(y).value) for one in parts]) for y in reversed(years)]
    suffix = "" if basis == "sellers" else "_postings"
    subtitle = words.say(f"figure.sellers.subtitle{suffix}")
    headline = _headline(setting, parts)
    measure = percent_measure(setting.language)
    table = Table(
        caption=subtitle,
        head=words.say("head.place"),
        columns=tuple(str(y) for y in years),
        measures=(measure,) * len(years),
        rows=tuple((one.name, tuple(one.at(y) for y in years)) for one in parts),
        csv=as_csv(
            ("indicator", "seller", "year", "value", "lower", "upper", "suppressed"),
            [("share_of_residential_expenditure", one.key, y, *plain_cell(one.at(y))) for one in parts for y in years],
        ),
    )
    return figure(
        setting,
        "sellers",
        headline,
        subtitle,
        table,
        release([asked]),
        rule=words.say(f"figure.sellers.rule{suffix}"),
        key_line=f"{words.say('figure.sellers.key')}: " + ", ".join(one.name for one in parts) + ".",
        drawings=[both_widths(lambda width: comparisons.shares(rows, headline, setting.language, width=width))],
    )


def _headline(setting: Setting, parts: Sequence[Series]) -> str:
    words, year = setting.words, setting.year
    now = {one.key: one.at(year) for one in parts}
    own = now.get("own", NOTHING).value
    if own is not None and not (now.get("unknown", NOTHING).value or 0):
        outside = part(1 - own, "headline.sellers.noun", words)
        return words.say("headline.sellers.outside", part=capital(outside), year=year)
    private = now.get("private", NOTHING).value
    if private is not None:
        return words.say("headline.sellers.operators", part=part(private, "headline.sellers.noun", words), year=year)
    return words.say("headline.sellers.other", year=year)


def _of(answer: Result, *kinds: str | None) -> dict[int, Cell]:
    """Amounts of some operator types by year, added; persons are not known where they are not of one of them."""
    found: dict[int, Cell] = {}
    for row in answer.table.to_pylist():
        if row["operator_type"] in kinds:
            one, before = cell(row), found.get(row["year"], Cell(0.0, n=0))
            persons = None if one.n is None or before.n is None else one.n + before.n
            found[row["year"]] = Cell((before.value or 0) + (one.value or 0), n=persons)
    return found


def _share(part: Cell, whole: Cell) -> Cell:
    if part.suppressed:
        return part
    return Cell((part.value or 0) / whole.value) if whole.value else NOTHING
