# SPDX-License-Identifier: EUPL-1.2
"""YAML that remembers on which line of the file each mapping and each text stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from styr.evidence.errors import Refused, place
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
        raise Unreadable([Refused("not_utf8", where=called(path), byte=error.start)]) from error
    try:
        content = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable([Refused("not_yaml", where=place(called(path), line=line), problem=error.problem)]) from error
    if not isinstance(content, dict):
        raise Unreadable([Refused("no_content", where=called(path))])
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
