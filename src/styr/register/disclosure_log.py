# SPDX-License-Identifier: EUPL-1.2
"""Who may see numbers without disclosure control, and the log of each time it is done.

The role `small_cells` is held by the operating system's user who owns the store's folder, and by those named under it
in the roles file beside the store (`styr-store.roles.yaml` beside `styr-store`), which the owner writes:

    small_cells: [anna, bent]

The log is `disclosure.log` in the store's folder, a line of JSON for each time; lines are only ever added.
"""

from __future__ import annotations

import getpass
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import yaml
from django.utils import timezone

from styr.register import store
from styr.register.delivery.findings import Refused, masked

ROLE = "small_cells"


def log_file() -> Path:
    """Where the log lies, whatever database the register is in."""
    return store.folder() / "disclosure.log"


def roles_file() -> Path:
    """Where roles are given: beside the store, as the secret key is."""
    folder = store.folder().absolute()
    return folder.with_name(folder.name + ".roles.yaml")


def without_control(command: str, question: Mapping[str, object], *, option: str = "--no-disclosure-control") -> None:
    """Let the user at the keyboard ask a question without disclosure control, and write it to the log first.

    command: the command's name. question: what was asked, as typed. option: what it was asked with. Raises Refused when
    the user does not hold the role, or the log cannot be written.
    """
    who = user()
    if not holds_role(who):
        raise Refused(
            f"{who} may not see small cells: {option} needs the role {ROLE}. The owner of the store "
            f"gives it in {roles_file().name} beside the store, with the line: {ROLE}: [{who}]. Or leave the option out"
        )
    asked = {name: masked(str(value)) for name, value in question.items()}
    moment = timezone.localtime().isoformat(timespec="seconds")
    _append({"at": moment, "who": who, "command": command, "question": asked})


def holds_role(who: str) -> bool:
    """Whether a user may see small cells in the open store."""
    return owns_store() or who in _named()


def owns_store() -> bool:
    """Whether the program runs as the user who owns the store's folder; without such users (Windows) no one does."""
    return hasattr(os, "geteuid") and store.folder().stat().st_uid == os.geteuid()


def user() -> str:
    """The operating system's name of the user the program runs as; what the environment says is not asked."""
    try:
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name
    except ImportError:
        return getpass.getuser()
    except KeyError:
        return str(os.geteuid())


def _named() -> list[str]:
    file = roles_file()
    if not file.exists():
        return []
    mode = file.stat()
    if hasattr(os, "geteuid") and (
        stat.S_IMODE(mode.st_mode) & 0o022 or mode.st_uid not in (0, store.folder().stat().st_uid)
    ):
        raise Refused(
            f"{file.name}: others than the owner of the store can write roles; it must be the owner's own file: "
            f"chmod 644 {file.name}"
        )
    try:
        roles = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        names = roles.get(ROLE, []) if isinstance(roles, dict) else None
    except (yaml.YAMLError, UnicodeDecodeError):
        names = None
    if not isinstance(names, list):
        raise Refused(f"{file.name}: expected a line such as: {ROLE}: [anna, bent]")
    return [str(name) for name in names]


def _append(entry: Mapping[str, object]) -> None:
    """Add a line and see it to the disk. It is written in one go at the end, so that two programs' lines do not mix."""
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    try:
        handle = os.open(log_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise Refused(
            f"{log_file().name} in the store's folder cannot be written ({error.strerror}), and nothing is shown "
            "without disclosure control that is not in the log. Let the owner of the store make it writable to you"
        ) from error
