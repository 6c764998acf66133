"""A picture to paint on, a film to scrub through, and all samples at once: with real mouse and key events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.denoising_canvas import LIMITS, DenoisingCanvas, covered
from explorer.ui.views.denoising_samples import SamplesGrid
from explorer.ui.views.denoising_strip import DenoisingStrip, Row
from tests.ui.acting import click, drag

RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def canvas(show) -> DenoisingCanvas:
    view = DenoisingCanvas(LIGHT)
    view.set_image(np.zeros((28, 28)), "ink", LIMITS)
    shown: DenoisingCanvas = show(view, 300, 300)
    return shown


def place(view: DenoisingCanvas, column: float, row: float) -> QPointF:
    where = view.picture_rect(view.area())
    return QPointF(where.left() + column / 28 * where.width(), where.top() + row / 28 * where.height())


def test_a_stroke_leaves_ink_and_says_so_when_it_ends(qtbot, canvas):
    canvas.set_paintable(True)
    with qtbot.waitSignal(canvas.edited) as said:
        drag(canvas, place(canvas, 5, 14), place(canvas, 14, 14), place(canvas, 22, 14))
    picture = said.args[0]
    assert picture.dtype == np.float32
    assert (picture[13:15, 5:22] > 0.95).all()
    assert not picture[:10].any()
    assert not picture[18:].any()
    np.testing.assert_array_equal(canvas.picture, picture)


def test_the_right_button_leaves_paper(qtbot, canvas):
    canvas.set_image(np.ones((28, 28)), "ink", LIMITS)
    canvas.set_paintable(True)
    with qtbot.waitSignal(canvas.edited) as said:
        drag(canvas, place(canvas, 5, 14), place(canvas, 22, 14), button=RIGHT)
    assert (said.args[0][13:15, 5:22] < -0.95).all()
    assert (said.args[0][:9] == 1).all()


def test_without_leave_nothing_is_painted(qtbot, canvas):
    with qtbot.assertNotEmitted(canvas.edited):
        drag(canvas, place(canvas, 5, 14), place(canvas, 22, 14))
    assert not canvas.picture.any()
    canvas.set_paintable(True)
    with qtbot.assertNotEmitted(canvas.edited):
        drag(canvas, QPointF(-3, -3), QPointF(-1, -1))


def test_a_pen_covers_what_lies_under_it():
    share = covered((28, 28), (4.0, 4.0), (4.0, 4.0), 1.3)
    assert share.max() == 1
    assert share.sum() == pytest.approx(np.pi * 1.3**2, rel=0.15)
    line = covered((28, 28), (4.0, 14.0), (24.0, 14.0), 1.3)
    np.testing.assert_allclose(line, line[::-1], atol=1e-6)


# -------------------------------------------------------------------------------------------------------- the strip


@pytest.fixture
def strip(show) -> DenoisingStrip:
    view = DenoisingStrip(LIGHT)
    shown: DenoisingStrip = show(view, 640, 110)
    fill(shown, 50)
    return shown


def fill(view: DenoisingStrip, last: int, n_made: int | None = None) -> None:
    view.set_position(last, last, "t = 0")
    n = len(view.positions()) if n_made is None else n_made
    pictures = np.linspace(-1, 1, n * 784).reshape(n, 28, 28) if n else np.zeros((0, 28, 28))
    view.set_rows([Row("xₜ", "ink", pictures), Row("x̂₀", "reconstruction", pictures)])
    view.set_ends("t = 1,000, noise", "t = 0, picture")


def test_a_click_on_a_picture_goes_to_its_moment(qtbot, strip):
    positions = strip.positions()
    assert positions[0] == 0
    assert positions[-1] == 50
    assert len(positions) == strip.n_columns
    for column in (0, 3, len(positions) - 1):
        with qtbot.waitSignal(strip.position_chosen) as said:
            click(strip, strip.cell_rect(strip.area(), 1, column).center())
        assert abs(said.args[0] - positions[column]) <= 1


def test_dragging_goes_through_every_moment(qtbot, strip):
    said: list[int] = []
    strip.position_chosen.connect(said.append)
    first, last = (strip.x_of(strip.area(), p) for p in (0, 50))
    drag(strip, *(QPointF(x, 30) for x in np.linspace(first, last, 101)))
    assert sorted(set(said)) == list(range(51))
    said.clear()
    drag(strip, QPointF(300, 30), QPointF(-50, 30), QPointF(900, 30))
    assert (said[1], said[2]) == (0, 50)


def test_a_film_of_few_steps_shows_each_once(strip):
    fill(strip, 5)
    assert strip.positions() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("n_made", [0, 3, None])
def test_the_strip_paints_at_any_size(qtbot, draw, theme, n_made):
    view = DenoisingStrip(theme)
    qtbot.addWidget(view)
    view.resize(640, 110)
    fill(view, 50, n_made)
    view.set_mark(20)
    for size in ((0, 0), (20, 20), (200, 50), (640, 110), (1800, 300)):
        draw(view, *size)
        draw(view, *size, vector=True)
    for row in (0, 1):
        for column in range(len(view.positions())):
            assert QRectF(0, 0, 640, 110).contains(view.cell_rect(QRectF(0, 0, 640, 110), row, column))


def test_more_pictures_fit_when_it_grows_wider(qtbot, strip):
    before = strip.n_columns
    with qtbot.waitSignal(strip.columns_changed):
        strip.resize(1100, 110)
    assert strip.n_columns > before


# ------------------------------------------------------------------------------------------------------- the samples


@pytest.mark.parametrize(("n", "shape"), [(1, (1, 1)), (4, (2, 2)), (16, (4, 4)), (64, (8, 8))])
def test_samples_stand_in_a_square(qtbot, show, n, shape):
    view = SamplesGrid(LIGHT)
    view.set_title(f"{n} samples")
    view.set_samples(np.zeros((n, 28, 28)), 0)
    show(view, 200, 220)
    assert view.shape == shape
    with qtbot.waitSignal(view.sample_chosen) as said:
        click(view, view.cell_rect(view.grid_rect(view.area()), shape[0] - 1, shape[1] - 1).center())
    assert said.args == [n - 1]


def test_arrow_keys_choose_a_sample(qtbot, show):
    view = SamplesGrid(LIGHT)
    view.set_samples(np.zeros((16, 28, 28)), 5)
    show(view, 200, 220)
    said: list[int] = []
    view.sample_chosen.connect(said.append)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert said == [6, 10]
