# SPDX-License-Identifier: EUPL-1.2
"""Words that are said in Danish or English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The same words in Danish and English."""

    da: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.da if language == "da" else self.en

    def lower(self) -> Words:
        """The same words as they stand inside a sentence."""
        return Words(*(text[:1].lower() + text[1:] for text in (self.da, self.en)))
