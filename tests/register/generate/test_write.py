# SPDX-License-Identifier: EUPL-1.2
"""What `write` promises: every table, the mark, the same rows for the same seed, and refusals that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from styr.register.generate import MARK, Written, workers, write
from styr.vocabulary.exchange import tables

SMALL = {"scale": 0.02, "from_year": 2018, "to_year": 2019}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_table_is_there_with_exactly_the_columns_of_the_exchange_format(delivery) -> None:
    for name, table in tables().items():
        header = delivery.written.paths[name].read_text(encoding="utf-8").splitlines()[0]
        assert header.split(",") == list(table.columns)
        assert delivery[name].height == delivery.written.rows[name] > 0, name


def test_a_delivery_says_in_two_languages_that_it_is_generated(written: Written) -> None:
    mark = json.loads((written.directory / MARK).read_text(encoding="utf-8"))
    assert mark["generated"] is True
    assert (mark["seed"], mark["scale"], mark["municipalities"]) == (7, 0.3, ["791", "825"])
    assert "Genererede data" in mark["da"]
    assert "Generated data" in mark["en"]


def test_names_of_offers_carry_the_mark(delivery) -> None:
    assert delivery["offers"]["name"].str.ends_with("(genereret)").all()


def test_citizen_ids_cannot_be_taken_for_civil_registration_numbers(delivery) -> None:
    assert delivery["citizens"]["citizen_id"].str.contains(r"^syn-\d{3}-\d{7}$").all()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        write(tmp_path / folder, seed=3, municipalities=["101", "825"], **SMALL)
    assert bytes_of(tmp_path / "first") == bytes_of(tmp_path / "second")


def test_several_processes_write_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "processes_for", lambda *_: 1)
    write(tmp_path / "one", seed=3, municipalities=["101", "791", "825"], **SMALL)
    monkeypatch.setattr(workers, "processes_for", lambda *_: 2)
    write(tmp_path / "two", seed=3, municipalities=["101", "791", "825"], **SMALL)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_another_seed_gives_another_country(tmp_path: Path) -> None:
    for seed in (3, 4):
        write(tmp_path / str(seed), seed=seed, municipalities=["791"], **SMALL)
    assert bytes_of(tmp_path / "3")["grants.csv"] != bytes_of(tmp_path / "4")["grants.csv"]


def test_a_municipality_by_itself_has_the_rows_it_has_in_company(tmp_path: Path) -> None:
    alone = write(tmp_path / "alone", seed=3, municipalities=["Viborg"], **SMALL)
    company = write(tmp_path / "company", seed=3, municipalities=["101", "791", "851"], **SMALL)
    for name, table in tables().items():
        mine = pl.read_csv(alone.paths[name], infer_schema=False)
        theirs = pl.read_csv(company.paths[name], infer_schema=False)
        assert theirs.join(mine, on=list(table.key), how="semi", nulls_equal=True).equals(mine), name


def test_parquet_holds_the_same_rows_as_csv(tmp_path: Path) -> None:
    csv = write(tmp_path / "csv", seed=3, municipalities=["825"], **SMALL)
    parquet = write(tmp_path / "parquet", seed=3, municipalities=["825"], format="parquet", **SMALL)
    assert csv.rows == parquet.rows
    for name, table in tables().items():
        columns = pl.read_parquet(parquet.paths[name])
        money = [columns.schema[column.name] for column in table.columns.values() if column.type == "money"]
        assert all(isinstance(kind, pl.Decimal) for kind in money), "whole amounts of ten digits are no persons"
        assert pl.read_csv(csv.paths[name], schema=columns.schema).equals(columns), name


def test_persons_follow_the_scale(tmp_path: Path) -> None:
    def persons(scale: float) -> int:
        made = write(tmp_path / str(scale), seed=3, scale=scale, municipalities=["791"], from_year=2018, to_year=2018)
        return int(pl.read_csv(made.paths["population"])["persons"].sum())

    assert persons(0.4) == pytest.approx(2 * persons(0.2), rel=0.001)


def test_years_outside_the_knots_can_be_asked_for(tmp_path: Path) -> None:
    made = write(tmp_path / "later", seed=3, scale=0.02, municipalities=["791"], from_year=2027, to_year=2028)
    years = pl.read_csv(made.paths["postings"], try_parse_dates=True)["date"].dt.year().unique().sort().to_list()
    assert years == [2027, 2028]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scale": 0}, "above 0"),
        ({"scale": float("nan")}, "above 0"),
        ({"municipalities": ["Atlantis"]}, "Atlantis"),
        ({"municipalities": ["411"]}, "not among the 98"),
        ({"municipalities": []}, "at least one"),
        ({"from_year": 2020, "to_year": 2019}, "before the first"),
        ({"from_year": 1850}, "outside"),
        ({"messy": True, "format": "parquet"}, "CSV"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_remedy(tmp_path: Path, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write(tmp_path / "refused", seed=1, **{"scale": 0.01, **wrong})
    assert not (tmp_path / "refused").exists()


def test_a_directory_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(ValueError, match=r"not empty \(mine\.txt\)"):
        write(tmp_path, seed=1, scale=0.01)
    assert bytes_of(tmp_path) == {"mine.txt": b"keep"}


def test_progress_is_told_by_municipality(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    write(tmp_path / "a", seed=1, municipalities=["791", "825"], progress=lambda *said: told.append(said), **SMALL)
    assert told == [("791", 0, 2), ("825", 1, 2), ("", 2, 2)]
