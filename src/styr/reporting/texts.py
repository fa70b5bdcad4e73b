# SPDX-License-Identifier: EUPL-1.2
"""The report's own words in Danish and English, read from the YAML beside this module and filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from styr.reporting.numbers import Language

FILES = ("texts.yaml", "sentences.yaml")


@dataclass(frozen=True)
class Words:
    """The report's words in one language."""

    language: Language

    def say(self, key: str, **values: object) -> str:
        """The text of a dotted key with its blanks filled; KeyError names a key that does not exist."""
        return _texts()[key][self.language].format(**values)

    def group(self, start: str) -> dict[str, str]:
        """All texts whose key starts so, by the rest of the key."""
        return {key[len(start) :]: text[self.language] for key, text in _texts().items() if key.startswith(start)}


def keys() -> tuple[str, ...]:
    """Every key there is a text for."""
    return tuple(_texts())


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    texts: dict[str, Mapping[str, str]] = {}
    for name in FILES:
        raw = yaml.safe_load(files("styr.reporting").joinpath(name).read_text(encoding="utf-8"))
        texts |= dict(_flat(raw, ""))
    return texts


def _flat(raw: Mapping[str, Any], path: str) -> list[tuple[str, Mapping[str, str]]]:
    if set(raw) == {"da", "en"}:
        return [(path, raw)]
    return [pair for key, below in raw.items() for pair in _flat(below, f"{path}.{key}" if path else str(key))]
