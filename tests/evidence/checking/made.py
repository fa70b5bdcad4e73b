# SPDX-License-Identifier: EUPL-1.2
"""Consistent tables made at random and rounded, with what is true of them.

The truth is stated in the language of the files and never seen by what is tested: it decides which faults can be
noticed at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from styr.evidence.published import FigureSet, Line, Number, Place, Table, TextFigure

NAMES = ("Alfa", "Beta", "Gamma", "Delta", "Eta", "Jota", "Kappa", "Lambda", "Sigma", "Omega", "Ypsilon", "Zeta")
REGIONS = ("Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland")
ANSWERS = ("Lav grad", "Nogen grad", "Høj grad", "Ved ikke")


@dataclass(frozen=True)
class Made:
    """A table with what is said of it in sentences, and the relations that are true of them."""

    table: Table
    truth: tuple[str, ...]
    figures: tuple[TextFigure, ...] = ()

    @property
    def set(self) -> FigureSet:
        """The table and the figures said of it, as they are checked."""
        return FigureSet(tables=(self.table,), figures=self.figures)


def printed(value: float, places: int) -> Number:
    """A number printed with so many decimals, half up."""
    step = Decimal(1).scaleb(-places)
    rounded = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    rounded = abs(rounded) if rounded == 0 else rounded
    return Number(f"{rounded:f}".replace(".", ","), rounded, step)


def table_of(
    rows: tuple[str, ...], columns: tuple[Line, ...], values: NDArray[np.float64], places: tuple[int, ...], **about: str
) -> Table:
    """A table of values, each column printed with its number of decimals."""
    cells = tuple(tuple(map(printed, map(float, row), places)) for row in values)
    lines = tuple(Line(label) for label in rows)
    return Table("000", "made", Place(1, 1), about.pop("title", "Tal"), lines, columns, cells, **about)  # type: ignore[arg-type]


def amounts(rng: Generator, rows: int, columns: int) -> NDArray[np.float64]:
    """Positive amounts: sizes of rows differ by a factor of some tens, columns by a half."""
    size = rng.lognormal(rng.uniform(3, 8), 1.0, (rows, 1))
    across = rng.uniform(0.5, 1.5, (1, columns))
    found: NDArray[np.float64] = size * across * rng.lognormal(0, 0.2, (rows, columns))
    return found


def crossed(rng: Generator) -> Made:
    """Categories by operators with totals both ways; whole persons, or amounts each rounded by itself."""
    n, m = int(rng.integers(3, 10)), int(rng.integers(2, 5))
    places = int(rng.integers(0, 2))
    body = amounts(rng, n, m)
    if places == 0:
        body = np.floor(body)
    body = np.hstack([body, body.sum(axis=1, keepdims=True)])
    body = np.vstack([body, body.sum(axis=0, keepdims=True)])
    names, operators = NAMES[:n], ("Kommunal", "Regional", "Privat", "Selvejende")[:m]
    unit = "mio. kr." if places else "personer"
    columns = tuple(map(Line, (*operators, "I alt")))
    table = table_of((*names, "I alt"), columns, body, (places,) * (m + 1), unit=unit)
    row = f'"I alt" = sum("{operators[0]}":"{operators[-1]}")'
    return Made(_totals_apart(table), (f'"I alt, alle" = sum("{names[0]}":"{names[-1]}")', row))


def _totals_apart(table: Table) -> Table:
    """The last row called otherwise than the last column, so that a statement can tell them apart."""
    return replace(table, rows=(*table.rows[:-1], Line("I alt, alle")))


def years(rng: Generator) -> Made:
    """Categories in five years with a total and growth in per cent, worked out before rounding."""
    n, places = int(rng.integers(3, 9)), int(rng.integers(0, 2))
    start = amounts(rng, n, 1)
    body = start * np.cumprod(np.hstack([np.ones((n, 1)), rng.normal(1.02, 0.08, (n, 4))]), axis=1)
    body = np.vstack([body, body.sum(axis=0)])
    body = np.hstack([body, 100 * (body[:, 4:5] / body[:, :1] - 1)])
    labels = tuple(map(str, range(2007, 2012)))
    columns = (*map(Line, labels), Line("Udvikling 2007-2011, pct.", unit="pct."))
    table = table_of((*NAMES[:n], "I alt"), columns, body, (places,) * 5 + (int(rng.integers(0, 2)),), unit="årsværk")
    truth = (f'"I alt" = sum("{NAMES[0]}":"{NAMES[n - 1]}")', f'"{columns[-1].label}" = growth("2007", "2011")')
    return Made(table, truth)


def shared(rng: Generator) -> Made:
    """Amounts and their shares of the total."""
    n = int(rng.integers(4, 10))
    body = amounts(rng, n, 1)
    body = np.hstack([body, 100 * body / body.sum()])
    body = np.vstack([body, body.sum(axis=0)])
    columns = (Line("Antal", unit="personer"), Line("Andel, pct.", unit="pct."))
    table = table_of((*NAMES[:n], "I alt"), columns, body, (0, int(rng.integers(0, 2))))
    share = [f"[{name};Andel, pct.] = 100 * [{name};Antal] / [I alt;Antal]" for name in NAMES[:n]]
    return Made(table, (f'"I alt" = sum("{NAMES[0]}":"{NAMES[n - 1]}")', *share))


def regional(rng: Generator) -> Made:
    """Rates of five regions and of the country, in five years, with growth."""
    weights = rng.dirichlet(np.full(5, 8.0))
    body = rng.uniform(2, 9) * rng.lognormal(0, 0.25, (5, 1)) * np.cumprod(rng.normal(1.02, 0.06, (5, 5)), axis=1)
    body = np.vstack([body, weights @ body])
    body = np.hstack([body, 100 * (body[:, 4:5] / body[:, :1] - 1)])
    columns = (*map(Line, map(str, range(2007, 2012))), Line("Udvikling, pct.", unit="pct."))
    table = table_of(
        (*REGIONS, "Hele landet"), columns, body, (int(rng.integers(1, 3)),) * 5 + (0,), unit="pr. 1.000 borgere"
    )
    runs = '("Hovedstaden":"Nordjylland")'
    return Made(table, (f'"Hele landet" between {runs}', '"Udvikling, pct." = growth("2007", "2011")'))


def answered(rng: Generator) -> Made:
    """Answers in per cent of those asked, by region, with the country below."""
    base = rng.integers(15, 60, 5)
    counts = np.array([rng.multinomial(n, rng.dirichlet(np.full(4, 2.0))) for n in base], dtype=float)
    counts = np.vstack([counts, counts.sum(axis=0)])
    body = 100 * counts / counts.sum(axis=1, keepdims=True)
    table = table_of((*REGIONS, "Hele landet"), tuple(map(Line, ANSWERS)), body, (0,) * 4, unit="pct.")
    total = f'sum("{ANSWERS[0]}":"{ANSWERS[-1]}") = 100'
    return Made(table, (total, '"Hele landet" between ("Hovedstaden":"Nordjylland")'))


def nested(rng: Generator) -> Made:
    """Two groups with a total each, a part of which is singled out, and a grand total."""
    sizes = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    columns = int(rng.integers(2, 6))
    groups = [np.floor(amounts(rng, size, columns)) for size in sizes]
    names = [NAMES[: sizes[0]], NAMES[6 : 6 + sizes[1]]]
    body = [groups[0], groups[0].sum(axis=0, keepdims=True), groups[1], groups[1].sum(axis=0, keepdims=True)]
    body = [*body, np.floor(groups[1].sum(axis=0, keepdims=True) * 0.4), body[1] + body[3]]
    labels = (*names[0], "Unge i alt", *names[1], "Voksne i alt", "heraf private", "Samlet")
    table = table_of(
        labels,
        tuple(map(Line, map(str, range(2015, 2015 + columns)))),
        np.vstack(body),
        (0,) * columns,
        unit="personer",
    )
    truth = (
        *(
            f'"{head} i alt" = sum("{each[0]}":"{each[-1]}")'
            for head, each in zip(("Unge", "Voksne"), names, strict=True)
        ),
        '"Samlet" = "Unge i alt" + "Voksne i alt"',
        '"heraf private" <= "Voksne i alt"',
    )
    return Made(table, truth)


def bounded(rng: Generator) -> Made:
    """Means with the ends of their intervals, in five years."""
    mean = rng.uniform(20, 60, 5)
    half = rng.uniform(5, 15, 5)
    table = table_of(
        ("Gennemsnit", "KI lav", "KI høj", "N"),
        tuple(map(Line, map(str, range(2007, 2012)))),
        np.vstack([mean, mean - half, mean + half, rng.integers(10, 30, 5)]),
        (0,) * 5,
        unit="pct.",
    )
    return Made(table, ('"KI lav" <= "Gennemsnit"', '"Gennemsnit" <= "KI høj"'))


def per_head(rng: Generator) -> Made:
    """Expenditure, persons, and expenditure per person."""
    n = int(rng.integers(4, 10))
    persons = np.floor(rng.lognormal(6, 0.8, n)) + 20
    cost = persons * rng.lognormal(np.log(300_000), 0.4, n)
    body = np.column_stack([cost / 1e6, persons, cost / persons / 1e3])
    columns = (
        Line("Udgift", unit="mio. kr."),
        Line("Modtagere", unit="personer"),
        Line("Udgift pr. modtager", unit="1.000 kr."),
    )
    table = table_of(NAMES[:n], columns, body, (1, 0, 0))
    return Made(table, ('"Udgift pr. modtager" = 1000 * "Udgift" / "Modtagere"',))


FIRST: tuple[Callable[[Generator], Made], ...] = (crossed, years, shared, regional, answered, nested, bounded, per_head)
