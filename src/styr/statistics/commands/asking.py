# SPDX-License-Identifier: EUPL-1.2
"""What the commands of the room ask with: options that mean the same on each, and what is read out of them.

A command that asks a question of the catalogue takes `asked: Asked` and is given to `with_question`, which adds the
options of a question and of a table to the command's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from styr import output as out
from styr.options import InFormat, InLanguage, KnownAt, Language, ToFile
from styr.output import Format
from styr.statistics.errors import CannotAnswer

if TYPE_CHECKING:
    from styr.register.snapshot import Snapshot
    from styr.statistics.result import Result

Key = Annotated[str, typer.Argument(metavar="INDICATOR", help="A key of `styr indicators`.")]
ToDeliver = Annotated[
    str | None,
    typer.Option("--delivered", help="Municipalities to estimate from; else those `styr delivered` finds whole."),
]
ToChart = Annotated[Path | None, typer.Option("--chart", help="Draw the fitting chart too: FILE.png, .svg or .html.")]
ScaleTo = Annotated[str | None, typer.Option("--scale-to", help="country, or a region.")]


@dataclass(frozen=True)
class Asked:
    """What was asked beside the command's own options: the arguments of count, and where the answer goes; and which
    command was typed with what, for the log."""

    count: dict[str, Any]
    known_at: date | None
    format: Format
    output: Path | None
    language: Language
    chart: Path | None = None
    command: str = ""
    typed: Mapping[str, object] = field(default_factory=dict)

    def snapshot(self) -> Snapshot:
        """The store's snapshot, with what was known on the day asked for (None: all).

        Raises Refused when disclosure control is to be left out by one who does not hold the role; who does is logged.
        """
        from styr.register import disclosure_log, store

        store.open_store()
        if not self.count.get("disclosure_control", True):
            disclosure_log.without_control(self.command, self.typed)
        return store.snapshot(self.known_at)

    def write(self, result: Result, further: Mapping[str, Any] | None = None) -> None:
        """Write a result in the form, and to the places, asked for; further is what else its header is to say."""
        about = {**result.header.to_mapping(self.language), **(further or {})}
        self.draw(result, about)
        out.write(result.table, about, self.format, self.output)

    def draw(self, result: Result, about: Mapping[str, Any]) -> None:
        """Draw a result, when that was asked for; about is its header."""
        if self.chart:
            from styr.reporting.drawing import write_chart

            write_chart(result.table, about, self.chart, self.language.value)


def question(
    *,
    by: Annotated[str, typer.Option("--by", help="Dimensions with commas between.")] = "",
    from_year: Annotated[int | None, typer.Option("--from", help="First year.")] = None,
    to_year: Annotated[int | None, typer.Option("--to", help="Last year.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of a stock, MM-DD.")] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help="DIMENSION=VALUE[,VALUE]; repeatable.")] = None,
    acting: Annotated[bool, typer.Option("--acting", help="By acting, not paying, municipality.")] = False,
    engine: Annotated[str, typer.Option("--engine", help="Where it is counted.")] = "duckdb",
    no_disclosure_control: Annotated[
        bool, typer.Option("--no-disclosure-control", help="Show small cells too (needs the role; is logged).")
    ] = False,
    known_at: KnownAt = None,
    age_groups: Annotated[str | None, typer.Option("--age-groups", help="For example 0-17,18-64,65+.")] = None,
    price_level: Annotated[str | None, typer.Option("--price-level", help="SERIES:YEAR")] = None,
    net_of_refund: Annotated[bool, typer.Option("--net-of-refund", help="Subtract refund (dranst 2).")] = False,
    format: InFormat = Format.table,
    output: ToFile = None,
    chart: ToChart = None,
    language: InLanguage = Language.en,
) -> Asked:
    """The options of a question and of the table that answers it."""
    count = {
        "by": read_words(by),
        "from_year": from_year,
        "to_year": to_year,
        "on": on,
        "where": read_conditions(where),
        "acting": acting,
        "age_groups": age_groups,
        "price_level": price_level,
        "net_of_refund": net_of_refund,
        "disclosure_control": not no_disclosure_control,
        "engine": engine,
    }
    return Asked(count, known_at, format, output, language, chart)


def with_question(command: Callable[..., None], without: Collection[str] = ()) -> Callable[..., None]:
    """A command whose parameter `asked` is read from the options of `question`, which become options of its own.

    An option the command has itself, under the same name, is its own; those named in without it does not have.
    """
    own = _options(command)
    del own["asked"]
    shared = {name: each for name, each in _options(question).items() if name not in (*own, *without)}

    def asking(**given: Any) -> None:
        typed = {name: value for name, value in given.items() if value not in (None, "", False)}
        asked = question(**{name: given.pop(name) for name in shared})
        asked = replace(asked, command=command.__name__, typed=typed)
        for name in set(asked.count) & set(own):
            del asked.count[name]
        command(asked=asked, **given)

    asking.__name__, asking.__doc__ = command.__name__, command.__doc__
    together = {**own, **shared}
    asking.__signature__ = inspect.Signature(list(together.values()))  # type: ignore[attr-defined]
    asking.__annotations__ = {name: each.annotation for name, each in together.items()}
    return asking


def _options(command: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The parameters of a command, each with its annotation as it stands for."""
    hints = get_type_hints(command, include_extras=True)
    return {
        name: each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, each in inspect.signature(command).parameters.items()
    }


def read_words(written: str | None) -> list[str]:
    """Words written with commas between."""
    return [word.strip() for word in (written or "").split(",") if word.strip()]


def read_conditions(written: list[str] | None) -> dict[str, list[str]]:
    """Conditions written DIMENSION=VALUE[,VALUE] as dimension → values; several of one dimension are joined."""
    conditions: dict[str, list[str]] = {}
    for word in written or ():
        key, equals, values = word.partition("=")
        chosen = read_words(values)
        if not equals or not key.strip() or not chosen:
            raise CannotAnswer("not_a_condition", word=word)
        conditions.setdefault(key.strip(), []).extend(chosen)
    return conditions
