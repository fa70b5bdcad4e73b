# SPDX-License-Identifier: EUPL-1.2
"""Published figures with their hedges, whether they add up, and what is known to work."""
