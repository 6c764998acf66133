"""What stands around curves of norms: bands, the threshold with its number, the card of readings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.ui.theme import Theme, legible, mix
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.painting import (
    CENTER,
    Run,
    draw_haloed,
    draw_runs,
    draw_text,
    hair,
    runs_width,
    text_color,
    text_height,
    text_width,
    with_alpha,
)
from explorer.ui.views.ticks import significant

MOST_DECADES = 24.0
"""The axis reaches no further below the least last value."""
_LOW_SHADE, _HIGH_SHADE = 0.28, 0.2
_MOST_PILL, _LOW_PLOT_PX = 0.42, 120.0


@dataclass(frozen=True, eq=False)
class NormCurve:
    """One curve.

    Attributes:
        label: At its right end.
        color: Name of its colour.
        values: Norms at the times 1 to T, (T,) float64; 0 and what is not finite becomes a gap.
        figure: Number behind the label; not finite for none.
        subject: Drawn thick; company is thin and dashed.
    """

    label: str
    color: str
    values: Floats
    figure: float = math.nan
    subject: bool = True

    @cached_property
    def drawn(self) -> Floats:
        """The values that can be drawn: above zero and finite."""
        return self.values[np.isfinite(self.values) & (self.values > 0)]

    @property
    def last(self) -> float:
        """Value at the last time; NaN where there is none."""
        return float(self.values[-1]) if len(self.values) else math.nan

    @cached_property
    def first(self) -> int:
        """Index of the first value that is not zero; the length if all are."""
        given = self.values != 0
        return int(given.argmax()) if given.any() else len(self.values)


@dataclass(frozen=True)
class Bands:
    """What counts as too little and too much, in multiples of each curve's own last value.

    Attributes:
        low: Below this multiple.
        high: Above this one.
        low_words: What that is called, from long to short.
        high_words: The same.
    """

    low: float
    high: float
    low_words: tuple[str, ...]
    high_words: tuple[str, ...]


def references(curves: Sequence[NormCurve]) -> list[float]:
    """The last values that bands can be drawn about."""
    return [curve.last for curve in curves if math.isfinite(curve.last) and curve.last > 0]


def log_range(
    curves: Sequence[NormCurve], bands: Bands | None, threshold: float | None, shares: tuple[float, float] = (0.1, 0.1)
) -> Range:
    """Whole and half decades that hold curves and threshold, and enough of both bands to name them.

    Args:
        curves: What is drawn.
        bands: What is shaded; None for nothing.
        threshold: Where the line to drag stands; None for nowhere.
        shares: Parts of the axis that the lower and the upper band take at least, each below a third.
    """
    ends = [math.log10(end) for c in curves if len(c.drawn) for end in (c.drawn.min(), c.drawn.max())]
    ends += [math.log10(threshold)] if threshold is not None and threshold > 0 else []
    about = references(curves)
    edges = []
    if bands is not None and about:
        edges = [math.log10(bands.low) + math.log10(min(about)), math.log10(bands.high) + math.log10(max(about))]
    if not ends + edges:
        return Range(1e-8, 1.0)
    lo, hi = float(math.floor(min(ends + edges))), float(math.ceil(max(ends + edges)))
    lo = max(lo, math.floor((math.log10(min(about)) if about else hi) - MOST_DECADES))
    hi = max(hi, lo + 1.0)
    below, above = (min(share, 0.3) for share in shares)
    while edges and (edges[0] - lo < below * (hi - lo) or hi - edges[1] < above * (hi - lo)):
        lo -= 0.5 if edges[0] - lo < below * (hi - lo) else 0.0
        hi += 0.5 if hi - edges[1] < above * (hi - lo) else 0.0
    return Range(10.0 ** max(lo, -300.0), 10.0 ** min(hi, 300.0))


def draw_bands(painter: QPainter, axes: Axes, theme: Theme, curves: Sequence[NormCurve], bands: Bands) -> None:
    """Shade both bands once for each curve, so that they are darkest where they hold for all; then name them."""
    about = references(curves)
    if not about:
        return
    low, high = with_alpha(theme.faint, _LOW_SHADE / len(about)), with_alpha(theme.bad, _HIGH_SHADE / len(about))
    painter.setPen(Qt.PenStyle.NoPen)
    for last in about:
        top, bottom = _clamped(axes, bands.high * last), _clamped(axes, bands.low * last)
        for color, area in (
            (low, QRectF(axes.left, bottom, axes.width, axes.bottom - bottom)),
            (high, QRectF(axes.left, axes.top, axes.width, top - axes.top)),
        ):
            painter.setBrush(color)
            painter.drawRect(area)


def name_bands(
    painter: QPainter,
    axes: Axes,
    theme: Theme,
    curves: Sequence[NormCurve],
    bands: Bands,
    avoid: QRectF,
    above: QRectF | None = None,
) -> None:
    """Write in each band what it is, over the grid: at the right, clear of the threshold's number.

    Args:
        painter: Where to.
        axes: The geometry.
        theme: Colours and fonts.
        curves: What is drawn.
        bands: What is shaded.
        avoid: Where the number of the threshold stands.
        above: A line above the plot, where the upper band's words go if it is too low for them.
    """
    line = text_height(theme.font("tick"))
    if references(curves):
        high, low = mix(theme.card, theme.bad, _HIGH_SHADE), mix(theme.card, theme.faint, _LOW_SHADE)
        inside = QRectF(axes.left + 0.3 * axes.width, axes.top + 1, 0.7 * axes.width, line)
        upper = above or inside
        for place, words, ground in (
            (upper, bands.high_words, high if above is None else theme.card),
            (inside.translated(0, axes.height - line - 2), bands.low_words, low),
        ):
            if place.adjusted(-24, 0, 0, 0).intersects(avoid):
                place.setLeft(min(avoid.right() + 24, axes.right))
            _draw_words(painter, place, theme, words, ground)


def _draw_words(painter: QPainter, place: QRectF, theme: Theme, words: Sequence[str], ground: QColor) -> None:
    """The longest of some words that fits, at the right."""
    font = theme.font("tick")
    fitting = [text for text in words if text_width(font, text) + 12 <= place.width()]
    if fitting:
        width = text_width(font, fitting[0]) + 8
        box = QRectF(place.right() - width - 4, place.top(), width, place.height())
        color = text_color(theme, theme.muted)
        draw_haloed(painter, box, fitting[0], font, legible(color, ground, 4.5), ground)


def _clamped(axes: Axes, value: float) -> float:
    return min(max(float(axes.py(value)), axes.top), axes.bottom)


def pill_rect(axes: Axes, theme: Theme, value: float, words: Sequence[str]) -> QRectF:
    """Where the number of the threshold stands: on its line, inside the plot."""
    height = text_height(theme.font("tick_strong")) + 4
    width = min(text_width(theme.font("tick_strong"), _pill_text(axes, theme, value, words)) + 16, axes.width)
    top = min(max(float(axes.py(value)) - height / 2, axes.top - height / 2), axes.bottom - height)
    return QRectF(axes.left + min(14.0, axes.width - width), top, width, height)


def draw_threshold(
    painter: QPainter, axes: Axes, theme: Theme, value: float, words: Sequence[str], *, held: bool
) -> None:
    """Draw the line to drag, with its number as the handle."""
    y = hair(_clamped(axes, value))
    painter.setPen(QPen(theme.accent, (3.0 if held else 2.0) * theme.scale))
    painter.drawLine(QLineF(axes.left, y, axes.right, y))
    pill = pill_rect(axes, theme, value, words)
    painter.setPen(QPen(theme.card, 1.5))
    painter.setBrush(theme.accent)
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    draw_text(
        painter,
        pill,
        _pill_text(axes, theme, value, words),
        theme.font("tick_strong"),
        QColor(theme.accent_ink),
        CENTER,
    )


def draw_card(
    painter: QPainter, axes: Axes, theme: Theme, x: float, rows: Sequence[Sequence[Run]], avoid: QRectF
) -> None:
    """A small card of readings beside a vertical line at x; beneath what it is to avoid, if there is room."""
    line = text_height(theme.font("number_small")) + 2
    width = max(runs_width(row) for row in rows) + 18
    left = x + 12 if x + 12 + width < axes.right else x - 12 - width
    box = QRectF(max(axes.left, left), axes.top + 2, width, line * len(rows) + 8)
    if box.intersects(avoid) and avoid.bottom() + 4 + box.height() <= axes.bottom:
        box.moveTop(avoid.bottom() + 4)
    painter.setPen(QPen(theme.border, 1.0))
    painter.setBrush(with_alpha(theme.card, 0.96))
    painter.drawRoundedRect(box, 6, 6)
    for i, row in enumerate(rows):
        draw_runs(painter, QRectF(box.left() + 9, box.top() + 4 + i * line, width, line), row)


def _pill_text(axes: Axes, theme: Theme, value: float, words: Sequence[str]) -> str:
    """The longest of some words before the number that leaves most of the axis free."""
    texts = [f"{before} {significant(value, 3)}" for before in words]
    font = theme.font("tick_strong")
    if axes.height < _LOW_PLOT_PX * theme.scale:
        texts = texts[1:] or texts
    fitting = [text for text in texts if text_width(font, text) <= _MOST_PILL * axes.width]
    return [*fitting, *texts[-1:], significant(value, 3)][0]
