# SPDX-License-Identifier: EUPL-1.2
"""Random numbers by counting: each by its key, and distributed as they should be."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import kstest

from styr.forecast import chance
from styr.forecast.compiled import compiled_with_memory

SIZE = 20_000


@compiled_with_memory
def _many(kind: int, first: float, second: float, size: int) -> np.ndarray:
    result = np.empty(size)
    for number in range(size):
        key = chance.key_of(np.uint64(42), number)
        if kind == 0:
            result[number] = chance.uniform(key, 3)
        elif kind == 1:
            result[number] = chance.normal(key, 1)
        elif kind == 2:
            result[number] = chance.gamma(key, first)
        elif kind == 3:
            result[number] = chance.poisson(key, first)
        else:
            result[number] = chance.dispersed(key, first, second)
    return result


def test_even_and_normal_numbers_are_distributed_so() -> None:
    assert kstest(_many(0, 0.0, 0.0, SIZE), "uniform").pvalue > 0.001
    assert kstest(_many(1, 0.0, 0.0, SIZE), "norm").pvalue > 0.001


@pytest.mark.parametrize("shape", [0.4, 1.0, 7.5, 300.0])
def test_gamma_numbers_are_distributed_so(shape: float) -> None:
    assert kstest(_many(2, shape, 0.0, SIZE), "gamma", (shape,)).pvalue > 0.001


@pytest.mark.parametrize("mean", [0.05, 1.3, 12.0, 39.0, 400.0])
def test_poisson_numbers_have_mean_and_variance_alike(mean: float) -> None:
    counts = _many(3, mean, 0.0, SIZE)
    assert counts.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / SIZE))
    assert counts.var() == pytest.approx(mean, rel=0.1)


@pytest.mark.parametrize(("mean", "variance"), [(3.0, 9.0), (3.0, 3.0), (6.3, 1.5), (0.3, 0.21), (20.0, 60.0)])
def test_dispersed_counts_have_the_mean_and_the_variance(mean: float, variance: float) -> None:
    counts = _many(4, mean, variance, SIZE)
    assert counts.mean() == pytest.approx(mean, abs=6 * np.sqrt(variance / SIZE) + 0.01 * mean)
    assert counts.var() == pytest.approx(variance, rel=0.12)


def test_texts_have_numbers_of_their_own_wherever_they_stand() -> None:
    column = pa.array(["a", "g-101-0000001", "", "æøå"])
    whole = chance.keys_of_text(column)
    assert len(set(whole.tolist())) == 4
    assert chance.keys_of_text(column.slice(1, 2)).tolist() == whole[1:3].tolist()
    assert int(whole[0]) == 0xAF63DC4C8601EC8C  # FNV-1a of "a", as its authors give it
