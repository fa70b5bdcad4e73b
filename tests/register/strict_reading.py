# SPDX-License-Identifier: EUPL-1.2
"""An independent reading of cells by the rules of the exchange format, plain and one cell at a time.

It says what a cell may be taken for; it shares no code with the reading it judges, but for the lists of codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from styr import vocabulary
from styr.vocabulary.exchange import Column

REJECTED = "rejected"
_SPACE = " \t\r\n\u00a0\u2007\u202f\ufeff"


def readings(text: str, column: Column, others: Iterable[str]) -> set[object]:  # noqa: PLR0911 - a kind of column a line
    """What a cell may rightly be taken for: values, None (unknown) or REJECTED. others are its column's other cells."""
    text = text.strip(_SPACE)
    if not text:
        return {REJECTED if column.required else column.default}
    if column.type in ("date", "month"):
        value = _date(text)
        if (
            value is None
            or not date(1880, 1, 1) <= value <= date(2100, 12, 31)
            or (column.type == "month" and value.day != 1)
        ):
            return {REJECTED}
        return {value}
    if column.type in ("money", "quantity"):
        return _within(_numbers(text, [other.strip(_SPACE) for other in others]), column)
    if column.type in ("integer", "year"):
        whole = {int(value) for value in _numbers(text, ["1,5"]) if value != REJECTED and float(value) == int(value)}  # type: ignore[call-overload, arg-type]
        if column.type == "year":
            whole = {value for value in whole if 1970 <= value <= 2100}
        return _within(whole, column) or {REJECTED}
    if column.type == "boolean":
        words = {
            "ja": True,
            "true": True,
            "1": True,
            "sand": True,
            "nej": False,
            "false": False,
            "0": False,
            "falsk": False,
        }
        return {words.get(text.lower(), REJECTED)}
    if column.type in ("code", "codes"):
        return {_code(text, column)}
    if re.search(r"[\x00-\x1f\x7f\ufffd]", text) or len(text) > (300 if column.type == "text" else 100):
        return {REJECTED}
    if column.pattern:
        return {text.upper() if re.search(column.pattern, text.upper()) else REJECTED}
    return {text}


def _date(text: str) -> date | None:
    found = re.fullmatch(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})", text) or re.fullmatch(
        r"(?P<d>[0-9]{1,2})(?P<s>[-./])(?P<m>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})", text
    )
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


def _numbers(text: str, others: list[str]) -> set[object]:
    """The number, or REJECTED; where point or comma may mean two things the column's other cells decide."""
    text = text.replace("−", "-")
    if not re.fullmatch(r"-?[0-9]+|-?[0-9]+\.[0-9]+|-?[0-9]+,[0-9]+|-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", text):
        return {REJECTED}
    as_comma = float(text.replace(".", "").replace(",", "."))
    if not re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", text):
        return {
            float(text)
            if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) and not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3}){2,}", text)
            else as_comma
        }
    points = any(
        re.fullmatch(r"-?[0-9]+\.[0-9]+", other) and not re.fullmatch(r"-?[1-9][0-9]{0,2}\.[0-9]{3}", other)
        for other in others
    )
    commas = any(
        (re.fullmatch(r"-?[0-9.]+,[0-9]+", other) and not re.fullmatch(r"-?[1-9][0-9]{0,2},[0-9]{3}", other))
        or re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3}){2,}", other)
        for other in others
    )
    if commas and not points:
        return {as_comma}
    if points and not commas:
        return {float(text)} if "." in text else {REJECTED}
    if points:
        return {REJECTED}
    return {REJECTED, as_comma} if "," in text else {REJECTED}


def _within(values: set[object], column: Column) -> set[object]:
    def fits(value: object) -> bool:
        assert isinstance(value, int | float)
        low, high = column.min, column.max
        largest = 1e11 if column.type == "money" else 2**31 if column.type in ("integer", "year") else float("inf")
        return (low is None or value >= low) and (high is None or value <= high) and abs(value) < largest

    return {value if value == REJECTED or fits(value) else REJECTED for value in values}


def _code(text: str, column: Column) -> object:
    assert column.list
    known = vocabulary.codelist(column.list)
    try:
        if column.type == "codes":
            return "|".join(sorted({known.parse(part) for part in text.split("|")}))
        return known.parse(text)
    except vocabulary.UnknownWord:
        return REJECTED
