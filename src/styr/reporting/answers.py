# SPDX-License-Identifier: EUPL-1.2
"""The report's answers under disclosure control as one: what one table hides is not told by another (METHODS § 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from styr.reporting.asking import Setting
from styr.statistics import Result, release

#: What the chapters on recipients, money and occupancy show: an indicator, and what it is split by beside the year.
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("recipients_on",),
    ("recipients_on", "provision_group"),
    ("recipients_on", "provision"),
    ("recipients_on", "age_group"),
    ("full_time_recipients",),
    ("full_time_recipients", "provision_group"),
    ("full_time_recipients", "provision"),
    ("full_time_recipients", "age_group"),
    ("individual_expenditure",),
    ("unit_cost",),
    ("unit_cost", "provision_group"),
    ("net_expenditure",),
    ("net_expenditure", "function"),
    ("occupancy",),
    ("occupancy", "provision_group"),
)
MONEY = ("individual_expenditure", "unit_cost", "net_expenditure")


@dataclass(frozen=True)
class Answers:
    """The answers, by the words of their question; a question the data cannot answer has none."""

    found: Mapping[tuple[str, ...], Result]

    def get(self, *question: str) -> Result | None:
        """The answer to a question of QUESTIONS."""
        return self.found.get(question)


def answers(setting: Setting) -> Answers:
    """Ask all questions for the municipality and the report's years, and release the answers together."""
    asked = {
        question: setting.ask(*question, money=question[0] in MONEY, disclosure_control=False) for question in QUESTIONS
    }
    there = {question: answer for question, answer in asked.items() if answer}
    return Answers(dict(zip(there, release(list(there.values())), strict=True)))
