# SPDX-License-Identifier: EUPL-1.2
"""A result: a tidy table, and the header without which its numbers say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import pyarrow as pa
import yaml

from styr.statistics.catalogue import Words

#: Whose municipality the column municipality is.
MUNICIPALITY_BASIS: Mapping[str, Words] = {
    "payer": Words("betalingskommune", "paying municipality"),
    "acting": Words(
        "handlekommune (betalingskommunen, hvor ingen er nævnt)",
        "acting municipality (the paying one where none is named)",
    ),
    "case": Words("kommunen, der behandler sagen", "municipality that handles the case"),
    "account": Words("kommunen, hvis regnskab det er", "municipality whose accounts they are"),
    "offer": Words("kommunen, hvor tilbuddet ligger", "municipality where the offer lies"),
    "viewpoint": Words(
        "kommunen, det ses fra: den, der betaler (egne og købte pladser), eller den, der driver tilbuddet (solgte)",
        "municipality it is seen from: the paying one (own and bought places), or the one running the offer (sold)",
    ),
    "employer": Words("kommunen, der har personalet ansat", "municipality that employs the staff"),
    "location": Words("kommunen, hvor afdelingen ligger", "municipality where the department lies"),
}
CURRENT_PRICES = Words("løbende priser", "current prices")


@dataclass(frozen=True)
class Header:
    """What the numbers of a result are: indicator, rule, snapshot, and the caveats, in Danish and English."""

    indicator: str
    title: Words
    unit: Words
    rule: Words
    source: str
    snapshot: str
    known_at: date
    municipality: Words
    price_level: Words | None
    generated: bool
    caveats: tuple[Words, ...]

    def to_mapping(self, language: str = "da") -> dict[str, Any]:
        """The header as plain values in one language ("da" or "en"), for files and pages."""
        return {
            "indicator": self.indicator,
            "title": self.title[language],
            "unit": self.unit[language],
            "rule": self.rule[language],
            "source": self.source,
            "snapshot": self.snapshot,
            "known_at": self.known_at.isoformat(),
            "municipality": self.municipality[language],
            "price_level": self.price_level[language] if self.price_level else None,
            "generated": self.generated,
            "caveats": [caveat[language] for caveat in self.caveats],
        }


@dataclass(frozen=True)
class Result:
    """A table with the columns indicator, the dimensions asked for, value, numerator, denominator, n, lower, upper,
    suppressed, method; sorted by the dimensions. lower and upper are null where the count is complete."""

    table: pa.Table
    header: Header

    def to_polars(self) -> pl.DataFrame:
        """The table as a Polars frame."""
        frame = pl.from_arrow(self.table)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_pandas(self) -> Any:
        """The table as a pandas frame."""
        return self.table.to_pandas()


def as_arrow(frame: pl.DataFrame) -> pa.Table:
    """A frame as Arrow, text as plain strings."""
    table = frame.to_arrow()
    plain = [field.with_type(pa.string()) if _is_text(field.type) else field for field in table.schema]
    return table.cast(pa.schema(plain))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_dictionary(kind))


def caveat(key: str, **values: object) -> Words:
    """A caveat of caveats.yaml with its words filled in; a value that is Words is filled in by language."""
    entry = _caveats()[key]
    filled = {
        language: entry[language].format(
            **{name: value[language] if isinstance(value, Words) else value for name, value in values.items()}
        )
        for language in ("da", "en")
    }
    return Words(**filled)


@cache
def _caveats() -> Mapping[str, Mapping[str, str]]:
    text = files("styr.statistics").joinpath("caveats.yaml").read_text(encoding="utf-8")
    raw: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return raw
