# SPDX-License-Identifier: EUPL-1.2
"""A form as it goes back and forth: what was written, what is wrong with it, and the page that asks again.

asked = Asked(request, "cases.stage", "case_events", ("stage", "date"), seen=mark)
if asked.answered() and asked.saved(lambda: add_stage(..., asked.texts, asked.why)):
    return redirect(...)
return asked.page(...)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register.delivery.take import RowsRejected
from styr.register.edit import Overtaken
from styr.web.forms.departments import own, with_chosen
from styr.web.forms.fields import Field, fields, problems_of, reason_problem, texts_in
from styr.web.forms.history import Change
from styr.web.scope import scope_of


class Meanwhile(Exception):
    """Someone else changed what the form was filled from; now is what it would be filled from by now."""

    def __init__(self, now: int) -> None:
        super().__init__("changed by someone else in the meantime")
        self.now = now


class Asked:
    """A form: its words (under KEY.heading, KEY.text, KEY.save), columns of a table, fields of its own beside them
    (further: each with what stands in it), and the number of what it was filled from (seen; 0: nothing)."""

    def __init__(
        self,
        request: HttpRequest,
        key: str,
        table: str,
        names: Sequence[str],
        start: Mapping[str, str] | None = None,
        *,
        seen: int = 0,
        further: Iterable[Field] = (),
    ) -> None:
        self.request, self.key, self.table, self.names, self.further = request, key, table, tuple(names), list(further)
        own = {field.name: field.value for field in self.further}
        posted = request.method == "POST"
        self.texts = texts_in(request, (*self.names, *own)) if posted else {**own, **(start or {})}
        self.why = request.POST.get("why", "").strip()
        written = request.POST.get("seen", "")
        self.seen = int(written) if posted and written.isdecimal() else seen
        self.problems: dict[str, str] = {}
        self.overtaken = False

    def answered(self) -> bool:
        """Whether the form was sent, with a reason."""
        if self.request.method != "POST":
            return False
        if problem := reason_problem(self.why):
            self.problems["why"] = problem
        return not self.problems

    def refuse(self, name: str, problem: str) -> bool:
        """Say what is wrong with a field, when something is; gives whether nothing is."""
        if problem:
            self.problems[name] = problem
        return not problem

    def saved(self, save: Callable[[], object]) -> bool:
        """Whether what was asked could be saved; else problems or overtaken say why not."""
        try:
            save()
        except RowsRejected as refused:
            self.problems = problems_of(refused.rejections)
        except Overtaken as overtaken:
            self.overtaken, self.seen = True, overtaken.now.pk if overtaken.now else 0
        except Meanwhile as changed:
            self.overtaken, self.seen = True, changed.now
        return not self.problems and not self.overtaken

    def page(
        self,
        back: str,
        about: str,
        told: Callable[[], Sequence[Change]] = tuple,
        template: str = "forms/form.html",
        **more: Any,
    ) -> HttpResponse:
        """The page with the form, as far as it has come. back is where one goes who gives it up, about what it is about
        in words, told what was said of that before (asked for when someone else changed it meanwhile)."""
        shown = fields(self.table, self.names, self.texts, self.problems) if self.names else []
        shown += [self._own(field) for field in self.further]
        named = {field.name for field in shown}
        said = {
            "heading_key": f"{self.key}.heading",
            "text_key": f"{self.key}.text",
            "save_key": f"{self.key}.save",
            "fields": shown,
            "departments": self._departments() if "department_id" in named else (),
            "back": back,
            "about": about,
            "why": self.why,
            "seen": self.seen,
            "problems": self.problems,
            "other_problems": [text for name, text in self.problems.items() if name not in named | {"why"}],
            "overtaken": list(told())[:1] if self.overtaken else (),
            **more,
        }
        status = 409 if self.overtaken else 422 if self.problems else 200
        return render(self.request, template, said, status=status)

    def _departments(self) -> Sequence[tuple[str, str]]:
        return with_chosen(own(scope_of(self.request).municipality), self.texts.get("department_id", ""))

    def _own(self, field: Field) -> Field:
        value = self.texts.get(field.name, "")
        problem = self.problems.get(field.name, "")
        return Field(
            field.name, field.label, field.kind, field.required, value, field.options, problem, field.hint
        )  # fmt: skip
