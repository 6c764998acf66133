"""The map answers to mouse, wheel and keys, and shows the points it was given."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.ui.theme import LIGHT
from explorer.ui.views.axes import Axes
from explorer.ui.views.cloud import PointCloud
from explorer.ui.views.map_range import MapRange
from explorer.ui.views.markers import make_stamps, marker_path, pixel_view
from explorer.ui.views.scatter import ScatterView

CORNERS = np.array([[-2.0, -2.0], [2.0, -2.0], [2.0, 2.0], [-2.0, 2.0], [0.0, 0.0]])


@pytest.fixture
def view(show):
    view = ScatterView(LIGHT)
    view.set_points(CORNERS, [0, 1, 2, 3, 4])
    view.set_class_names([str(i) for i in range(10)])
    view.set_probe(1.0, 0.5)
    return show(view, 520, 420)


def at(view: ScatterView, x: float, y: float) -> QPoint:
    px, py = view.axes(view.area()).point(x, y)
    return QPoint(round(px), round(py))


def wheel(view: ScatterView, place: QPoint, delta: int) -> None:
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.mapToGlobal(place)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_dragging_the_ring_moves_the_probe(qtbot, view):
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(view, 1.0, 0.5))
    assert view.probe_held
    with qtbot.waitSignal(view.probe_moved) as moved:
        qtbot.mouseMove(view, at(view, -1.0, 1.0))
    assert moved.args == pytest.approx([-1.0, 1.0], abs=0.02)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(view, -1.0, 1.0))
    assert not view.probe_held
    with qtbot.assertNotEmitted(view.probe_moved):
        qtbot.mouseMove(view, at(view, 1.5, 1.0))


def test_pressing_the_ring_does_not_move_it_but_pressing_elsewhere_does(qtbot, view):
    with qtbot.assertNotEmitted(view.probe_moved):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, 1.0, 0.5) + QPoint(6, 3))
    with qtbot.waitSignal(view.probe_moved) as moved:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, -1.2, -0.7))
    assert moved.args == pytest.approx([-1.2, -0.7], abs=0.02)


def test_a_hidden_probe_stays_hidden(qtbot, view):
    view.set_probe(None)
    with qtbot.assertNotEmitted(view.probe_moved):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, -1.2, -0.7))
        qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.probe is None


@pytest.mark.parametrize(
    ("key", "way"),
    [(Qt.Key.Key_Left, (-1, 0)), (Qt.Key.Key_Right, (1, 0)), (Qt.Key.Key_Up, (0, 1)), (Qt.Key.Key_Down, (0, -1))],
)
def test_arrow_keys_move_the_probe_and_shift_moves_it_further(qtbot, view, key, way):
    steps = []
    for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        before = np.array(view.probe)
        qtbot.keyClick(view, key, modifier)
        moved = np.array(view.probe) - before
        assert np.sign(np.round(moved, 9)) == pytest.approx(way)
        steps.append(np.abs(moved).max())
    assert steps[1] == pytest.approx(5 * steps[0])


def test_hovering_and_clicking_points(qtbot, view):
    with qtbot.waitSignal(view.point_hovered) as hovered:
        qtbot.mouseMove(view, at(view, 2.0, 2.0) + QPoint(2, 2))
    assert hovered.args == [2]
    assert view.cursor_data == pytest.approx((2.0, 2.0), abs=0.1)
    with qtbot.waitSignal(view.point_clicked) as clicked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, 2.0, 2.0))
    assert clicked.args == [2]
    qtbot.mouseMove(view, at(view, -2.0, -2.0))
    with qtbot.waitSignal(view.point_hovered) as left:
        qtbot.mouseMove(view, at(view, 0.0, 1.0))
    assert left.args == [-1]


def test_the_cursor_shows_a_hand_over_the_ring(qtbot, view):
    qtbot.mouseMove(view, at(view, 1.0, 0.5))
    assert view.cursor().shape() == Qt.CursorShape.OpenHandCursor
    qtbot.mouseMove(view, at(view, -1.0, 0.5))
    assert view.cursor().shape() == Qt.CursorShape.CrossCursor


def test_the_wheel_zooms_at_the_pointer_and_home_goes_back(qtbot, view):
    whole = view.shown_range
    place = at(view, 1.0, 1.0)
    with qtbot.waitSignal(view.range_changed):
        wheel(view, place, 360)
    assert view.shown_range[0].span < 0.7 * whole[0].span
    px, py = view.axes(view.area()).point(1.0, 1.0)
    assert (px, py) == pytest.approx((place.x(), place.y()), abs=1.0)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.shown_range == whole
    wheel(view, place, 360)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(view, 1.0, 1.5))
    assert view.shown_range == whole


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton, "space"])
def test_panning_follows_the_pointer(qtbot, view, button):
    if button == "space":
        qtbot.keyPress(view, Qt.Key.Key_Space)
        button = Qt.MouseButton.LeftButton
    start = view.axes(view.area()).point(0.0, 0.0)
    qtbot.mousePress(view, button, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(240, 170))
    qtbot.mouseRelease(view, button, pos=QPoint(240, 170))
    end = view.axes(view.area()).point(0.0, 0.0)
    assert (end[0] - start[0], end[1] - start[1]) == pytest.approx((40, -30), abs=0.5)
    assert view.probe == (1.0, 0.5)


def test_clicking_the_legend_asks_to_dim_a_class(qtbot, view):
    entry = view.legend(view.area())[7]
    with qtbot.waitSignal(view.class_toggled) as toggled:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=entry.rect.center().toPoint())
    assert toggled.args == [7]
    assert view.probe == (1.0, 0.5)


def test_dimmed_points_cannot_be_hovered(qtbot, view):
    view.set_dimmed_classes({2})
    with qtbot.assertNotEmitted(view.point_hovered):
        qtbot.mouseMove(view, at(view, 2.0, 2.0))


def test_the_ends_of_the_path_can_be_dragged(qtbot, view):
    view.set_path([[-1.5, 0.0], [0.0, 0.3], [1.8, -1.0]])
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(view, 1.8, -1.0))
    with qtbot.waitSignal(view.path_end_moved) as moved:
        qtbot.mouseMove(view, at(view, 1.0, -1.5))
    assert moved.args == pytest.approx([1, 1.0, -1.5], abs=0.02)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(view, 1.0, -1.5))
    assert view.probe == (1.0, 0.5)


def test_moving_the_probe_repaints_only_around_it(qtbot, view, monkeypatch):
    asked = []
    monkeypatch.setattr(view, "update", lambda *rect: asked.append(rect))
    view.set_probe(1.1, 0.5)
    assert len(asked) == 2
    assert all(rect and rect[0].width() < 90 and rect[0].height() < 90 for rect in asked)


def test_each_point_is_drawn_where_it_is_in_its_colour(view, draw):
    view.set_probe(None)
    image = draw(view, 520, 420)
    axes = view.axes(view.area())
    for xy, kind in zip(CORNERS, range(5), strict=True):
        px, py = axes.point(*xy)
        assert image.pixelColor(int(px), int(py)) == LIGHT.classes[kind]


def test_vector_painting_draws_every_point(qtbot, draw):
    rng = np.random.default_rng(3)
    view = ScatterView(LIGHT)
    qtbot.addWidget(view)
    view.set_points(rng.normal(size=(250, 2)), np.arange(250) % 10)
    drawn = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("explorer.ui.views.cloud.draw_marker", lambda painter, kind, at, r, c: drawn.append(kind))
        draw(view, 500, 400, vector=True)
    assert len(drawn) == 250
    assert {drawn.count(kind) for kind in range(10)} == {25}


def test_the_later_point_lies_on_top(draw, qtbot):
    view = ScatterView(LIGHT)
    qtbot.addWidget(view)
    view.set_points([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]], [0, 3, 1])
    px, py = view.axes(view.area()).point(0.0, 0.0)
    image = draw(view, view.width(), view.height())
    assert image.pixelColor(int(px), int(py)) == LIGHT.classes[3]


def test_thumbnails_do_not_overlap_and_keep_their_order():
    rng = np.random.default_rng(1)
    cloud = PointCloud()
    cloud.set_points(rng.uniform(-2, 2, (2000, 2)), np.zeros(2000))
    shown = MapRange()
    shown.choose(*[type(shown.x)(-2.0, 2.0)] * 2)
    which, column, row = cloud.tiles(Axes(shown.x, shown.y, 10, 10, 400, 300), 28.0)
    cells = list(zip(column.tolist(), row.tolist(), strict=True))
    assert len(set(cells)) == len(cells) == (400 // 28) * (300 // 28)
    assert len(set(which.tolist())) == len(which)


def test_a_thumbnail_under_the_pointer_is_the_digit_it_shows(qtbot, view):
    view.set_thumbnails(np.zeros((5, 28, 28), np.uint8))
    view.set_mode("digits")
    axes = view.axes(view.area())
    which, column, row = view._cloud.tiles(axes, 28.0)
    corner = QPoint(int(axes.left + (column[-1] + 0.9) * 28), int(axes.top + (row[-1] + 0.9) * 28))
    with qtbot.waitSignal(view.point_hovered) as hovered:
        qtbot.mouseMove(view, corner)
    assert hovered.args == [which[-1]]


def test_the_range_is_calm_but_follows():
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(500, 2))
    shown = MapRange()
    assert shown.follow(xy)
    assert not shown.follow(xy * 1.03)
    assert not shown.follow(xy * 0.9)
    assert shown.follow(xy * 2.0)
    assert shown.follow(xy * 0.5)
    shown.choose(shown.x, shown.y)
    assert not shown.follow(xy * 9.0)


def test_wrong_shapes_are_refused(view):
    with pytest.raises(ValueError, match="shapes"):
        view.set_points(np.zeros((3, 3)), [0, 1, 2])
    with pytest.raises(ValueError, match="shapes"):
        view.set_points(np.zeros((3, 2)), [0, 1])


def test_ten_markers_differ_in_shape_and_stamps_carry_their_colour():
    paths = [marker_path(kind, 5.0) for kind in range(10)]
    assert all(paths[a] != paths[b] for a in range(10) for b in range(a))
    stamps = make_stamps(LIGHT, 4.0)
    for kind in range(10):
        assert LIGHT.classes[kind].rgb() in stamps.colors[kind * 16]
    assert np.abs(stamps.dx).max() <= stamps.reach


def test_pixels_are_a_view_of_the_image(draw, view):
    image = draw(view, 60, 50)
    pixel_view(image)[7, 5] = 0xFF123456
    assert image.pixelColor(5, 7).name() == "#123456"
