# SPDX-License-Identifier: EUPL-1.2
"""What was said of a case: its stages in the register and what is stated beside it, with who, when and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from styr import vocabulary
from styr.register.models import Case, CaseEvent
from styr.web.cases.models import Grounds, Handled, Planned, Sought, Statement
from styr.web.forms.history import Change, said_by, together
from styr.web.templatetags.styr import day, word, words
from styr.web.words import say


@dataclass(frozen=True)
class Told:
    """All that is known of a case: every version of its stages, and every statement about it, those that stand no
    longer among them; asked for once (five queries)."""

    events: list[CaseEvent]
    sought: list[Sought]
    grounds: list[Grounds]
    plans: list[Planned]
    handled: list[Handled]

    @property
    def reached(self) -> list[CaseEvent]:
        """The stages that stand, in the order they were reached."""
        order = vocabulary.codelist("stage").codes
        standing = (event for event in self.events if event.until_id is None)
        return sorted(standing, key=lambda each: (each.date, order.index(each.stage)))

    @property
    def changes(self) -> list[Change]:
        """What was said of the case, the latest first."""
        return together((*_reached(self.events), *_stated(self)))


def told_of(case: Case) -> Told:
    """All that is known of a case."""
    key = {"case_id": case.case_id}
    return Told(
        list(CaseEvent.objects.filter(**key).select_related("since", "until")),
        list(Sought.objects.filter(**key)),
        list(Grounds.objects.filter(**key)),
        list(Planned.objects.filter(kind="case", subject=case.case_id)),
        list(Handled.objects.filter(subject=case.case_id, kind__in=("case", "follow_up"))),
    )


def _reached(events: list[CaseEvent]) -> Iterator[Change]:
    """Stages reached and taken back; a stage is known by its word and day alone, so that it cannot be changed."""
    for event in sorted(events, key=lambda each: (each.date, each.pk)):
        line = f"{word(event.stage, 'stage')}, {day(event.date)}"
        yield said_by(event.since, say("cases.said.new"), [line])
        if event.until is not None:
            yield said_by(event.until, say("cases.said.taken_back"), [line])


def _stated(told: Told) -> Iterator[Change]:
    for sought in told.sought:
        yield _change(sought, "cases.said.sought", words(sought.provisions, "provision"))
    for grounds in told.grounds:
        texts = [
            f"{say(f'cases.grounds.{name}')}: {text}"
            for name in ("professional", "economic")
            if (text := getattr(grounds, name))
        ]
        yield _change(grounds, "cases.said.grounds", f"{say('cases.decided')} {day(grounds.decided_on)}", *texts)
    for plan in told.plans:
        yield _change(plan, "cases.said.planned", day(plan.due_on) if plan.due_on else say("cases.no_follow_up"))
    for handled in told.handled:
        said = "cases.said.done" if handled.done else "cases.said.reopened"
        yield _change(handled, said, f"{say(f'cases.work.kind.{handled.kind}')}, {day(handled.hangs_on)}")


def _change(statement: Statement, said: str, *lines: str) -> Change:
    return Change(statement.at, statement.who, statement.why, 0, True, say(said), list(lines))
