# SPDX-License-Identifier: EUPL-1.2
"""Codes as names: what stands on the axes."""

from __future__ import annotations

import polars as pl

from styr import vocabulary
from styr.reporting.numbers import Language
from styr.statistics import CannotAnswer, dimension

_NONE = {"da": "Ukendt", "en": "Unknown"}


def named(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Rows with each dimension that is a word of the vocabulary in words; an unknown one says so."""
    return rows.with_columns(
        pl.col(name).replace_strict(_names(name, rows[name], language), return_dtype=pl.String).alias(name)
        for name in rows.columns
        if rows.schema[name] == pl.String and _list(name)
    )


def is_dimension(name: str) -> bool:
    """Whether a column is a dimension of the catalogue."""
    try:
        dimension(name)
    except CannotAnswer:
        return False
    return True


def title(name: str, language: Language) -> str:
    """What a dimension is called; the name itself where it is none."""
    return dimension(name).title[language] if is_dimension(name) else name


def _names(name: str, values: pl.Series, language: Language) -> dict[str | None, str]:
    terms = vocabulary.codelist(str(_list(name)))
    known = {term.code: terms.name(term.code, language) for term in terms}
    return {value: _NONE[language] if value is None else known.get(value, value) for value in values.unique()}


def _list(name: str) -> str | None:
    return dimension(name).list if is_dimension(name) else None
