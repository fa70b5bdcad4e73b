# SPDX-License-Identifier: EUPL-1.2
"""From a source to a table of typed rows: headers matched, cells parsed, faulty rows set aside."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from styr.register.delivery.csv_source import Texts, read_csv
from styr.register.delivery.findings import Refused, Rejections, Warning, masked
from styr.register.delivery.numbers import EXACT, Convention
from styr.register.delivery.parquet_source import read_parquet
from styr.register.delivery.pseudonym import FIT_TO_HIDE, Pseudonyms
from styr.register.delivery.sources import Source
from styr.register.delivery.values import NUMERIC, Reading, cleaned, file_convention, parse_column
from styr.register.delivery.workbook_source import read_sheet
from styr.vocabulary.exchange import Column, Table

ROW = "row"
_LONGEST_LINE = 10_000  # characters of a line that are written back


@dataclass
class TableRead:
    """A table as read: typed rows that stand (with their row number), and what was set aside.

    rows has the columns of the exchange format that were delivered, in its order, and row.
    """

    table: Table
    file: str
    rows: pl.DataFrame
    rows_read: int
    rejected: pl.DataFrame
    warnings: list[Warning]


def read_table(source: Source, pseudonyms: Pseudonyms, rejections: Rejections) -> TableRead:
    """Read one table; faulty rows go to rejections. Raises Refused when the table as a whole cannot be read."""
    return read_texts(source, _texts(source), pseudonyms, rejections)


def read_texts(source: Source, texts: Texts, pseudonyms: Pseudonyms, rejections: Rejections) -> TableRead:
    """Read a table from the texts of its cells; source says which table, and how messages name the place."""
    named, warnings = _named(source, texts)
    frame = texts.frame.select(*(_cells(texts.frame[f"f{index}"], column) for column, index in named), ROW)
    frame, empty = _without_empty(frame, [column.name for column, _ in named])
    if empty:
        warnings.append(Warning("empty_rows", source.name, count=empty))
    if texts.cut and frame.height:
        warnings.append(Warning("no_final_newline", source.name))
    _reject_misfits(source, texts, rejections)
    columns = sorted((column for column, _ in named), key=list(source.table.columns.values()).index)
    convention = file_convention(frame, columns)
    if convention is Convention.UNKNOWN and texts.decimal_point:
        convention = Convention.POINT
    reading = Reading(pseudonyms, convention)
    typed, faulty = _parsed(source, frame, columns, reading, rejections, warnings)
    return TableRead(
        table=source.table,
        file=source.name,
        rows=typed.filter(~faulty),
        rows_read=frame.height + len(texts.misfits),
        rejected=pl.concat(
            [_fit_to_show(frame.filter(faulty), columns, pseudonyms), _lines(texts.misfits, pseudonyms)], how="diagonal"
        ).sort(ROW),
        warnings=warnings,
    )


def _cells(texts: pl.Series, column: Column) -> pl.Series:
    """The cells of a column, cleaned; only columns of numbers tell a number from a text that holds one."""
    cells = cleaned(texts).alias(column.name)
    return cells if column.type in NUMERIC else cells.str.strip_prefix(EXACT)


def _texts(source: Source) -> Texts:
    if source.sheet is not None:
        return read_sheet(source.member, source.sheet)
    if source.member.form == "parquet":
        return read_parquet(source.member, source.table)
    return read_csv(source.member, source.table)


def _named(source: Source, texts: Texts) -> tuple[list[tuple[Column, int]], list[Warning]]:
    """The known columns with their place, and a warning for each that is not known."""
    named: dict[str, tuple[Column, int]] = {}
    warnings, twice = [], []
    for index, header in enumerate(texts.headers):
        column = source.table.column_named(header)
        if column is None:
            warnings.append(Warning("unknown_column", source.name, masked(header)))
        elif column.name in named:
            twice.append(f"{source.name} row 1: column {column.name} stands twice; keep one")
        else:
            named[column.name] = column, index
    missing = [
        f"{source.name} row 1: column {name} ({', '.join(source.table.columns[name].da)}) is missing"
        for name in source.table.required
        if name not in named
    ]
    if twice or missing:
        raise Refused(*twice, *missing)
    return list(named.values()), warnings


def _without_empty(frame: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, int]:
    empty = frame.select(pl.all_horizontal(pl.col(columns).is_null())).to_series()
    count = int(empty.sum())
    return (frame.filter(~empty), count) if count else (frame, 0)


def _reject_misfits(source: Source, texts: Texts, rejections: Rejections) -> None:
    if texts.misfits:
        rejections.add(
            pl.Series([row for row, _, _ in texts.misfits]),
            file=source.name,
            table=source.table.name,
            column="",
            kind="fields",
            expected=pl.Series([f"{fields} / {len(texts.headers)}" for _, fields, _ in texts.misfits]),
        )


def _parsed(
    source: Source,
    frame: pl.DataFrame,
    columns: list[Column],
    reading: Reading,
    rejections: Rejections,
    warnings: list[Warning],
) -> tuple[pl.DataFrame, pl.Series]:
    typed = []
    faulty = pl.Series([False]).new_from_index(0, frame.height)
    for column in columns:
        texts = frame[column.name]
        try:
            parsed = parse_column(texts, column, reading)
        except Refused as error:
            raise Refused(f"{source.name}, {error}") from None
        for fault in parsed.faults:
            rejections.add(
                frame[ROW].filter(fault.rows),
                file=source.name,
                table=source.table.name,
                column=column.name,
                kind=fault.kind,
                values=texts.filter(fault.rows),
                expected=fault.expected if isinstance(fault.expected, str) else fault.expected.filter(fault.rows),
                hide=column.type == "citizen",
            )
            faulty = faulty | fault.rows
        warnings.extend(Warning(kind, source.name, column.name, count) for kind, count in parsed.notes.items())
        values = parsed.values.alias(column.name)
        typed.append(values.fill_null(column.default) if column.default is not None else values)
    return pl.DataFrame([*typed, frame[ROW]]), faulty


def _lines(misfits: list[tuple[int, int, str]], pseudonyms: Pseudonyms) -> pl.DataFrame:
    """Rows with another number of fields than the header as they stand in the file (column line), numbers of persons
    blotted out; without columns when there are none."""
    if not misfits:
        return pl.DataFrame(schema={ROW: pl.UInt32})
    lines = [masked(pseudonyms.scrubbed(line), longest=_LONGEST_LINE) for _, _, line in misfits]
    return pl.DataFrame(
        {ROW: [row for row, _, _ in misfits], "line": lines}, schema={ROW: pl.UInt32, "line": pl.String}
    )


def _fit_to_show(rows: pl.DataFrame, columns: list[Column], pseudonyms: Pseudonyms) -> pl.DataFrame:
    """Rejected rows as delivered, but with civil registration numbers replaced or blotted out."""
    if rows.is_empty():
        return rows

    def shown(column: Column) -> pl.Series:
        texts = rows[column.name].str.strip_prefix(EXACT)
        suspects = texts.filter(texts.str.contains(FIT_TO_HIDE).fill_null(False)).unique()
        clean = [pseudonyms.scrubbed(text) for text in suspects]
        if column.type == "citizen" or column.type in NUMERIC:
            clean = [masked(text) for text in clean]
        return texts.replace(suspects, clean) if clean else texts

    return rows.with_columns(shown(column) for column in columns)
