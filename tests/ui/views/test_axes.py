"""Pixels and data map onto each other, both ways."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.ui.views.axes import Axes, Range

ranges = st.builds(lambda lo, span: Range(lo, lo + span), st.floats(-1e4, 1e4), st.floats(1e-2, 1e4, exclude_min=True))
positive = st.builds(lambda e, d: Range(10.0**e, 10.0 ** (e + d)), st.floats(-9, 3), st.floats(0.2, 9))
lengths = st.floats(20, 2000)
axes = st.builds(Axes, ranges, ranges, st.floats(-100, 100), st.floats(-100, 100), lengths, lengths)
log_axes = st.builds(
    Axes, positive, positive, st.just(3.0), st.just(4.0), lengths, lengths, st.just(True), st.just(True)
)
shares = st.floats(0, 1)


@given(st.one_of(axes, log_axes), shares, shares)
def test_pixels_to_data_and_back(plot, across, down):
    px, py = plot.left + across * plot.width, plot.top + down * plot.height
    x, y = plot.data(px, py)
    back = plot.point(x, y)
    assert back == pytest.approx((px, py), abs=1e-4)


@given(st.one_of(axes, log_axes))
def test_corners_are_the_ends_of_the_ranges(plot):
    assert plot.data(plot.left, plot.bottom) == pytest.approx((plot.x.lo, plot.y.lo), rel=1e-6, abs=1e-6)
    assert plot.data(plot.right, plot.top) == pytest.approx((plot.x.hi, plot.y.hi), rel=1e-6, abs=1e-6)


@given(st.one_of(axes, log_axes))
def test_ticks_are_on_the_plot(plot):
    for px, label in plot.x_ticks():
        assert plot.left - 1e-3 <= px <= plot.right + 1e-3
        assert label
    for py, _ in plot.y_ticks():
        assert plot.top - 1e-3 <= py <= plot.bottom + 1e-3


@given(axes)
def test_equal_axes_have_equal_units_and_show_no_less(plot):
    equal = plot.equal()
    assert equal.width / equal.x.span == pytest.approx(equal.height / equal.y.span, rel=1e-9)
    for before, after in ((plot.x, equal.x), (plot.y, equal.y)):
        assert after.lo <= before.lo + 1e-6 * after.span
        assert after.hi >= before.hi - 1e-6 * after.span


@given(axes, shares, shares, st.floats(0.2, 5))
def test_zoom_keeps_the_place_under_the_pointer(plot, across, down, factor):
    px, py = plot.left + across * plot.width, plot.top + down * plot.height
    zoomed = plot.zoomed(px, py, factor)
    assert zoomed.point(*plot.data(px, py)) == pytest.approx((px, py), abs=1e-3)
    assert zoomed.x.span == pytest.approx(plot.x.span * factor)


@given(axes, st.floats(-300, 300), st.floats(-300, 300))
def test_a_drag_moves_the_picture_with_the_pointer(plot, dx, dy):
    x, y = plot.x.middle, plot.y.middle
    before, after = plot.point(x, y), plot.panned(dx, dy).point(x, y)
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((dx, dy), abs=1e-3)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=9))
def test_any_numbers_have_a_range(values):
    found = Range.of(np.clip(values, -1e300, 1e300))
    assert math.isfinite(found.lo)
    assert found.lo < found.hi


def test_what_cannot_be_on_a_log_axis_is_not_finite():
    plot = Axes(Range(1, 10), Range(1e-3, 1), 0, 0, 100, 100, log_y=True)
    assert np.isnan(plot.py([0.0, -1.0])).all()
    assert np.isfinite(plot.py([1e-9, 0.5])).all()
