# SPDX-License-Identifier: EUPL-1.2
"""The cells of one column, from text to typed values, with what is wrong of each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from styr import vocabulary
from styr.register.delivery.findings import Refused
from styr.register.delivery.numbers import Convention, convention_of, parse_numbers
from styr.register.delivery.pseudonym import (
    MAY_HOLD_NUMBER,
    Pseudonyms,
    has_birth_date,
    is_replacement,
    passes_modulus,
)
from styr.vocabulary.exchange import Column, date_range, year_range

LONGEST_ID, LONGEST_TEXT = 100, 300
LARGEST_AMOUNT = 1e11  # DKK; more than the public sector spends in a month, and exact in a double to 1/100 øre
NUMERIC = ("quantity", "money", "integer", "year")
_MOST_UNKNOWN_WORDS = 1000
_BOOLEANS = {
    "ja": True,
    "nej": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "sand": True,
    "falsk": False,
}
_DATE_FORMS = (
    (r"^\d{4}-\d{2}-\d{2}$", "%Y-%m-%d"),
    (r"^\d{1,2}-\d{1,2}-\d{4}$", "%d-%m-%Y"),
    (r"^\d{1,2}\.\d{1,2}\.\d{4}$", "%d.%m.%Y"),
    (r"^\d{1,2}/\d{1,2}/\d{4}$", "%d/%m/%Y"),
)


@dataclass(frozen=True)
class Fault:
    """Rows of a column that are wrong in one way; expected is a text, or one per row."""

    kind: str
    rows: pl.Series
    expected: str | pl.Series = ""


@dataclass
class Parsed:
    """A column's values (null where unknown or wrong), its faults, and counts of things to know."""

    values: pl.Series
    faults: list[Fault] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What the cells of a file are read with: the pseudonyms, and how the file writes its decimals."""

    pseudonyms: Pseudonyms
    decimals: Convention


def cleaned(texts: pl.Series) -> pl.Series:
    """Texts without outer space (of any kind); empty ones become unknown."""
    return texts.str.strip_chars(" \t\r\n\u00a0\u2007\u202f\ufeff").replace("", None)


def file_convention(frame: pl.DataFrame, columns: list[Column]) -> Convention:
    """How the numbers of a file's columns together write decimals."""
    numeric = [column.name for column in columns if column.type in ("quantity", "money")]
    if not numeric:
        return Convention.UNKNOWN
    return convention_of(pl.concat([frame[name] for name in numeric]))


def parse_column(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    """Texts of one column (cleaned) to its type in the exchange format.

    Raises Refused when a column of codes holds so many unknown words that it cannot be the right column.
    """
    parsed = _PARSERS[column.type](texts, column, reading)
    if column.required:
        parsed.faults.append(Fault("required", texts.is_null()))
    parsed.faults = [fault for fault in parsed.faults if fault.rows.any()]
    return parsed


def _text(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    longest = LONGEST_TEXT if column.type == "text" else LONGEST_ID
    wrong = texts.str.contains(r"[\x00-\x1f\x7f\u{FFFD}]").fill_null(False) | (
        texts.str.len_chars().fill_null(0) > longest
    )
    faults = [Fault("text", wrong, str(longest))]
    if column.pattern:
        texts = texts.str.to_uppercase()
        faults.append(Fault("pattern", ~texts.str.contains(column.pattern).fill_null(True), "F84.0, DF840"))
    suspects = texts.filter(texts.str.contains(MAY_HOLD_NUMBER).fill_null(False)).unique()
    replaced = {text: clean for text in suspects if (clean := reading.pseudonyms.scrubbed(text)) != text}
    if not replaced:
        return Parsed(texts, faults)
    hits = int(texts.is_in(list(replaced)).sum())
    return Parsed(_mapped(texts, replaced), faults, {"number_in_text": hits})


def _citizen(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    whole = texts.str.contains(f"^(?:{MAY_HOLD_NUMBER})$").fill_null(False)
    tight = texts.str.replace_all(r"[^0-9]", "").zip_with(whole, texts) if whole.any() else texts
    distinct = tight.unique().drop_nulls()
    ten = distinct.filter(distinct.str.contains(r"^[0-9]{10}$"))
    nine = distinct.filter(distinct.str.contains(r"^[0-9]{9}$"))
    numbers = {text: text for text in ten if has_birth_date(text)}
    without_zero = {text: "0" + text for text in nine if has_birth_date("0" + text)}
    faulty = [text for text in ten if text not in numbers]
    replaced = {text: reading.pseudonyms.of(number) for text, number in (numbers | without_zero).items()}
    notes = {
        "lost_zero": int(tight.is_in(list(without_zero)).sum()),
        "modulus": sum(not passes_modulus(number) for number in numbers if not is_replacement(number)),
        "replacement_number": sum(map(is_replacement, numbers)),
    }
    rest = _text(_mapped(tight, replaced), column, reading)
    rest.faults.append(Fault("civil_registration_date", tight.is_in(faulty).fill_null(False)))
    rest.notes |= {kind: count for kind, count in notes.items() if count}
    return rest


def _code(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    assert column.list is not None
    codelist = vocabulary.codelist(column.list)
    return _by_word(texts, column, codelist.parse)


def _codes(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    assert column.list is not None
    codelist = vocabulary.codelist(column.list)

    def parse(text: str) -> str:
        return "|".join(sorted({codelist.parse(part) for part in text.split("|")}))

    return _by_word(texts, column, parse)


def _by_word(texts: pl.Series, column: Column, parse: Callable[[str], str]) -> Parsed:
    known: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for word in texts.unique().drop_nulls().sort():
        try:
            known[word] = parse(word)
        except vocabulary.UnknownWord as error:
            near = ", ".join(f"{code} ({vocabulary.codelist(column.list).name(code)})" for code in error.nearest)
            unknown[word] = f"; nearest: {near}" if near else ""
            if len(unknown) > _MOST_UNKNOWN_WORDS:
                raise Refused(
                    f"column {column.name}: more than {_MOST_UNKNOWN_WORDS} different words that are no "
                    f"{column.list}. Is it the right column?"
                ) from None
    wrong = texts.is_in(list(unknown)).fill_null(False)
    values = texts.replace_strict(known, default=None, return_dtype=pl.String)
    hints = texts.replace_strict(unknown, default="", return_dtype=pl.String)
    return Parsed(values, [Fault("code", wrong, hints)])


def _date(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    distinct = texts.unique().drop_nulls()
    days = pl.DataFrame({"text": distinct}).with_columns(
        day=pl.coalesce(
            pl.when(pl.col("text").str.contains(form)).then(pl.col("text").str.to_date(pattern, strict=False))
            for form, pattern in _DATE_FORMS
        )
    )
    values = texts.replace_strict(days["text"], days["day"], default=None, return_dtype=pl.Date)
    first, last = date_range()
    outside = ((values < first) | (values > last)).fill_null(False)
    faults = [
        Fault("date", texts.is_not_null() & values.is_null()),
        Fault("date_range", outside, f"{first.year}–{last.year}"),
    ]
    if column.type == "month":
        faults.append(Fault("month", (values.dt.day() != 1).fill_null(False)))
    return Parsed(values.set(outside, None), faults)


def _number(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    convention = convention_of(texts)
    numbers = parse_numbers(texts, reading.decimals if convention is Convention.UNKNOWN else convention)
    values = numbers.values
    faults = [
        Fault("number", numbers.wrong),
        Fault("civil_registration_number", _civil_registration_numbers(texts)),
        Fault("ambiguous_number", numbers.ambiguous, "1.234 = 1,234 / 1234"),
        *_bounds(values, column),
    ]
    if column.type != "money":
        return Parsed(values, faults)
    faults.append(Fault("range", (values.abs() >= LARGEST_AMOUNT).fill_null(False), f"< {LARGEST_AMOUNT:,.0f}"))
    exact = values.round(4)
    rounded = int(((exact - values).abs() > 1e-9 * values.abs().clip(1.0)).sum())
    return Parsed(exact, faults, {"decimals": rounded} if rounded else {})


def _integer(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    numbers = parse_numbers(texts, Convention.COMMA, whole=True)
    values = numbers.values
    broken = (values != values.floor()).fill_null(False) | (values.abs() > 2**31 - 1).fill_null(False)
    return Parsed(
        values.set(broken, None).cast(pl.Int32),
        [
            Fault("number", numbers.wrong),
            Fault("integer", broken),
            Fault("civil_registration_number", _civil_registration_numbers(texts)),
            *_bounds(values, column),
        ],
    )


def _civil_registration_numbers(texts: pl.Series) -> pl.Series:
    """Cells of a column of numbers that are ten bare digits and begin with a date of birth."""
    ten = texts.str.contains(r"^[0-9]{10}$").fill_null(False)
    if not ten.any():
        return ten
    return texts.is_in([text for text in texts.filter(ten).unique() if has_birth_date(text)]).fill_null(False)


def _year(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    parsed = _integer(texts, column, reading)
    first, last = year_range()
    outside = ((parsed.values < first) | (parsed.values > last)).fill_null(False)
    parsed.faults.append(Fault("year", outside, f"{first}–{last}"))
    return parsed


def _boolean(texts: pl.Series, column: Column, reading: Reading) -> Parsed:
    values = texts.str.to_lowercase().replace_strict(_BOOLEANS, default=None, return_dtype=pl.Boolean)
    return Parsed(values, [Fault("boolean", texts.is_not_null() & values.is_null())])


def _bounds(values: pl.Series, column: Column) -> list[Fault]:
    faults = []
    low, high = column.min, column.max
    if low == 0:
        faults.append(Fault("negative", (values < 0).fill_null(False)))
    elif low is not None:
        faults.append(Fault("range", (values < low).fill_null(False), f"{low:g}–{high:g}" if high else f"≥ {low:g}"))
    if high is not None:
        faults.append(Fault("range", (values > high).fill_null(False), f"{low or 0:g}–{high:g}"))
    return faults


def _mapped(texts: pl.Series, replaced: dict[str, str]) -> pl.Series:
    return texts.replace(list(replaced), list(replaced.values())) if replaced else texts


_PARSERS: dict[str, Callable[[pl.Series, Column, Reading], Parsed]] = {
    "id": _text,
    "text": _text,
    "citizen": _citizen,
    "code": _code,
    "codes": _codes,
    "date": _date,
    "month": _date,
    "quantity": _number,
    "money": _number,
    "integer": _integer,
    "year": _year,
    "boolean": _boolean,
}
