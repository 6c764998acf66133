"""The two plots of a long product over time: its factors as bars up or down from 1, and the product so far."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.ui.theme import COMPANY_PX, GRID_PX, SUBJECT_PX, Theme, mix
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.lines import curve_pen, draw_curve
from explorer.ui.views.painting import (
    RIGHT,
    Titles,
    draw_axes,
    draw_haloed,
    draw_text,
    fit_axes,
    hair,
    named_color,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import significant

BOTH_PX = 170.0
"""Below this height the factors give way to their product."""
SHARE = 0.38
"""Of the height, for the factors."""
LEAST_FACTORS = Range(0.8, 1.25)
LEAST_PRODUCT = 1e-300
ROUND_FACTORS = (1.0, 0.1, 10.0, 0.01, 100.0, 0.5, 2.0, 0.8, 1.2, 0.2, 5.0, 1e-3, 1e3, 0.9, 1.1)
"""Where the factors' axis may have its ticks, the most wanted first."""
TITLES = Titles("time step t", "")
HEADINGS = ("each factor ∂h(t)/∂h(t\N{MINUS SIGN}1)", "their product, from k back to t")


@dataclass(frozen=True, eq=False)
class Factors:
    """What is drawn; time runs from 1 on.

    Attributes:
        factors: One for each time t = 2 .. k, (k - 1,).
        products: Product from k back to t = 1 .. k, (k,); the last one is 1.
        bound: Something to hold it against, (k,).
        bound_words: Its name on the plot.
        color_key: Name of the colour.
    """

    factors: Floats
    products: Floats
    bound: Floats
    bound_words: str
    color_key: str

    @property
    def k(self) -> int:
        """Where the product begins."""
        return len(self.products)

    def words(self, time: int) -> list[str]:
        """What is said of a time, line by line."""
        if time > self.k:
            return [f"t = {time}", "after the loss"]
        rows = [f"t = {time}"]
        if time >= 2:
            rows.append(f"∂h({time})/∂h({time - 1})  {significant(float(self.factors[time - 2]), 2)}")
        return [*rows, f"∂h({self.k})/∂h({time})  {significant(float(self.products[time - 1]), 2)}"]


@dataclass(frozen=True)
class FactorPlots:
    """Where the two plots are.

    Attributes:
        upper: The factors; None where there is too little room for both.
        lower: The product.
        theme: Colours and fonts.
        rect: The lower plot with its labels.
    """

    upper: Axes | None
    lower: Axes
    theme: Theme
    rect: QRectF

    @staticmethod
    def inside(rect: QRectF, theme: Theme, length: int, found: Factors | None) -> FactorPlots:
        """Plots of ``length`` times, as large as a rectangle allows."""
        head, x = text_height(theme.font("tick")), Range(0.5, length + 0.5)
        has_both = rect.height() >= BOTH_PX * theme.scale
        split = rect.top() + (SHARE * rect.height() if has_both else 0.0)
        below = QRectF(rect.left(), split + head, rect.width(), max(1.0, rect.bottom() - split - head))
        lower = fit_axes(below, theme, x, _product_range(found), TITLES, log_y=True)
        if not has_both:
            return FactorPlots(None, lower, theme, below)
        top = rect.top() + head + 4
        upper = replace(lower, y=_factor_range(found), top=top, height=max(1.0, split - top - 6))
        left = max(lower.left, rect.left() + _labels_px(upper, theme) + 10)
        upper, lower = (replace(a, left=left, width=max(1.0, a.right - left)) for a in (upper, lower))
        return FactorPlots(upper, lower, theme, below)

    @property
    def top(self) -> float:
        """Upper edge of the first plot, px."""
        return (self.upper or self.lower).top

    def paint(self, painter: QPainter, found: Factors | None, k: int, j: int) -> None:
        """Draw axes, factors and product; what lies between ``k`` and ``j`` stands out."""
        if self.upper is not None:
            self._paint_level_axis(painter, self.upper)
            if found is not None:
                self._paint_bars(painter, self.upper, found, k, j)
            self._paint_one(painter, self.upper)
        draw_axes(painter, self.rect, self.lower, self.theme, TITLES)
        self._paint_one(painter, self.lower)
        if found is not None:
            self._paint_product(painter, self.lower, found, j)
            self._paint_names(painter, self.lower, found, k, j)

    def paint_headings(self, painter: QPainter) -> None:
        """Say over each plot what it shows, on a patch, after the lines that cross it."""
        font = self.theme.font("tick")
        line = text_height(font)
        for axes, words in zip((self.upper, self.lower), HEADINGS, strict=True):
            if axes is not None:
                box = QRectF(axes.left - 3, axes.top - line - 2, min(axes.width, text_width(font, words) + 8), line)
                painter.fillRect(box, self.theme.card)
                draw_text(painter, box.adjusted(3, 0, 0, 0), words, font, self.theme.ink)

    def _paint_level_axis(self, painter: QPainter, axes: Axes) -> None:
        """Grid lines and labels; time is labelled beneath the other plot."""
        tick, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        for y, label in _factor_ticks(axes, line):
            painter.setPen(QPen(self.theme.grid, GRID_PX))
            painter.drawLine(QLineF(axes.left, hair(y), axes.right, hair(y)))
            box = QRectF(self.rect.left(), y - line / 2, axes.left - 8 - self.rect.left(), line)
            draw_text(painter, box, label, tick, self.theme.muted, RIGHT)

    def _paint_one(self, painter: QPainter, axes: Axes) -> None:
        painter.fillRect(QRectF(axes.left, float(axes.py(1.0)) - 0.5, axes.width, 1.0), self.theme.faint)

    def _paint_bars(self, painter: QPainter, axes: Axes, found: Factors, k: int, j: int) -> None:
        one, color = float(axes.py(1.0)), named_color(self.theme, found.color_key)
        faded = mix(color, self.theme.card, 0.72)
        width = max(1.0, 0.72 * axes.width / axes.x.span)
        times = np.arange(2, found.k + 1)
        for t, x, y in zip(times.tolist(), axes.px(times).tolist(), axes.py(found.factors).tolist(), strict=True):
            if math.isfinite(y):
                y = min(max(y, axes.top), axes.bottom)
                box = QRectF(x - width / 2, min(one, y), width, max(1.0, abs(y - one)))
                painter.fillRect(box, color if j < t <= k else faded)

    def _paint_product(self, painter: QPainter, axes: Axes, found: Factors, j: int) -> None:
        color, times = named_color(self.theme, found.color_key), np.arange(1.0, found.k + 1)
        x, y = axes.px(times), axes.py(found.products)
        painter.save()
        plot = QRectF(axes.left, axes.top, axes.width, axes.height)
        painter.setClipRect(plot.adjusted(0, -2, 0, 2), Qt.ClipOperation.IntersectClip)
        draw_curve(painter, x, axes.py(found.bound), self._pen(self.theme.muted, COMPANY_PX, dashed=True))
        draw_curve(painter, x, y, self._pen(mix(color, self.theme.card, 0.6), COMPANY_PX))
        lit = slice(min(j, found.k) - 1, None)
        draw_curve(painter, x[lit], y[lit], self._pen(color, SUBJECT_PX))
        painter.restore()

    def _pen(self, color: QColor, width: float, *, dashed: bool = False) -> QPen:
        return curve_pen(color, width * self.theme.scale, dashed=dashed)

    def _paint_names(self, painter: QPainter, axes: Axes, found: Factors, k: int, j: int) -> None:
        """Product and bound with their values at j, in the corner at k that is free since both are 1 there."""
        font, at = self.theme.font("number_small"), min(j, found.k) - 1
        line = text_height(font) + 1
        color = text_color(self.theme, named_color(self.theme, found.color_key))
        rows = [(f"product {significant(float(found.products[at]), 2)}", color)]
        rows += [(found.bound_words, self.theme.muted)] if found.bound_words else []
        is_high = float(axes.py(1.0)) < axes.top + axes.height / 2
        top = axes.bottom - line * len(rows) - 4 if is_high else axes.top + 4
        for i, (text, ink) in enumerate(rows):
            width = text_width(font, text) + 6
            left = max(axes.left + 4, min(float(axes.px(k)) - 8, axes.right) - width)
            draw_haloed(painter, QRectF(left, top + i * line, width, line), text, font, ink, self.theme.card)


def _product_range(found: Factors | None) -> Range:
    shown = _drawable(np.concatenate([found.products, found.bound]) if found else np.ones(1))
    return Range(max(LEAST_PRODUCT, min(0.1, float(shown.min()) / 3)), max(10.0, float(shown.max()) * 3))


def _factor_range(found: Factors | None) -> Range:
    shown = _drawable(found.factors if found else np.ones(1))
    return Range(min(LEAST_FACTORS.lo, float(shown.min()) / 1.2), max(LEAST_FACTORS.hi, float(shown.max()) * 1.2))


def _drawable(values: Floats) -> Floats:
    found = values[np.isfinite(values) & (values > 0)]
    return found if found.size else np.ones(1)


def _labels_px(axes: Axes, theme: Theme) -> float:
    font = theme.font("tick")
    return max((text_width(font, label) for _, label in _factor_ticks(axes, text_height(font))), default=0.0)


def _factor_ticks(axes: Axes, gap: float) -> list[tuple[float, str]]:
    """Pixel position and label of round factors, 1 first, as many as stand ``gap`` px apart."""
    kept: list[tuple[float, str]] = []
    for value in ROUND_FACTORS:
        y = float(axes.py(value))
        if axes.top - 1 <= y <= axes.bottom + 1 and all(abs(y - other) >= gap for other, _ in kept):
            kept.append((y, f"{value:g}"))
    return kept
