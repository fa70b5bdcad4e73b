# SPDX-License-Identifier: EUPL-1.2
"""A delivery on its way in: found, read, checked, and taken whole or not at all."""
