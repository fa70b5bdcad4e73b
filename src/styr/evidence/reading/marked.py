# SPDX-License-Identifier: EUPL-1.2
"""YAML that remembers on which line of the file each mapping and each text stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from styr.evidence.reading.errors import Unreadable, called

LINE = "line of the file"  # the key under which a mapping remembers where it begins


class Marked(str):
    """A text and the line of the file it begins on; a block's is the line of its first row."""

    line: int = 0


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    pass


def load(path: Path) -> dict[str, Any]:
    """A YAML file whose root is a mapping. Raises Unreadable with file, line and what YAML expected."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable([f"{called(path)}: is not UTF-8 (byte {error.start}); save it as UTF-8"]) from error
    try:
        content = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable([f"{called(path)}, line {line}: {error.problem}; see docs/figures-format.md"]) from error
    if not isinstance(content, dict):
        raise Unreadable([f"{called(path)}: holds no `tables` or `figures`; see docs/figures-format.md"])
    return content


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    pairs: dict[str, Any] = {str(key): value for key, value in loader.construct_pairs(node, deep=True)}
    return {**pairs, LINE: node.start_mark.line + 1}


def _text(loader: _Loader, node: yaml.ScalarNode) -> Marked:
    text = Marked(loader.construct_scalar(node))
    text.line = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
    return text


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:str", _text)
