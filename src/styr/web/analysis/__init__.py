# SPDX-License-Identifier: EUPL-1.2
"""Analyse: municipalities beside one another, potentials, what a change comes from, groups against each other, and the
hypotheses of the partnership's analysis; each a question in the address, answered by the statistics room."""
