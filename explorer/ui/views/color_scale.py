"""The legend of a colour map: a bar from the smallest value shown to the largest, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.images import Bytes, draw_image, symmetric, to_image
from explorer.ui.views.painting import LEFT, RIGHT, draw_frame, draw_text, text_height, text_width
from explorer.ui.views.ticks import reading
from explorer.ui.views.view import View

Colors = Literal["magnitude", "signed"]
BAR_PX = 8.0
_LEAST_PX, _MOST_PX = 40.0, 160.0


@dataclass(frozen=True)
class ColorScale:
    """Which colours stand for which values.

    Attributes:
        colors: ``"magnitude"`` from the least to the most, ``"signed"`` with zero in the middle.
        lo: Value at the lower end.
        hi: Value at the upper end, above ``lo``.
        unit: Words after the numbers, as ``"probability"``.
    """

    colors: Colors
    lo: float
    hi: float
    unit: str = ""

    @staticmethod
    def of(values: ArrayLike, colors: Colors, unit: str = "") -> ColorScale:
        """The scale of what is shown: zero to the largest value, or symmetric about zero."""
        data = np.asarray(values, np.float64)
        if colors == "signed":
            limit = symmetric(data)
            return ColorScale(colors, -limit, limit, unit)
        finite = data[np.isfinite(data)]
        hi = float(finite.max()) if finite.size else 1.0
        lo = min(0.0, float(finite.min())) if finite.size else 0.0
        return ColorScale(colors, lo, hi if hi > lo else lo + 1.0, unit)

    def table(self, theme: Theme) -> Bytes:
        """The colours from ``lo`` to ``hi``, (256, 3) uint8."""
        return theme.signed if self.colors == "signed" else theme.magnitude

    def pixels(self, values: ArrayLike, theme: Theme) -> NDArray[np.uint8]:
        """Values of any shape as colours (..., 3) uint8; what is not finite is as the lower end."""
        data = np.asarray(values, np.float64)
        scaled = np.nan_to_num((data - self.lo) / (self.hi - self.lo), nan=0.0, posinf=1.0, neginf=0.0)
        return np.asarray(self.table(theme)[np.clip(np.rint(scaled * 255), 0, 255).astype(np.uint8)], np.uint8)


def scale_width(scale: ColorScale, theme: Theme) -> float:
    """Width that the legend would like, logical px."""
    font = theme.font("tick")
    texts = (reading(scale.lo), reading(scale.hi), f" {scale.unit}" if scale.unit else "")
    return sum(text_width(font, text) for text in texts) + 16 + 110 * theme.scale


def draw_scale(painter: QPainter, rect: QRectF, scale: ColorScale, theme: Theme, *, vector: bool) -> None:
    """Draw the legend into a rectangle, at its right end: number, bar, number, unit."""
    font = theme.font("tick")
    low, high = reading(scale.lo), reading(scale.hi) + (f" {scale.unit}" if scale.unit else "")
    taken = text_width(font, low) + text_width(font, high) + 12
    bar_width = min(_MOST_PX * theme.scale, rect.width() - taken)
    if bar_width < _LEAST_PX or rect.height() < 6:
        return
    line = text_height(font)
    left = rect.right() - taken - bar_width
    words = QRectF(left, rect.center().y() - line / 2, text_width(font, low), line)
    draw_text(painter, words, low, font, theme.muted, RIGHT)
    bar = QRectF(words.right() + 6, rect.center().y() - BAR_PX / 2, bar_width, BAR_PX)
    draw_image(painter, to_image(scale.table(theme)[np.newaxis, ::4]), bar, vector=vector)
    draw_frame(painter, bar, theme.border, 1.0, 2.0)
    draw_text(painter, QRectF(bar.right() + 6, words.top(), text_width(font, high) + 1, line), high, font, theme.muted)


class ColorScaleView(View):
    """A legend with words before it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._scale: ColorScale | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_scale(self, scale: ColorScale | None, words: str) -> None:
        """Show which colours stand for which values, and what they are; None shows only the words."""
        self._scale, self._words = scale, words
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Words at the left, the bar at the right."""
        if rect.height() < 6 or rect.width() < 30:
            return
        room = rect.width()
        if self._scale is not None:
            room -= min(scale_width(self._scale, self.theme), 0.6 * room)
            draw_scale(painter, rect.adjusted(room, 0, 0, 0), self._scale, self.theme, vector=vector)
        words = QRectF(rect.left(), rect.top(), room - 8, rect.height())
        draw_text(painter, words, self._words, self.theme.font("tick"), self.theme.muted, LEFT)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(260, round(text_height(self.theme.font("tick"))) + 4)

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(120, self.sizeHint().height())
