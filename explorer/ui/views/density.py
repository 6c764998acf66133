"""z = mu + sigma * r to be touched: the noise on a standard normal, the sample on a shifted and stretched one."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.lines import curve_pen, draw_curve, polygon
from explorer.ui.views.painting import (
    LEFT,
    draw_haloed,
    draw_text,
    text_color,
    text_height,
    text_width,
    with_alpha,
)
from explorer.ui.views.ticks import number
from explorer.ui.views.view import View

Handle = Literal["", "mean", "spread", "noise"]

LEAST_SIGMA = 0.05
LOW_PX = 128
_SPAN = 4.0
_REACH_PX = 16.0


def normal_density(x: Floats, mean: float, sigma: float) -> Floats:
    """The density of a normal distribution at x (N,)."""
    scaled = (x - mean) / sigma
    return np.asarray(np.exp(-0.5 * scaled**2) / (sigma * math.sqrt(2.0 * math.pi)))


class DensityView(View):
    """Two densities over one axis: the noise r above, the sample z = mu + sigma * r beneath, an arrow between.

    Signals:
        mean_dragged: The new mu.
        spread_dragged: The new sigma, at least 0.05.
        noise_dragged: The new r.
    """

    mean_dragged = Signal(float)
    spread_dragged = Signal(float)
    noise_dragged = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._mean, self._sigma, self._noise = 0.0, 1.0, 0.5
        self._held: Handle = ""

    def set_values(self, mean: float, sigma: float, noise: float) -> None:
        """Show z = mean + sigma * noise; sigma above zero.

        Raises:
            ValueError: If a number is not finite or sigma not above zero.
        """
        if not all(math.isfinite(v) for v in (mean, sigma, noise)) or sigma <= 0:
            raise ValueError(f"no density has mean {mean} and spread {sigma}")
        self._mean, self._sigma, self._noise = mean, sigma, noise
        self.update()

    @property
    def sample(self) -> float:
        """Where z is."""
        return self._mean + self._sigma * self._noise

    # Geometry ----------------------------------------------------------------------------------------------------

    def bands(self, rect: QRectF) -> tuple[Axes, Axes]:
        """The plots of the noise (upper) and of the sample (lower) inside a rectangle."""
        line = text_height(self.theme.font("tick"))
        far = max(_SPAN, abs(self._noise) + 0.5, abs(self.sample) + 0.5, abs(self._mean) + self._sigma + 0.5)
        low = rect.height() < LOW_PX * self.theme.scale  # names then stand beside the curves instead of above them
        gap, head = (line * 0.7, 2.0) if low else (line + 22 * self.theme.scale, line + 4)
        height = max(1.0, (rect.height() - head - line - 12 - gap) / 2)
        x = Range(-far, far)
        left, width = rect.left() + 12, max(1.0, rect.width() - 24)
        top = rect.top() + head
        upper = Axes(x, Range(0.0, 0.42), left, top, width, height)
        peak = max(0.42, 1.06 * float(normal_density(np.array([self._mean]), self._mean, self._sigma)[0]))
        return upper, Axes(x, Range(0.0, peak), left, top + height + gap, width, height)

    def handles(self, rect: QRectF) -> dict[Handle, QPointF]:
        """Where each thing that can be dragged is, logical px."""
        upper, lower = self.bands(rect)
        side = float(normal_density(np.array([self._mean + self._sigma]), self._mean, self._sigma)[0])
        return {
            "noise": QPointF(*upper.point(self._noise, 0.0)),
            "mean": QPointF(*lower.point(self._mean, 0.0)),
            "spread": QPointF(*lower.point(self._mean + self._sigma, side)),
        }

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw both densities, their points and the arrow."""
        upper, lower = self.bands(rect)
        if rect.width() < 60 or upper.height < 12:
            return
        noise, sample = self.theme.muted, self.theme.series.reconstruction
        self._paint_band(painter, upper, (0.0, 1.0), noise)
        self._paint_band(painter, lower, (self._mean, self._sigma), sample)
        words = f"z from N({number(self._mean, 2)}, {number(self._sigma, 2)}²)"
        if lower.width < text_width(self.theme.font("tick_strong"), words) + self._sum_width() + 8:
            words = "z" if lower.width > self._sum_width() + 24 else ""
        self._paint_name(painter, upper, "noise r from N(0, 1)", noise)
        self._paint_name(painter, lower, words, sample)
        self._paint_ticks(painter, lower)
        at = self.handles(rect)
        self._paint_measure(painter, lower, at["spread"])
        self._paint_arrow(painter, at["noise"], QPointF(*lower.point(self.sample, 0.0)), lower)
        self._paint_sum(painter, lower if lower.height > 30 else upper)  # in a low one it would lie on the handles
        self._paint_handle(painter, at["spread"], sample, hollow=True)
        self._paint_handle(painter, at["mean"], sample, hollow=True)
        self._paint_handle(painter, at["noise"], self.theme.accent)
        self._paint_point(painter, QPointF(*lower.point(self.sample, 0.0)), sample)

    def _paint_band(self, painter: QPainter, axes: Axes, shape: tuple[float, float], color: QColor) -> None:
        x = np.unique(np.r_[np.linspace(axes.x.lo, axes.x.hi, 161), shape[0] + shape[1] * np.linspace(-4, 4, 81)])
        x = x[(x >= axes.x.lo) & (x <= axes.x.hi)]
        px, py = axes.px(x), axes.py(normal_density(x, *shape))
        closed = np.r_[np.c_[px, py], [[px[-1], axes.bottom], [px[0], axes.bottom]]]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(color, 0.12))
        painter.drawPolygon(polygon(closed))
        draw_curve(painter, px, py, curve_pen(color, SUBJECT_PX * self.theme.scale))
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.drawLine(QLineF(axes.left, axes.bottom, axes.right, axes.bottom))

    def _paint_name(self, painter: QPainter, axes: Axes, text: str, color: QColor) -> None:
        line = text_height(self.theme.font("tick_strong"))
        box = QRectF(axes.left, _above(axes, line), axes.width, line)
        draw_text(painter, box, text, self.theme.font("tick_strong"), text_color(self.theme, color), LEFT)

    def _paint_ticks(self, painter: QPainter, axes: Axes) -> None:
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        for x, label in axes.x_ticks(48.0 * self.theme.scale):
            width = text_width(font, label) + 2
            box = QRectF(x - width / 2, axes.bottom + 6, width, line)
            draw_text(painter, box, label, font, self.theme.muted)

    def _paint_measure(self, painter: QPainter, axes: Axes, at: QPointF) -> None:
        """The spread as a length from the mean."""
        x = float(axes.px(self._mean))
        painter.setPen(QPen(self.theme.series.reconstruction, COMPANY_PX * self.theme.scale, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(x, at.y(), at.x(), at.y()))
        painter.drawLine(QLineF(x, axes.top, x, axes.bottom))

    def _paint_arrow(self, painter: QPainter, start: QPointF, end: QPointF, lower: Axes) -> None:
        middle = lower.top - 0.5 * (text_height(self.theme.font("tick")) + 22 * self.theme.scale)
        path = QPainterPath(start)
        path.cubicTo(QPointF(start.x(), middle + 8), QPointF(end.x(), middle - 8), end - QPointF(0, 10))
        painter.setPen(QPen(self.theme.accent, COMPANY_PX * self.theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _sum(self) -> str:
        shift, sigma, noise = (number(v, 2) for v in (self._mean, self._sigma, self._noise))
        return f"z = {shift} + {sigma} · {noise} = {number(self.sample, 2)}"

    def _sum_width(self) -> float:
        return text_width(self.theme.font("number_small"), self._sum()) + 12

    def _paint_sum(self, painter: QPainter, lower: Axes) -> None:
        """The numbers of z = mu + sigma * r, at the right above a band."""
        font, width = self.theme.font("number_small"), min(self._sum_width(), lower.width)
        height = text_height(font)
        box = QRectF(lower.right - width, _above(lower, height), width, height)
        text = self._sum() if self._sum_width() <= lower.width else f"z = {number(self.sample, 2)}"
        draw_haloed(painter, box, text, font, self.theme.ink, self.theme.card)

    def _paint_handle(self, painter: QPainter, at: QPointF, color: QColor, *, hollow: bool = False) -> None:
        radius = (6.0 if hollow else 8.0) * self.theme.scale
        painter.setPen(QPen(color, 2.5 * self.theme.scale))
        painter.setBrush(self.theme.card)
        painter.drawEllipse(at, radius, radius)

    def _paint_point(self, painter: QPainter, at: QPointF, color: QColor) -> None:
        painter.setPen(QPen(self.theme.card, 2.0))
        painter.setBrush(color)
        painter.drawEllipse(at, 7.0 * self.theme.scale, 7.0 * self.theme.scale)

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what is nearest."""
        self._held = self._handle_at(event.position())
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held."""
        at = event.position()
        shape = Qt.CursorShape.ArrowCursor
        if self._held or self._handle_at(at):
            shape = Qt.CursorShape.SizeHorCursor
        self.setCursor(shape)
        if self._held and event.buttons() & Qt.MouseButton.LeftButton:
            self._drag_to(self.bands(self.area())[0].data(at.x(), at.y())[0])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = ""

    def _handle_at(self, at: QPointF) -> Handle:
        """The nearest handle within reach; anywhere on the upper band the noise."""
        away = {name: QLineF(place, at).length() for name, place in self.handles(self.area()).items()}
        best: Handle = min(away, key=lambda name: away[name])
        if away[best] <= _REACH_PX * self.theme.scale:
            return best
        upper = self.bands(self.area())[0]
        return "noise" if upper.contains(at.x(), at.y()) else ""

    def _drag_to(self, x: float) -> None:
        if self._held == "mean":
            self.set_values(x, self._sigma, self._noise)
            self.mean_dragged.emit(x)
        elif self._held == "spread":
            sigma = max(LEAST_SIGMA, x - self._mean)
            self.set_values(self._mean, sigma, self._noise)
            self.spread_dragged.emit(sigma)
        elif self._held == "noise":
            self.set_values(self._mean, self._sigma, x)
            self.noise_dragged.emit(x)

    def sizeHint(self) -> QSize:
        """Two bands."""
        return QSize(340, 260)

    def minimumSizeHint(self) -> QSize:
        """Both bands still legible."""
        return QSize(200, 150)


def _above(axes: Axes, line: float) -> float:
    """Top of a line of text over a band; inside a low one, whose ends are flat."""
    return axes.top - line - 2 if axes.height > 30 else axes.top - 1
