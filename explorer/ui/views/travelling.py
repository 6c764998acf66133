"""Points of the plane on their way from noise to data: cloud, field of arrows, density, ways of single points."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.images import draw_image, to_image
from explorer.ui.views.lines import curve_pen, draw_curve, polygon
from explorer.ui.views.painting import Titles, draw_axes, named_color, square_axes, with_alpha
from explorer.ui.views.raster import Layer, device_scale, layer
from explorer.ui.views.view import View

TITLES, UNTITLED = Titles("x", "y"), Titles("", "")
_TITLED_PX = 300
"""Smaller than this, the numbers at the edges must do."""
GRIP_PX = 9.0
_POINT_PX, _DATA_PX, _END_PX = 3.6, 2.0, 4.5
_LONGEST = 0.92
"""Of an arrow, as a share of the distance between two."""
_HEAD = 0.34
_NUDGE = 0.1
_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class TravellingView(View):
    """A square of the plane. With the keyboard: Shift and arrows point, Enter picks, Escape lets go.

    Signals:
        pointed: Place under the pointer, data units; not finite when it has left.
        point_clicked: Index of a point, and whether it is added to those picked before.
        place_clicked: A place without a point, data units, and whether it is added.
        cleared: Escape was pressed.

    Args:
        theme: Colours and fonts.
        reach: The square goes from -reach to reach in both directions.
    """

    pointed = Signal(float, float)
    point_clicked = Signal(int, bool)
    place_clicked = Signal(float, float, bool)
    cleared = Signal()

    def __init__(self, theme: Theme, reach: float = 3.0, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._span = Range(-reach, reach)
        self._data: Floats = np.zeros((0, 2))
        self._points: Floats = np.zeros((0, 2))
        self._places: Floats = np.zeros(0)
        self._arrows: Floats = np.zeros((0, 0, 2))
        self._density: tuple[Floats, ColorScale] | None = None
        self._image: tuple[object, QImage] | None = None
        self._ways: list[tuple[Floats, int]] = []
        self._preview: tuple[Floats, int] | None = None
        self._pointer = (0.0, 0.0)
        self._version = 0
        self._ground: Layer | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    # What is shown -----------------------------------------------------------------------------------------------

    def set_data(self, points: ArrayLike) -> None:
        """The points that are learned, (M, 2), faint; none hides them."""
        self._data = _finite(points)
        self._changed()

    def set_points(self, points: ArrayLike) -> None:
        """The points that travel, (N, 2)."""
        self._points = np.asarray(points, np.float64)
        self._changed()

    def set_arrows(self, places: ArrayLike, vectors: ArrayLike) -> None:
        """Arrows [up, across, (x, y)], (S, S, 2), beginning at ``places`` (S,) in both directions; none hides them."""
        self._places, self._arrows = np.asarray(places, np.float64), np.asarray(vectors, np.float64)
        self._changed()

    @property
    def longest(self) -> float:
        """Length of the vector that has the longest arrow; longer ones have the same."""
        return arrow_unit(self._arrows)

    def set_density(self, values: ArrayLike | None, scale: ColorScale | None = None) -> None:
        """A map [up, across] behind the points, (D, D) over the whole square, with its colours; None for none."""
        self._density = None if values is None or scale is None else (np.asarray(values, np.float64), scale)
        self._image = None
        self._changed()

    def _changed(self) -> None:
        """What lies beneath the ways must be drawn anew; pointing alone does not ask for it."""
        self._version += 1
        self.update()

    def set_ways(self, ways: Sequence[tuple[ArrayLike, int]]) -> None:
        """Ways (k, 2) from noise to data, each with the index at which it stands now."""
        self._ways = [(np.asarray(way, np.float64), at) for way, at in ways]
        self.update()

    def set_preview(self, way: ArrayLike | None, at: int = 0) -> None:
        """The way through the place under the pointer; None for none."""
        self._preview = None if way is None else (np.asarray(way, np.float64), at)
        self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """A plot in which a unit is as long across as it is up."""
        return square_axes(rect.adjusted(2, 2, -4, -2), self.theme, self._span, self._titles(rect))

    def _titles(self, rect: QRectF) -> Titles:
        return TITLES if min(rect.width(), rect.height()) >= self.theme.px(_TITLED_PX) else UNTITLED

    def point_at(self, at: QPointF) -> int:
        """Index of the point nearest to a position, -1 if none is near."""
        if not len(self._points):
            return -1
        axes = self.axes(self.area())
        with np.errstate(all="ignore"):
            away = np.hypot(axes.px(self._points[:, 0]) - at.x(), axes.py(self._points[:, 1]) - at.y())
        away = np.nan_to_num(away, nan=np.inf)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= GRIP_PX * self.theme.scale else -1

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw everything, the density at the back; on the screen what pointing does not change is kept."""
        if rect.width() < 40 or rect.height() < 40:
            return
        axes = self.axes(rect)
        if vector:
            self._paint_ground(painter, rect, vector=True)
        else:
            key = (self._version, self.theme, rect.size().toTuple())
            scale = device_scale(painter)
            self._ground = layer(self._ground, key, rect, scale, self.theme.card, self._paint_screen)
            painter.drawImage(rect.topLeft(), self._ground[1])
        painter.save()
        painter.setClipRect(QRectF(axes.left, axes.top, axes.width, axes.height), Qt.ClipOperation.IntersectClip)
        for way, at in self._ways:
            self._paint_way(painter, axes, way, at, SUBJECT_PX)
        if self._preview is not None:
            self._paint_way(painter, axes, *self._preview, COMPANY_PX)
        painter.restore()

    def _paint_screen(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_ground(painter, rect, vector=False)

    def _paint_ground(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        axes = self.axes(rect)
        plot = QRectF(axes.left, axes.top, axes.width, axes.height)
        painter.save()
        draw_axes(painter, rect.adjusted(2, 2, -4, -2), axes, self.theme, self._titles(rect), square=True)
        self._paint_density(painter, plot, vector=vector)
        painter.setClipRect(plot, Qt.ClipOperation.IntersectClip)
        on_map = self._density is not None
        self._paint_dots(painter, axes, self._data, _DATA_PX, self._data_color(), 0.45)
        self._paint_arrows(painter, axes, on_map=on_map)
        self._paint_dots(painter, axes, self._points, _POINT_PX, self._cloud_color(), 0.85)
        painter.restore()

    def _data_color(self) -> QColor:
        return named_color(self.theme, "real") if self._density is None else self.theme.paper

    def _cloud_color(self) -> QColor:
        return named_color(self.theme, "generated") if self._density is None else self.theme.paper

    def _paint_density(self, painter: QPainter, plot: QRectF, *, vector: bool) -> None:
        if self._density is None:
            return
        values, scale = self._density
        if self._image is None or self._image[0] is not self.theme:
            self._image = self.theme, to_image(scale.pixels(values[::-1], self.theme))
        image = self._image[1]
        if not vector:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(plot, image)
        else:
            draw_image(painter, image, plot, vector=True)

    def _paint_dots(
        self, painter: QPainter, axes: Axes, points: Floats, size: float, color: QColor, alpha: float
    ) -> None:
        if not len(points):
            return
        inside = points[np.isfinite(points).all(1)]
        pen = QPen(with_alpha(color, alpha), size * self.theme.scale)
        # So small that nobody sees the corners, squares take a third of the time.
        pen.setCapStyle(Qt.PenCapStyle.SquareCap if size <= _DATA_PX else Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(polygon(np.column_stack([axes.px(inside[:, 0]), axes.py(inside[:, 1])])))

    def _paint_arrows(self, painter: QPainter, axes: Axes, *, on_map: bool) -> None:
        n = len(self._places)
        if n < 2 or self._arrows.shape[:2] != (n, n):
            return
        cell = float(axes.px(self._places[1]) - axes.px(self._places[0])) * _LONGEST
        across, up = np.meshgrid(axes.px(self._places), axes.py(self._places))
        length = np.hypot(self._arrows[..., 0], self._arrows[..., 1])
        factor = cell / np.maximum(length, self.longest)
        dx, dy = self._arrows[..., 0] * factor, -self._arrows[..., 1] * factor
        color = self.theme.paper if on_map else self.theme.ink
        pen = QPen(with_alpha(color, 0.75 if on_map else 0.5), 1.2 * self.theme.scale)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # round ones take ten times as long
        painter.setPen(pen)
        lines = list[QLineF]()
        flat = zip(*(a.ravel().tolist() for a in (across, up, dx, dy)), strict=True)
        for x, y, a, b in flat:
            if not math.isfinite(a + b) or a * a + b * b < 1.0:
                continue
            tip_x, tip_y = x + a, y + b
            lines.append(QLineF(x, y, tip_x, tip_y))
            for turn in (0.5, -0.5):
                lines.append(QLineF(tip_x, tip_y, tip_x - _HEAD * (a - turn * b), tip_y - _HEAD * (b + turn * a)))
        painter.drawLines(lines)

    def _paint_way(self, painter: QPainter, axes: Axes, way: Floats, at: int, width: float) -> None:
        """The part still to come is dashed; a ring at the noise, a dot at the data, a large one where it stands."""
        if len(way) < 1:
            return
        x, y, color = axes.px(way[:, 0]), axes.py(way[:, 1]), self.theme.accent
        at, width = min(max(at, 0), len(way) - 1), width * self.theme.scale
        for pen in (QPen(self.theme.card, width + 2.0), None):
            draw_curve(painter, x[: at + 1], y[: at + 1], pen or curve_pen(color, width))
            if at + 1 < len(way):
                draw_curve(painter, x[at:], y[at:], pen or curve_pen(color, width, dashed=True))
        size = _END_PX * self.theme.scale
        painter.setPen(QPen(color, COMPANY_PX * self.theme.scale))
        for index, radius, fill in ((0, size, self.theme.card), (-1, size, color), (at, 1.3 * size, color)):
            if math.isfinite(x[index] + y[index]):
                painter.setBrush(fill)
                painter.drawEllipse(QPointF(float(x[index]), float(y[index])), radius, radius)

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which place is under the pointer."""
        axes, at = self.axes(self.area()), event.position()
        if axes.contains(at.x(), at.y()):
            self._point(*axes.data(at.x(), at.y()))
        else:
            self.pointed.emit(math.nan, math.nan)

    def leaveEvent(self, event: QEvent) -> None:
        """No place any more."""
        self.pointed.emit(math.nan, math.nan)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a point, or a place where there is none."""
        axes, at = self.axes(self.area()), event.position()
        if event.button() == Qt.MouseButton.LeftButton and axes.contains(at.x(), at.y()):
            self._pick(at, added=bool(event.modifiers() & _CONTROL))
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Point with Shift and arrows, pick with Enter, and let go of what was picked with Escape."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key in _KEYS and modifiers & _SHIFT:
            moved = (v + _NUDGE * d for v, d in zip(self._pointer, _KEYS[key], strict=True))
            self._point(*(min(max(v, self._span.lo), self._span.hi) for v in moved))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            at = self.axes(self.area()).point(*self._pointer)
            self._pick(QPointF(*at), added=bool(modifiers & _CONTROL))
        elif key == Qt.Key.Key_Escape:
            self.cleared.emit()
        else:
            super().keyPressEvent(event)

    def _point(self, x: float, y: float) -> None:
        self._pointer = (x, y)
        self.pointed.emit(x, y)

    def _pick(self, at: QPointF, *, added: bool) -> None:
        index = self.point_at(at)
        if index >= 0:
            self.point_clicked.emit(index, added)
        else:
            self.place_clicked.emit(*self.axes(self.area()).data(at.x(), at.y()), added)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(460, 460)

    def minimumSizeHint(self) -> QSize:
        """Points that can still be told apart."""
        return QSize(170, 150)


def arrow_unit(vectors: Floats) -> float:
    """Length that is drawn longest: nine in ten vectors (N.., 2) are shorter, so that a few do not shrink the rest."""
    length = np.hypot(vectors[..., 0], vectors[..., 1]).ravel()
    length = length[np.isfinite(length)]
    if not length.size:
        return 1.0
    return max(float(np.partition(length, int(0.9 * (length.size - 1)))[int(0.9 * (length.size - 1))]), 1e-9)


def _finite(points: ArrayLike) -> Floats:
    found = np.asarray(points, np.float64).reshape(-1, 2)
    return found[np.isfinite(found).all(axis=1)]
