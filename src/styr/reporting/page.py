# SPDX-License-Identifier: EUPL-1.2
"""A report as one page of HTML that needs nothing beside itself: no network, no other file, no script."""

from __future__ import annotations

from functools import cache
from typing import Literal
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from styr.reporting.model import Report
from styr.reporting.numbers import day
from styr.reporting.texts import Words

Medium = Literal["screen", "paper"]


def html(report: Report, medium: Medium = "screen") -> str:
    """The page. On a screen a figure unfolds its numbers and offers them as CSV; on paper they stand in an appendix."""
    words = Words(report.language)
    title = f"{report.municipality} {report.year}"
    known = words.say("page.known", known_at=day(report.known_at, report.language))
    snapshot = words.say("page.snapshot", snapshot=report.snapshot)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            words=words,
            title=title,
            known=known,
            snapshot=snapshot,
            paper=medium == "paper",
            style=_style(medium, words, f"{words.say('page.kind')} · {known}"),
            csv_address=csv_address,
        )
    )


def csv_address(text: str) -> str:
    """The text as an address that holds it: a browser saves it without asking anyone."""
    return "data:text/csv;charset=utf-8," + quote(text)


def _style(medium: Medium, words: Words, foot: str) -> Markup:
    """The project's own style sheets, with the one text of the running foot escaped."""
    sheets = [
        _environment(escape=False)
        .get_template(name)
        .render(foot=_css_string(foot), page=words.say("page.page_of"), of=words.say("page.of"))
        for name in ("common.css", f"{medium}.css")
    ]
    return Markup("\n".join(sheets))


def _css_string(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@cache
def _environment(*, escape: bool = True) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("styr.reporting"),
        autoescape=escape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
