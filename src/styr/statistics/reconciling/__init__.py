# SPDX-License-Identifier: EUPL-1.2
"""Grants held against postings, per citizen and month: what agrees, what stands alone on either side, and what may
explain it."""

from styr.statistics.reconciling.reconcile import Reconciled, reconcile
from styr.statistics.reconciling.suggest import KINDS

__all__ = ["KINDS", "Reconciled", "reconcile"]
