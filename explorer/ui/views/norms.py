"""Norms over time on a logarithmic axis: bands of too little and too much, and a threshold to drag."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.lines import curve_pen, draw_curve, spread
from explorer.ui.views.norms_marks import (
    Bands,
    NormCurve,
    draw_bands,
    draw_card,
    draw_threshold,
    log_range,
    name_bands,
    pill_rect,
)
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    Run,
    Titles,
    draw_axes,
    draw_runs,
    draw_text,
    fit_axes,
    hair,
    named_color,
    runs_width,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.raster import Layer, device_scale, layer
from explorer.ui.views.ticks import number, significant
from explorer.ui.views.view import View

_GRAB_PX = 8.0
_MOST_LABELS = 0.36
_FINE, _COARSE = 0.05, 0.25
_LOW_PX = 190.0


class NormsView(View):
    """Curves over time steps, counted from one.

    Signals:
        threshold_moved: Where the threshold was dragged to, and whether it was let go there.
        time_hovered: The time step under the pointer, counted from one; 0 for none any more.
    """

    threshold_moved = Signal(float, bool)
    time_hovered = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._curves: tuple[NormCurve, ...] = ()
        self._n_times = 0
        self._bands: Bands | None = None
        self._titles = Titles("time step", "norm")
        self._unit = ""
        self._threshold: float | None = None
        self._limits = (1e-3, 1e3)
        self._threshold_words: tuple[str, ...] = ()
        self._held: Range | None = None
        self._hover = 0
        self._linked = 0
        self._version = 0
        self._widths: dict[int, tuple[float, float, float]] = {}
        self._layer: Layer | None = None

    # What is shown -----------------------------------------------------------------------------------------------

    def set_curves(self, curves: Sequence[NormCurve]) -> None:
        """Show these curves.

        Raises:
            ValueError: If they differ in length.
        """
        lengths = {len(curve.values) for curve in curves}
        if len(lengths) > 1:
            raise ValueError(f"curves of {sorted(lengths)} time steps have no axis in common")
        self._curves, self._n_times = tuple(curves), max(lengths, default=0)
        self._redraw()

    def set_words(self, x: str, y: str, unit: str) -> None:
        """Say what the axes are, and the unit of the numbers behind the curves' names."""
        self._titles, self._unit = Titles(x, y), unit
        self._redraw()

    def set_bands(self, bands: Bands | None) -> None:
        """Shade what is far below or above each curve's last value; None for no bands."""
        self._bands = bands
        self._redraw()

    def set_threshold(self, value: float | None, limits: tuple[float, float], words: tuple[str, ...]) -> None:
        """Stand the line to drag at a value; None takes it away. Held by the pointer it stays there.

        Args:
            value: Where, above zero.
            limits: How far it can be dragged.
            words: What it is, before its number, from long to short.
        """
        if self._held is None and (value, limits, words) != (self._threshold, self._limits, self._threshold_words):
            self._threshold, self._limits, self._threshold_words = value, limits, words
            self._redraw()

    @property
    def threshold(self) -> float | None:
        """Where the line to drag stands."""
        return self._threshold

    def set_time(self, time: int) -> None:
        """Light a time step that is read elsewhere, counted from one; 0 for none."""
        if time != self._linked:
            self._linked = time
            self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle."""
        line = 1.25 * text_height(self.theme.font("tick")) / max(1.0, rect.height() - 45 * self.theme.scale)
        shares = (line, 0.07 if self._is_low(rect) else line)
        y = self._held or log_range(self._curves, self._bands, self._threshold, shares)
        x = Range.between(1.0, float(max(2, self._n_times)))
        right = self._labels_width(rect) + 18 if self._curves else 12.0
        return fit_axes(self._room(rect), self.theme, x, y, self._shown_titles(rect), right=right, log_y=True)

    def _is_low(self, rect: QRectF) -> bool:
        """Whether every line counts: then the words of the axes stand above the plot and beside its ticks."""
        if rect.height() >= _LOW_PX * self.theme.scale or not self._curves:
            return False
        return text_width(self.theme.font("tick"), self._titles.x) <= self._labels_width(rect) + 4

    def _room(self, rect: QRectF) -> QRectF:
        return rect.adjusted(6, self._head(rect), -4, -2)

    def _head(self, rect: QRectF) -> float:
        """Height kept for the line above a low plot."""
        return text_height(self.theme.font("tick")) - 4 if self._is_low(rect) else 2.0

    def _shown_titles(self, rect: QRectF) -> Titles:
        return Titles() if self._is_low(rect) else self._titles

    def _pill(self, axes: Axes) -> QRectF:
        """Where the number of the threshold stands; empty without one."""
        if self._threshold is None:
            return QRectF()
        return pill_rect(axes, self.theme, self._threshold, self._threshold_words)

    def _form(self, rect: QRectF) -> int:
        """How much stands behind the names: 2 number and unit, 1 the number under a common unit, 0 nothing."""
        room = _MOST_LABELS * rect.width()
        if sum(self._columns(2)) <= room:
            return 2
        return 1 if max(sum(self._columns(1)), text_width(self.theme.font("tick"), self._unit)) <= room else 0

    def _labels_width(self, rect: QRectF) -> float:
        form = self._form(rect)
        unit = text_width(self.theme.font("tick"), self._unit) if form == 1 else 0.0
        return max(sum(self._columns(form)), unit) + 2

    def _columns(self, form: int) -> tuple[float, float, float]:
        """Widths of names, numbers and unit, px; found once for what is shown."""
        if form not in self._widths:
            self._widths[form] = self._measured(form)
        return self._widths[form]

    def _measured(self, form: int) -> tuple[float, float, float]:
        runs = [self._label(curve) for curve in self._curves]
        names = max(text_width(name.font, name.text) for name, _, _ in runs)
        if not form:
            return names, 0.0, 0.0
        numbers = max(text_width(figure.font, figure.text) for _, figure, _ in runs) + 8
        return names, numbers, runs_width(runs[0][2:]) if form == 2 else 0.0

    def _label(self, curve: NormCurve) -> tuple[Run, Run, Run]:
        """Name, number and unit."""
        color = text_color(self.theme, named_color(self.theme, curve.color))
        text = number(curve.figure, 2) if math.isfinite(curve.figure) else "–"
        return (
            Run(curve.label, color, self.theme.font("tick_strong")),
            Run(text, self.theme.ink, self.theme.font("number_small")),
            Run(" " + self._unit, self.theme.muted, self.theme.font("tick")),
        )

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw bands, axes, curves and their names, then what moves."""
        if rect.width() < 60 or rect.height() < 40:
            return
        if not self._curves or not self._n_times:
            draw_text(painter, rect, "Nothing recorded yet", self.theme.font("secondary"), self.theme.muted, CENTER)
            return
        axes = self.axes(rect)
        if vector:
            self._paint_still(painter, rect, axes)
        else:
            key = (self._version, rect.getRect(), self.theme)
            self._layer = layer(self._layer, key, rect, device_scale(painter), self.theme.card, self._draw_still)
            painter.drawImage(rect.topLeft(), self._layer[1])
        if self._threshold is not None:
            held = self._held is not None
            draw_threshold(painter, axes, self.theme, self._threshold, self._threshold_words, held=held)
        self._paint_hover(painter, axes)

    def _draw_still(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_still(painter, rect, self.axes(rect))

    def _paint_still(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        plot = QRectF(axes.left, axes.top, axes.width, axes.height)
        if self._bands is not None:
            draw_bands(painter, axes, self.theme, self._curves, self._bands)
        draw_axes(painter, self._room(rect), axes, self.theme, self._shown_titles(rect))
        if self._bands is not None:
            name_bands(painter, axes, self.theme, self._curves, self._bands, self._pill(axes), self._above(rect, axes))
        if self._is_low(rect):
            self._paint_titles(painter, rect, axes)
        painter.save()
        painter.setClipRect(plot.adjusted(-1, -2, 3, 2))
        for curve in sorted(self._curves, key=lambda one: one.subject):
            width = (SUBJECT_PX if curve.subject else COMPANY_PX) * self.theme.scale
            pen = curve_pen(named_color(self.theme, curve.color), width, dashed=not curve.subject)
            draw_curve(painter, axes.px(np.arange(1, self._n_times + 1)), axes.py(curve.values), pen)
            self._paint_end(painter, axes, curve)
        painter.restore()
        self._paint_labels(painter, rect, axes)

    def _above(self, rect: QRectF, axes: Axes) -> QRectF | None:
        """The line above a low plot, right of the title of its y axis."""
        if not self._is_low(rect):
            return None
        font = self.theme.font("tick")
        left = rect.left() + 6 + text_width(font, self._titles.y) + 24
        return QRectF(left, rect.top(), max(0.0, axes.right - left), text_height(font))

    def _paint_titles(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        """Words of the axes of a low plot: above it, and behind its ticks."""
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        above = QRectF(rect.left() + 6, rect.top(), axes.right - rect.left() - 6, line)
        draw_text(painter, above, self._titles.y, font, self.theme.ink)
        left = axes.right + text_width(font, f"{self._n_times:,}") / 2 + 10  # the last tick reaches out of the plot
        behind = QRectF(left, axes.bottom + 5, rect.right() - left, line)
        fits = text_width(font, self._titles.x) <= behind.width()
        words = self._titles.x if fits else self._titles.x.partition(" (")[0]
        draw_text(painter, behind, words, font, self.theme.ink)

    def _paint_end(self, painter: QPainter, axes: Axes, curve: NormCurve) -> None:
        """A bar where a curve begins after exact zeros."""
        first = curve.first
        if 0 < first < self._n_times:
            x, y = axes.point(first + 1.0, float(curve.values[first]))
            half = 7.0 * self.theme.scale
            painter.setPen(QPen(named_color(self.theme, curve.color), 2.0 * self.theme.scale))
            painter.drawLine(QLineF(x, y - half, x, y + half))

    def _paint_labels(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        form, line = self._form(rect), text_height(self.theme.font("tick_strong"))
        left = axes.right + 12
        top = axes.top
        if form == 1:
            box = QRectF(left, rect.top() + 1, rect.right() - left, line)
            draw_text(painter, box, self._unit, self.theme.font("tick"), self.theme.muted)
            top = max(top, rect.top() + 1 + 1.5 * line)
        ends = np.nan_to_num(axes.py([curve.last for curve in self._curves]), nan=axes.bottom)
        wanted = np.clip(ends, axes.top, axes.bottom).tolist()
        places = spread(wanted, line + 1, top, max(top, axes.bottom - line * 0.3))
        for curve, y in zip(self._curves, places, strict=True):
            self._paint_label(painter, QRectF(left, y - line / 2, rect.right() - left, line), curve, form)

    def _paint_label(self, painter: QPainter, box: QRectF, curve: NormCurve, form: int) -> None:
        name, figure, unit = self._label(curve)
        names, numbers, _ = self._columns(form)
        draw_runs(painter, box, [name])
        if form:
            column = QRectF(box.left() + names, box.top(), numbers, box.height())
            draw_text(painter, column, figure.text, figure.font, figure.color, RIGHT)
        if form == 2:
            draw_runs(painter, box.adjusted(names + numbers, 0, 0, 0), [unit])

    def _paint_hover(self, painter: QPainter, axes: Axes) -> None:
        time = self._hover or self._linked
        if not 1 <= time <= self._n_times:
            return
        x = float(axes.px(time))
        painter.setPen(QPen(self.theme.faint, 1.0))
        painter.drawLine(QLineF(hair(x), axes.top, hair(x), axes.bottom))
        for curve in self._curves:
            y = float(axes.py(float(curve.values[time - 1])))
            if math.isfinite(y) and axes.contains(x, y):
                painter.setPen(QPen(self.theme.card, 1.5))
                painter.setBrush(named_color(self.theme, curve.color))
                painter.drawEllipse(QPointF(x, y), 4.0 * self.theme.scale, 4.0 * self.theme.scale)
        draw_card(painter, axes, self.theme, x, self._reading(time), self._pill(axes))

    def _reading(self, time: int) -> list[list[Run]]:
        mono, words = self.theme.font("number_small"), self.theme.font("tick")
        rows = [[Run(f"t {time:,}", self.theme.muted, mono)]]
        for curve in self._curves:
            color = text_color(self.theme, named_color(self.theme, curve.color))
            value = float(curve.values[time - 1])
            text = "0" if value == 0 else significant(value, 2) if math.isfinite(value) else number(value, 0)
            rows.append([Run(curve.label + " ", color, words), Run(text, color, mono)])
        return rows

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the threshold."""
        axes = self.axes(self.area())
        if event.button() == Qt.MouseButton.LeftButton and self._on_threshold(axes, event.position()):
            self._held = axes.y  # the axis stands still while something is dragged along it
            self._say_hover(0)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the threshold, or read the values under the pointer."""
        axes, at = self.axes(self.area()), event.position()
        if self._held is not None:
            self._move_threshold(axes.data(axes.left, at.y())[1], final=False)
            return
        near = self._on_threshold(axes, at)
        self.setCursor(Qt.CursorShape.SplitVCursor if near else Qt.CursorShape.ArrowCursor)
        inside = axes.contains(at.x(), at.y()) and self._n_times > 0
        time = round(axes.data(at.x(), at.y())[0]) if inside else 0
        self._say_hover(min(max(time, 1), self._n_times) if inside else 0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the threshold."""
        if self._held is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = None
            self._redraw()
            if self._threshold is not None:
                self.threshold_moved.emit(self._threshold, True)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._say_hover(0)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move the threshold by a twentieth of a decade, with Shift by a quarter."""
        way = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if not way or self._threshold is None:
            super().keyPressEvent(event)
            return
        by = _COARSE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _FINE
        self._move_threshold(self._threshold * 10.0 ** (way * by), final=True)
        self._redraw()

    def _on_threshold(self, axes: Axes, at: QPointF) -> bool:
        if self._threshold is None or not self._curves:
            return False
        near = abs(float(axes.py(self._threshold)) - at.y()) <= _GRAB_PX * self.theme.scale
        return self._pill(axes).contains(at) or (near and axes.left <= at.x() <= axes.right)

    def _move_threshold(self, value: float, *, final: bool) -> None:
        inside = float(f"{min(max(value, self._limits[0]), self._limits[1]):.3g}")
        if inside != self._threshold:
            self._threshold = inside
            self.update()
            self.threshold_moved.emit(inside, final)

    def _say_hover(self, time: int) -> None:
        if time != self._hover:
            self._hover = time
            self.update()
            self.time_hovered.emit(time)

    def _redraw(self) -> None:
        self._version += 1
        self._widths.clear()
        self.update()

    def _on_theme_changed(self) -> None:
        self._layer = None
        self._widths.clear()

    def sizeHint(self) -> QSize:
        """A wide, low strip."""
        return QSize(720, 200)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(220, 120)
