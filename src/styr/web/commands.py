# SPDX-License-Identifier: EUPL-1.2
"""The web application's commands: serve, worker, user, audit."""

from __future__ import annotations

import os
from typing import Annotated

import typer

SETTINGS = "styr.web.site"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_audit = typer.Typer(help="The audit log of the web application.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the web application's commands."""
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("user")(user)
    app.add_typer(_audit, name="audit")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on")] = 8000,
    behind_proxy: Annotated[
        str | None,
        typer.Option("--behind-proxy", metavar="ADDRESS", help="Address of the proxy that ends TLS before it"),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Pages made at a time")] = 16,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Made-up data only: a user for each role, and says so on every page")
    ] = False,
) -> None:
    """Open the web application, and the worker for long work beside it."""
    from styr.register.delivery.findings import Refused

    if host not in _LOOPBACK and not behind_proxy:
        raise Refused(
            f"{host}: others can reach this address, and passwords would be sent in the clear. Put a proxy with TLS "
            "before it and name its address with --behind-proxy, or serve this machine alone with --host 127.0.0.1"
        )
    if not behind_proxy:
        os.environ["STYR_PLAIN_HTTP"] = "1"
    if demonstration:
        os.environ["STYR_DEMONSTRATION"] = "1"
    _ready()
    from styr.web.accounts.saml import refuse_unready

    refuse_unready()
    if demonstration:
        from styr.web.demonstration import make_users

        make_users()
    from styr.web.serving import run

    run(host, port, threads, behind_proxy=behind_proxy)


def worker() -> None:
    """Do the long work that pages ask for (serve starts one itself)."""
    _ready()
    from styr.web.serving import run_worker

    run_worker()


def user(
    username: Annotated[str, typer.Argument(help="Name to sign in with")],
    name: Annotated[str, typer.Option(help="The person's name")],
    role: Annotated[str, typer.Option(help="A role: administrator, case_worker, …")] = "administrator",
    municipality: Annotated[str, typer.Option(help="The municipality the role is held in")] = "",
    offer: Annotated[str, typer.Option(help="The offer a provider belongs to")] = "",
) -> None:
    """Open a user, the first administrator say; the password is asked for, or read from STYR_PASSWORD."""
    _ready()
    from styr.web.accounts.first import open_from_command_line

    open_from_command_line(username, name, role, municipality, offer)


@_audit.command("verify")
def verify(
    expect: Annotated[str, typer.Option(help="A mark written down earlier, which must be in the chain")] = "",
) -> None:
    """Hold the audit log against itself; exit 1 when it was altered."""
    _ready()
    from styr.register.delivery.findings import Refused
    from styr.web.audit import log
    from styr.web.audit.models import Entry

    verdict = log.verify()
    if verdict.broken_at is not None:
        raise Refused(
            f"the audit log is broken at entry {verdict.broken_at}: it or one before it was changed or removed"
        )
    if expect and not Entry.objects.filter(mark=expect).exists():
        raise Refused("the audit log does not hold the mark expected: its end was cut off, or it is another store's")
    typer.echo(f"{verdict.entries} entries, last mark {verdict.last or '(none)'}")


def _ready() -> None:
    """The web application's own settings instead of the store's, and its tables made."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    from styr.register import store

    store.open_store()
