# SPDX-License-Identifier: EUPL-1.2
"""More kinds of consistent tables made at random: parts within parts, shares both ways, rates with their population,
differences between years, weighted means, and a table with the sentences that are said of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
from evidence.checking.made import FIRST, NAMES, REGIONS, Made, amounts, printed, table_of
from numpy.random import Generator

from styr.evidence.published import Line, Number, Role, TextFigure


def of_which(rng: Generator) -> Made:
    """Categories, each with a part of it that is singled out below, and a total."""
    n, columns = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    body = np.floor(amounts(rng, n, columns)) + 5
    parts = np.floor(body * rng.uniform(0.2, 0.9, (n, 1)))
    rows = [line for pair in zip(body, parts, strict=True) for line in pair]
    labels = [label for name in NAMES[:n] for label in (name, f"heraf {name.lower()} med døgnophold")]
    years = tuple(map(str, range(2018, 2018 + columns)))
    table = table_of(
        (*labels, "I alt"),
        tuple(map(Line, years)),
        np.vstack([*rows, body.sum(axis=0)]),
        (0,) * columns,
        unit="personer",
    )
    total = '"I alt" = ' + " + ".join(f'"{name}"' for name in NAMES[:n])
    return Made(table, (total, *(f'"heraf {name.lower()} med døgnophold" <= "{name}"' for name in NAMES[:n])))


def both_ways(rng: Generator) -> Made:
    """Two groups of persons by category, each with its shares of the group."""
    n = int(rng.integers(3, 8))
    body = np.floor(amounts(rng, n, 2)) + 2
    shares = 100 * body / body.sum(axis=0)
    whole = np.column_stack([body[:, 0], shares[:, 0], body[:, 1], shares[:, 1]])
    columns = (
        Line("Kvinder", unit="personer"),
        Line("Andel af kvinder, pct.", unit="pct.", role=Role.share, of="Kvinder"),
        Line("Mænd", unit="personer"),
        Line("Andel af mænd, pct.", unit="pct.", role=Role.share, of="Mænd"),
    )
    table = table_of((*NAMES[:n], "I alt"), columns, np.vstack([whole, whole.sum(axis=0)]), (0, 1, 0, 1))
    share = [
        f"[{name};Andel af {group}, pct.] = 100 * [{name};{group.capitalize()}] / [I alt;{group.capitalize()}]"
        for name in NAMES[:n]
        for group in ("kvinder", "mænd")
    ]
    return Made(table, (f'"I alt" = sum("{NAMES[0]}":"{NAMES[n - 1]}")', *share))


def with_population(rng: Generator) -> Made:
    """Recipients, inhabitants and recipients per 1,000 inhabitants in five regions and the country."""
    people = np.floor(rng.uniform(300_000, 1_100_000, 5))
    persons = np.floor(people * rng.uniform(0.004, 0.02, 5))
    people, persons = np.append(people, people.sum()), np.append(persons, persons.sum())
    columns = (
        Line("Modtagere", unit="personer"),
        Line("Indbyggere", unit="personer"),
        Line("Modtagere pr. 1.000 indbyggere", unit="pr. 1.000 indbyggere"),
    )
    body = np.column_stack([persons, people, 1000 * persons / people])
    table = table_of((*REGIONS, "Hele landet"), columns, body, (0, 0, 1))
    rate = '"Modtagere pr. 1.000 indbyggere" = 1000 * "Modtagere" / "Indbyggere"'
    sums = [
        f"[Hele landet;{label}] = " + " + ".join(f"[{region};{label}]" for region in REGIONS)
        for label in ("Modtagere", "Indbyggere")
    ]
    return Made(table, (rate, *sums))


def differences(rng: Generator) -> Made:
    """Categories in three years with the change in number and in per cent from the first to the last, and a total."""
    n = int(rng.integers(3, 9))
    start = amounts(rng, n, 1) + 10
    body = np.floor(start * np.cumprod(np.hstack([np.ones((n, 1)), rng.normal(1.03, 0.1, (n, 2))]), axis=1))
    body = np.vstack([body, body.sum(axis=0)])
    body = np.column_stack([body, body[:, 2] - body[:, 0], 100 * (body[:, 2] / body[:, 0] - 1)])
    columns = (
        *map(Line, ("2018", "2020", "2022")),
        Line("Ændring 2018-2022", role=Role.difference),
        Line("Ændring 2018-2022, pct.", unit="pct.", role=Role.growth),
    )
    table = table_of((*NAMES[:n], "I alt"), columns, body, (0, 0, 0, 0, 1), unit="personer")
    return Made(
        table,
        (
            f'"I alt" = sum("{NAMES[0]}":"{NAMES[n - 1]}")',
            '"Ændring 2018-2022" = "2022" - "2018"',
            '"Ændring 2018-2022, pct." = growth("2018", "2022")',
        ),
    )


def weighted(rng: Generator) -> Made:
    """Mean prices per day of groups of offers in three years; that of all lies between them."""
    n = int(rng.integers(3, 7))
    prices = rng.uniform(1500, 4500, (n, 1)) * np.cumprod(rng.normal(1.02, 0.03, (n, 3)), axis=1)
    weights = rng.dirichlet(np.full(n, 4.0))
    years = ("2019", "2020", "2021")
    table = table_of(
        (*NAMES[:n], "Gennemsnit"),
        tuple(map(Line, years)),
        np.vstack([prices, weights @ prices]),
        (0, 0, 0),
        unit="kr. pr. døgn",
        title="Gennemsnitlig takst",
    )
    return Made(table, (f'"Gennemsnit" between ("{NAMES[0]}":"{NAMES[n - 1]}")',))


def told(rng: Generator) -> Made:
    """A table of years, and sentences that repeat two of its numbers and say their growth and difference, a part of the
    last, and that part's share."""
    n = int(rng.integers(2, 5))
    body = np.floor(amounts(rng, n, 2)) + 500
    table = table_of(NAMES[:n], (Line("2018"), Line("2022")), body, (0, 0), unit="personer", title="Modtagere")
    name, first, last = NAMES[0], float(body[0, 0]), float(body[0, 1])
    part = float(np.floor(last * rng.uniform(0.2, 0.8)))
    figures = (
        _said(1, f"{name}", "2018", first, 0, same=f"made[{name};2018]"),
        _said(2, f"{name}", "2022", last, 0, same=f"made[{name};2022]"),
        _said(3, f"Heraf unge {name}", "2022", part, 0),
        _said(4, f"Stigning i {name}", "2018-2022", 100 * (last / first - 1), 1, "pct."),
        _said(5, f"Ændring i antal {name}", "2018-2022", last - first, 0),
        _said(6, f"Heraf unge {name} andel af {name}", "2022", 100 * part / last, 1, "pct."),
    )
    truth = (
        f"f1[] = [{name};2018]",
        f"f2[] = [{name};2022]",
        "f3[] <= f2[]",
        "f4[] = growth(f1[], f2[])",
        "f5[] = f2[] - f1[]",
        "f6[] = 100 * f3[] / f2[]",
    )
    return Made(table, truth, figures)


def _said(
    line: int, quantity: str, period: str, value: float, places: int, unit: str = "personer", same: str = ""
) -> TextFigure:
    number: Number = printed(value, places)
    assert isinstance(number.value, Decimal)
    return TextFigure("000", line, f"f{line}", quantity, number, unit, period, "hele landet", same)


KINDS: tuple[Callable[[Generator], Made], ...] = (
    *FIRST,
    of_which,
    both_ways,
    with_population,
    differences,
    weighted,
    told,
)


def made(seed: int) -> Made:
    """A consistent table: the kind and the numbers follow from the seed."""
    rng = np.random.default_rng(seed)
    return KINDS[seed % len(KINDS)](rng)


def kind_of(seed: int) -> str:
    """What kind of table a seed gives."""
    return KINDS[seed % len(KINDS)].__name__
