# SPDX-License-Identifier: EUPL-1.2
"""Borgere og indsatser: finding a citizen, a citizen's page, and changing grants."""
