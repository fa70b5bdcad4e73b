# SPDX-License-Identifier: EUPL-1.2
"""The web application within the tests' process: its settings instead of the store's, a small drawn register in a store
with the application's tables, and a user of each role."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from browsing import browser, opened, served  # noqa: F401 — fixtures
from django.conf import settings
from django.test import Client, override_settings
from drawn import write_delivery
from web_register import TABLES
from web_users import make_users, signed_in

settings.SECRET_KEY = "only for tests"  # a setting that cannot be taken back once it is there
import_module("axes.conf")  # fills in settings of its own, once in a process


@pytest.fixture(scope="module", autouse=True)
def site() -> Iterator[None]:
    """The settings of the web application, while the tests of a module run."""
    chosen = import_module("styr.web.site")
    said = {name: getattr(chosen, name) for name in dir(chosen) if name.isupper()}
    for name in ("DATABASES", "STORE", "INSTALLED_APPS", "SECRET_KEY"):
        said.pop(name)
    said |= {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "SECURE_SSL_REDIRECT": False,
        "SECOND_FACTOR_DEMANDED": False,
        "ALLOWED_HOSTS": ["testserver", "localhost"],
        "API_REQUESTS_A_MINUTE": 10**6,
    }
    with override_settings(**said), override_settings(INSTALLED_APPS=chosen.INSTALLED_APPS):
        yield


@pytest.fixture(scope="session")
def filled_template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where the filled store is kept once it is made (see `filled`)."""
    return {"folder": tmp_path_factory.mktemp("web") / "store"}


@pytest.fixture
def filled(filled_template: dict[str, Path], tmp_path: Path) -> Iterator[Path]:
    """A store with the drawn register, a snapshot of it, and a user of each role; gives its folder."""
    from django.db import connection

    from styr.register.store import open_store

    template = filled_template["folder"]
    if not template.exists():
        _fill(template, tmp_path / "delivery")
    folder = tmp_path / "store"
    shutil.copytree(template, folder)
    shutil.copy(template.with_name("store.key"), folder.with_name("store.key"))
    open_store(folder)
    yield folder
    connection.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """A store with the application's tables and a user of each role, and nothing in the register."""
    from django.db import connection

    from styr.register.store import open_store

    open_store(tmp_path / "store")
    make_users()
    yield tmp_path / "store"
    connection.close()


@pytest.fixture
def as_user(filled: Path) -> Callable[..., Client]:
    """A browser in which a user is signed in: as_user("case_worker"); "" is one who is not."""
    return signed_in


def _fill(folder: Path, delivery: Path) -> None:
    from django.db import connection

    from styr.register import store
    from styr.register.delivery.take import take_delivery

    store.open_store(folder)
    take_delivery(
        write_delivery(delivery, TABLES),
        store.pseudonyms(),
        known_at=datetime(2024, 12, 31, tzinfo=UTC),
        rejected_folder=folder / "rejected",
    )
    store.snapshot()
    make_users()
    connection.close()
