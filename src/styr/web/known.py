# SPDX-License-Identifier: EUPL-1.2
"""What is known to work, as pages show it beside numbers: short, with its source and what the effect rests on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from styr.evidence.known import relevant, words
from styr.web.languages import spoken


@dataclass(frozen=True)
class Known:
    """An entry of the register of what is known to work, in the language spoken: kind, place, title, what was done,
    effect, what the effect rests on, and where it stands (document and lines)."""

    kind: str
    place: str
    title: str
    what: str
    effect: str
    strength: str
    source: str


def known_to_work(
    *, themes: Collection[str] = (), provisions: Collection[str] = (), target_groups: Collection[str] = ()
) -> list[Known]:
    """The entries that bear on themes, provisions or target groups; those with most in common first, then the
    strongest."""
    language, terms = spoken(), words()
    return [
        Known(
            terms["kinds"][each.kind][language],
            each.place,
            each.title.get(language, ""),
            each.what.get(language, ""),
            each.effect.get(language, ""),
            terms["strengths"][each.strength][language],
            ", ".join(str(source) for source in each.sources),
        )
        for each in relevant(themes=themes, provisions=provisions, target_groups=target_groups)
    ]
