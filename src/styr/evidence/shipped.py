# SPDX-License-Identifier: EUPL-1.2
"""The figures that come with Styr: the tables and the numbers in running text of documents 000-004."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

from styr.evidence.errors import not_found
from styr.evidence.published import FigureSet, Table, TextFigure
from styr.evidence.reading import read


@cache
def shipped() -> FigureSet:
    """All figures of the shipped set (src/styr/evidence/figures)."""
    with as_file(files("styr.evidence").joinpath("figures")) as folder:
        return read(folder)


def figure(reference: str) -> TextFigure:
    """A figure of the shipped set by `document/id`, as 000/modtagere-2017. Raises Refused with the nearest."""
    if reference not in figures():
        raise not_found("unknown_figure", reference, figures())
    return figures()[reference]


@cache
def figures() -> dict[str, TextFigure]:
    """The figures in running text by `document/id`."""
    return {f"{each.document}/{each.id}": each for each in shipped().figures}


@cache
def tables() -> dict[str, Table]:
    """The tables by `document/id`."""
    return {f"{each.document}/{each.id}": each for each in shipped().tables}
