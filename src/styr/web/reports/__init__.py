# SPDX-License-Identifier: EUPL-1.2
"""Steering reports, ordered on a page and written by the worker."""
