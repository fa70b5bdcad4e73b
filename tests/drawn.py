# SPDX-License-Identifier: EUPL-1.2
"""Tables drawn as text: a header line, then rows, cells divided by bars."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path


def cells(drawing: str) -> list[list[str]]:
    """The cells of a drawn table, header first; lines of dashes are left out."""
    lines = [line.strip().strip("|") for line in drawing.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if line.strip(" -|+")]


def write_delivery(folder: Path, tables: Mapping[str, str], delimiter: str = ";") -> Path:
    """Write each drawn table as a CSV file of its name into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawing in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=delimiter).writerows(cells(drawing))
    return folder
