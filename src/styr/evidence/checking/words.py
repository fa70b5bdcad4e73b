# SPDX-License-Identifier: EUPL-1.2
"""What labels and units say a row or column is: a total, a growth, a share, a mean, a bound of an interval, a year."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from styr.evidence.published import Line, Role, Table

SHARE_OF = re.compile(r"^(?P<part>.+?)s? andel af (?P<whole>.+)$", re.IGNORECASE)
IN_ALL = re.compile(r"^(.+) i alt$")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
ROLES = {
    Role.total: "total",
    Role.of_which: "of_which",
    Role.share: "share",
    Role.mean: "mean",
    Role.median: "median",
    Role.n: "n",
    Role.rate: "rate",
    Role.index: "rate",
    Role.growth: "growth",
    Role.difference: "difference",
    Role.part: "part",
}


def role(line: Line) -> str:
    """What the line is: its own role where it has one, else what its label says; "" for an ordinary one."""
    said = _role(_plain(line.label))
    if line.role is None or (line.role is Role.total and said == "country"):
        return said
    return ROLES[line.role]


@cache
def years(text: str) -> tuple[int, ...]:
    """Years named in a label."""
    return tuple(int(year) for year in YEAR.findall(_plain(text)))


@cache
def without_years(text: str) -> str:
    """A label less its years: what lines of different years have in common."""
    return YEAR.sub("", _plain(text)).strip(" -–;:,()")


@cache
def is_percent(*texts: str) -> bool:
    """Whether a unit or label says per cent."""
    return any(_any("percent", _plain(text)) for text in texts)


@cache
def is_points(*texts: str) -> bool:
    """Whether a unit or label says percentage points."""
    return any(_any("points", _plain(text)) for text in texts)


@cache
def is_additive(*texts: str) -> bool:
    """Whether nothing in unit, label or title says that the numbers are rates, means or indices."""
    return not any(_any("not_additive", _plain(text)) for text in texts)


def overlaps(table: Table) -> bool:
    """Whether the table says of itself that its lines overlap."""
    return _any("overlap", table.notes.lower())


def is_plain_total(label: str) -> bool:
    """Whether a label is a total's and nothing else: »I alt«, »Tilbud i alt«, not »Samlet investering«."""
    return not _any("more_than_total", _plain(label))


@cache
def is_place(label: str) -> bool:
    """Whether a label is a region of the country."""
    return _any("place", _plain(label))


def is_amounts(table: Table) -> bool:
    """Whether nothing in title, unit or labels speaks of changes, which may be negative."""
    return not any(_any("change", _plain(text)) for text in (table.title, table.unit))


def is_cumulative(line: Line) -> bool:
    """Whether a line counts all from a bound on (»3 eller flere«)."""
    return _any("cumulative", _plain(line.label))


@cache
def is_said_of_change(word: str) -> bool:
    """Whether a word says that something changed, and nothing of what."""
    return _any("changed", word)


@cache
def is_filling(word: str) -> bool:
    """Whether a word says nothing of what a quantity is of."""
    return _any("filling", word)


def is_part_named(quantity: str) -> bool:
    """Whether a quantity is said to be of another (»heraf«)."""
    return _role(_plain(quantity)) == "of_which"


@cache
def same_words(label: str) -> str:
    """A label in the form in which two labels are held against each other: words only, small letters."""
    return " ".join(re.findall(r"[\wæøå]+", _plain(label)))


@cache
def _plain(text: str) -> str:
    """Small letters, _ as space, without footnote marks."""
    return re.sub(r"[_*]+", " ", text).strip().lower()


@cache
def _role(label: str) -> str:
    return next((name for name, patterns in _patterns()["roles"].items() if any(p.search(label) for p in patterns)), "")


@cache
def _any(kind: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns()[kind])


@cache
def _patterns() -> dict[str, Any]:
    raw = yaml.safe_load(files("styr.evidence.checking").joinpath("words.yaml").read_text(encoding="utf-8"))
    return {
        kind: {name: _compiled(each) for name, each in value.items()} if isinstance(value, dict) else _compiled(value)
        for kind, value in raw.items()
    }


def _compiled(texts: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text) for text in texts)
