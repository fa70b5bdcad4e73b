# SPDX-License-Identifier: EUPL-1.2
"""What templates say and show: texts by key, words of the vocabulary, numbers and days as they are written, addresses
that keep the filters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from styr import vocabulary
from styr.reporting import numbers
from styr.statistics import Indicator
from styr.vocabulary.exchange import Column, tables
from styr.web.access import may
from styr.web.filters import options_of, with_filters
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.words import say as said
from styr.web.words import texts

register = template.Library()
NOTHING = "–"


@register.simple_tag
def say(key: str, **values: object) -> str:
    """The text of a key in the language spoken."""
    return said(key, **values)


@register.simple_tag(takes_context=True)
def address(context: Context, name: str, *arguments: object, **named: object) -> str:
    """The address of a page with the filters kept."""
    return with_filters(reverse(name, args=arguments, kwargs=named), context["filters"])


@register.filter
def word(code: str | None, kind: str) -> str:
    """The word of a code of a vocabulary list; a code that is not known stands as it is."""
    if not code:
        return NOTHING
    known = vocabulary.codelist(kind)
    return known.name(code, spoken()) if code in known else code


@register.filter
def words(codes: str | None, kind: str) -> str:
    """The words of several codes joined by |."""
    return ", ".join(word(code, kind) for code in (codes or "").split("|")) or NOTHING


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as it is written: 1. marts 2024."""
    if value is None:
        return NOTHING
    plain = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return numbers.day(plain, spoken())


@register.filter
def month(value: date) -> str:
    """A month as it is written: marts 2024."""
    return numbers.month(value, spoken())


@register.filter
def moment(value: datetime | None) -> str:
    """A day and time as written."""
    return f"{day(value)} {timezone.localtime(value):%H:%M}" if value else NOTHING


@register.filter
def number(value: float | Decimal | None, places: int = 0) -> str:
    """A number as it is written, with so many decimals."""
    if value is None:
        return NOTHING
    return numbers.grouped(numbers.half_up(Decimal(repr(float(value))), places), spoken())


@register.filter
def kroner(value: float | Decimal | None) -> str:
    """An amount in whole kroner."""
    return NOTHING if value is None else f"{number(value)}{numbers.NO_BREAK}kr."


@register.simple_tag
def percent_of(value: float) -> str:
    """A ratio as a whole percentage."""
    return numbers.percent(value, spoken(), 0)


@register.simple_tag
def role_title(user: Any) -> str:
    """The title of a user's role."""
    return user.held_role.title[spoken()]


@register.simple_tag(takes_context=True)
def can(context: Context, permission: str) -> bool:
    """Whether the one who asks holds a permission: {% can "change grants" as changes %}."""
    return may(context["user"], Permission(permission))


@register.filter
def action_word(action: str) -> str:
    """What an action of the audit log is called; one of another version of Styr stands as it is."""
    key = f"audit.did.{action.replace(' ', '_').replace('-', '_')}"
    return said(key) if key in texts() else action


@register.filter
def detail(noted: Mapping[str, Any]) -> str:
    """What an entry of the audit log says beside, what is empty left out."""
    return "; ".join(f"{name}: {value}" for name, value in noted.items() if value)


@register.filter
def stamp(value: datetime) -> str:
    """A moment to the second, as a log has it."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"


@register.inclusion_tag("frame/filter.html", takes_context=True)
def filter_field(context: Context, name: str) -> dict[str, Any]:
    """One filter as a field of a form."""
    return _filter(context, name)


@register.simple_tag
def rule_of(indicator: Indicator) -> str:
    """How an indicator is counted."""
    return indicator.rule[spoken()]


@register.inclusion_tag("frame/filters.html", takes_context=True)
def filter_bar(context: Context, *names: str) -> dict[str, Any]:
    """The filters of these names as fields that narrow the page at once; the page's other words in the address stay."""
    asked = context["request"].GET.lists()
    kept = [(name, value) for name, values in asked if name not in (*names, "page") for value in values]
    return {"filter_fields": [_filter(context, name) for name in names], "kept": kept}


def _filter(context: Context, name: str) -> dict[str, Any]:
    return {"name": name, "value": getattr(context["filters"], name), "options": options_of(name)}


@register.filter
def safe_number(value: float) -> str:
    """A number as a drawing or a hidden field wants it: a point and no thousands, whatever the language."""
    return f"{value:.10g}"


@register.filter
def add_number(value: float, more: float) -> str:
    """A position moved by so much."""
    return safe_number(value + more)


@register.filter
def as_said(value: Any, column: Column) -> str:
    """A stored value in words, by the kind of its column."""
    if value is None:
        return NOTHING
    if column.list:
        return words(value, column.list)
    if isinstance(value, date):
        return day(value)
    if column.type == "money":
        return kroner(value)
    return number(value, 1) if isinstance(value, float) else str(value)


@register.filter
def table_word(name: str) -> str:
    """What a table of the exchange format is called."""
    table = tables().get(name)
    if table is None:
        return name
    return (table.da if spoken() == "da" else name).replace("_", " ").capitalize()


@register.filter
def stage_word(stage: str) -> str:
    """A stage of long work ("reading grants") in the language spoken."""
    did, _, name = stage.partition(" ")
    key = f"data.stage.{did}"
    return said(key, table=table_word(name).lower()) if key in texts() else stage


@register.filter
def shown_in(value: float | None, divisor: float) -> str:
    """A large number in the unit that stands beside it, with a decimal where it is divided and small."""
    if value is None:
        return NOTHING
    divided = value / divisor
    return number(divided, 1 if divisor > 1 and abs(divided) < 1000 else 0)


@register.filter
def scope_word(scope: str) -> str:
    """What a token of a scope is made for."""
    return said(f"tokens.scope.{scope.replace('.', '_')}")


@register.simple_tag
def problem_word(kind: str, part: str) -> str:
    """The title or text of a kind of problem that the API says."""
    return said(f"api.problem.{kind}.{part}")
