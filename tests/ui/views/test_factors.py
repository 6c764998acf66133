"""The chain of factors: two handles that pointer and keys move, and a picture of what lies between them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from explorer.ui.theme import LIGHT
from explorer.ui.views.factor_plots import BOTH_PX, Factors
from explorer.ui.views.factors import FactorsView

N = 81
KEY = Qt.Key


def product_of(factors: np.ndarray) -> np.ndarray:
    return np.append(np.cumprod(factors[::-1])[::-1], 1.0)


def halves(k: int = N) -> Factors:
    factors = np.full(k - 1, 0.5)
    return Factors(factors, product_of(factors), 0.9 ** np.arange(k - 1, -1, -1.0), "bound", "rnn")


@pytest.fixture
def view(show) -> FactorsView:
    view = FactorsView(LIGHT)
    view.set_times(N, 1)
    view.set_ends(N, 1)
    view.set_factors(halves())
    show(view, 420, 300)
    return view


def on(view: FactorsView, time: float, down: float = 0.5) -> QPoint:
    axes = view.plots(view.area()).lower
    return QPoint(round(float(axes.px(time))), round(axes.top + down * axes.height))


def test_dragging_an_end_says_where_it_is_and_neither_passes_the_other(qtbot, view):
    moved = []
    view.ends_moved.connect(lambda k, j: moved.append((k, j)))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=view.tag(view.area(), "k").center().toPoint())
    assert view.is_held
    for time in (70, 60, 60, -5):
        qtbot.mouseMove(view, on(view, time))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=on(view, 1))
    assert moved == [(70, 1), (60, 1), (1, 1)], "nothing is said twice"
    assert not view.is_held
    view.set_ends(60, 1)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=on(view, 1))
    qtbot.mouseMove(view, on(view, 79))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=on(view, 79))
    assert view.ends == (60, 60)


def test_keys_move_the_end_that_was_chosen(qtbot, view):
    qtbot.keyClick(view, KEY.Key_Up)
    qtbot.keyClick(view, KEY.Key_Left)
    qtbot.keyClick(view, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.ends == (70, 1)
    qtbot.keyClick(view, KEY.Key_Up)
    qtbot.keyClick(view, KEY.Key_Right)
    assert view.ends == (70, 2)
    qtbot.keyClick(view, KEY.Key_End)
    assert view.ends == (70, 70)
    qtbot.keyClick(view, KEY.Key_Home)
    qtbot.keyClick(view, KEY.Key_Left)
    assert view.ends == (70, 1)


def test_the_product_begins_only_where_it_can(qtbot, view):
    view.set_times(N, 77)
    qtbot.keyClick(view, KEY.Key_Up)
    for _ in range(9):
        qtbot.keyClick(view, KEY.Key_Left)
    assert view.ends == (77, 1)
    view.set_times(N, N)
    assert view.ends == (N, 1)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=view.tag(view.area(), "k").center().toPoint())
    assert not view.is_held
    qtbot.keyClick(view, KEY.Key_Up)
    qtbot.keyClick(view, KEY.Key_Right)
    assert view.ends == (N, 2), "the keys stay with the end that can move"


def test_a_press_between_the_ends_moves_nothing(qtbot, view):
    with qtbot.assertNotEmitted(view.ends_moved):
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=on(view, 40))
        qtbot.mouseMove(view, on(view, 50))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=on(view, 50))
    assert view.ends == (N, 1)


def test_a_time_under_the_pointer_is_said_and_read(qtbot, view):
    with qtbot.waitSignal(view.time_hovered) as heard:
        qtbot.mouseMove(view, on(view, 42))
    assert heard.args == [42]
    assert halves().words(42) == ["t = 42", "∂h(42)/∂h(41)  0.50", f"∂h(81)/∂h(42)  {0.5**39:.1e}".replace("e-", "e−")]
    assert halves(50).words(60) == ["t = 60", "after the loss"]
    assert halves().words(1)[1].startswith("∂h(81)/∂h(1)")
    with qtbot.waitSignal(view.time_hovered) as heard:
        qtbot.mouseMove(view, QPoint(2, 2))
    assert heard.args == [0]


def test_both_plots_share_their_time_and_a_low_one_keeps_the_product(view):
    plots = view.plots(QRectF(0, 0, 420, 300))
    assert plots.upper is not None
    assert (plots.upper.left, plots.upper.width) == (plots.lower.left, plots.lower.width)
    assert plots.upper.bottom < plots.lower.top
    assert view.plots(QRectF(0, 0, 420, BOTH_PX - 10)).upper is None


def test_axes_hold_every_factor_and_product(view):
    factors = np.geomspace(0.01, 40.0, N - 1)
    view.set_factors(Factors(factors, product_of(factors), np.ones(N), "", "gru"))
    plots = view.plots(view.area())
    assert plots.upper is not None
    for axes, values in ((plots.upper, factors), (plots.lower, product_of(factors))):
        y = axes.py(values)
        assert (axes.top <= y).all()
        assert (y <= axes.bottom).all()


def test_bars_hang_from_one_and_what_lies_outside_the_ends_fades(draw, view):
    view.set_ends(60, 20)
    image, rect = draw(view, 420, 300), QRectF(0, 0, 420, 300)
    axes = view.plots(rect).upper
    assert axes is not None
    beneath = round(float(axes.py(0.75)))
    inside, outside = (image.pixelColor(round(float(axes.px(t))), beneath) for t in (40, 10))
    above = image.pixelColor(round(float(axes.px(40))), round(float(axes.py(1.1))))
    assert inside == LIGHT.series.rnn
    assert inside != outside != LIGHT.card
    assert above == LIGHT.card


def test_numbers_that_cannot_be_drawn_do_no_harm(draw, view):
    factors = np.full(N - 1, np.inf)
    factors[:3] = 0.0, np.nan, 1e-200
    for vector in (False, True):
        view.set_factors(Factors(factors, np.zeros(N), np.full(N, np.nan), "W alone", "lstm"))
        draw(view, 420, 300, vector=vector)
    view.set_times(2, 2)
    draw(view, 420, 300)
    assert view.ends == (2, 1)
