# SPDX-License-Identifier: EUPL-1.2
"""The demonstration, run as a newcomer runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEMO = [sys.executable, "-m", "styr", "demo"]


def test_the_demonstration_imports_rejects_counts_and_reports(tmp_path: Path) -> None:
    done = subprocess.run(DEMO, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stderr
    assert "The delivery was refused and nothing was changed" in told
    assert "Rejected rows, with reasons" in told
    assert "support_at_home" in done.stdout
    assert "$ styr forecast backtest --from 2023-12 --to 2024-11" in told
    assert "last_year_mae_pct" in done.stdout
    report = (tmp_path / "styr-demo" / "report" / "report.html").read_text(encoding="utf-8")
    assert "GENEREREDE DATA" in report
    assert "2025 ventes at koste" in report
    assert str(tmp_path / "styr-demo" / "report" / "report.html") in told


def test_the_demonstration_leaves_other_peoples_folders_alone(tmp_path: Path) -> None:
    (tmp_path / "styr-demo").mkdir()
    (tmp_path / "styr-demo" / "letter.txt").write_text("keep me")
    done = subprocess.run(DEMO, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "choose another folder" in done.stderr
    assert (tmp_path / "styr-demo" / "letter.txt").read_text() == "keep me"
