"""The heat map of states over time: colours, places, what is pointed at, and the enlarged row."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt

from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.heatmap import HeatmapView, HeatmapWords
from explorer.ui.views.markers import pixel_copy
from tests.ui.views.drawn import svg_texts

WORDS = HeatmapWords("units", "unit", "", "nothing read yet", "reads", "writes")
NAMES = ["the", "blue", "fox", "la", "volpe", "blu"]


def filled(n_rows: int = 4, *, with_curve: bool = True) -> HeatmapView:
    view = HeatmapView(LIGHT, with_curve=with_curve)
    view.set_words(WORDS)
    values = np.linspace(-1, 1, n_rows * 6).reshape(n_rows, 6)
    view.set_values(values, [str(i + 1) for i in range(n_rows)], NAMES, "signed")
    return view


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("vector", [False, True])
def test_each_cell_has_the_colour_of_its_number(qtbot, draw, theme, vector):
    view = filled()
    qtbot.addWidget(view)
    view.set_theme(theme)
    image, places = draw(view, 600, 300, vector=vector), view.layout_in(QRectF(0, 0, 600, 300))
    for row in range(4):
        for column in range(6):
            at = places.row(row).center().y(), places.column(column).center().x()
            value = -1 + 2 * (row * 6 + column) / 23
            wanted = theme.signed[round((value + 1) / 2 * 255)]
            found = image.pixelColor(int(at[1]), int(at[0]))
            assert np.abs(np.array([found.red(), found.green(), found.blue()]) - wanted).max() <= 4


def test_zero_is_in_the_middle_of_a_signed_scale_and_nothing_is_below_a_magnitude():
    signed, magnitude = (ColorScale.of([-0.25, 0.5, np.nan], kind) for kind in ("signed", "magnitude"))
    assert (signed.lo, signed.hi) == (-0.5, 0.5)
    assert signed.pixels(0.0, LIGHT).min() >= 250
    assert (magnitude.lo, magnitude.hi) == (-0.25, 0.5)
    assert ColorScale.of([0.1, 0.4], "magnitude").lo == 0.0
    flat = ColorScale.of(np.zeros(3), "magnitude")
    assert flat.hi > flat.lo
    assert ColorScale.of([], "magnitude").hi > 0


def test_names_that_do_not_fit_the_numbers_are_refused(qtbot):
    view = HeatmapView(LIGHT)
    qtbot.addWidget(view)
    with pytest.raises(ValueError, match="named"):
        view.set_values(np.zeros((2, 3)), ["a", "b"], ["x", "y"])


def test_the_number_under_the_pointer_is_said_with_unit_and_word(qtbot, show):
    view = show(filled(), 600, 300)
    places = view.layout_in(view.area())
    at = QPoint(int(places.column(2).center().x()), int(places.row(1).center().y()))
    with qtbot.waitSignal(view.cell_hovered) as hovered:
        qtbot.mouseMove(view, at)
    assert hovered.args == [1, 2]
    assert view.reading() == "unit 2 at “fox”: −0.304"
    with qtbot.waitSignal(view.cell_hovered) as hovered:
        qtbot.mouseMove(view, QPoint(2, 2))
    assert hovered.args == [-1, -1]
    assert view.reading() == ""


def test_a_click_chooses_column_and_row_and_a_drag_more_columns(qtbot, show):
    view = show(filled(), 600, 300)
    places = view.layout_in(view.area())

    def at(row: int, column: int) -> QPoint:
        return QPoint(int(places.column(column).center().x()), int(places.row(row).center().y()))

    with qtbot.waitSignals([view.row_chosen, view.column_chosen]) as _:
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(3, 1))
    view.set_column(1)
    with qtbot.waitSignal(view.column_chosen) as chosen:
        qtbot.mouseMove(view, at(3, 4))
    assert chosen.args == [4]
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(3, 4))
    view.set_column(4)
    with qtbot.waitSignal(view.column_chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert chosen.args == [5]
    view.set_row(3)
    with qtbot.waitSignal(view.row_chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert chosen.args == [3]


@pytest.mark.parametrize(("size", "above"), [((600, 300), True), ((1000, 120), False)])
def test_the_curve_of_a_row_stands_above_its_columns_or_beside_a_low_map(qtbot, size, above):
    view = filled()
    qtbot.addWidget(view)
    places = view.layout_in(QRectF(0, 0, *size))
    if above:
        assert places.curve.bottom() <= places.cells.top()
        assert (places.curve.left(), places.curve.width()) == (places.cells.left(), places.cells.width())
    else:
        assert places.curve.left() > places.cells.right()
    x = view.curve_axes(places).px(np.arange(6) + 0.5)
    assert [places.cell_at(float(px), places.curve.center().y()) for px in x] == [(-1, i) for i in range(6)]
    top = float(view.curve_axes(places).py(view.scale.hi))
    assert places.curve.top() <= top < places.curve.center().y()


def test_the_curve_is_that_of_the_row_under_the_pointer(qtbot, show, draw):
    view = show(filled(), 600, 300)
    places = view.layout_in(view.area())
    region = np.s_[int(places.curve.top()) : int(places.curve.bottom()), int(places.curve.left()) :]
    view.set_row(0)
    low = pixel_copy(draw(view, 600, 300))[region]
    qtbot.mouseMove(view, QPoint(int(places.column(2).center().x()), int(places.row(3).center().y())))
    high = pixel_copy(draw(view, 600, 300))[region]
    blue = LIGHT.series.test.rgb()
    rows = [np.nonzero((part == blue).any(axis=1))[0].mean() for part in (low, high)]
    assert rows[1] < rows[0] - 10, "the last row has the largest numbers, so its curve lies higher"


def test_the_longest_and_widest_network_is_drawn_with_its_names(qtbot, draw):
    view = HeatmapView(LIGHT, with_curve=True)
    qtbot.addWidget(view)
    view.set_words(WORDS)
    rng = np.random.default_rng(0)
    view.set_values(rng.normal(size=(256, 80)), [str(i) for i in range(256)], [f"word{i}" for i in range(80)], "signed")
    view.set_column(70)
    view.set_break(40)
    draw(view, 1176, 220)
    found = svg_texts(view, QSize(1176, 260))
    for word in ("units", "word0", "word70", "reads, then writes"):
        assert word in found
    view.set_values(np.zeros((0, 0)), [], [])
    assert "nothing read yet" in svg_texts(view, QSize(600, 200))


def test_rows_that_share_a_pixel_are_averaged(qtbot, draw):
    view = HeatmapView(LIGHT)
    qtbot.addWidget(view)
    values = np.tile([[-1.0], [1.0]], (256, 1))
    view.set_values(values, [""] * 512, ["t"], "signed")
    places = view.layout_in(QRectF(0, 0, 300, 120))
    image = draw(view, 300, 120)
    x = int(places.cells.center().x())
    colors = [image.pixelColor(x, y) for y in range(int(places.cells.top()) + 2, int(places.cells.bottom()) - 2)]
    assert max(abs(c.red() - c.blue()) for c in colors) < 160, "neither pure blue nor pure orange"
