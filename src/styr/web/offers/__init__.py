# SPDX-License-Identifier: EUPL-1.2
"""Tilbud og pladser: offers, their departments, places and tariffs."""
