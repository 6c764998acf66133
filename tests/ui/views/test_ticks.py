"""Ticks are round, inside, few; numbers are written as people write them."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.ui.views.ticks import linear_labels, linear_ticks, log_labels, log_ticks, nice_step, number, significant

MINUS = "\N{MINUS SIGN}"
ends = st.floats(-1e9, 1e9, allow_nan=False)


@given(ends, ends, st.integers(1, 20))
def test_linear_ticks_are_inside_rising_and_few(a, b, target):
    lo, hi = min(a, b), max(a, b)
    ticks = linear_ticks(lo, hi, target)
    assert all(lo <= tick <= hi for tick in ticks)
    assert all(x < y for x, y in itertools.pairwise(ticks))
    assert len(ticks) <= target + 1


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 12))
def test_a_drawable_range_has_a_tick_and_labels_differ(lo, span, target):
    ticks = linear_ticks(lo, lo + span, target)
    assert len(ticks) >= 1
    labels = linear_labels(ticks)
    assert len(set(labels)) == len(labels)


@given(st.floats(1e-12, 1e12), st.integers(1, 40))
def test_steps_are_one_two_or_five(span, target):
    step = nice_step(span, target)
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - nice) for nice in (1, 2, 5, 10)) < 1e-6
    assert span / step <= target * (1 + 1e-6)


@given(st.floats(-12, 11), st.floats(0.1, 12), st.integers(1, 12))
def test_log_ticks_are_powers_of_ten_inside(exponent, decades, target):
    lo, hi = 10.0**exponent, 10.0 ** (exponent + decades)
    ticks = log_ticks(lo, hi, target)
    assert len(ticks) <= target + 1
    assert all(lo * (1 - 1e-6) <= tick <= hi * (1 + 1e-6) for tick in ticks)
    assert all(abs(math.log10(tick) - round(math.log10(tick))) < 1e-9 for tick in ticks)


@pytest.mark.parametrize("ends", [(0, 0), (1, 0), (math.nan, 1), (0, math.inf)])
def test_no_ticks_where_nothing_can_be_drawn(ends):
    assert linear_ticks(*ends) == []
    assert log_ticks(*ends) == []


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.56, 1, "1,234.6"),
        (-0.5, 2, MINUS + "0.50"),
        (-0.001, 2, "0.00"),
        (0.0, 0, "0"),
        (math.nan, 2, "not a number"),
        (-math.inf, 2, MINUS + "∞"),
    ],
)
def test_numbers(value, decimals, text):
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (149.46217346, 4, "149.5"),
        (0.0042, 2, "0.0042"),
        (3.1e-7, 2, "3.1e" + MINUS + "7"),
        (12400.0, 3, "12,400"),
        (2.5e12, 2, "2.5e12"),
        (0.0, 3, "0"),
    ],
)
def test_significant_digits(value, digits, text):
    assert significant(value, digits) == text


def test_labels_of_decades_and_of_even_ticks():
    assert log_labels([1e-8, 1.0, 100.0]) == ["10⁻⁸", "10⁰", "10²"]
    assert linear_labels([-1.0, -0.5, 0.0, 0.5]) == [MINUS + "1.0", MINUS + "0.5", "0.0", "0.5"]
    assert linear_labels([0.0, 1000.0, 2000.0]) == ["0", "1,000", "2,000"]
