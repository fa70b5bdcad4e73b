# SPDX-License-Identifier: EUPL-1.2
"""Styr: from decision to money on the specialised social area, counted once and counted right."""

__version__ = "0.1.0"
