# SPDX-License-Identifier: EUPL-1.2
"""The store: its secret key, and the snapshots taken of it."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from register.taking import CITIZENS, environment, take

from styr.register import sqlite_ranges
from styr.register import store as stores
from styr.register.delivery.findings import Refused
from styr.register.snapshot import SnapshotError, open_snapshot
from styr.vocabulary.exchange import tables

Write = Callable[..., Path]
NUMBERED = "citizen_id|birth_date|sex|municipality\n{}|1980-01-01|K|101"


def test_a_new_store_gets_a_key_of_its_own_that_nobody_else_may_read(any_store: Path, delivery: Write) -> None:
    stores.key_file().unlink(missing_ok=True)
    take(delivery(citizens=CITIZENS))
    file = stores.key_file()
    assert file == any_store.with_name("store.key")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = file.read_bytes().strip()
    assert len(key) >= 32
    for each in [path for path in any_store.rglob("*") if path.is_file()]:
        assert key not in each.read_bytes(), f"the key stands in {each.name}"
    assert [path for path in any_store.parent.iterdir() if path.name.startswith(".store.key")] == []


def test_a_store_refuses_another_key_than_its_own(any_store: Path, delivery: Write) -> None:
    folder = delivery(citizens=NUMBERED.format("010180-1234"))
    take(folder)
    with (
        environment(STYR_KEY="another key, long enough"),
        pytest.raises(Refused, match="not the one this store was made with"),
    ):
        take(folder)
    key = stores.key_file().read_text().strip()
    stores.key_file().unlink()
    with pytest.raises(Refused, match=r"key is missing: set STYR_KEY, or put store\.key back beside the store"):
        take(folder)
    assert not stores.key_file().exists()
    with environment(STYR_KEY=key):
        assert take(folder).outcome == "unchanged"


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        ("short", 0o600, "shorter than 16 characters"),
        ("", 0o600, "shorter than"),
        ("x" * 40, 0o644, "chmod 600 store.key"),
    ],
)
def test_a_poor_key_is_refused(store: Path, content: str, mode: int, said: str) -> None:
    stores.key_file().write_text(content)
    stores.key_file().chmod(mode)
    with pytest.raises(Refused, match=said):
        stores.pseudonyms()


def test_a_store_may_lie_in_a_folder_of_any_name(sqlite_template: Path, tmp_path: Path, delivery: Write) -> None:
    place = tmp_path / "Året 2024 #1 50%25? & så"
    shutil.copytree(sqlite_template, place)
    stores.open_store(place)
    take(delivery(citizens=CITIZENS))
    assert stores.snapshot().rows("citizens") == 2


def test_a_snapshot_holds_every_table_as_typed_columns_sorted_by_key(any_store: Path, delivery: Write) -> None:
    take(
        delivery(
            citizens=CITIZENS,
            postings="posting_id|date|municipality|function|grouping|dranst|amount\np|2024-01-01|101|53852|1|1|0,10",
        )
    )
    snapshot = stores.snapshot()
    assert snapshot.folder == any_store / "snapshots" / snapshot.id
    assert {file.stem for file in snapshot.folder.glob("*.parquet")} == set(tables())
    citizens = pl.read_parquet(snapshot.path("citizens"))
    assert citizens["citizen_id"].to_list() == ["c1", "c2"]
    assert citizens.schema["birth_date"] == pl.Date
    assert [str(amount) for amount in pl.read_parquet(snapshot.path("postings"))["amount"]] == ["0.1000"]
    assert pl.read_parquet(snapshot.path("grants")).is_empty()
    manifest = json.loads((snapshot.folder / "manifest.json").read_text())
    assert manifest["id"] == snapshot.id
    assert manifest["tables"]["citizens"]["rows"] == 2
    assert [mark["sha256"] for mark in manifest["deliveries"]] == [mark.sha256 for mark in snapshot.deliveries]
    assert open_snapshot(snapshot.folder) == snapshot


def test_a_snapshot_is_shared_while_nothing_changes_and_never_touched_after(any_store: Path, delivery: Write) -> None:
    first = delivery("first", citizens=CITIZENS, price_indices="series|year|value\ni|2020|1")
    take(first)
    snapshot = stores.snapshot()
    was = {file.name: file.read_bytes() for file in snapshot.folder.iterdir()}
    take(first)
    assert stores.snapshot().id == snapshot.id
    take(delivery("second", price_indices="series|year|value\ni|2020|2"))
    changed = stores.snapshot()
    assert changed.id != snapshot.id
    assert {file.name: file.read_bytes() for file in snapshot.folder.iterdir()} == was
    assert changed.path("citizens").stat().st_ino == snapshot.path("citizens").stat().st_ino, (
        "an unchanged table is shared"
    )
    assert pl.read_parquet(changed.path("price_indices"))["value"].to_list() == [2.0]
    assert [path.name for path in snapshot.folder.parent.glob(".taking-*")] == []


def test_a_snapshot_of_an_earlier_day_knows_no_more_than_that_day(any_store: Path, delivery: Write) -> None:
    take(delivery("1", citizens=CITIZENS), known_at="2024-01-01")
    before = stores.snapshot(date(2024, 1, 31))
    take(delivery("2", citizens=CITIZENS.replace("c2", "c3")), known_at="2024-02-01")
    assert stores.snapshot(date(2024, 1, 31)).id == before.id
    assert (before.known_at, before.rows("citizens"), stores.snapshot().rows("citizens")) == (date(2024, 1, 1), 2, 3)
    with pytest.raises(Refused, match="nothing was known by 2023-12-31: the first delivery is known from 2024-01-01"):
        stores.snapshot(date(2023, 12, 31))


def test_what_is_taken_while_a_snapshot_is_copied_is_no_part_of_it(
    any_store: Path, delivery: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    from styr.register import taking

    index = "series|year|value\ni|2020|{}"
    take(delivery("first", citizens=CITIZENS, price_indices=index.format(1)))
    meanwhile = [delivery("second", citizens=CITIZENS.replace("1980", "1981"), price_indices=index.format(2))]
    read = taking.read_columns

    def read_and_be_overtaken(*arguments: object, **options: object) -> object:
        rows = read(*arguments, **options)  # type: ignore[arg-type]
        if meanwhile:
            take(meanwhile.pop())
            connection.close()
        return rows

    monkeypatch.setattr(taking, "read_columns", read_and_be_overtaken)
    snapshot = stores.snapshot()
    assert len(snapshot.deliveries) == 1
    assert pl.read_parquet(snapshot.path("citizens"))["birth_date"].to_list() == [date(1980, 1, 1), date(1990, 6, 30)]
    assert pl.read_parquet(snapshot.path("price_indices"))["value"].to_list() == [1.0]


def test_a_large_table_read_by_several_processes_is_the_same(
    store: Path, delivery: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = "\n".join(f"i{number // 50}|{2000 + number % 50}|{number / 8}" for number in range(500))
    take(delivery(price_indices=f"series|year|value\n{numbers}"))
    whole = stores.snapshot().copies["price_indices"]
    monkeypatch.setattr(sqlite_ranges, "_LARGE", 0)
    monkeypatch.setattr(sqlite_ranges, "_TASK", 64)
    monkeypatch.setattr(sqlite_ranges, "_RANGE", 10)
    shutil.rmtree(stores.folder() / "snapshots")
    assert stores.snapshot().copies["price_indices"] == whole
    assert whole.rows == 500


def test_an_empty_register_has_no_snapshot(any_store: Path) -> None:
    with pytest.raises(Refused, match=r"the register is empty\. Hand in a delivery with: styr import PATH"):
        stores.snapshot()


@pytest.mark.parametrize("manifest", ["", "{", "[]", '"x"', "{}", '{"format": 1}', '{"format": 0}'])
def test_a_damaged_snapshot_is_put_aside_and_taken_anew(store: Path, delivery: Write, manifest: str) -> None:
    take(delivery(citizens=CITIZENS))
    damaged = stores.snapshot()
    (damaged.folder / "manifest.json").write_text(manifest)
    with pytest.raises(SnapshotError, match="snapshot"):
        open_snapshot(damaged.folder)
    assert stores.snapshot() == damaged
    assert open_snapshot(damaged.folder).rows("citizens") == 2


def test_generated_data_is_marked_as_such_for_good(any_store: Path, delivery: Write) -> None:
    folder = delivery(citizens=CITIZENS)
    (folder / "generated.json").write_text('{"generated": true, "seed": 1}')
    assert take(folder).generated
    take(delivery("real", price_indices="series|year|value\ni|2020|1"))
    assert stores.snapshot().generated
