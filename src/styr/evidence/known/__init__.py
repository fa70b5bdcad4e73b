# SPDX-License-Identifier: EUPL-1.2
"""What is known to work: cases, practices and recommendations, with effect, conditions and strength of evidence."""

from styr.evidence.known.register import Entry, Source, Told, entries, relevant, search, told, words

__all__ = ["Entry", "Source", "Told", "entries", "relevant", "search", "told", "words"]
