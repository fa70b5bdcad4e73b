# SPDX-License-Identifier: EUPL-1.2
"""Does it add up: published figures held against what follows from each other (METHODS § 10)."""

from styr.evidence.checking.check import check
from styr.evidence.checking.findings import Checked, Finding

__all__ = ["Checked", "Finding", "check"]
