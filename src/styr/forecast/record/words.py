# SPDX-License-Identifier: EUPL-1.2
"""The record's sentences in Danish and English, read from the YAML beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from styr.statistics import Words


def words(key: str, **values: object) -> Words:
    """A sentence of words.yaml with its values filled in."""
    text = _texts()[key]
    return Words(da=text["da"].format(**values), en=text["en"].format(**values))


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    text = files("styr.forecast.record").joinpath("words.yaml").read_text(encoding="utf-8")
    raw: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return raw
