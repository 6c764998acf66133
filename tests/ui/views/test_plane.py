"""The complex plane is square, holds both circles, reads its points, and shows where they came from."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF

from explorer.ui.theme import LIGHT
from explorer.ui.views.plane import TRAIL, PlaneView

TURN = np.array([[0.6, 0.3], [0.6, -0.3], [-0.5, 0.0], [0.0, 0.84]])


@pytest.fixture
def view(show) -> PlaneView:
    view = PlaneView(LIGHT)
    view.set_points(TURN, "rnn")
    show(view, 420, 300)
    return view


def at(view: PlaneView, x: float, y: float) -> QPoint:
    px, py = view.axes(view.area()).point(x, y)
    return QPoint(round(px), round(py))


@pytest.mark.parametrize("size", [(420, 300), (300, 420), (330, 160), (1200, 900)])
@pytest.mark.parametrize("factor", [1.0, 0.1, 2.3])
def test_a_unit_is_as_long_across_as_up_and_both_circles_fit(view, size, factor):
    view.set_points(factor * TURN)
    axes = view.axes(QRectF(0, 0, *size))
    assert axes.x.span / axes.width == pytest.approx(axes.y.span / axes.height)
    reach = max(1.0, factor * 0.84)
    assert axes.x.lo <= -reach
    assert axes.x.hi >= reach
    assert axes.y.lo <= -reach
    assert axes.y.hi >= reach
    middle = axes.point(0.0, 0.0)
    assert middle == pytest.approx((axes.left + axes.width / 2, axes.top + axes.height / 2), abs=0.01)


def test_the_radius_is_that_of_the_farthest_finite_point(view):
    assert view.radius == pytest.approx(0.84)
    view.set_points(np.array([[3.0, 4.0], [math.nan, 9.0], [math.inf, 0.0]]))
    assert view.radius == pytest.approx(5.0)
    view.set_points(np.full((4, 2), math.nan))
    assert math.isnan(view.radius)


def test_a_point_under_the_pointer_says_its_value_modulus_and_angle(qtbot, view):
    index = view.point_at(at(view, 0.6, -0.3).toPointF())
    assert view.words_of(index) == ("λ = 0.60 − 0.30 i", "|λ| = 0.671", "turns by 27°")
    before = view.grab().toImage()
    qtbot.mouseMove(view, at(view, 0.6, -0.3))
    assert view.grab().toImage() != before
    qtbot.mouseMove(view, at(view, 0.9, 0.9))
    assert view.point_at(at(view, 0.9, 0.9).toPointF()) == -1
    assert view.grab().toImage() == before


def test_points_that_move_leave_a_short_trail_and_a_jump_leaves_none(view):
    for i in range(TRAIL + 5):
        view.set_points(TURN * (1 - 0.01 * i), moving=True)
    assert view.n_trails == TRAIL
    view.set_points(TURN)
    assert view.n_trails == 0


def test_points_of_another_shape_are_refused(view):
    with pytest.raises(ValueError, match="shape"):
        view.set_points(np.zeros((3, 4)))


def test_circles_lie_where_their_radius_is(draw, view):
    view.set_points(np.array([[0.0, 0.5]]), "rnn")
    image, rect = draw(view, 400, 400), QRectF(0, 0, 400, 400)
    axes = view.axes(rect)
    unit = image.pixelColor(*(round(v) for v in axes.point(math.cos(2.5), math.sin(2.5))))
    ring = [
        image.pixelColor(*(round(v) for v in axes.point(0.5 * math.cos(a), 0.5 * math.sin(a))))
        for a in np.linspace(2, 4, 60)
    ]
    assert unit.lightness() < 200
    oranges = [c for c in ring if c.red() > c.blue() + 60]
    assert 20 < len(oranges) < 60, "dashed"


@pytest.mark.parametrize("size", [(400, 300), (300, 180)])
@pytest.mark.parametrize("radius", [0.6, 0.97, 1.3, 1.9])
def test_no_name_lies_on_a_point(view, size: tuple[int, int], radius: float):
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    view.set_points(radius * np.stack([np.cos(angle), np.sin(angle)], 1))
    axes = view.axes(QRectF(0, 0, *size))
    box = view._unit_box(axes)
    assert axes.left <= box.left()
    assert box.right() <= axes.right + 1
    assert not any(box.contains(QPointF(*axes.point(*point))) for point in view._points)
