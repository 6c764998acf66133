"""A dot product dimension by dimension: one signed bar for each product."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme, mix
from explorer.ui.views.axes import Floats
from explorer.ui.views.hovered import HoveredView
from explorer.ui.views.painting import CENTER, LEFT, draw_text, hair, named_color, text_height, text_width
from explorer.ui.views.ticks import number

_PLUS, _MINUS = "reconstruction", "kl"
_NUMBERS_FROM_PX = 34.0


class ProductsView(HoveredView):
    """Bars above and below a line; the one under the pointer is read out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._a: Floats = np.zeros(0)
        self._b: Floats = np.zeros(0)
        self._names = ("q", "k")
        self._stale = False

    def set_factors(self, a: ArrayLike, b: ArrayLike, names: tuple[str, str], *, stale: bool = False) -> None:
        """Show the products of two vectors (d,); stale ones stand back.

        Raises:
            ValueError: They are not equally long.
        """
        self._a, self._b = np.asarray(a, np.float64), np.asarray(b, np.float64)
        if self._a.shape != self._b.shape or self._a.ndim != 1:
            raise ValueError(f"vectors of shapes {self._a.shape} and {self._b.shape} have no product")
        self._names, self._stale = names, stale
        self._hovered = min(self._hovered, len(self._a) - 1)
        self.update()

    @property
    def products(self) -> Floats:
        """One for each dimension."""
        return self._a * self._b

    def reading(self) -> str:
        """The product under the pointer."""
        i = self._hovered
        if not 0 <= i < len(self._a):
            return ""
        one, other = self._names
        return (
            f"dimension {i + 1}: {one} {number(float(self._a[i]), 3)} × {other} {number(float(self._b[i]), 3)}"
            f" = {number(float(self.products[i]), 3)}"
        )

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the bars, numbers where there is room, and the reading."""
        n = len(self._a)
        if n == 0 or rect.width() < 40 or rect.height() < 24:
            return
        painter.save()
        painter.setOpacity(0.35 if self._stale else 1.0)
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        numbered = rect.width() / n >= _NUMBERS_FROM_PX and rect.height() > 4 * line
        plot = rect.adjusted(1, (2 if numbered else 1) * (line + 2), -1, -(line + 2) if numbered else -2)
        products = np.nan_to_num(self.products, nan=0.0, posinf=0.0, neginf=0.0)
        low, high = min(float(products.min()), 0.0), max(float(products.max()), 0.0)
        span = max(high - low, 1e-9)
        zero = plot.top() + plot.height() * (high / span if span > 1e-8 else 0.5)
        width = plot.width() / n
        bar = max(1.0, min(0.74 * width, 26.0))
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.drawLine(QPointF(plot.left(), hair(zero)), QPointF(plot.right(), hair(zero)))
        painter.setPen(Qt.PenStyle.NoPen)
        for i, value in enumerate(products.tolist()):
            length = abs(value) / span * plot.height()
            left = plot.left() + (i + 0.5) * width - bar / 2
            color = named_color(self.theme, _PLUS if value >= 0 else _MINUS)
            painter.setBrush(mix(self.theme.ink, color, 0.45) if i == self._hovered else color)
            painter.drawRect(QRectF(left, zero - length if value >= 0 else zero, bar, max(length, 0.5)))
        if numbered:
            small = self.theme.font("number_small")
            for i, value in enumerate(products.tolist()):
                box = QRectF(plot.left() + i * width, zero + 2 if value >= 0 else zero - line - 2, width, line)
                draw_text(painter, box, number(value, 2), small, self.theme.muted, CENTER)
        words = self.reading() or f"{n:,} products, one for each dimension"
        box = QRectF(rect.left(), rect.top(), rect.width(), line)
        if text_width(font, words) <= box.width():
            draw_text(painter, box, words, font, self.theme.muted, LEFT)
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out the product under the pointer."""
        n = len(self._a)
        place = int((event.position().x() - self.area().left()) / max(self.area().width(), 1.0) * n) if n else -1
        self._hover(min(max(place, 0), n - 1))

    def sizeHint(self) -> QSize:
        """Bars that can be told apart."""
        return QSize(420, 110)

    def minimumSizeHint(self) -> QSize:
        """The least."""
        return QSize(120, 48)
