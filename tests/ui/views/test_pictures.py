"""Single pictures, grids, strips, bars: right way round, right colours, right cell."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt

from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.images import ink, inscribed, levels, symmetric, to_image
from explorer.ui.views.markers import pixel_copy
from explorer.ui.views.picture import PictureView, colored
from explorer.ui.views.table import Cell, TableView
from explorer.ui.views.tiles import Caption, StripView, TilesView
from tests.ui.views.drawn import svg_texts

F = np.array([[1, 1, 1, 1], [1, 0, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]], float)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("vector", [False, True])
def test_an_f_is_the_right_way_round_as_ink_on_paper(qtbot, draw, theme, vector):
    view = PictureView(theme)
    qtbot.addWidget(view)
    view.set_image(F)
    where = view.picture_rect(QRectF(0, 0, 240, 240))
    image = draw(view, 240, 240, vector=vector)
    for row in range(5):
        for column in range(4):
            x = where.left() + (column + 0.5) * where.width() / 4
            y = where.top() + (row + 0.5) * where.height() / 5
            assert image.pixelColor(int(x), int(y)).name() == ("#000000" if F[row, column] else "#ffffff")


def test_levels_and_colours():
    assert levels([[0.0, 0.5, 1.0, 9.0, -1.0, np.nan, np.inf]], 0, 1).tolist() == [[0, 128, 255, 255, 0, 0, 255]]
    assert ink([[0.0, 1.0]]).tolist() == [[255, 0]]
    assert symmetric([[np.nan, -3.0, 2.0]]) == 3.0
    middle = colored([[-2.0, 0.0, 2.0]], "signed", LIGHT)[0, 1]
    assert middle.min() >= 250
    assert colored([[1.0, 5.0]], "magnitude", LIGHT)[0].tolist() == LIGHT.magnitude[[0, 255]].tolist()
    with pytest.raises(ValueError, match="shape"):
        to_image(np.zeros((2, 2, 7), np.uint8))


def test_inscribed_is_centred_and_inside():
    found = inscribed(QRectF(0, 0, 200, 100), 1.0)
    assert found.getRect() == (50, 0, 100, 100)


def test_the_number_under_the_cursor(qtbot, show):
    view = show(PictureView(LIGHT), 240, 240)
    view.set_image(np.arange(20.0).reshape(5, 4), "magnitude")
    where = view.picture_rect(view.area())
    with qtbot.waitSignal(view.pixel_hovered) as hovered:
        qtbot.mouseMove(view, QPoint(int(where.right() - 3), int(where.top() + 3)))
    assert hovered.args == [0, 3]
    assert view._reading() == "row 0, column 3: 3.00"
    assert "row 0, column 3: 3.00" in svg_texts(view, QSize(240, 240))
    assert "0, 3: 3.00" in svg_texts(view, QSize(130, 130)).splitlines(), "in a small picture the value counts most"
    with qtbot.waitSignal(view.pixel_hovered) as hovered:
        qtbot.mouseMove(view, QPoint(1, 1))
    assert hovered.args == [-1, -1]


def test_pictures_refuse_other_shapes(qtbot):
    view, tiles = PictureView(LIGHT), TilesView(LIGHT)
    qtbot.addWidget(view)
    qtbot.addWidget(tiles)
    with pytest.raises(ValueError, match="shape"):
        view.set_image(np.zeros(7))
    with pytest.raises(ValueError, match="shape"):
        tiles.set_tiles(np.zeros((3, 4)))


@pytest.mark.parametrize("gap", [0.0, 6.0])
def test_each_tile_is_in_its_place(qtbot, draw, gap):
    view = TilesView(LIGHT, gap_px=gap)
    qtbot.addWidget(view)
    tones = np.linspace(0, 1, 12).reshape(3, 4)
    view.set_tiles(np.broadcast_to(tones[:, :, None, None], (3, 4, 6, 6)))
    image, grid = draw(view, 300, 240), view.grid_rect(QRectF(0, 0, 300, 240))
    for row in range(3):
        for column in range(4):
            middle = view.cell_rect(grid, row, column).center().toPoint()
            assert image.pixelColor(middle).red() == ink([[tones[row, column]]])[0, 0]


def test_clicking_hovering_and_walking_through_cells(qtbot, show):
    view = TilesView(LIGHT)
    view.set_tiles(np.zeros((13, 13, 28, 28)))
    show(view, 300, 300)
    middle = view.cell_rect(view.grid_rect(view.area()), 4, 7).center().toPoint()
    with qtbot.waitSignal(view.cell_hovered) as hovered:
        qtbot.mouseMove(view, middle)
    assert hovered.args == [4, 7]
    with qtbot.waitSignal(view.cell_clicked) as clicked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle)
    assert clicked.args == [4, 7]
    with qtbot.waitSignal(view.cell_clicked) as moved:
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert moved.args == [5, 7]
    for _ in range(20):
        qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.selected == (5, 0)


def test_the_chosen_cell_is_outlined_in_the_accent(qtbot, draw):
    view = TilesView(LIGHT)
    qtbot.addWidget(view)
    view.set_tiles(np.zeros((2, 2, 8, 8)))
    plain = pixel_copy(draw(view, 200, 200))
    view.set_selected((1, 1))
    marked = pixel_copy(draw(view, 200, 200))
    rows, columns = np.nonzero(plain != marked)
    assert rows.min() > 90
    assert columns.min() > 90


def test_dragging_along_a_strip_chooses_moments(qtbot, show):
    view = StripView(LIGHT)
    view.set_tiles(np.zeros((2, 10, 28, 28)))
    show(view, 600, 160)
    grid = view.grid_rect(view.area())
    places = [view.cell_rect(grid, 1, column).center().toPoint() for column in (2, 5)]
    with qtbot.waitSignal(view.frame_chosen) as chosen:
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=places[0])
    assert chosen.args == [2]
    with qtbot.waitSignal(view.frame_chosen) as chosen:
        qtbot.mouseMove(view, places[1])
    assert chosen.args == [5]
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=places[1])
    with qtbot.waitSignal(view.frame_chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert chosen.args == [6]


def test_captions_have_room_beneath_each_row_and_the_marked_one_stands_out(qtbot, draw):
    view = StripView(LIGHT)
    qtbot.addWidget(view)
    view.set_tiles(np.zeros((2, 6, 28, 28)))
    view.set_captions([[Caption("0.17")] * 6, [Caption("0.19", 1.0, marked=column == 4) for column in range(6)]])
    grid = view.grid_rect(QRectF(0, 0, 500, 180))
    assert view.cell_rect(grid, 1, 0).top() - view.cell_rect(grid, 0, 0).bottom() > 14
    pixels = pixel_copy(draw(view, 500, 180))
    rows, columns = np.nonzero(pixels == LIGHT.bad_ground.rgb())
    marked = view.cell_rect(grid, 1, 4)
    assert rows.min() >= marked.bottom()
    assert marked.left() - 4 <= columns.min() <= columns.max() <= marked.right() + 4


def test_a_caption_stands_beneath_its_picture_not_on_it(qtbot, draw):
    view = PictureView(LIGHT)
    qtbot.addWidget(view)
    view.set_image(np.ones((28, 28)))
    view.set_caption("d = 0.04")
    where = view.picture_rect(QRectF(0, 0, 120, 140))
    picture = pixel_copy(draw(view, 120, 140))[int(where.top()) + 4 : int(where.bottom()) - 4, 20:100]
    assert (picture == 0xFF000000).all()
    assert where.bottom() < 130


@pytest.mark.parametrize("width", [560, 760])
def test_a_table_cuts_nothing_off_where_it_fits(qtbot, width):
    view = TableView(LIGHT)
    qtbot.addWidget(view)
    view.set_table(["gradient", "2,000 r:\nscore ± sd", "this r"], [[Cell("∂L/∂μ"), Cell("−10.20 ± 14.0"), Cell("1")]])
    edges = view._edges(QRectF(0, 0, width, 80))
    assert edges[0] == 0
    assert edges[-1] == pytest.approx(width)
    for i in range(3):
        assert edges[i + 1] - edges[i] >= view._need(i)
    flat = TableView(LIGHT)
    qtbot.addWidget(flat)
    flat.set_table(["gradient", "score", "this r"], [[Cell("a"), Cell("b"), Cell("1")]])
    assert view.sizeHint().height() > flat.sizeHint().height() + 8


def test_bars_are_as_long_as_their_values(qtbot, draw):
    view = BarsView(LIGHT)
    qtbot.addWidget(view)
    view.set_bars([Bar("a", 1.0), Bar("b", 0.5), Bar("c", 0.0)])
    pixels = pixel_copy(draw(view, 300, 90))
    lengths = [
        (pixels[int((i + 0.5) * view._row_px(QRectF(0, 0, 300, 90)))] == LIGHT.accent.rgb()).sum() for i in range(3)
    ]
    assert lengths[0] > 100
    assert lengths[1] == pytest.approx(lengths[0] / 2, abs=4)
    assert lengths[2] <= 2


def test_clicking_a_bar(qtbot, show):
    view = BarsView(LIGHT)
    view.set_bars([Bar("a", 1.0), Bar("b", 0.5)])
    show(view, 240, 100)
    with qtbot.waitSignal(view.bar_clicked) as clicked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 32))
    assert clicked.args == [1]
