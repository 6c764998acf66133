"""Curves name themselves, follow the run rather than its first spike, and can be read and scrubbed."""

from __future__ import annotations

import math

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
