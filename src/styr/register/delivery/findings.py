# SPDX-License-Identifier: EUPL-1.2
"""What a delivery is told: rows rejected, things to know, and the refusal of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import polars as pl
import yaml

from styr.register.delivery.numbers import EXACT
from styr.register.delivery.pseudonym import FIT_TO_HIDE

REJECTION_SCHEMA = pl.Schema(
    {
        "file": pl.String,
        "table": pl.String,
        "row": pl.UInt32,
        "column": pl.String,
        "value": pl.String,
        "kind": pl.String,
        "expected": pl.String,
    }
)
_LONGEST_SHOWN = 60


class Refused(Exception):
    """The delivery was refused and nothing was changed; problems says what and where, one line each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Warning:
    """Something to know that rejects nothing: what kind, where, and how many."""

    kind: str
    file: str
    column: str = ""
    count: int = 1

    def sentence(self, language: str = "en") -> str:
        place = f"{self.file}, {self.column}" if self.column else self.file
        times = f" ({self.count:,})" if self.count > 1 else ""
        return f"{place}: {message(self.kind, language)}{times}"


@dataclass
class Rejections:
    """Rejected rows of a delivery, kept as columns (REJECTION_SCHEMA); values are shown without digits of persons."""

    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        rows: pl.Series,
        *,
        file: str,
        table: str,
        column: str,
        kind: str,
        values: pl.Series | None = None,
        expected: str | pl.Series = "",
        hide: bool = False,
    ) -> None:
        """Add a rejection for every row number in rows; values and expected run beside it."""
        if rows.is_empty():
            return
        shown = masked_series(values, hide=hide) if values is not None else pl.Series([""]).new_from_index(0, len(rows))
        self.parts.append(
            pl.DataFrame({"row": rows.cast(pl.UInt32), "value": shown.cast(pl.String)}).select(
                pl.lit(file).alias("file"),
                pl.lit(table).alias("table"),
                "row",
                pl.lit(column).alias("column"),
                "value",
                pl.lit(kind).alias("kind"),
                (pl.lit(expected) if isinstance(expected, str) else masked_series(expected))
                .cast(pl.String)
                .alias("expected"),
            )
        )

    def frame(self) -> pl.DataFrame:
        """All rejections, in the order of file and row."""
        if not self.parts:
            return pl.DataFrame(schema=REJECTION_SCHEMA)
        return pl.concat(self.parts).sort("file", "row", maintain_order=True)

    def rows(self, table: str) -> int:
        """How many rows of a table are rejected; a row with two faults counts once."""
        numbers = [part["row"] for part in self.parts if part["table"][0] == table]
        return pl.concat(numbers).n_unique() if numbers else 0

    def __bool__(self) -> bool:
        return bool(self.parts)


def sentences(rejections: pl.DataFrame, language: str = "en") -> Iterable[str]:
    """Each rejection as a line that names file, row, column, value and what was expected."""
    for file, _table, row, column, value, kind, expected in rejections.iter_rows():
        place = ", ".join(part for part in (f"{file} row {row}", column) if part)
        shown = f" {value!r}" if value else ""
        yield f"{place}{shown}: {message(kind, language).format(expected=expected)}"


def message(kind: str, language: str = "en") -> str:
    """The text for a kind of finding, in English or Danish."""
    return _messages()[kind][language]


def masked(text: str, longest: int = _LONGEST_SHOWN) -> str:
    """A text fit to show: runs of digits long enough to be a civil registration number are blotted out."""
    text = text.encode("utf-8", "replace").decode()  # names of files may hold what no text can
    text = re.sub(FIT_TO_HIDE, "•••", text.replace("\n", "⏎").replace("\r", "⏎").replace("\0", "␀"))
    return text if len(text) <= longest else text[:longest] + "…"


def masked_series(texts: pl.Series, *, hide: bool = False) -> pl.Series:
    """masked() on a column; hide blots out every value that holds six digits."""
    texts = texts.cast(pl.String).fill_null("")
    if hide:
        texts = texts.str.replace(r"(?s)^(?:\D*\d){6}.*$", "•••")
    return (
        texts.str.replace_all(r"[\r\n]", "⏎")
        .str.replace_all("\0", "␀", literal=True)
        .str.replace_all(FIT_TO_HIDE, "•••")
        .str.strip_prefix(EXACT)
        .str.slice(0, _LONGEST_SHOWN)
    )


@cache
def _messages() -> dict[str, dict[str, str]]:
    text = files("styr.register.delivery").joinpath("messages.yaml").read_text(encoding="utf-8")
    texts: dict[str, dict[str, str]] = yaml.safe_load(text)
    return texts
