# SPDX-License-Identifier: EUPL-1.2
"""On any register every engine gives what plain Python gives, whatever is asked of the catalogue."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from drawn_registers import Register, questions, registers, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spark import in_parts

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, Indicator, count, indicators
from styr.statistics.memory import rule

#: STYR_EXAMPLES=100 draws so many anew for every indicator; without it the same few are drawn each time.
EXAMPLES = int(os.environ.get("STYR_EXAMPLES", "3"))
drawn = settings(
    max_examples=EXAMPLES,
    derandomize="STYR_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NUMBERS = ("value", "numerator", "denominator", "lower", "upper")


@pytest.mark.parametrize("chosen", indicators(), ids=lambda chosen: chosen.key)
def test_every_indicator_is_written_in_plain_python_too(chosen: Indicator) -> None:
    assert chosen.ratio or callable(rule(chosen))


@pytest.mark.parametrize("chosen", indicators(), ids=lambda chosen: chosen.key)
def test_duckdb_counts_as_plain_python_does(chosen: Indicator) -> None:
    @drawn
    @given(register=registers(), asked=st.tuples(questions(chosen), questions(chosen)))
    def agrees(register: Register, asked: tuple[dict[str, Any], ...]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            snapshot = written(register, Path(folder))
            for question in asked:
                same_answer(snapshot, chosen.key, question, "duckdb", "memory")

    agrees()


def test_spark_counts_as_plain_python_does(spark_cluster: Any) -> None:
    with in_parts(spark_cluster, 3):
        _agrees_on_the_whole_catalogue("spark", registers_drawn=2)


@pytest.mark.usefixtures("postgresql_engine")
def test_postgresql_counts_as_plain_python_does() -> None:
    _agrees_on_the_whole_catalogue("postgresql", registers_drawn=2)


def test_the_cluster_has_two_executor_processes(spark_cluster: Any) -> None:
    """Each of four tasks says the number of the process it ran in."""
    tasks = spark_cluster.range(0, 4, 1, 4).selectExpr("java_method('java.lang.ProcessHandle', 'current') AS process")
    processes = {row["process"] for row in tasks.collect()}
    driver = spark_cluster.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    assert len(processes - {str(driver)}) == 2, f"executors in {processes}, the driver in {driver}"


def _agrees_on_the_whole_catalogue(engine: str, registers_drawn: int) -> None:
    """One question of every indicator to each of a few registers: a cluster takes about a second for each."""

    @settings(drawn, max_examples=registers_drawn)
    @given(register=registers(), asked=st.tuples(*(questions(chosen) for chosen in indicators())))
    def agrees(register: Register, asked: tuple[dict[str, Any], ...]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            snapshot = written(register, Path(folder))
            for chosen, question in zip(indicators(), asked, strict=True):
                same_answer(snapshot, chosen.key, question, engine, "memory")

    agrees()


def same_answer(snapshot: Snapshot, indicator: str, question: dict[str, Any], engine: str, other: str) -> None:
    """Both engines give the same rows, or both refuse in the same first words."""
    answers = [answer(snapshot, indicator, question, each) for each in (engine, other)]
    said = [found if isinstance(found, str) else sorted(map(str, found)) for found in answers]
    assert said[0] == said[1], f"cells of {indicator} {question}"
    for cell, numbers in answers[0].items() if isinstance(answers[0], dict) else ():
        expected = answers[1][cell]
        assert all(map(_same, numbers, expected)), f"{cell} of {indicator} {question}: {numbers}, {other} {expected}"


def _same(one: float | None, two: float | None) -> bool:
    """Equal to the last öre and person, but for the order in which broken numbers were added."""
    if one is None or two is None:
        return one is two
    return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-6)


def answer(snapshot: Snapshot, indicator: str, question: dict[str, Any], engine: str) -> dict[Any, Any] | str:
    """Cell, with persons and method → its numbers; or the first words of a refusal."""
    try:
        table = count(snapshot, indicator, **question, disclosure_control=False, engine=engine).to_polars()
    except CannotAnswer as refusal:
        return " ".join(str(refusal).split()[:4])
    rows = table.to_dicts()
    found = {
        (*(row[key] for key in question["by"]), row["n"], row["method"]): [row[name] for name in NUMBERS]
        for row in rows
    }
    assert len(found) == len(rows), "a cell is one row"
    return found
