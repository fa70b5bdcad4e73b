# SPDX-License-Identifier: EUPL-1.2
"""A store in one file, and back, on both databases: nothing is lost, and a damaged file or a store in use is refused
before anything is touched."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgresql import Server
from register.taking import CITIZENS, take

from styr.register import backups
from styr.register import store as stores
from styr.register.delivery.findings import Refused

Write = Callable[..., Path]
NUMBERED = "citizen_id|birth_date|sex|municipality\n{}|1980-01-01|K|101"


@pytest.fixture
def elsewhere(any_store: Path, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Opens another, empty place of the same kind: a folder, and on PostgreSQL a database."""
    from django.db import connection

    dropped: list[tuple[Server, str]] = []

    def open_elsewhere() -> Path:
        url = None
        if connection.vendor == "postgresql":
            server: Server = request.getfixturevalue("postgresql_template")
            url = server.create()
            dropped.append((server, url))
        folder = tmp_path / "elsewhere" / "store"
        folder.parent.mkdir()
        stores.choose_store(folder, url)
        return folder

    yield open_elsewhere
    connection.close()
    for server, url in dropped:
        server.drop(url)


def test_a_restored_store_gives_the_same_snapshot_knows_the_same_deliveries_and_takes_more(
    any_store: Path, delivery: Write, elsewhere: Callable[[], Path], tmp_path: Path
) -> None:
    from styr.register.models import Delivery

    take(delivery(citizens=NUMBERED.format("010180-1234")))
    was, key = stores.snapshot(), stores.key_file().read_text()
    (any_store / "rejected").mkdir(exist_ok=True)
    (any_store / "rejected" / "some.csv").write_text("a,b")
    file = tmp_path / "styr.backup"
    made = backups.backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.files >= len(list(was.folder.iterdir())) + 2

    folder = elsewhere()
    backups.restore(file)
    assert backups.key_is_missing()
    assert (folder / "rejected" / "some.csv").read_text() == "a,b"
    assert stores.snapshot() == was.__class__(**{**was.__dict__, "folder": folder / "snapshots" / was.id})
    assert [each.outcome for each in Delivery.objects.all()] == ["taken"]
    stores.key_file().write_text(key)
    stores.key_file().chmod(0o600)
    assert take(delivery("again", citizens=NUMBERED.format("010180-1234"))).outcome == "unchanged", "the same pseudonym"
    assert take(delivery("more", citizens=NUMBERED.format("020280-1234"))).outcome == "taken"


def test_the_secret_key_is_in_no_backup(any_store: Path, delivery: Write, tmp_path: Path) -> None:
    take(delivery(citizens=NUMBERED.format("010180-1234")))
    backups.backup(tmp_path / "styr.backup")
    key = stores.key_file().read_bytes().strip()
    assert key not in gzip.decompress((tmp_path / "styr.backup").read_bytes())


def test_a_store_in_use_is_set_aside_only_when_told_so(any_store: Path, delivery: Write, tmp_path: Path) -> None:
    take(delivery(citizens=CITIZENS))
    was = stores.snapshot().id
    backups.backup(tmp_path / "styr.backup")
    take(delivery("later", citizens=CITIZENS.replace("1980", "1981")))
    now = stores.snapshot().id
    with pytest.raises(Refused, match="is in use; restore to another with --store, or set this one aside"):
        backups.restore(tmp_path / "styr.backup")
    assert stores.snapshot().id == now
    backups.restore(tmp_path / "styr.backup", replace=True)
    assert stores.snapshot().id == was
    (aside,) = any_store.parent.glob("store.before-*")
    assert (aside / "snapshots" / now).is_dir(), "what was there is kept"


def test_a_damaged_backup_is_refused_and_nothing_is_touched(any_store: Path, delivery: Write, tmp_path: Path) -> None:
    take(delivery(citizens=CITIZENS))
    was = stores.snapshot().id
    whole = tmp_path / "styr.backup"
    backups.backup(whole)
    cut, foreign, changed = tmp_path / "cut", tmp_path / "foreign", tmp_path / "changed"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    foreign.write_text("something else")
    with tarfile.open(whole) as source, tarfile.open(changed, "w:gz") as target:
        for entry in source:
            content = source.extractfile(entry).read()  # type: ignore[union-attr]
            content = content.replace(b"c1", b"c9") if entry.name.endswith("citizens.parquet") else content
            content = content + b" " if entry.name == "database" else content
            entry.size = len(content)
            target.addfile(entry, io.BytesIO(content))
    for file, said in ((cut, "damaged"), (foreign, "no backup of Styr"), (changed, "is not what was written")):
        with pytest.raises(Refused, match=said):
            backups.restore(file, replace=True)
    assert stores.snapshot().id == was
    assert [path.name for path in any_store.parent.glob("store.before-*")] == []
    with pytest.raises(Refused, match="is there already; choose another name"):
        backups.backup(whole)


def test_a_backup_of_the_other_kind_of_database_is_refused(
    store: Path, delivery: Write, tmp_path: Path, postgresql_template: Server
) -> None:
    take(delivery(citizens=CITIZENS))
    backups.backup(tmp_path / "styr.backup")
    url = postgresql_template.create(from_template="template_styr")
    try:
        stores.open_store(tmp_path / "other", url)
        with pytest.raises(Refused, match="is of a store on sqlite, and this one is on postgresql"):
            backups.restore(tmp_path / "styr.backup", replace=True)
    finally:
        stores.open_store(store)
        postgresql_template.drop(url)
