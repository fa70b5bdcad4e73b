# SPDX-License-Identifier: EUPL-1.2
"""A delivery as it comes out of a municipality: Danish headers and names, Windows-1252, semicolons, decimal commas,
day-month-year, codes spelt in many ways, columns nobody asked for, and planted mistakes (mistakes.py).

Every cell without a planted mistake means what the clean delivery says; nothing can be read in two ways.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from styr import vocabulary
from styr.vocabulary.exchange import Column, Table, tables

from .mistakes import Mistake, plant
from .writing import typed

SIDECAR = "mistakes.json"
_NAMELESS = ("grouping",)  # lists whose codes are only numbers
_CASES = (str.lower, str.upper, str.capitalize)


def write_messy(
    directory: Path, pieces: Iterable[tuple[str, pl.DataFrame]], rng: np.random.Generator
) -> tuple[Mapping[str, int], Mapping[str, Path], int]:
    """Write the pieces of all tables as messy CSV and the list of planted mistakes (mistakes.json).

    Gives rows by table (planted ones too), paths by table, and the number of mistakes. In mistakes.json a mistake
    has table, file, row (line of the file, the header being line 1), column (as in the exchange format), header
    (as written), kind (as the import names it), and other_row where two rows contradict each other.
    """
    rows: dict[str, int] = {}
    paths: dict[str, Path] = {}
    files: dict[str, BinaryIO] = {}
    headers: dict[str, Mapping[str, str]] = {}
    found: list[Mapping[str, object]] = []
    birth_and_death: pl.DataFrame | None = None
    with ExitStack() as stack:
        for name, piece in pieces:
            table = tables()[name]
            frame = typed(name, piece)
            if name == "citizens":
                birth_and_death = frame.select("citizen_id", "birth_date", "death_date")
            if name not in files:
                case = _CASES[int(rng.integers(0, 3))]
                paths[name] = directory / f"{case(table.da)}.csv"
                files[name] = stack.enter_context(paths[name].open("xb"))
                headers[name] = _headers(table, rng)
                rows[name] = 0
            texts = written(table, frame, rng)
            texts, mistakes = plant(table, frame, texts, birth_and_death, first=rows[name] == 0, rng=rng)
            found += [_entry(table, paths[name], mistake, rows[name], headers[name]) for mistake in mistakes]
            _append(files[name], texts, headers[name], header=rows[name] == 0)
            rows[name] += texts.height
    document = {"generated": True, "mistakes": found}
    (directory / SIDECAR).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return rows, paths, len(found)


def written(table: Table, frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The frame as texts, as Danish office programs write them, with two columns more; null stays null."""
    columns = [_text(column, frame[column.name], rng).alias(column.name) for column in table]
    extra = [
        pl.Series("løbenr", np.arange(1, frame.height + 1)).cast(pl.String),
        pl.Series("bemærkning", [None, "se notat; afventer", "OK"], dtype=pl.String).gather(
            rng.choice(3, frame.height, p=[0.97, 0.01, 0.02]).astype(np.uint32)
        ),
    ]
    return pl.DataFrame([*columns, *extra])


def _text(column: Column, values: pl.Series, rng: np.random.Generator) -> pl.Series:
    if column.type == "code" and column.list:
        return _spelt(column.list, values, rng)
    if column.type == "codes" and column.list:
        distinct = values.drop_nulls().unique().sort().to_list()
        spelt = ["|".join(_paragraph(column.list, code) for code in text.split("|")) for text in distinct]
        return values.replace_strict(distinct, spelt, default=None, return_dtype=pl.String)
    return _WRITTEN.get(column.type, _plain)(values)


def _plain(values: pl.Series) -> pl.Series:
    return values.cast(pl.String)


def danish_money(values: pl.Series) -> pl.Series:
    """Amounts with two decimals, decimal comma and a dot for every thousand: -1.234.567,80."""
    cents = (values.abs() * 100).round(0).cast(pl.Int64)
    frame = pl.DataFrame({"v": values, "c": cents})
    whole = pl.col("c") // 100

    def group(power: int) -> pl.Expr:
        return (whole // power % 1000).cast(pl.String).str.zfill(3)

    text = (
        pl.when(whole >= 10**9).then(pl.format("{}.{}.{}.{}", whole // 10**9, group(10**6), group(1000), group(1)))
        .when(whole >= 10**6).then(pl.format("{}.{}.{}", whole // 10**6, group(1000), group(1)))
        .when(whole >= 1000).then(pl.format("{}.{}", whole // 1000, group(1)))
        .otherwise(whole.cast(pl.String))
    )  # fmt: skip
    sign = pl.when(pl.col("v") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return frame.select(pl.format("{}{},{}", sign, text, (pl.col("c") % 100).cast(pl.String).str.zfill(2))).to_series()


def _spelt(codelist: str, values: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Codes as people write them: each row one of the spellings its code has."""
    frame = pl.DataFrame({"code": values}).with_row_index("i")
    distinct = values.drop_nulls().unique().sort().to_list()
    options = [spellings(codelist, code) for code in distinct]
    counts = np.array([len(option) for option in options], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    index = frame["code"].replace_strict(distinct, np.arange(len(distinct)), default=None, return_dtype=pl.Int64)
    known = index.is_not_null().to_numpy()
    place = index.fill_null(0).to_numpy()
    if not len(distinct):
        return values
    chosen = starts[place] + np.floor(rng.random(len(place)) * counts[place]).astype(np.int64)
    pool = pl.Series([text for option in options for text in option], dtype=pl.String)
    picks = pl.Series(np.where(known, chosen, -1))
    return pool.gather(
        pl.DataFrame({"p": picks}).select(pl.when(pl.col("p") >= 0).then("p").cast(pl.UInt32)).to_series()
    )


@cache
def spellings(codelist: str, code: str) -> tuple[str, ...]:
    """Ways to write a code that are read as that code and nothing else; the code itself first and most often."""
    words = vocabulary.codelist(codelist)
    tried = [code, code, code]
    if codelist in _NAMELESS:
        tried += [code.lstrip("0"), code]
    elif code in words:
        tried += [words.name(code, "da"), words.name(code, "da").lower()]
    number = code.removeprefix("SEL-").removeprefix("SUL-")
    if codelist == "provision" and number != code and "botilbud" not in code:
        tried += [
            f"§ {number}",
            f"§{number}",
            f"SEL §{number}" if code.startswith("SEL") else f"SUL § {number}",
            number,
        ]
    if codelist == "municipality" and code in words:
        name = words.name(code, "da")
        tried += [f"{code} {name}", f"{name} Kommune"]
    if codelist == "function":
        tried += [code.replace(".", ""), code.replace(".", " ")]
    return tuple(text for text in tried if _means(codelist, text, code)) or (code,)


def _paragraph(codelist: str, code: str) -> str:
    """A provision by its paragraph alone, where that is enough."""
    short = f"§ {code.removeprefix('SEL-')}"
    return short if _means(codelist, short, code) else code


def _means(codelist: str, text: str, code: str) -> bool:
    """Whether a text is read as the code and can be written in the file."""
    try:
        text.encode("cp1252")
        return bool(text) and vocabulary.codelist(codelist).parse(text) == code
    except (vocabulary.UnknownWord, UnicodeEncodeError):
        return False


def _headers(table: Table, rng: np.random.Generator) -> Mapping[str, str]:
    names = {column.name: column.da[0] for column in table} | {"løbenr": "løbenr", "bemærkning": "bemærkning"}
    return {name: _CASES[int(rng.integers(0, 3))](da) for name, da in names.items()}


def _append(file: BinaryIO, texts: pl.DataFrame, headers: Mapping[str, str], *, header: bool) -> None:
    text = texts.rename(dict(headers)).write_csv(
        separator=";", line_terminator="\r\n", include_header=header, null_value=""
    )
    file.write(text.encode("cp1252"))


def _entry(table: Table, path: Path, mistake: Mistake, before: int, headers: Mapping[str, str]) -> Mapping[str, object]:
    entry: dict[str, object] = {
        "table": table.name,
        "file": path.name,
        "row": before + mistake.row + 2,
        "column": mistake.column,
        "header": headers[mistake.column],
        "kind": mistake.kind,
    }
    if mistake.other is not None:
        entry["other_row"] = before + mistake.other + 2
    return entry


_WRITTEN: Mapping[str, Callable[[pl.Series], pl.Series]] = {
    "date": lambda values: values.dt.strftime("%d-%m-%Y"),
    "month": lambda values: values.dt.strftime("%d-%m-%Y"),
    "boolean": lambda values: values.replace_strict({True: "ja", False: "nej"}, default=None, return_dtype=pl.String),
    "money": danish_money,
    "quantity": lambda values: values.cast(pl.String).str.replace(".", ",", literal=True),
}
