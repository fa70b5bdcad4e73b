# SPDX-License-Identifier: EUPL-1.2
"""The text of the source documents, where it is at hand. It is not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from styr.evidence.verifying import texts_of

DOCUMENTS = Path(os.environ.get("STYR_DOCUMENTS", Path(__file__).parents[3] / "shared" / "documents"))


@pytest.fixture(scope="session")
def texts() -> dict[str, list[str]]:
    """The lines of each document; tests that need them are skipped without."""
    if not DOCUMENTS.is_dir():
        pytest.skip("the source documents are not here (set STYR_DOCUMENTS to their folder)")
    return texts_of(DOCUMENTS)
