"""Matrices, arcs, maps and products: what the pointer finds, what is written, what is edited."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.ui.theme import LIGHT
from explorer.ui.views import matrix as matrix_view
from explorer.ui.views.attention_arcs import ArcsView, Fan, Token
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.editable_matrix import EditableMatrixView
from explorer.ui.views.growth import Growth, GrowthView
from explorer.ui.views.head_maps import HeadMapsView, pooled
from explorer.ui.views.matrix import Gutters, MatrixView, MatrixWords
from explorer.ui.views.products import ProductsView
from tests.ui.acting import click, drag
from tests.ui.views.drawn import svg_texts

Show = Callable[..., Any]
WORDS = ["[CLS]", "a", "smiling", "blue", "fox", "[SEP]"]
SCALE = ColorScale("magnitude", 0.0, 1.0)


def shares() -> np.ndarray:
    return np.random.default_rng(1).dirichlet(np.ones(6), size=6)


@pytest.fixture
def matrix(show: Show) -> MatrixView:
    view = MatrixView(LIGHT)
    view.set_matrix(shares(), WORDS, WORDS, SCALE)
    view.set_sums(True)
    show(view, 640, 360)
    return view


def middle(view: MatrixView, row: int, column: int) -> QPointF:
    return view.place_of(view.area(), row, column).center()


def test_a_matrix_writes_its_numbers_names_and_sums(matrix: MatrixView):
    matrix.set_words(MatrixWords("weights", "rows = queries", "columns = keys"))
    texts = svg_texts(matrix, matrix.size())
    for row in shares():
        assert "Σ 1.000" in texts
        assert all(f"{value:.2f}" in texts for value in row)
    assert all(word in texts for word in (*WORDS, "weights", "rows = queries", "columns = keys"))


def test_numbers_give_way_where_there_is_no_room_and_masked_cells_say_so(matrix: MatrixView, show: Show):
    values = shares()
    values[0, 1], values[2, 2] = -np.inf, np.nan
    matrix.set_matrix(values, WORDS, WORDS, SCALE)
    texts = svg_texts(matrix, matrix.size())
    assert "−∞" in texts
    assert "nan" not in texts.lower()
    small = MatrixView(LIGHT)
    small.set_matrix(shares(), WORDS, WORDS, SCALE)
    show(small, 110, 80)
    assert not any(f"{value:.2f}" in svg_texts(small, small.size()) for value in shares().ravel())


def test_names_of_a_low_matrix_stay_inside_apart_and_name_the_lit_row(
    matrix: MatrixView, monkeypatch: pytest.MonkeyPatch
):
    drawn: list[tuple[str, QRectF]] = []
    monkeypatch.setattr(matrix_view, "draw_text", lambda painter, rect, text, *_: drawn.append((text, QRectF(rect))))
    matrix.set_sums(False)
    matrix.set_lit({3: "accent"}, {})
    matrix.resize(640, 64)
    matrix.grab()
    names = [(text, rect) for text, rect in drawn if rect.right() < matrix.place_of(matrix.area(), 0, 0).left()]
    assert any(text == WORDS[3] for text, _ in names)
    assert all(rect.bottom() <= matrix.height() for _, rect in names)
    assert all(one.bottom() <= two.top() + 1 for (_, one), (_, two) in itertools.pairwise(names))


def test_axes_keep_what_they_are_where_there_is_no_room_for_more(matrix: MatrixView, show: Show):
    matrix.set_words(MatrixWords("", "rows = queries: the words that look", "columns = keys: the words looked at"))
    assert "rows = queries: the words that look" in svg_texts(matrix, matrix.size())
    show(matrix, 640, 190)
    texts = svg_texts(matrix, matrix.size())
    assert "rows = queries" in texts
    assert "rows = queries:" not in texts


def test_the_pointer_finds_cells_and_says_so_once(matrix: MatrixView, qtbot: QtBot):
    told: list[tuple[int, int]] = []
    matrix.cell_hovered.connect(lambda row, column: told.append((row, column)))
    QTest.mouseMove(matrix, middle(matrix, 4, 2).toPoint())
    QTest.mouseMove(matrix, (middle(matrix, 4, 2) + QPointF(2, 1)).toPoint())
    QTest.mouseMove(matrix, middle(matrix, 5, 0).toPoint())
    assert told == [(4, 2), (5, 0)]
    with qtbot.waitSignal(matrix.cell_clicked) as clicked:
        click(matrix, middle(matrix, 1, 3))
    assert clicked.args == [1, 3, False]
    matrix.set_lit({}, {}, (4, 2))
    with qtbot.waitSignal(matrix.cell_moved) as moved:
        QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert moved.args == [4, 3]


def test_names_that_do_not_fit_the_numbers_are_refused():
    with pytest.raises(ValueError, match="named"):
        MatrixView(LIGHT).set_matrix(np.zeros((2, 2)), ["a"], [], SCALE)


@pytest.fixture
def editable(show: Show) -> EditableMatrixView:
    view = EditableMatrixView(LIGHT)
    view.set_matrix(np.zeros((4, 4)), [], [], ColorScale("signed", -1.0, 1.0))
    view.set_editable(True)
    show(view, 400, 320)
    return view


def test_dragging_up_makes_a_number_larger_and_letting_go_ends_it(editable: EditableMatrixView):
    told: list[tuple[int, int, float, bool]] = []
    editable.value_edited.connect(lambda *args: told.append(args))
    start = middle(editable, 1, 2)
    drag(editable, start, start - QPointF(0, 20), start - QPointF(0, 50))
    assert [t[:2] for t in told] == [(1, 2)] * len(told)
    assert told[-1][2] == pytest.approx(1.0)
    assert told[-1][3]
    assert not told[0][3]
    editable.set_editable(False)
    told.clear()
    drag(editable, start, start - QPointF(0, 50))
    assert not told


def test_a_number_is_typed_and_nonsense_stays_to_be_put_right(editable: EditableMatrixView, qtbot: QtBot):
    QTest.mouseDClick(editable, Qt.MouseButton.LeftButton, pos=middle(editable, 2, 0).toPoint())
    field = editable._editor
    assert field.isVisible()
    field.setText("fox")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    field.setText("−1,5")
    with qtbot.waitSignal(editable.value_edited) as edited:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert edited.args == [2, 0, -1.5, True]
    assert not field.isVisible()


@pytest.fixture
def arcs(show: Show) -> ArcsView:
    view = ArcsView(LIGHT)
    view.set_tokens([Token(word, special=word.startswith("[")) for word in WORDS])
    view.set_gutters(Gutters(60.0, 40.0))
    show(view, 700, 180)
    return view


def test_tokens_stand_over_the_columns_of_a_matrix(arcs: ArcsView, show: Show):
    matrix = MatrixView(LIGHT)
    matrix.set_matrix(shares(), WORDS, WORDS, SCALE)
    matrix.set_gutters(Gutters(60.0, 40.0))
    show(matrix, 700, 300)
    for i, place in enumerate(arcs.places(arcs.area())):
        assert place.center().x() == pytest.approx(middle(matrix, 0, i).x(), abs=1.0)


def test_strong_arcs_carry_their_numbers_and_weak_ones_none(arcs: ArcsView):
    arcs.set_fans([Fan(4, (0.42, 0.06, 0.36, 0.12, 0.02, math.nan))])
    texts = svg_texts(arcs, arcs.size())
    assert all(number in texts for number in ("0.42", "0.36", "0.12", "0.06"))
    assert "0.02" not in texts


def test_a_token_is_found_clicked_and_switched(arcs: ArcsView, qtbot: QtBot):
    fox = arcs.places(arcs.area())[4].center()
    with qtbot.waitSignal(arcs.token_hovered) as hovered:
        QTest.mouseMove(arcs, fox.toPoint())
    assert hovered.args == [4]
    with qtbot.waitSignal(arcs.token_clicked) as clicked:
        click(arcs, fox)
    assert clicked.args == [4, False]
    with qtbot.waitSignal(arcs.token_switched) as switched:
        QTest.mouseDClick(arcs, Qt.MouseButton.LeftButton, pos=fox.toPoint())
    assert switched.args == [4]


@pytest.mark.parametrize("n", [1, 12, 30, 256])
def test_however_many_tokens_there_are_they_stay_inside_and_apart(show: Show, n: int):
    view = ArcsView(LIGHT)
    view.set_tokens([Token(WORDS[i % 6]) for i in range(n)])
    show(view, 640, 200)
    places = [place for place in view.places(view.area()) if place.isValid()]
    assert len(places) >= min(n, 60)
    for i, place in enumerate(places):
        assert view.rect().adjusted(-1, -1, 1, 1).contains(place.toAlignedRect())
        assert not any(place.intersects(other) for other in places[i + 1 : i + 40])


def test_pooling_keeps_a_diagonal():
    eye = np.broadcast_to((255 * np.eye(100, k=-1)).astype(np.uint8), (1, 2, 100, 100))
    small = pooled(eye, 40)
    assert small.shape == (1, 2, 40, 40)
    assert (np.diagonal(small[0, 0])[1:-1] == 255).all()
    assert pooled(eye[..., :9, :9], 40) is not None
    assert pooled(eye[..., :9, :9], 40).shape == (1, 2, 9, 9)


@pytest.fixture
def maps(show: Show) -> HeadMapsView:
    view = HeadMapsView(LIGHT)
    view.set_maps(np.zeros((6, 12, 9, 9), np.uint8))
    view.set_chosen((2, 0))
    show(view, 480, 260)
    return view


def test_a_map_is_chosen_by_click_and_by_keys_and_switched(maps: HeadMapsView, qtbot: QtBot):
    with qtbot.waitSignal(maps.head_chosen) as chosen:
        click(maps, maps.places(maps.area())[3, 4].center())
    assert chosen.args == [3, 4]
    for key, wanted in ((Qt.Key.Key_Right, [2, 1]), (Qt.Key.Key_Down, [3, 0])):
        with qtbot.waitSignal(maps.head_chosen) as chosen:
            QTest.keyClick(maps, key)
        assert chosen.args == wanted
    with qtbot.waitSignal(maps.head_switched) as switched:
        QTest.keyClick(maps, Qt.Key.Key_Delete)
    assert switched.args == [2, 0]


def test_maps_follow_another_order(maps: HeadMapsView):
    by_layer = maps.places(maps.area())
    order = [(layer, head) for layer in range(6) for head in range(12)][::-1]
    maps.set_order(order)
    turned = maps.places(maps.area())
    assert turned[5, 11].topLeft().y() <= by_layer[0, 0].topLeft().y()
    assert turned[0, 0].y() > turned[5, 11].y()


def test_a_product_is_read_out(show: Show):
    view = ProductsView(LIGHT)
    view.set_factors([1.0, -2.0, 0.5, 3.0], [2.0, 2.0, 2.0, -1.0], ("q", "k"))
    show(view, 400, 140)
    np.testing.assert_array_equal(view.products, [2.0, -4.0, 1.0, -3.0])
    QTest.mouseMove(view, QPointF(150, 70).toPoint())
    assert view.reading() == "dimension 2: q −2.000 × k 2.000 = −4.000"
    with pytest.raises(ValueError, match="no product"):
        view.set_factors([1.0], [1.0, 2.0], ("q", "k"))


def test_growth_is_read_at_the_nearest_length(show: Show):
    view = GrowthView(LIGHT)
    view.set_curves((16, 32, 64), [Growth("attention", "accent", (1.0, 4.0, 16.0))], "ms")
    show(view, 420, 240)
    x = float(view.axes(view.area()).px(5.1))
    QTest.mouseMove(view, QPointF(x, 80).toPoint())
    assert view.reading() == "32 tokens: attention 4.00 ms"
