# SPDX-License-Identifier: EUPL-1.2
"""What is compiled beforehand is kept, and done once."""

from __future__ import annotations

from pathlib import Path

import pytest

from styr.forecast import beforehand


def test_compiling_beforehand_makes_a_forecast_where_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(beforehand.numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(beforehand, "forecast", lambda *asked, **how: made.append(asked) or _Made())
    assert beforehand.compile_beforehand()
    assert len(made) == 1
    (tmp_path / "simulate._block-1.py311.nbi").touch()
    assert not beforehand.compile_beforehand()
    assert len(made) == 1


class _Made:
    def draws(self) -> None:
        """A forecast already made."""
