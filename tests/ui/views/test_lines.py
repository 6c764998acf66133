"""Thinned curves look the same; labels keep apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.ui.views.lines import polygon, runs, spread, thinned


def test_polygon_holds_the_points():
    points = np.array([[0.0, 1.5], [2.0, -3.0], [1e5, 7.25]])
    assert [(p.x(), p.y()) for p in polygon(points).toList()] == [tuple(row) for row in points]
    assert polygon(np.zeros((0, 2))).isEmpty()


@pytest.mark.parametrize("n", [0, 1, 3, 100, 100_000])
def test_thinned_keeps_ends_and_extremes_of_every_column(n):
    rng = np.random.default_rng(n)
    x, y = np.linspace(0, 800, n), rng.normal(size=n)
    xs, ys = thinned(x, y)
    assert len(xs) <= max(n and 4 * 401, 5)
    assert (np.diff(xs) >= 0).all()
    if n:
        assert (xs[0], ys[0], xs[-1], ys[-1]) == (x[0], y[0], x[-1], y[-1])
        assert (ys.min(), ys.max()) == (y.min(), y.max())


def test_runs_leave_out_what_is_not_finite():
    y = np.array([np.nan, 1, 2, np.inf, 3, np.nan])
    assert runs(np.arange(6.0), y) == [(1, 3), (4, 5)]
    assert runs(np.zeros(0), np.zeros(0)) == []


@given(st.lists(st.floats(-50, 250), min_size=1, max_size=9), st.floats(1, 20))
def test_labels_keep_apart_and_inside(wanted, gap):
    placed = spread(wanted, gap, 0.0, 200.0)
    assert all(-1e-6 <= y <= 200 + 1e-6 for y in placed)
    ordered = sorted(placed)
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(ordered))
    ranks = np.argsort(wanted, kind="stable")
    assert (np.diff(np.array(placed)[ranks]) >= 0).all()


def test_labels_that_fit_stay_where_they_are():
    assert spread([150.0, 20.0], 12.0, 0.0, 200.0) == [150.0, 20.0]
    assert spread([], 12.0, 0.0, 200.0) == []
