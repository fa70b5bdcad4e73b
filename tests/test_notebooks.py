# SPDX-License-Identifier: EUPL-1.2
"""The notebooks of docs/ run from top to bottom on a generated register, and show what they say they show."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "docs" / "notebooks"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a small generated country, 2008-2018."""
    folder = tmp_path_factory.mktemp("notebook")
    run = [sys.executable, "-m", "styr", "--store", str(folder / "store")]
    delivery = str(folder / "delivery")
    years = ["--from-year", "2008", "--to-year", "2018"]
    subprocess.run([*run, "generate", delivery, "--seed", "1", "--scale", "0.04", *years], check=True)
    subprocess.run([*run, "import", delivery, "--known-at", "2018-12-31"], check=True)
    return folder / "store"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_and_every_code_cell_shows_something(
    register: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYR_STORE", str(register))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(register.parent)}}).execute()
    silent = [cell.source for cell in notebook.cells if cell.cell_type == "code" and not cell.outputs]
    assert silent == []
