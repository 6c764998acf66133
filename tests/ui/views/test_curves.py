"""Curves name themselves, follow the run rather than its first spike, and can be read and scrubbed."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from explorer.ui.theme import LIGHT
from explorer.ui.views.curve_data import Curve, Series, robust_y
from explorer.ui.views.curves import CurvesView

STEPS = np.arange(0, 1000, 10)


@pytest.fixture
def view(show):
    view = CurvesView(LIGHT)
    view.set_series([Series("test", "test", STEPS, 150 + 9 * np.exp(-STEPS / 90), "test", 3.0)])
    view.set_cursor(500)
    return show(view, 600, 200)


def px(view: CurvesView, step: float) -> QPoint:
    axes = view.axes(view.area())
    return QPoint(round(float(axes.px(step))), round(axes.top + axes.height / 2))


def test_dragging_the_cursor_line_scrubs(qtbot, view):
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=px(view, 500))
    with qtbot.waitSignal(view.cursor_dragged) as dragged:
        qtbot.mouseMove(view, px(view, 200))
    assert dragged.args == pytest.approx([200], abs=2)
    with qtbot.waitSignal(view.cursor_dragged) as dragged:
        qtbot.mouseMove(view, QPoint(-50, 50))
    assert dragged.args == [0]
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=px(view, 200))
    with qtbot.assertNotEmitted(view.cursor_dragged):
        qtbot.mouseMove(view, px(view, 700))


def test_keys_move_the_cursor_and_stop_at_the_ends(qtbot, view):
    with qtbot.waitSignal(view.cursor_dragged) as dragged:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert dragged.args == [510]
    for _ in range(12):
        qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view._cursor == 0


def test_hovering_reads_every_curve(qtbot, view):
    before = view.grab().toImage()
    qtbot.mouseMove(view, px(view, 300))
    assert view.grab().toImage() != before
    rows = ["".join(run.text for run in row) for row in view._reading(300)]
    assert rows == ["step 300", "test 150.3"]


@pytest.mark.parametrize("n", [0, 1, 19, 400])
def test_any_number_of_values_has_a_range(n):
    found = robust_y([np.linspace(5, 6, n)])
    assert found.lo < found.hi


def test_the_first_spike_is_left_out_and_said():
    y = np.r_[[5000.0, 900.0, 300.0], 150 + np.zeros(200) + np.sin(np.arange(200))]
    found = robust_y([y])
    assert found.hi < 200
    assert found.lo < 149
    assert robust_y([y], log=True).hi > 5000


def test_a_spike_late_in_the_run_is_shown():
    y = 150 + np.zeros(200)
    y[150] = 5000.0
    assert robust_y([y]).hi > 5000


def test_values_at_steps():
    curve = Curve.of(Series("a", "a", [0, 10, 20], [1.0, math.nan, 3.0]))
    assert curve.at(1) == 1.0
    assert math.isnan(curve.at(10))
    assert curve.at(19) == 3.0
    assert math.isnan(curve.at(500))
    assert curve.last == 3.0
    with pytest.raises(ValueError, match="3 steps but 2 values"):
        Curve.of(Series("a", "a", [0, 1, 2], [1.0, 2.0]))


RUN = 150 + 70 * np.exp(-STEPS / 200)
SPIKED = np.r_[[545.0], RUN[1:]]


@pytest.mark.parametrize("height", [60, 80, 96, 130, 300])
def test_low_plots_have_ticks_enough_and_none_on_another(qtbot, height):
    view = CurvesView(LIGHT)
    qtbot.addWidget(view)
    view.set_series([Series("a", "test", STEPS, SPIKED, "test", 3.0)])
    view.set_titles("step", "nats per digit")
    ticks = view.axes(QRectF(0, 0, 700, height)).y_ticks(30.0)
    assert len(ticks) >= (2 if height < 80 else 3)
    assert all(above - below <= -12 for (below, _), (above, _) in pairwise(ticks))


def test_a_low_plot_gives_no_line_to_the_titles_of_its_axes(qtbot):
    view = CurvesView(LIGHT)
    qtbot.addWidget(view)
    view.set_series([Series("a", "test", STEPS, RUN, "test", 3.0)])
    view.set_titles("step", "nats per digit")
    titled, plain = (view.axes(QRectF(0, 0, 700, 110)).height, 110 - 45)
    assert titled > plain
    assert view.axes(QRectF(0, 0, 700, 400)).height < 400 - 45


def test_one_early_value_leaves_the_axis_to_the_rest():
    found = robust_y([SPIKED[:10], SPIKED])
    assert found.hi < 300
    assert found.hi > RUN[1]


def test_gaps_stay_gaps(draw, qtbot):
    view = CurvesView(LIGHT)
    qtbot.addWidget(view)
    y = np.full(101, 1.0)
    y[40:60] = np.nan
    view.set_series([Series("a", "", np.arange(101), y, "accent", 3.0)])
    view.set_y_range(0.0, 2.0)
    image, axes = draw(view, 500, 200), view.axes(QRectF(0, 0, 500, 200))
    row = int(axes.py(1.0))
    assert image.pixelColor(int(axes.px(20)), row) == LIGHT.accent
    assert image.pixelColor(int(axes.px(50)), row) != LIGHT.accent


def test_setters_copy_what_they_are_given(qtbot):
    view = CurvesView(LIGHT)
    qtbot.addWidget(view)
    y = np.ones(5)
    view.set_series([Series("a", "a", np.arange(5), y)])
    y[:] = 99.0
    assert view._curves[0].last == 1.0
