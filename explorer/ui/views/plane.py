"""Points on the complex plane, the unit circle, and the circle that holds them all."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.painting import (
    Run,
    Titles,
    draw_axes,
    draw_haloed,
    draw_runs,
    fit_axes,
    hair,
    named_color,
    runs_width,
    text_color,
    text_height,
    text_width,
    with_alpha,
)
from explorer.ui.views.ticks import number, reading
from explorer.ui.views.view import View

TITLES = Titles("real part", "imaginary part")
UNIT_WORDS = "|λ| = 1"
TRAIL = 6
"""How many earlier places are kept."""
HOVER_PX = 14.0
DOT_PX, TRAIL_PX = 4.2, 2.2
ROOM = 1.18
"""The plane reaches so much further than the wider of the two circles."""
GRID = 0.25
LOW_PX = 210.0
"""Below this height the words of the axes stand inside and their ticks are left out, so that the circles are large."""


class PlaneView(View):
    """Complex numbers as points, with the places they came from."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._points: Floats = np.zeros((0, 2))
        self._trail: list[Floats] = []
        self._color_key = "accent"
        self._hovered = -1

    # What is shown -----------------------------------------------------------------------------------------------

    def set_points(self, points: ArrayLike, color_key: str = "accent", *, moving: bool = False) -> None:
        """Show points.

        Args:
            points: (N, 2) real and imaginary parts; points that are not finite are left out.
            color_key: Name of their colour.
            moving: Whether they come from the points shown until now, which stay for a while as their trail.

        Raises:
            ValueError: If the array is of another shape.
        """
        fresh = np.array(points, np.float64)
        if fresh.ndim != 2 or fresh.shape[1] != 2:
            raise ValueError(f"points of shape {fresh.shape}, not (N, 2)")
        self._trail = [*self._trail, self._points][-TRAIL:] if moving and len(self._points) else []
        self._points, self._color_key, self._hovered = fresh[np.isfinite(fresh).all(axis=1)], color_key, -1
        self.update()

    @property
    def radius(self) -> float:
        """Distance of the farthest point from zero; not a number without points."""
        return float(np.hypot(*self._points.T).max()) if len(self._points) else math.nan

    @property
    def n_trails(self) -> int:
        """How many earlier places are shown."""
        return len(self._trail)

    # Geometry ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """A plot in which a unit is as long across as it is up, with both circles inside."""
        widest = np.fmax(1.0, self.radius)
        reach = math.ceil(ROOM * float(widest) / GRID) * GRID  # in steps, so that it does not tremble
        span = Range(-reach, reach)
        if self._is_low(rect):
            inside = rect.adjusted(2, 2, -2, -2)
            return Axes(span, span, inside.left(), inside.top(), inside.width(), inside.height()).equal()
        return fit_axes(rect.adjusted(4, 2, -4, -2), self.theme, span, span, TITLES, right=4.0).equal()

    def _is_low(self, rect: QRectF) -> bool:
        return rect.height() < LOW_PX * self.theme.scale

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw plane, circles, trails and points."""
        if rect.width() < 40 or rect.height() < 40:
            return
        axes = self.axes(rect)
        painter.save()
        self._paint_disc(painter, axes)
        if not self._is_low(rect):
            draw_axes(painter, rect.adjusted(4, 2, -4, -2), axes, self.theme, TITLES, square=True)
        painter.setClipRect(QRectF(axes.left, axes.top, axes.width, axes.height), Qt.ClipOperation.IntersectClip)
        self._paint_cross(painter, axes)
        self._paint_circles(painter, axes)
        self._paint_points(painter, axes)
        painter.restore()
        if self._is_low(rect):
            self._paint_titles(painter, axes)
        self._paint_words(painter, axes)
        if not len(self._points):
            words, font = "Nothing finite to show", self.theme.font("secondary")
            draw_haloed(painter, _plot(axes), words, font, self.theme.muted, self.theme.card)
        elif 0 <= self._hovered < len(self._points):
            self._paint_reading(painter, axes)

    def _paint_disc(self, painter: QPainter, axes: Axes) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(self.theme.grid, 0.55))
        centre, length = _circle(axes, 1.0)
        painter.drawEllipse(centre, length, length)

    def _paint_cross(self, painter: QPainter, axes: Axes) -> None:
        x, y = axes.point(0.0, 0.0)
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.drawLines(
            [QLineF(axes.left, hair(y), axes.right, hair(y)), QLineF(hair(x), axes.top, hair(x), axes.bottom)]
        )

    def _paint_circles(self, painter: QPainter, axes: Axes) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.theme.muted, COMPANY_PX * self.theme.scale))
        painter.drawEllipse(*_ellipse(axes, 1.0))
        if math.isfinite(self.radius):
            pen = QPen(self._color(), COMPANY_PX * self.theme.scale)
            pen.setDashPattern([3.0, 2.5])
            painter.setPen(pen)
            painter.drawEllipse(*_ellipse(axes, self.radius))

    def _paint_points(self, painter: QPainter, axes: Axes) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for age, points in enumerate(self._trail):
            painter.setBrush(with_alpha(self._color(), 0.08 + 0.3 * (age + 1) / (len(self._trail) + 1)))
            self._paint_dots(painter, axes, points, TRAIL_PX)
        painter.setPen(QPen(self.theme.card, 1.0))
        painter.setBrush(self._color())
        self._paint_dots(painter, axes, self._points, self._dot_px())

    def _paint_dots(self, painter: QPainter, axes: Axes, points: Floats, radius: float) -> None:
        radius *= self.theme.scale
        for x, y in zip(axes.px(points[:, 0]).tolist(), axes.py(points[:, 1]).tolist(), strict=True):
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _dot_px(self) -> float:
        """Many points are smaller ones."""
        return DOT_PX if len(self._points) <= 100 else 0.75 * DOT_PX

    def _paint_words(self, painter: QPainter, axes: Axes) -> None:
        """The circles' names: the unit's where it hides the fewest points, the radius at the lower right."""
        font = self.theme.font("tick_strong")
        draw_haloed(painter, self._unit_box(axes), UNIT_WORDS, font, self.theme.muted, self.theme.card)
        if math.isfinite(self.radius):
            text = f"radius {number(self.radius, 2)}"
            room = QRectF(axes.left, axes.top, axes.width, axes.height)
            if text_width(font, text) < 0.6 * room.width():
                self._paint_word(painter, axes, text, max(1.0, self.radius), 1.0, text_color(self.theme, self._color()))

    def _paint_titles(self, painter: QPainter, axes: Axes) -> None:
        """What the axes are, at the ends of the cross."""
        font, (x, y) = self.theme.font("tick"), axes.point(0.0, 0.0)
        line = text_height(font)
        right = QRectF(axes.right - text_width(font, TITLES.x) - 8, y + 2, text_width(font, TITLES.x) + 8, line)
        width = text_width(font, TITLES.y) + 8
        places = [QRectF(left, axes.top, width, line) for left in (x + 6, axes.right - width, axes.left)]
        top = self._freest(axes, places)
        for box, words in ((right, TITLES.x), (top, TITLES.y)):
            draw_haloed(painter, box, words, font, self.theme.muted, self.theme.card)

    def _paint_word(self, painter: QPainter, axes: Axes, text: str, radius: float, down: float, color: QColor) -> None:
        font = self.theme.font("tick_strong")
        draw_haloed(painter, self._beside(axes, text, radius, down), text, font, color, self.theme.card)

    def _beside(self, axes: Axes, text: str, radius: float, down: float) -> QRectF:
        """Room for a word outside a circle, at the right and above (-1) or below (1)."""
        font = self.theme.font("tick_strong")
        centre, length = _circle(axes, radius)
        width, height = text_width(font, text) + 8, text_height(font)
        at = centre + QPointF(length, down * length) * math.sqrt(0.5) + QPointF(4.0, down * (4.0 + height / 2))
        left = min(at.x(), axes.right - width)
        top = min(max(at.y() - height / 2, axes.top), axes.bottom - height)
        return QRectF(left, top, width, height)

    def _unit_box(self, axes: Axes) -> QRectF:
        """Where the unit circle's name stands: beside the circle, or inside it where points are around it."""
        outside = self._beside(axes, UNIT_WORDS, 1.0, -1.0)
        centre, length = _circle(axes, 1.0)
        inside = QRectF(outside)
        inside.moveCenter(centre - QPointF(0.0, 0.5 * length))
        return self._freest(axes, [outside, inside])

    def _freest(self, axes: Axes, places: list[QRectF]) -> QRectF:
        """Of several places the first of those that the fewest points reach into."""
        x, y = axes.px(self._points[:, 0]), axes.py(self._points[:, 1])
        grip = self._dot_px() * self.theme.scale

        def n_hidden(box: QRectF) -> int:
            wide = box.adjusted(-grip, -grip, grip, grip)
            across, up = (x > wide.left()) & (x < wide.right()), (y > wide.top()) & (y < wide.bottom())
            return int((across & up).sum())

        return min(places, key=n_hidden)

    def _paint_reading(self, painter: QPainter, axes: Axes) -> None:
        """A ring around the point under the pointer, and its numbers beside it."""
        real, imaginary = (float(v) for v in self._points[self._hovered])
        x, y = axes.point(real, imaginary)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.theme.ink, COMPANY_PX))
        ring = self._dot_px() * self.theme.scale + 2.5
        painter.drawEllipse(QPointF(x, y), ring, ring)
        rows = [Run(row, self.theme.ink, self.theme.font("number_small")) for row in self.words_of(self._hovered)]
        line = text_height(rows[0].font) + 2
        width, height = max(runs_width([row]) for row in rows) + 16, line * len(rows) + 8
        left = x + 12 if x + 12 + width < axes.right else x - 12 - width
        box = QRectF(max(axes.left, left), min(max(axes.top, y - height / 2), axes.bottom - height), width, height)
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.setBrush(with_alpha(self.theme.card, 0.95))
        painter.drawRoundedRect(box, 6, 6)
        for i, row in enumerate(rows):
            draw_runs(painter, QRectF(box.left() + 8, box.top() + 4 + i * line, width, line), [row])

    def words_of(self, index: int) -> tuple[str, str, str]:
        """What is said of a point: the number, its modulus and its angle."""
        real, imaginary = (float(v) for v in self._points[index])
        sign = "+" if imaginary >= 0 else "\N{MINUS SIGN}"
        angle = math.degrees(math.atan2(imaginary, real))
        return (
            f"λ = {number(real, 2)} {sign} {number(abs(imaginary), 2)} i",
            f"|λ| = {reading(math.hypot(real, imaginary))}",
            f"turns by {number(abs(angle), 0)}°",
        )

    def _color(self) -> QColor:
        return named_color(self.theme, self._color_key)

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the point under the pointer."""
        self._hover(self.point_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def point_at(self, at: QPointF) -> int:
        """Index of the point nearest to a position, -1 if none is near."""
        if not len(self._points):
            return -1
        axes = self.axes(self.area())
        away = np.hypot(axes.px(self._points[:, 0]) - at.x(), axes.py(self._points[:, 1]) - at.y())
        nearest = int(away.argmin())
        return nearest if away[nearest] <= HOVER_PX else -1

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        """Circles that can still be told apart."""
        return QSize(150, 130)


def _plot(axes: Axes) -> QRectF:
    return QRectF(axes.left, axes.top, axes.width, axes.height)


def _circle(axes: Axes, radius: float) -> tuple[QPointF, float]:
    """Centre and radius, px, of a circle about zero."""
    x, y = axes.point(0.0, 0.0)
    return QPointF(x, y), float(axes.px(radius)) - x


def _ellipse(axes: Axes, radius: float) -> tuple[QPointF, float, float]:
    centre, length = _circle(axes, radius)
    return centre, length, length
