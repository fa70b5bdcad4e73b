# SPDX-License-Identifier: EUPL-1.2
"""What is known better than history: overrides given on a page, taken back, and used by the next forecast. What one may
say is the forecast room's to check (styr.forecast.assumptions)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import yaml
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from styr import vocabulary
from styr.forecast.assumptions import BUFFERS, Assumptions
from styr.register.delivery.numbers import convention_of, parse_numbers
from styr.statistics import CannotAnswer
from styr.web.audit.log import note
from styr.web.foreseen.models import GivenOverride
from styr.web.forms.fields import reason_problem
from styr.web.languages import spoken
from styr.web.tables import Column, Table, files_at
from styr.web.templatetags.styr import day, word
from styr.web.words import say

_TEXT, _MOMENT = pl.String(), pl.Datetime(time_zone="UTC")
_SCHEMA = {
    "buffer": _TEXT, "of": _TEXT, "value": _TEXT, "reason": _TEXT, "given_by": _TEXT, "given_at": _MOMENT,
    "taken_back_why": _TEXT, "taken_back_by": _TEXT, "taken_back_at": _MOMENT,
}  # fmt: skip
FIELDS = ("buffer", "number", "factor", "provision", "function", "year", "reason")


def standing(municipality: str) -> list[GivenOverride]:
    """The overrides of a municipality that are not taken back, in the order given."""
    return list(GivenOverride.objects.filter(municipality=municipality, taken_back_at=None))


def taken_back(municipality: str) -> list[GivenOverride]:
    """Those that were, the latest first."""
    gone = GivenOverride.objects.filter(municipality=municipality, taken_back_at__isnull=False)
    return list(gone.order_by("-taken_back_at"))


def assumptions_of(given: Iterable[GivenOverride]) -> Assumptions:
    """Overrides as the forecast takes them."""
    return Assumptions(tuple(each.to_override() for each in given))


def give(request: HttpRequest, municipality: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Give an override as written in a form; gives what is wrong by field, empty when it is given. The key "" is of
    what is wrong with the whole."""
    problems = {name: say("foreseen.no_number") for name in ("number", "factor") if _is_wrong(texts[name])}
    if texts["year"] and not (texts["year"].isdecimal() and len(texts["year"]) == 4):
        problems["year"] = say("foreseen.no_year")
    if texts["buffer"] not in BUFFERS:
        problems["buffer"] = say("foreseen.no_buffer")
    if problem := reason_problem(texts["reason"]):
        problems["reason"] = problem
    if problems:
        return problems
    user: Any = request.user
    given = GivenOverride(
        municipality=municipality,
        buffer=texts["buffer"],
        number=_number(texts["number"]),
        factor=_number(texts["factor"]),
        provision=_code("provision", texts["provision"]),
        function=_code("function", texts["function"]),
        year=int(texts["year"]) if texts["year"] else None,
        reason=texts["reason"],
        given_by=user.username,
        given_at=timezone.now(),
    )
    try:
        given.to_override()
    except CannotAnswer as error:
        return {"": error.said(spoken())}
    with transaction.atomic():
        given.save()
        note(request, "override given", override=given.pk, municipality=municipality, why=given.reason)
    return {}


def take_back(request: HttpRequest, municipality: str, number: int, why: str) -> bool:
    """Take an override back; whether there was one to take back."""
    user: Any = request.user
    with transaction.atomic():
        found = GivenOverride.objects.filter(pk=number, municipality=municipality, taken_back_at=None)
        changed = found.update(taken_back_by=user.username, taken_back_at=timezone.now(), taken_back_why=why)
        if changed:
            note(request, "override taken back", override=number, municipality=municipality, why=why)
    return bool(changed)


def as_file(given: Iterable[GivenOverride]) -> str:
    """Overrides as `styr forecast --assumptions` reads them."""
    said = [each.to_override().to_mapping() for each in given]
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False))


def tables(municipality: str) -> dict[str, Table]:
    """The overrides that stand and those taken back, by the word each has in the address of its files."""
    return {
        "gaeldende": standing_table(standing(municipality)),
        "tidligere": _table("earlier", say("foreseen.earlier"), taken_back(municipality), "tidligere"),
    }


def standing_table(given: Iterable[GivenOverride]) -> Table:
    """The overrides that stand."""
    return _table("overrides", say("foreseen.overrides"), given, "gaeldende")


def _table(name: str, caption: str, given: Iterable[GivenOverride], word_of_it: str) -> Table:
    """Overrides as pages show them: buffer, what it is for, its value, why, by whom and when, and the same of its being
    taken back where any was."""
    rows = [
        (
            said["buffer"], said["of"], said["value"], each.reason, each.given_by, each.given_at, each.taken_back_why,
            each.taken_back_by, each.taken_back_at,
        )
        for each in given
        for said in [in_words(each)]
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    taken_back = [
        Column("taken_back_why", say("foreseen.taken_back_why"), wide=True),
        Column("taken_back_by", say("foreseen.taken_back_by")),
        Column("taken_back_at", say("foreseen.taken_back_at"), text=day),
    ]
    columns = [
        Column("buffer", say("foreseen.override")),
        Column("of", say("foreseen.of")),
        Column("value", say("foreseen.value"), numeric=True),
        Column("reason", say("foreseen.reason"), wide=True),
        Column("given_by", say("foreseen.who")),
        Column("given_at", say("foreseen.given_at"), text=day),
        *(taken_back if frame["taken_back_at"].count() else []),
    ]
    return Table(name, caption, frame, columns, files_at("forecast-given-file", word_of_it), part=True)


def in_words(given: GivenOverride) -> dict[str, str]:
    """An override as it is shown: what is overridden, for what, and to what."""
    of = [
        *([word(given.provision, "provision")] if given.provision else []),
        *([word(given.function, "function")] if given.function else []),
        *([str(given.year)] if given.year else []),
    ]
    amount = given.number if given.number is not None else given.factor
    written = f"{amount:g}".replace(".", ",") if spoken() == "da" else f"{amount:g}"
    return {
        "buffer": say(f"foreseen.buffer.{given.buffer}"),
        "of": ", ".join(of) or say("foreseen.all_of_it"),
        "value": written if given.number is not None else f"× {written}",
    }


def _is_wrong(text: str) -> bool:
    return bool(text) and _number(text) is None


def _number(text: str) -> float | None:
    """A number as Danes or others write it; None for nothing and for what is none."""
    written = pl.Series([text], dtype=pl.String)
    parsed = parse_numbers(written, convention_of(written))
    return None if not text or parsed.wrong[0] or parsed.ambiguous[0] else float(parsed.values[0])


def _code(kind: str, text: str) -> str:
    return text if text in vocabulary.codelist(kind) else ""
