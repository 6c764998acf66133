"""z = mu + sigma * r in the plane: noise on the unit circle's cloud, the sample on a moved and stretched one."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.map_marks import Ellipse, ellipse_path
from explorer.ui.views.painting import (
    Titles,
    draw_axes,
    draw_haloed,
    fit_axes,
    text_color,
    text_height,
    text_width,
    with_alpha,
)
from explorer.ui.views.ticks import number
from explorer.ui.views.view import View

Pair = tuple[float, float]
_REACH_PX = 18.0
_LEAST_SPAN = 3.0


class DensityPlaneView(View):
    """Ellipses of one and two sigma of the noise and of the sample, with the two points and an arrow between.

    Signals:
        mean_dragged: The new mu, both coordinates.
        noise_dragged: The new r, both coordinates.
    """

    mean_dragged = Signal(float, float)
    noise_dragged = Signal(float, float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._mean: Pair = (0.0, 0.0)
        self._sigma: Pair = (1.0, 1.0)
        self._noise: Pair = (0.5, 0.5)
        self._held: Literal["", "mean", "noise"] = ""

    def set_values(self, mean: Pair, sigma: Pair, noise: Pair) -> None:
        """Show z = mean + sigma * noise, coordinate by coordinate; sigma above zero.

        Raises:
            ValueError: If a number is not finite or a sigma not above zero.
        """
        if not all(math.isfinite(v) for v in (*mean, *sigma, *noise)) or min(sigma) <= 0:
            raise ValueError(f"no density has mean {mean} and spread {sigma}")
        self._mean, self._sigma, self._noise = mean, sigma, noise
        self.update()

    @property
    def sample(self) -> Pair:
        """Where z is."""
        (a, b), (s, t), (r, q) = self._mean, self._sigma, self._noise
        return a + s * r, b + t * q

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle; a unit is as long across as up."""
        numbers = (*self._noise, *self.sample, *(abs(m) + 2 * s for m, s in zip(self._mean, self._sigma, strict=True)))
        far = max(_LEAST_SPAN, 1.1 * max(abs(v) for v in numbers))
        return fit_axes(rect.adjusted(4, 2, 0, -2), self.theme, Range(-far, far), Range(-far, far), _TITLES).equal()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw axes, both clouds as ellipses, the points and the arrow."""
        if rect.width() < 60 or rect.height() < 60:
            return
        axes = self.axes(rect)
        draw_axes(painter, rect.adjusted(4, 2, 0, -2), axes, self.theme, _TITLES, square=True)
        painter.save()
        painter.setClipRect(QRectF(axes.left, axes.top, axes.width, axes.height))
        sample = self.theme.series.reconstruction
        self._paint_cloud(painter, axes, (0.0, 0.0), (1.0, 1.0), self.theme.muted)
        self._paint_cloud(painter, axes, self._mean, self._sigma, sample)
        noise, z = QPointF(*axes.point(*self._noise)), QPointF(*axes.point(*self.sample))
        painter.setPen(QPen(self.theme.accent, COMPANY_PX * self.theme.scale))
        painter.drawLine(QLineF(noise, z))
        self._paint_point(painter, QPointF(*axes.point(*self._mean)), sample, self.theme.card)
        self._paint_point(painter, z, self.theme.card, sample)
        self._paint_point(painter, noise, self.theme.accent, self.theme.card)
        self._paint_word(painter, noise, "r", self.theme.accent)
        x, y = (number(v, 2) for v in self.sample)
        self._paint_word(painter, z, f"z = ({x}, {y})", sample)
        painter.restore()

    def _paint_cloud(self, painter: QPainter, axes: Axes, mean: Pair, sigma: Pair, color: QColor) -> None:
        for times, width in ((2.0, COMPANY_PX), (1.0, SUBJECT_PX)):
            painter.setPen(QPen(with_alpha(color, 0.55 if times > 1 else 1.0), width * self.theme.scale))
            painter.setBrush(with_alpha(color, 0.07))
            painter.drawPath(ellipse_path(axes, Ellipse(*mean, times * sigma[0], times * sigma[1], 0.0, "")))

    def _paint_point(self, painter: QPainter, at: QPointF, edge: QColor, fill: QColor) -> None:
        painter.setPen(QPen(edge, 2.5 * self.theme.scale))
        painter.setBrush(fill)
        painter.drawEllipse(at, 7.0 * self.theme.scale, 7.0 * self.theme.scale)

    def _paint_word(self, painter: QPainter, at: QPointF, text: str, color: QColor) -> None:
        font = self.theme.font("tick_strong")
        height, width = text_height(font), text_width(font, text) + 8
        box = QRectF(at.x() + 11, at.y() - height - 4, width, height)
        draw_haloed(painter, box, text, font, text_color(self.theme, color), self.theme.card)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the mean if it is near, else of the noise."""
        axes, at = self.axes(self.area()), event.position()
        near = QLineF(QPointF(*axes.point(*self._mean)), at).length() <= _REACH_PX * self.theme.scale
        on_noise = QLineF(QPointF(*axes.point(*self._noise)), at).length() <= _REACH_PX * self.theme.scale
        self._held = "mean" if near and not on_noise else "noise"
        self._drag_to(axes, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held."""
        self.setCursor(Qt.CursorShape.ClosedHandCursor if self._held else Qt.CursorShape.OpenHandCursor)
        if self._held:
            self._drag_to(self.axes(self.area()), event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = ""

    def _drag_to(self, axes: Axes, at: QPointF) -> None:
        place = axes.data(min(max(at.x(), axes.left), axes.right), min(max(at.y(), axes.top), axes.bottom))
        if self._held == "mean":
            self.set_values(place, self._sigma, self._noise)
            self.mean_dragged.emit(*place)
        else:
            self.set_values(self._mean, self._sigma, place)
            self.noise_dragged.emit(*place)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(260, 260)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(150, 150)


_TITLES = Titles("z₁", "z₂")
