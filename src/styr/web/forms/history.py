# SPDX-License-Identifier: EUPL-1.2
"""What was said of rows of the register over time: who, when, why, and what it changed; the latest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from styr.register.models import Delivery, Version
from styr.vocabulary.exchange import tables
from styr.web.templatetags.styr import as_said
from styr.web.words import say


@dataclass(frozen=True)
class Change:
    """One say: when, who, why, the number of the delivery it came with (0: of none), whether it was made by hand, what
    it was in words, and what it said, line by line."""

    at: datetime
    who: str
    why: str
    number: int
    by_hand: bool
    said: str
    lines: list[str]


def said_by(delivery: Delivery, said: str, lines: Iterable[str]) -> Change:
    """What a delivery or an edit said."""
    return Change(
        delivery.known_at, delivery.handed_in_by, delivery.reason, delivery.pk, delivery.edit, said, list(lines)
    )


def together(changes: Iterable[Change]) -> list[Change]:
    """Changes of one kind in one delivery as one, the latest first."""
    told: dict[tuple[int, str, datetime], Change] = {}
    for change in changes:
        kept = told.setdefault((change.number, change.said, change.at), change)
        if kept is not change:
            kept.lines.extend(change.lines)
    return sorted(told.values(), key=lambda change: (change.at, change.number), reverse=True)


def changes_of(versions: Sequence[Version], key: str, hidden: Collection[str] = ()) -> Iterator[Change]:
    """The changes that the versions of rows of one table tell: new, changed and taken back in words (KEY.new and so
    on), and what each column said. Columns that go without saying are hidden."""
    rows: dict[tuple[object, ...], list[Version]] = {}
    for version in sorted(versions, key=lambda each: (each.since.known_at, each.pk)):
        row = tuple(getattr(version, name) for name in tables()[version._meta.verbose_name].key)
        rows.setdefault(row, []).append(version)
    for row_versions in rows.values():
        before: Version | None = None
        for version in row_versions:
            lines = list(_differences(before, version, hidden))
            yield said_by(version.since, say(f"{key}.changed" if before else f"{key}.new"), lines)
            before = version
            if ends(version, row_versions):
                lines = [] if len(rows) == 1 else list(_differences(None, version, hidden))
                yield said_by(version.until, say(f"{key}.taken_back"), lines)
                before = None


def ends(version: Version, versions: Iterable[Version]) -> bool:
    """Whether a version stands no longer and nothing took its place."""
    return version.until_id is not None and all(other.since_id != version.until_id for other in versions)


def _differences(before: Version | None, version: Version, hidden: Collection[str]) -> Iterator[str]:
    for column in tables()[version._meta.verbose_name]:
        was, now = getattr(before, column.name) if before else None, getattr(version, column.name)
        if was == now or column.name in hidden:
            continue
        earlier = f"{as_said(was, column)} → " if before else ""
        yield f"{say(f'column.{column.name}')}: {earlier}{as_said(now, column)}"
