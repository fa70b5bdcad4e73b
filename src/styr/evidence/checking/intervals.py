# SPDX-License-Identifier: EUPL-1.2
"""Exact interval arithmetic: what a number printed with rounding and hedge may have been, and what follows of it.

Ends are fractions, and each end says whether it belongs: 65 is [64.5, 65.5), 0 is (-0.5, 0.5). Nothing here is a
tolerance: two spans meet or they do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from styr.evidence.published import Interval

End = tuple[Fraction, int]  # a value, and -1 or 1 where the span stops just before or begins just after it


@dataclass(frozen=True, slots=True)
class Span:
    """The values between two ends; an end that is None is unbounded."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no value lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def width(self) -> Fraction | None:
        """High less low; None when an end is unbounded."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def middle(self) -> Fraction | None:
        """The value between the ends, or the only end there is; None when there is none."""
        if self.low is None or self.high is None:
            return self.high if self.low is None else self.low
        return (self.low + self.high) / 2

    def holds(self, value: Fraction) -> bool:
        """Whether the value lies in it."""
        return not self.meet(point(value)).is_empty

    def meet(self, other: Span) -> Span:
        """What lies in both."""
        low = max(filter(None, (_begin(self), _begin(other))), default=None)
        high = min(filter(None, (_end(self), _end(other))), default=None)
        return _from_ends(low, high)

    def hull(self, other: Span) -> Span:
        """The narrowest span around both."""
        lows, highs = (_begin(self), _begin(other)), (_end(self), _end(other))
        return _from_ends(
            None if lows[0] is None or lows[1] is None else min(lows[0], lows[1]),
            None if highs[0] is None or highs[1] is None else max(highs[0], highs[1]),
        )

    def plus(self, other: Span) -> Span:
        """The sums of a value of each."""
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Span(low, high, self.low_open or other.low_open, self.high_open or other.high_open)

    def times(self, factor: Fraction) -> Span:
        """Its values times a factor."""
        if factor == 0:
            return point(factor)
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        turned = Span(high, low, self.high_open, self.low_open)
        return turned if factor < 0 else Span(low, high, self.low_open, self.high_open)

    def over(self, other: Span) -> Span:
        """Quotients of a value of each; everything when the divisor may be zero or less."""
        if other.low is None or other.low <= 0:
            return EVERYTHING
        low = _quotient(self.low, self.low_open, other, least=True)
        high = _quotient(self.high, self.high_open, other, least=False)
        return Span(low[0], high[0], low[1], high[1])

    def product(self, other: Span) -> Span:
        """Products of a value of each, the other above zero; everything when it may be zero or less."""
        if other.low is None or other.low < 0 or other.high is None:
            return EVERYTHING
        low = _product(self.low, self.low_open, other, least=True)
        high = _product(self.high, self.high_open, other, least=False)
        return Span(low[0], high[0], low[1], high[1])

    def gap(self, other: Span) -> Fraction:
        """How far the other lies above (or below: negative) this; zero when they meet or only touch."""
        if self.high is not None and other.low is not None and other.low > self.high:
            return other.low - self.high
        if self.low is not None and other.high is not None and other.high < self.low:
            return other.high - self.low
        return Fraction(0)


EVERYTHING = Span(None, None, True, True)


def point(value: Fraction | int) -> Span:
    """The span of one value."""
    return Span(Fraction(value), Fraction(value))


def span_of(interval: Interval) -> Span:
    """A printed number's interval as a span of fractions."""
    return Span(_fraction(interval.low), _fraction(interval.high), interval.low_open, interval.high_open)


def total(spans: Iterable[Span]) -> Span:
    """The sums of one value of each span."""
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    low_open = high_open = False
    for span in spans:
        low = None if low is None or span.low is None else low + span.low
        high = None if high is None or span.high is None else high + span.high
        low_open, high_open = low_open or span.low_open, high_open or span.high_open
    return Span(low, high, low_open, high_open)


def _fraction(value: Decimal) -> Fraction | None:
    return Fraction(value) if value.is_finite() else None


def _begin(span: Span) -> End | None:
    return None if span.low is None else (span.low, int(span.low_open))


def _end(span: Span) -> End | None:
    return None if span.high is None else (span.high, -int(span.high_open))


def _from_ends(low: End | None, high: End | None) -> Span:
    return Span(
        low[0] if low else None,
        high[0] if high else None,
        low is None or bool(low[1]),
        high is None or bool(high[1]),
    )


def _quotient(end: Fraction | None, is_open: bool, by: Span, *, least: bool) -> tuple[Fraction | None, bool]:
    """The least or greatest quotient that an end of the dividend gives, and whether it is left out."""
    if end is None:
        return None, True
    if end == 0:
        return end, is_open
    by_high = (end > 0) == least
    divisor, divisor_open = (by.high, by.high_open) if by_high else (by.low, by.low_open)
    if divisor is None:
        return Fraction(0), True
    return end / divisor, is_open or divisor_open


def _product(end: Fraction | None, is_open: bool, by: Span, *, least: bool) -> tuple[Fraction | None, bool]:
    """The least or greatest product that an end of one factor gives, and whether it is left out."""
    if end is None:
        return None, True
    if end == 0:
        return end, is_open
    by_low = (end > 0) == least
    factor, factor_open = (by.low, by.low_open) if by_low else (by.high, by.high_open)
    return (None, True) if factor is None else (end * factor, is_open or factor_open)
