# SPDX-License-Identifier: EUPL-1.2
"""Faults put into consistent tables, one in each: digit, sign, factor, swapped or permuted lines, a category left
out, rates added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from evidence.checking.made import NAMES, Made
from numpy.random import Generator

from styr.evidence.published import Number


@dataclass(frozen=True)
class Faulty:
    """A table with one fault: which kind, which cells (row, column) or lines it is in, and what is true of it still."""

    made: Made
    kind: str
    where: tuple[object, ...]


def with_fault(made_: Made, kind: str, rng: Generator) -> Faulty | None:
    """The table with a fault of a kind; None where the table has no place for it."""
    return FAULTS[kind](made_, rng)


def _with(made_: Made, row: int, column: int, number: Number) -> Made:
    if row < 0:
        changed = replace(made_.figures[column], number=number)
        return replace(made_, figures=(*made_.figures[:column], changed, *made_.figures[column + 1 :]))
    cells = [list(line) for line in made_.table.cells]
    cells[row][column] = number
    return replace(made_, table=replace(made_.table, cells=tuple(map(tuple, cells))))


def _a_cell(made_: Made, rng: Generator) -> tuple[int, int, Number]:
    """A cell of the table, or (row -1) one of the figures said of it."""
    if made_.figures and rng.random() < 0.7:
        at = int(rng.integers(0, len(made_.figures)))
        return -1, at, made_.figures[at].number
    row, column = (int(rng.integers(0, n)) for n in (len(made_.table.rows), len(made_.table.columns)))
    return row, column, made_.table.cells[row][column]


def _digit(made_: Made, rng: Generator) -> Faulty | None:
    row, column, number = _a_cell(made_, rng)
    assert number.value is not None
    digits = list(str(int(abs(number.value) / number.step)))
    place = int(rng.integers(0, len(digits)))
    other = str((int(digits[place]) + int(rng.integers(1, 10))) % 10)
    digits[place] = other
    value = Decimal("".join(digits)) * number.step * (-1 if number.value < 0 else 1)
    return Faulty(_with(made_, row, column, _reprinted(number, value)), "digit", (row, column))


def _transposed(made_: Made, rng: Generator) -> Faulty | None:
    row, column, number = _a_cell(made_, rng)
    assert number.value is not None
    digits = str(int(abs(number.value) / number.step))
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    if not places:
        return None
    i = int(rng.choice(places))
    value = Decimal(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]) * number.step
    return Faulty(
        _with(made_, row, column, _reprinted(number, value * (-1 if number.value < 0 else 1))), "digit", (row, column)
    )


def _sign(made_: Made, rng: Generator) -> Faulty | None:
    row, column, number = _a_cell(made_, rng)
    if not number.value:
        return None
    return Faulty(_with(made_, row, column, _reprinted(number, -number.value)), "sign", (row, column))


def _factor(made_: Made, rng: Generator) -> Faulty | None:
    row, column, number = _a_cell(made_, rng)
    if not number.value:
        return None
    factor = Decimal(10) ** int(rng.choice([1, 3, -1]))
    value = (number.value * factor).quantize(number.step, rounding=ROUND_HALF_UP)
    if value == number.value:
        return None
    return Faulty(_with(made_, row, column, _reprinted(number, value)), "factor", (row, column))


def _reprinted(number: Number, value: Decimal) -> Number:
    return replace(number, value=value, text=f"{value:f}".replace(".", ","))


def _swapped_rows(made_: Made, rng: Generator) -> Faulty | None:
    one, other = (int(each) for each in rng.choice(len(made_.table.rows), 2, replace=False))
    cells = list(made_.table.cells)
    cells[one], cells[other] = cells[other], cells[one]
    labels = made_.table.rows[one].label, made_.table.rows[other].label
    return Faulty(replace(made_, table=replace(made_.table, cells=tuple(cells))), "swapped", labels)


def _swapped_columns(made_: Made, rng: Generator) -> Faulty | None:
    return _permuted(made_, [int(each) for each in rng.choice(len(made_.table.columns), 2, replace=False)], "swapped")


def _permuted_header(made_: Made, rng: Generator) -> Faulty | None:
    if len(made_.table.columns) < 3:
        return None
    return _permuted(made_, [int(each) for each in rng.choice(len(made_.table.columns), 3, replace=False)], "permuted")


def _permuted(made_: Made, columns: list[int], kind: str) -> Faulty:
    """The numbers of columns moved round one place under their headers."""
    turned = dict(zip(columns, columns[1:] + columns[:1], strict=True))
    cells = tuple(tuple(line[turned.get(column, column)] for column in range(len(line))) for line in made_.table.cells)
    labels = tuple(made_.table.columns[column].label for column in columns)
    return Faulty(replace(made_, table=replace(made_.table, cells=cells)), kind, labels)


def _missing_row(made_: Made, rng: Generator) -> Faulty | None:
    parts = [
        i for i, line in enumerate(made_.table.rows[:-1]) if 0 < i < len(made_.table.rows) - 2 and line.label in NAMES
    ]
    parts = [i for i in parts if all(made_.table.rows[j].label in NAMES for j in (i - 1, i + 1))]
    totals = [line for line in made_.truth if "sum(" in line]
    if not parts or not totals:
        return None
    row = int(rng.choice(parts))
    label = made_.table.rows[row].label
    table = replace(
        made_.table,
        rows=made_.table.rows[:row] + made_.table.rows[row + 1 :],
        cells=made_.table.cells[:row] + made_.table.cells[row + 1 :],
    )
    truth = tuple(line for line in made_.truth if f"[{label};" not in line)
    return Faulty(replace(made_, table=table, truth=truth), "missing", ())


def _summed_rate(made_: Made, rng: Generator) -> Faulty | None:
    if "between" not in made_.truth[0]:
        return None
    cells = made_.table.cells
    sums = [sum((row[column].value or Decimal(0) for row in cells[:-1]), Decimal(0)) for column in range(len(cells[0]))]
    last = tuple(
        _reprinted(number, value) if column < len(cells[0]) - 1 else number
        for column, (number, value) in enumerate(zip(cells[-1], sums, strict=True))
    )
    return Faulty(replace(made_, table=replace(made_.table, cells=(*cells[:-1], last))), "summed", ())


FAULTS: dict[str, Callable[[Made, Generator], Faulty | None]] = {
    "digit": _digit,
    "transposed": _transposed,
    "sign": _sign,
    "factor": _factor,
    "swapped rows": _swapped_rows,
    "swapped columns": _swapped_columns,
    "permuted header": _permuted_header,
    "missing category": _missing_row,
    "summed rate": _summed_rate,
}
