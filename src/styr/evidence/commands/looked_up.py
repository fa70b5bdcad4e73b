# SPDX-License-Identifier: EUPL-1.2
"""What the commands share that hold figures against the text of their documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer

Figures = Annotated[
    Path | None, typer.Argument(metavar="[PATH]", help="File or folder of figures (default: the shipped set).")
]
Documents = Annotated[
    Path, typer.Option("--documents", envvar="STYR_DOCUMENTS", help="Folder of the documents' text, 000_….txt")
]


def counted(column: pa.ChunkedArray) -> Mapping[str, int]:
    """How often each word stands in a column, in the order of the words."""
    counts = {each["values"]: each["counts"] for each in pc.value_counts(column).to_pylist()}
    return dict(sorted(counts.items()))


def in_one_line(counts: Mapping[str, int]) -> str:
    """The counts as a header says them: »line 12; near 3«."""
    return "; ".join(f"{word} {count}" for word, count in counts.items())
