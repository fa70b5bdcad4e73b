# SPDX-License-Identifier: EUPL-1.2
"""A filled store of any earlier version is brought forward when it is opened: nothing that stood in it is lost, and it
takes deliveries and shows pages as before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from drawn import write_delivery
from web_register import TABLES
from web_users import make_users, signed_in

from styr.register import store
from styr.register.delivery.take import take_delivery
from styr.register.models import Grant


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str | None]]:
    """A filled store: its folder, and its database's URL when that is not SQLite."""
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None
    url = server.create() if server else None
    store.open_store(tmp_path / "store", url)
    _take(tmp_path, "first", TABLES, datetime(2024, 12, 31, tzinfo=UTC))
    make_users()
    yield tmp_path / "store", url
    connection.close()
    if server:
        server.drop(url)


def test_a_filled_store_of_every_earlier_version_is_brought_forward(
    opened: tuple[Path, str | None], tmp_path: Path
) -> None:
    from styr.web.accounts.models import User

    earlier = _earlier_versions()
    assert earlier, "there are earlier versions to come from"
    for number, (app, version) in enumerate(earlier):
        MigrationExecutor(connection).migrate([(app, version)])
        stood = _rows()
        assert stood[Grant._meta.db_table] and stood[User._meta.db_table], "the earlier version is filled"
        connection.close()
        store.open_store(*opened)
        now = _rows()
        for table, rows in stood.items():
            assert [{key: row[key] for key in rows[0]} for row in now[table]] == rows if rows else not now[table], (
                f"{table} from {app} {version}"
            )
        extra = {"places": f"department_id;provisions;places;start_date\nd1;SEL-107;{20 + number};2024-01-01\n"}
        _take(tmp_path, f"after-{number}", extra, datetime(2025, 1, 1 + number, tzinfo=UTC))
        assert signed_in("case_worker").get("/borgere/indsats/g1/").status_code == 200


def _earlier_versions() -> list[tuple[str, str]]:
    """Every migration of Styr's own that another of the same room came after."""
    loader = MigrationExecutor(connection).loader
    own = {each.label for each in _own()}
    leaves = set(loader.graph.leaf_nodes())
    return sorted(node for node in loader.disk_migrations if node[0] in own and node not in leaves)


def _rows() -> dict[str, list[dict[str, Any]]]:
    """All that stands in Styr's own tables."""
    own = {model._meta.db_table for app in _own() for model in app.get_models()}
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(own & set(connection.introspection.table_names(cursor))):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def _own() -> list[AppConfig]:
    """The rooms that keep something in the store."""
    return [each for each in apps.get_app_configs() if each.name.startswith("styr.")]


def _take(folder: Path, name: str, tables: Any, known_at: datetime) -> None:
    delivery = folder / name
    if name == "first":
        write_delivery(delivery, tables)
    else:
        delivery.mkdir()
        for table, text in tables.items():
            (delivery / f"{table}.csv").write_text(text, encoding="utf-8")
    take_delivery(delivery, store.pseudonyms(), known_at=known_at, rejected_folder=folder / f"rejected-{name}")
