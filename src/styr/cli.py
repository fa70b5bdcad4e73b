# SPDX-License-Identifier: EUPL-1.2
"""The command line: composes the rooms' commands, and turns refusals into messages and exit statuses."""

from __future__ import annotations

import io
import os
import sys
import traceback
from errno import ENOSPC
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from styr import __version__
from styr.register.delivery.findings import masked

ROOMS = {
    "styr.register.commands": ("generate", "import", "deliveries", "snapshot", "backup", "restore"),
    "styr.statistics.commands": (
        "indicators",
        "stats",
        "delivered",
        "benchmark",
        "growth",
        "decompose",
        "compare",
        "target-share",
        "hypotheses",
    ),
    "styr.forecast.commands": ("forecast",),
    "styr.evidence.commands": ("figures", "evidence"),
    "styr.reporting.commands": ("report",),
    "styr.demo": ("demo",),
    "styr.web.commands": ("serve", "worker", "user", "audit"),
}

app = typer.Typer(
    name="styr",
    help="Styr: from decision to money on the specialised social area.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_seen = {"debug": False}  # options that main() needs when a command has failed


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    store: Annotated[
        Path | None, typer.Option(envvar="STYR_STORE", help="Folder of the store (default ./styr-store)")
    ] = None,
    debug: Annotated[bool, typer.Option(help="Show the program's own trace of an error")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version")] = False,
) -> None:
    _seen["debug"] = debug
    context.obj = {"printed": _printed}
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if store is not None:
        os.environ["STYR_STORE"] = str(store)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "styr.web.settings")


def main() -> None:
    """Run a command; exit 0 when done, 1 when the input was refused, 2 on wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Danish letters still gets the message
    try:
        for room in _rooms_of(sys.argv[1:]):
            import_module(room).register(app)
        app()
    except SystemExit:
        raise
    except KeyboardInterrupt:
        _say("interrupted; nothing was changed")
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if _seen["debug"]:
            sys.stderr.write("".join(masked_lines(traceback.format_exc())))
        _say(*_explained(error))
        sys.exit(1)


def _printed(reference: str) -> object:
    """A published number by its reference, for the rooms that may not know the room of figures (docs/adr/0011)."""
    from styr.evidence.printed import printed

    return printed(reference)


def _rooms_of(words: list[str]) -> list[str]:
    """The rooms whose commands a command line may mean, so that no other has to be loaded; all when it names none."""
    meant = [room for room, commands in ROOMS.items() if set(commands) & set(words)]
    return meant if meant and "--help" not in words[:1] else list(ROOMS)


def masked_lines(text: str) -> list[str]:
    """Lines of a trace with what may be civil registration numbers blotted out."""
    return [masked(line.rstrip("\n"), longest=400) + "\n" for line in text.splitlines()]


def _explained(error: Exception) -> list[str]:
    """What is said of an error: refusals speak for themselves, the store's and the machine's are put in words."""
    from django.db import DatabaseError

    text = str(error)
    if problems := getattr(error, "problems", None):
        said = getattr(error, "said", None)  # those that are put in both languages
        return str(said(_language(sys.argv))).splitlines() if said else list(problems)
    if isinstance(error, DatabaseError):
        return [f"{_of_the_store(text)}. Nothing was changed"]
    if isinstance(error, (OSError, MemoryError)):
        return [_of_the_machine(error)]
    if isinstance(error, ValueError) and type(error).__module__.startswith("styr."):
        said = getattr(error, "said", None)  # those that are put in both languages
        return (said(_language(sys.argv)) if said else text).splitlines()
    return [f"something went wrong inside Styr ({type(error).__name__}). Nothing was changed; --debug shows where"]


def _language(words: list[str]) -> str:
    """The language a command line asks for, by its option or else by STYR_LANGUAGE; English when neither says."""
    written = " ".join(words).replace("--language ", "--language=").split()
    asked = [word.removeprefix("--language=") for word in written if word.startswith("--language=")]
    return "da" if (asked or [os.environ.get("STYR_LANGUAGE", "en")])[-1] == "da" else "en"


def _of_the_store(text: str) -> str:
    if "locked" in text or "lock timeout" in text:
        return "the store is in use by another program and stayed locked; try again when it is done"
    if "full" in text or "No space left" in text:
        return "the disk is full: make room and try again"
    return f"the store cannot be used ({masked(text.splitlines()[0])})"


def _of_the_machine(error: OSError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return "the machine ran out of memory; hand in fewer years at a time. Nothing was changed"
    if error.errno == ENOSPC:
        return "the disk is full: make room and try again. Nothing was changed"
    return f"{masked(str(error.filename or 'a file'))}: {error.strerror or masked(str(error))}"


def _say(*lines: str) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for line in lines:
        console.print(Text.assemble(("styr: ", "bold red"), line))
