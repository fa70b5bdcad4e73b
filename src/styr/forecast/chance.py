# SPDX-License-Identifier: EUPL-1.2
"""Random numbers by counting: the n-th number of a key is a mix of both, so that no draw depends on how many others are
made, in which order, or by how many processes.

SplitMix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators): a counter that steps by the
golden ratio, and a finaliser that passes BigCrush. A key is made for each draw of each municipality, and from it one
for each grant, citizen and expected newcomer, so that two forecasts give the same grant the same luck.
"""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from styr.forecast.compiled import compiled, compiled_with_memory, inlined

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 1.0 / 9007199254740992.0
_MANY = 40.0
_MOST = 400


@inlined
def mixed(value: np.uint64 | int) -> np.uint64:
    """A number with its bits thoroughly mixed."""
    bits = np.uint64(value)
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))


@inlined
def key_of(key: np.uint64, part: np.uint64 | int) -> np.uint64:
    """The key of a part (a draw, a grant, a month …) of what another key is for."""
    return mixed(mixed(np.uint64(key) ^ np.uint64(0x5851F42D4C957F2D)) + np.uint64(part) * _STEP)


@inlined
def uniform(key: np.uint64, number: int) -> float:
    """The number-th number of a key, evenly in (0, 1)."""
    bits = mixed(np.uint64(key) + (np.uint64(number) + np.uint64(1)) * _STEP) >> np.uint64(11)
    return (np.float64(bits) + 0.5) * _TO_UNIT


@compiled
def normal(key: np.uint64, number: int) -> float:
    """A standard normal number (Box and Muller), from two even ones of the key."""
    radius = math.sqrt(-2.0 * math.log(uniform(key, 2 * number)))
    return radius * math.cos(2.0 * math.pi * uniform(key, 2 * number + 1))


@compiled
def gamma(key: np.uint64, shape: float) -> float:
    """A gamma number with a shape and scale 1 (Marsaglia and Tsang 2000); the key is used up."""
    if shape <= 0.0:
        return 0.0
    boost = 1.0
    if shape < 1.0:
        boost = uniform(key, 0) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    for attempt in range(1, 1000):
        own = key_of(key, attempt)
        x = normal(own, 0)
        v = (1.0 + c * x) ** 3
        if v > 0.0 and math.log(uniform(own, 2)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return boost * d * v
    return boost * d


@compiled
def poisson(key: np.uint64, mean: float) -> int:
    """A Poisson number: by counting down the even number when the mean is small, else the nearest normal one."""
    if mean <= 0.0:
        return 0
    if mean > _MANY:
        return max(0, math.floor(mean + math.sqrt(mean) * normal(key, 0) + 0.5))
    left, count = uniform(key, 0), 0
    if left <= 1.0 - mean:  # the chance of 0 is more than that
        return 0
    term = math.exp(-mean)
    while left > term and count < _MOST:
        left -= term
        count += 1
        term *= mean / count
    return count


@compiled
def _counted_down(left: float, term: float, shape: float, ratio: float) -> int:
    """A negative binomial number: an even number counted down by the chance of 0 (term), of 1, and so on."""
    count = 0
    while left > term and count < _MOST:
        left -= term
        term *= ratio * (shape + count) / (count + 1)
        count += 1
    return count


@compiled
def dispersed(key: np.uint64, mean: float, variance: float) -> int:
    """A count with a mean and a variance: negative binomial when the variance is above the mean, and when below the
    nearest whole number to a normal one (up or down by chance, so that the mean is kept)."""
    if mean <= 0.0:
        return 0
    if variance > mean * 1.001:
        shape, over = mean * mean / (variance - mean), variance / mean
        if mean <= _MANY:
            if uniform(key, 0) <= 1.0 - mean:  # the chance of 0 is more than that
                return 0
            return _counted_down(uniform(key, 0), math.exp(-shape * math.log(over)), shape, 1.0 - 1.0 / over)
        return poisson(key_of(key, 1), mean * gamma(key_of(key, 2), shape) / shape)
    if variance > mean * 0.95:
        return poisson(key, mean)
    part = mean - math.floor(mean)
    spread = variance - part * (1.0 - part)  # rounding by chance has a variance of its own
    aim = mean + (math.sqrt(spread) * normal(key_of(key, 3), 0) if spread > 0.0 else 0.0)
    return max(0, math.floor(aim + uniform(key_of(key, 4), 0)))


def keys_of_text(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """A number for every text, the same at all times and places (FNV-1a, 64 bits)."""
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    column = column.cast(pa.large_string())
    _, offsets, data = column.buffers()
    begin = column.offset
    places = np.frombuffer(offsets, dtype=np.int64)[begin : begin + len(column) + 1]
    content = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return np.asarray(_fnv(places, content))


@compiled_with_memory
def _fnv(places: np.ndarray, content: np.ndarray) -> np.ndarray:
    result = np.empty(len(places) - 1, dtype=np.uint64)
    for row in range(len(result)):
        value = np.uint64(0xCBF29CE484222325)
        for place in range(places[row], places[row + 1]):
            value = (value ^ np.uint64(content[place])) * np.uint64(0x100000001B3)
        result[row] = value
    return result
