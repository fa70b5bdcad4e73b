# SPDX-License-Identifier: EUPL-1.2
"""How full the places in the municipality are."""

from __future__ import annotations

from styr import vocabulary
from styr.reporting import charts, prose
from styr.reporting.answers import Answers
from styr.reporting.asking import Setting, by_size, known_years, split, total
from styr.reporting.figures import both_widths, figure, in_words, left_out, over_years, panels, without_hidden
from styr.reporting.model import NOTHING, Chapter, Figure
from styr.reporting.numbers import percent_measure


def chapter(setting: Setting, given: Answers) -> Chapter:
    """The chapter; one sentence when there are no places, or the year is not among those known."""
    words, measure = setting.words, percent_measure(setting.language)
    answer, split_answer = given.get("occupancy"), given.get("occupancy", "provision_group")
    whole = total(answer, "total", words.say("figure.occupancy.name"))
    title = words.say("chapter.occupancy")
    if not answer or whole.at(setting.year) == NOTHING:
        return Chapter("occupancy", title, missing=(words.say("missing.occupancy"),))
    years = known_years(whole)
    spoken = in_words(whole, years, measure, words)
    subtitle = words.say("figure.occupancy.subtitle")
    start = setting.year - 1 if setting.year - 1 in years else years[0]
    figures: list[Figure] = [
        figure(
            setting,
            "occupancy",
            prose.development("occupancy", whole, years, measure, words, start=start),
            subtitle,
            over_years(subtitle, words.say("head.measure"), [whole], years, measure, indicator="occupancy"),
            [answer],
            drawings=[both_widths(lambda width: charts.bars(whole, years, measure, spoken, width=width))],
        )
    ]
    parts = by_size(
        split(split_answer, "provision_group", lambda code: vocabulary.provision_groups.name(code, setting.language)),
        setting.year,
    )
    shown = without_hidden(parts)
    if split_answer and shown:
        subtitle = words.say("figure.occupancy.subtitle_groups")
        fullest = max(shown, key=lambda part: part.at(setting.year).value or 0)
        headline = words.say(
            "headline.occupancy_groups",
            year=setting.year,
            group=prose.lowered(fullest.name),
            value=prose.shown(fullest.at(setting.year), measure, words),
        )
        figures.append(
            figure(
                setting,
                "occupancy-groups",
                headline,
                subtitle,
                over_years(
                    subtitle,
                    words.say("head.group"),
                    parts,
                    years,
                    measure,
                    indicator="occupancy",
                    dimension="provision_group",
                ),
                [split_answer],
                drawings=panels(shown, years, measure, words),
                panels=True,
                key_line=left_out(parts, words),
            )
        )
    return Chapter("occupancy", title, figures=tuple(figures))
