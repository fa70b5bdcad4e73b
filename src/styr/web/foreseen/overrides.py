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
from styr.web.templatetags.styr import word
from styr.web.words import say

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
