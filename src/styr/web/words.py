# SPDX-License-Identifier: EUPL-1.2
"""The pages' own words in Danish and English, read from the YAML files in texts/ and filled in.

A text's key is its place in the files, with dots: `nav.overview`. Codes of the vocabulary have their words there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from styr.reporting.numbers import Language
from styr.web.languages import spoken


def say(key: str, **values: object) -> str:
    """The text of a key in the language spoken, with its blanks filled; KeyError names a key that is not there."""
    return texts()[key][spoken()].format(**values)


@cache
def texts() -> Mapping[str, Mapping[Language, str]]:
    """Every text by its key."""
    found: dict[str, Mapping[Language, str]] = {}
    for file in sorted(files("styr.web").joinpath("texts").iterdir(), key=lambda each: each.name):
        for key, text in _below("", yaml.safe_load(file.read_text(encoding="utf-8"))):
            if key in found:
                raise KeyError(f"{file.name}: {key} stands twice")
            found[key] = text
    return found


def _below(place: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[Language, str]]]:
    if entry.keys() == {"da", "en"}:
        yield place, {"da": entry["da"], "en": entry["en"]}
        return
    for name, inner in entry.items():
        yield from _below(f"{place}.{name}".strip("."), inner)
