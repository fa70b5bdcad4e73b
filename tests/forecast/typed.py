# SPDX-License-Identifier: EUPL-1.2
"""The command line as it is typed, and a small register delivered to its store."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from drawn import write_delivery
from registers_to_forecast import Rows, town

from styr import cli
from styr.register import store

Typed = Callable[..., tuple[int, str, str]]


def typing_at(folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> Typed:
    """What a command line says at a store that is open: exit status, standard output, standard error."""
    patch.setattr(store, "open_store", lambda *_: None)

    def typed(*words: str) -> tuple[int, str, str]:
        patch.setattr(sys, "argv", ["styr", "--store", str(folder), *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = captured.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return typed


def delivered(folder: Path, rows: Mapping[str, Rows] | None = None) -> Path:
    """A register as a delivery (None: the town), all of one municipality."""
    rows = {name: [dict(row) for row in table] for name, table in (rows or town(monthly=1.0)).items()}
    everyone = sorted({row["citizen_id"] for row in rows["grants"]})
    rows["citizens"] = [
        {"citizen_id": each, "birth_date": "1970-01-01", "sex": "K", "municipality": "151"} for each in everyone
    ]
    for row in rows["grants"]:
        row["paying_municipality"] = "151"
    for row in rows.get("postings", []):
        row |= {"municipality": "151", "grouping": "001", "dranst": "1"}
    drawings = {}
    for name, table in rows.items():
        if not table:
            continue
        head = list(dict.fromkeys(key for row in table for key in row))
        lines = [" | ".join(head), *(" | ".join(row.get(key, "") or " " for key in head) + " |" for row in table)]
        drawings[name] = "\n".join(lines)
    return write_delivery(folder, drawings)
