"""The legend of a film: one scale of colours with its decades, and what the other colours mean."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.ui.theme import Theme, mix
from explorer.ui.views.axes import Range
from explorer.ui.views.images import draw_image, to_image
from explorer.ui.views.painting import draw_frame, draw_text, text_height, text_width
from explorer.ui.views.ticks import decade

_BAR_PX, _SWATCH_PX, _GAP_PX = 150.0, 10.0, 14.0


@dataclass(frozen=True)
class Legend:
    """What has to be explained.

    Attributes:
        measure: What the colours measure, in words.
        scale: Ends of the colours, log10.
        below: Whether some values lie below the scale.
        above: Whether some values lie above it.
        zeros: Whether there are exact zeros.
        cut: Whether gradients were truncated, which makes the zeros.
        bad: Whether there are values that are no numbers.
    """

    measure: str
    scale: Range
    below: bool
    above: bool
    zeros: bool
    cut: bool
    bad: bool

    def ends(self) -> tuple[str, str]:
        """Labels of the two ends."""
        lo, hi = _power(self.scale.lo), _power(self.scale.hi)
        return ("≤ " + lo if self.below else lo), ("≥ " + hi if self.above else hi)


def zero_color(theme: Theme) -> QColor:
    """Of exact zeros: neutral, and away from both ends of the colour map."""
    return mix(theme.card, theme.faint, 0.6 if theme.is_dark else 0.42)


def draw_legend(
    painter: QPainter, rect: QRectF, theme: Theme, legend: Legend, plot_left: float, plot_right: float
) -> None:
    """Draw it in one line: the other colours from the left edge of the strips, the scale up to their right edge."""
    if rect.isEmpty():
        return
    font, line = theme.font("tick"), text_height(theme.font("tick"))
    low, high = legend.ends()
    bar = min(_BAR_PX * theme.scale, max(40.0, (plot_right - plot_left) * 0.3))
    right = plot_right - text_width(font, high) - 6
    left = right - bar
    _draw_bar(painter, QRectF(left, rect.center().y() - 4 * theme.scale, bar, 8 * theme.scale), theme)
    box = QRectF(right + 6, rect.top(), rect.right() - right - 6, rect.height())
    draw_text(painter, box, high, font, theme.muted)
    start = left - 6 - text_width(font, low)
    draw_text(painter, QRectF(start, rect.top(), left - start, rect.height()), low, font, theme.muted)
    end = start - 8 - text_width(font, legend.measure)
    x = _draw_swatches(painter, QRectF(plot_left, rect.top(), start - 12 - plot_left, rect.height()), theme, legend)
    if end >= x:
        box = QRectF(end, rect.center().y() - line / 2, start - end, line)
        draw_text(painter, box, legend.measure, font, theme.ink)


def _draw_bar(painter: QPainter, bar: QRectF, theme: Theme) -> None:
    draw_image(painter, to_image(np.ascontiguousarray(theme.magnitude[None])), bar, vector=False)
    draw_frame(painter, bar.adjusted(-0.5, -0.5, 0.5, 0.5), theme.border, 1.0, 1.0)


def _draw_swatches(painter: QPainter, rect: QRectF, theme: Theme, legend: Legend) -> float:
    """The colours beside the scale, as far as there is room; returns where they end."""
    font, x, size = theme.font("tick"), rect.left(), _SWATCH_PX * theme.scale
    shown = [(zero_color(theme), "exactly 0: cut off" if legend.cut else "exactly 0")] * legend.zeros + [
        (theme.bad, "not finite")
    ] * legend.bad
    for color, words in shown:
        width = size + 5 + text_width(font, words)
        if x + width > rect.right():
            break
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(x, rect.center().y() - size / 2, size, size), 2, 2)
        box = QRectF(x + size + 5, rect.top(), width - size, rect.height())
        draw_text(painter, box, words, font, theme.muted)
        x += width + _GAP_PX
    return x


def _power(exponent: float) -> str:
    return decade(round(exponent)) if math.isclose(exponent, round(exponent), abs_tol=1e-6) else f"10^{exponent:.1f}"
