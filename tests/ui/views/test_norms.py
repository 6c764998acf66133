"""Norms over time: bands, a threshold to drag, labels that are never cut off."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor

from explorer.ui.theme import LIGHT
from explorer.ui.views.norms import NormsView
from explorer.ui.views.norms_marks import Bands, NormCurve, log_range
from tests.ui.views.drawn import svg_texts

UNIT = "decades per 10 steps back"
LIMITS = (1e-2, 1e2)


def curve(label: str, color: str, decades: float, figure: float = math.nan) -> NormCurve:
    return NormCurve(label, color, 10.0 ** np.linspace(decades, -1, 81), figure)


def filled(threshold: float | None = 1.0) -> NormsView:
    view = NormsView(LIGHT)
    curves = [curve("RNN", "rnn", -9, -1.0), curve("LSTM c", "lstm", -1.4, -0.05), curve("GRU", "gru", -0.8, 0.03)]
    view.set_curves(curves)
    view.set_words("time step t", "norm of the gradient", UNIT)
    view.set_bands(Bands(1e-5, 1e3, ("vanishing: below 10⁻⁵ of its end", "vanishing"), ("exploding",)))
    view.set_threshold(threshold, LIMITS, ("clip at",))
    return view


def at_value(view: NormsView, value: float, across: float = 0.5) -> QPoint:
    axes = view.axes(view.area())
    return QPoint(round(axes.left + across * axes.width), round(float(axes.py(value))))


# The axis ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lowest", [-1.2, -4.0, -9.0, -18.0])
@pytest.mark.parametrize("share", [0.05, 0.12, 0.25])
def test_the_axis_holds_the_curves_and_room_to_name_both_bands(lowest, share):
    bands = Bands(1e-5, 1e3, (), ())
    found = log_range([curve("RNN", "rnn", lowest), curve("GRU", "gru", -1)], bands, 0.5, (share, share / 2))
    lo, hi = math.log10(found.lo), math.log10(found.hi)
    assert lo <= lowest
    assert hi >= -1
    assert -1 - 5 - lo >= share * (hi - lo) - 1e-9
    assert hi - (-1 + 3) >= share / 2 * (hi - lo) - 1e-9


@pytest.mark.parametrize("values", [[0.0, 0.0], [np.nan, np.inf], [1e-300, 1e300], [1.0, 1.0]])
def test_any_numbers_give_an_axis(values):
    found = log_range([NormCurve("x", "rnn", np.array(values))], Bands(1e-5, 1e3, (), ()), None, (0.3, 0.3))
    assert 0 < found.lo < found.hi < math.inf


def test_a_curve_falls_by_its_decades_on_the_screen(qtbot):
    view = filled()
    qtbot.addWidget(view)
    axes = view.axes(QRectF(0, 0, 900, 300))
    per_decade = float(axes.py(1e-3) - axes.py(1e-2))
    assert float(axes.py(1e-9) - axes.py(1e-1)) == pytest.approx(8 * per_decade)


def test_bands_begin_where_they_say(qtbot, draw):
    view = filled(None)
    qtbot.addWidget(view)
    axes = view.axes(QRectF(0, 0, 900, 400))
    picture = draw(view, 900, 400)
    x = round(axes.left + 0.77 * axes.width)
    between = QColor(picture.pixelColor(x, round(float(axes.py(3e-5)))))
    below, above = (QColor(picture.pixelColor(x, round(float(axes.py(v))))) for v in (4e-7, 2.5e2))
    assert between == LIGHT.card
    assert below != LIGHT.card
    assert above not in (LIGHT.card, below)


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [240, 330, 420, 560, 700, 900, 1200])
def test_labels_are_never_cut_off_and_never_overlap(qtbot, width):
    view = filled()
    qtbot.addWidget(view)
    for height in (130, 190, 420):
        shown = svg_texts(view, QSize(width, height))
        assert "…" not in shown
        assert {"RNN", "LSTM c", "GRU"} <= set(shown.splitlines())


def test_wide_pictures_say_number_and_unit_at_each_curve_and_narrow_ones_the_unit_once(qtbot):
    view = filled()
    qtbot.addWidget(view)
    wide, narrow = (svg_texts(view, QSize(width, 300)).splitlines() for width in (1200, 500))
    assert {"−1.00", "−0.05", "0.03"} <= set(wide)
    assert wide.count(UNIT) == 3
    assert {"−1.00", "−0.05", "0.03"} <= set(narrow)
    assert narrow.count(UNIT) == 1


def test_bands_and_axes_are_named(qtbot):
    view = filled()
    qtbot.addWidget(view)
    shown = set(svg_texts(view, QSize(1200, 300)).splitlines())
    words = {"vanishing: below 10⁻⁵ of its end", "exploding", "time step t", "norm of the gradient", "clip at 1.00"}
    assert words <= shown


# Handling ------------------------------------------------------------------------------------------------------------


def test_the_threshold_is_dragged_and_let_go_under_the_pointer(qtbot, show):
    view = show(filled(), 900, 300)
    moves: list[tuple[float, bool]] = []
    view.threshold_moved.connect(lambda value, final: moves.append((value, final)))
    axis = view.axes(view.area()).y
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at_value(view, 1.0))
    target = at_value(view, 0.1)
    qtbot.mouseMove(view, target)
    assert view.axes(view.area()).y == axis
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=target)
    assert [final for _, final in moves] == [False, True]
    assert moves[-1][0] == pytest.approx(0.1, rel=0.15)
    assert view.threshold == moves[-1][0]


def test_the_threshold_stays_within_its_limits(qtbot, show):
    view = show(filled(), 900, 300)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at_value(view, 1.0))
    qtbot.mouseMove(view, QPoint(300, 299))
    assert view.threshold == LIMITS[0]
    view.set_threshold(5.0, LIMITS, ("clip at",))
    assert view.threshold == LIMITS[0], "held by the pointer it stays there"
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 299))
    view.set_threshold(5.0, LIMITS, ("clip at",))
    assert view.threshold == 5.0


def test_a_press_beside_the_threshold_does_nothing(qtbot, show):
    view = show(filled(), 900, 300)
    with qtbot.assertNotEmitted(view.threshold_moved):
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at_value(view, 1e-4))
        qtbot.mouseMove(view, at_value(view, 1e-2))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at_value(view, 1e-2))


def test_up_and_down_move_the_threshold(qtbot, show):
    view = show(filled(), 900, 300)
    with qtbot.waitSignal(view.threshold_moved) as moved:
        qtbot.keyClick(view, Qt.Key.Key_Up)
    assert moved.args == [pytest.approx(10**0.05, rel=0.01), True]
    with qtbot.waitSignal(view.threshold_moved) as moved:
        qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert moved.args == [pytest.approx(10**-0.2, rel=0.01), True]


def test_all_numbers_at_the_time_under_the_pointer_are_read(qtbot, show):
    view = show(filled(), 900, 300)
    times: list[int] = []
    view.time_hovered.connect(times.append)
    axes = view.axes(view.area())
    qtbot.mouseMove(view, QPoint(round(float(axes.px(41))), round(axes.bottom - 20)))
    shown = svg_texts(view, QSize(900, 300)).splitlines()
    assert {"t 41", "1.0e−5", "0.063", "0.13"} <= set(shown)
    qtbot.mouseMove(view, QPoint(2, 2))
    assert times == [41, 0]
    assert "t 41" not in svg_texts(view, QSize(900, 300))


def test_a_time_read_elsewhere_is_lit_here(qtbot):
    view = filled()
    qtbot.addWidget(view)
    view.set_time(81)
    assert "t 81" in svg_texts(view, QSize(900, 300))
    view.set_time(0)
    assert "t 81" not in svg_texts(view, QSize(900, 300))


def test_curves_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="no axis in common"):
        NormsView(LIGHT).set_curves([NormCurve("a", "rnn", np.ones(3)), NormCurve("b", "gru", np.ones(4))])
