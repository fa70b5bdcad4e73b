# SPDX-License-Identifier: EUPL-1.2
"""What a forecast says of itself: measure, unit, rule, and the caveats a reader must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from styr.forecast.result import ForecastHeader
from styr.register.snapshot import Snapshot
from styr.statistics import Header, Words
from styr.statistics.result import CURRENT_PRICES, MUNICIPALITY_BASIS, caveat

_LANGUAGES: tuple[Literal["da"], Literal["en"]] = ("da", "en")
_SOURCE = "METHODS § 6; 004 l.1621-1640"


def about(snapshot: Snapshot, known_at: date, measure: str, lacks: Sequence[str], overridden: bool) -> Header:
    """The header of a measure; lacks: keys of caveats.yaml for what was missing."""
    entry = _read("measures.yaml")[measure]
    money = measure.endswith("expenditure")
    words = [_caveat(key) for key in ("model", *lacks, *(["overridden"] if overridden else []))]
    return Header(
        indicator=f"forecast_{measure}",
        title=Words(**entry["title"]),
        unit=Words(**entry["unit"]),
        rule=Words(**entry["rule"]),
        source=_SOURCE,
        snapshot=snapshot.id,
        known_at=known_at,
        municipality=MUNICIPALITY_BASIS["payer"],
        price_level=CURRENT_PRICES if money else None,
        generated=snapshot.generated,
        caveats=(*([caveat("generated")] if snapshot.generated else []), *words),
    )


def explained(header: Header, since: date) -> Header:
    """The header of a change since an earlier forecast, from that of the later one."""
    entry = _read("measures.yaml")["change"]
    title = Words(*(entry["title"][each].format(what=header.title[each].lower(), since=since) for each in _LANGUAGES))
    return replace(header, indicator=f"{header.indicator}_change", title=title, rule=Words(**entry["rule"]))


def of_kind(kind: str, header: ForecastHeader) -> ForecastHeader:
    """The header of another table of a forecast (its uncertainty, its buffers) from the forecast's own."""
    entry = _read("measures.yaml")[kind]
    said = replace(header.header, indicator=f"forecast_{kind}", unit=Words(**entry["unit"]))
    return replace(header, header=replace(said, title=Words(**entry["title"]), rule=Words(**entry["rule"])))


def caveat_words(key: str, language: str) -> str:
    """A caveat of the room in one language."""
    return str(_read("caveats.yaml")[key][language])


def _caveat(key: str) -> Words:
    return Words(**_read("caveats.yaml")[key])


@cache
def _read(name: str) -> Mapping[str, Any]:
    raw: Mapping[str, Any] = yaml.safe_load(files("styr.forecast").joinpath(name).read_text(encoding="utf-8"))
    return raw
