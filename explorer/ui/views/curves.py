"""Curves over steps, named at their right ends, with the values at the step under the pointer read out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.curve_data import Curve, Series, robust_y
from explorer.ui.views.lines import curve_pen, draw_curve, spread
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
    with_alpha,
)
from explorer.ui.views.raster import Layer, device_scale, layer
from explorer.ui.views.ticks import reading, significant
from explorer.ui.views.view import View

_LOW_PX = 170.0


class CurvesView(View):
    """Named curves over steps.

    Signals:
        cursor_dragged: The step to which the cursor line was dragged, clicked or moved by an arrow key.
        hovered: The step under the pointer, or None when it has left the plot.
    """

    cursor_dragged = Signal(int)
    hovered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._curves: tuple[Curve, ...] = ()
        self._titles = Titles("step", "")
        self._log = False
        self._cursor: int | None = None
        self._trouble: tuple[int, str] | None = None
        self._mark: tuple[int, str] | None = None
        self._counted = "step"
        self._draggable = True
        self._y_fixed: Range | None = None
        self._hover: float | None = None
        self._held = False
        self._version = 0
        self._layer: Layer | None = None

    # What is shown -----------------------------------------------------------------------------------------------

    def set_series(self, series: Sequence[Series]) -> None:
        """Show these curves.

        Raises:
            ValueError: If x and y of a series differ in length.
        """
        curves = [Curve.of(one) for one in series]
        self._curves = tuple(sorted(curves, key=lambda curve: (not curve.series.ghost, curve.series.width)))
        self._redraw()

    def set_titles(self, x: str, y: str, counted: str = "step") -> None:
        """Say what the axes are, with units, and what is counted across, as the reading says it ("step 40")."""
        self._titles, self._counted = Titles(x, y), counted
        self._redraw()

    def set_log(self, log: bool) -> None:
        """Make the y axis logarithmic; what is not above zero becomes a gap."""
        self._log = log
        self._redraw()

    def set_y_range(self, lo: float | None, hi: float | None = None) -> None:
        """Fix the y axis; None lets it follow the curves again."""
        self._y_fixed = None if lo is None or hi is None else Range.between(lo, hi)
        self._redraw()

    def set_cursor(self, step: int | None) -> None:
        """Stand the cursor line at a step; None hides it."""
        self._cursor = step
        self.update()

    def set_trouble(self, step: int | None, text: str = "") -> None:
        """Mark the step at which the run broke, and say what happened; None for no trouble."""
        self._trouble = None if step is None else (step, text)
        self._redraw()

    def set_mark(self, step: int | None, text: str = "") -> None:
        """Mark a step worth knowing, and say what it is; None for none."""
        self._mark = None if step is None else (step, text)
        self._redraw()

    def set_draggable(self, draggable: bool) -> None:
        """Say whether a press moves the cursor line."""
        self._draggable = draggable

    # Geometry ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle."""
        y = self._y_fixed or robust_y([curve.y for curve in self._curves], log=self._log)
        if self._log and y.lo <= 0:
            y = Range(y.hi * 1e-6, y.hi) if y.hi > 0 else Range(1e-6, 1.0)
        right = min(self._label_width(rect), 0.4 * rect.width())
        titles = self._titles_at_axes(rect)
        return fit_axes(self._room(rect), self.theme, self._x_range(), y, titles, right=right, log_y=self._log)

    def _is_low(self, rect: QRectF) -> bool:
        """Whether every line counts, so that the titles of the axes stand in the column of the curves' names."""
        return rect.height() < _LOW_PX * self.theme.scale

    def _titles_at_axes(self, rect: QRectF) -> Titles:
        return Titles() if self._is_low(rect) else self._titles

    def _room(self, rect: QRectF) -> QRectF:
        return rect.adjusted(8, 2, -4, -2)

    def _x_range(self) -> Range:
        ends = [float(x) for curve in self._curves if len(curve.x) for x in (curve.x[0], curve.x[-1])]
        extra = [float(self._trouble[0])] if self._trouble else []
        return Range.of(ends + extra, (0.0, 100.0))

    def _label_width(self, rect: QRectF) -> float:
        widths = [runs_width(self._label(curve)) for curve in self._curves]
        if self._has_y_title(rect):
            widths.append(text_width(self.theme.font("tick"), self._titles.y))
        return max(widths, default=0.0) + 24

    def _has_y_title(self, rect: QRectF) -> bool:
        """Whether the column of names also holds the title of a low plot's y axis."""
        lines = 1 + sum(1 for curve in self._curves if curve.series.label)
        room = self._is_low(rect) and bool(self._titles.y) and rect.width() > 260 * self.theme.scale
        return room and lines * text_height(self.theme.font("tick_strong")) <= rect.height() - 8

    def _label(self, curve: Curve) -> list[Run]:
        """A curve's name with its last value."""
        color = self._text_color(curve.series)
        if curve.series.ghost:
            return [Run(curve.series.label, color, self.theme.font("tick"))]
        value = f" {reading(curve.last)}" if curve.series.valued else ""
        return [Run(f"{curve.series.label}{value}", color, self.theme.font("tick_strong"))]

    def _color(self, series: Series) -> QColor:
        return self.theme.series.ghost if series.ghost else named_color(self.theme, series.color_key)

    def _text_color(self, series: Series) -> QColor:
        return self.theme.muted if series.ghost else text_color(self.theme, self._color(series))

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw axes, curves and their names, then what moves."""
        if rect.width() < 40 or rect.height() < 30:
            return
        if not self._curves and self._trouble is None:
            draw_text(painter, rect, "Nothing recorded yet", self.theme.font("secondary"), self.theme.muted, CENTER)
            return
        axes = self.axes(rect)
        if vector:
            self._paint_still(painter, rect, axes)
        else:
            key = (self._version, rect.getRect(), self.theme)
            self._layer = layer(self._layer, key, rect, device_scale(painter), self.theme.card, self._draw_still)
            painter.drawImage(rect.topLeft(), self._layer[1])
        self._paint_cursor(painter, axes)
        if self._hover is not None:
            self._paint_reading(painter, axes, self._hover)

    def _draw_still(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_still(painter, rect, self.axes(rect))

    def _paint_still(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        draw_axes(painter, self._room(rect), axes, self.theme, self._titles_at_axes(rect))
        painter.save()
        painter.setClipRect(_plot(axes).adjusted(0, -2, 3, 2))
        for curve in self._curves:
            width = curve.series.width * self.theme.scale
            pen = curve_pen(self._color(curve.series), width, dashed=curve.series.dashed)
            draw_curve(painter, axes.px(curve.x), axes.py(curve.y), pen)
        if self._mark is not None:
            self._paint_line(painter, axes, self._mark, self.theme.muted, self.theme.grid, 0.45)
        if self._trouble is not None:
            self._paint_line(painter, axes, self._trouble, self.theme.bad, self.theme.bad_ground, 0.0)
        painter.restore()
        self._paint_dots(painter, axes)
        self._paint_clipped(painter, rect, axes)
        self._paint_labels(painter, rect, axes)

    def _paint_labels(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        named = [curve for curve in self._curves if math.isfinite(curve.last) and curve.series.label]
        line = text_height(self.theme.font("tick_strong"))
        ends = np.nan_to_num(axes.py([curve.last for curve in named]), nan=axes.bottom)
        wanted = np.clip(ends, axes.top, axes.bottom).tolist()
        top, bottom = rect.top() + 2 + line / 2, axes.bottom - line * (0.35 if self._is_low(rect) else 0.5)
        if self._has_y_title(rect):
            box = QRectF(axes.right + 10, rect.top() + 2, rect.right() - axes.right - 12, line)
            draw_text(painter, box, self._titles.y, self.theme.font("tick"), self.theme.muted)
            top += line
        if self._is_low(rect) and self._titles.x:
            self._paint_x_title(painter, rect, axes)
        places = spread(wanted, line, top, max(top, bottom))
        for curve, y in zip(named, places, strict=True):
            box = QRectF(axes.right + 10, y - line / 2, rect.right() - axes.right - 12, line)
            draw_runs(painter, box, self._label(curve))

    def _paint_x_title(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        """Beneath the names of the curves, on the line of the tick labels."""
        font, ticks = self.theme.font("tick"), axes.x_ticks()
        last = max((x + text_width(font, label) / 2 for x, label in ticks), default=axes.right)
        left = max(axes.right + 10, last + 8)
        box = QRectF(left, axes.bottom + 5, max(0.0, rect.right() - left), text_height(font))
        draw_text(painter, box, self._titles.x, font, self.theme.muted)

    def _paint_dots(self, painter: QPainter, axes: Axes) -> None:
        painter.setPen(QPen(self.theme.card, 1.5))
        for curve in self._curves:
            painter.setBrush(self._color(curve.series))
            radius = 1.5 * curve.series.width * self.theme.scale
            points = zip(axes.px(curve.x).tolist(), axes.py(curve.y).tolist(), strict=True)
            for x, y in points if curve.series.dots else ():
                if axes.contains(x, y):
                    painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_line(
        self, painter: QPainter, axes: Axes, mark: tuple[int, str], color: QColor, ground: QColor, down: float
    ) -> None:
        """An upright line at a step, with its words on a patch so far down, as a share of the height."""
        step, text = mark
        x, font = hair(float(axes.px(step))), self.theme.font("tick_strong")
        painter.setPen(QPen(color, COMPANY_PX * self.theme.scale))
        painter.drawLine(QLineF(x, axes.top, x, axes.bottom))
        width = min(text_width(font, text) + 12, axes.width)
        left = x - width - 4 if x - width - 4 > axes.left else min(x + 4, axes.right - width)
        box = QRectF(left, axes.top + 2 + down * axes.height, width, text_height(font) + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        draw_text(painter, box, text, font, color, CENTER)

    def _paint_clipped(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        """Say so when the axis leaves values out."""
        highest = max((float(np.nanmax(c.y[np.isfinite(c.y)], initial=-math.inf)) for c in self._curves), default=0.0)
        if highest > axes.y.hi + 0.01 * axes.y.span:
            font = self.theme.font("tick")
            text = f"first values, up to {significant(highest)}, above the axis"
            above = axes.top - rect.top() > 1.3 * text_height(font)
            top = rect.top() + 2 if above else axes.top - 2
            taken = text_width(font, self._titles_at_axes(rect).y) + 24 if above else 0.0
            left = max(axes.left + 14, rect.left() + taken)
            box = QRectF(left, top, max(0.0, axes.right - left), text_height(font))
            draw_text(painter, box, text, font, self.theme.muted, RIGHT)

    def _paint_cursor(self, painter: QPainter, axes: Axes) -> None:
        if self._cursor is None:
            return
        x = hair(float(axes.px(self._cursor)))
        if not axes.left - 1 <= x <= axes.right + 1:
            return
        pen = QPen(self.theme.accent, (2.5 if self._held else 2.0) * self.theme.scale)
        pen.setDashPattern([1.6, 1.6])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QLineF(x, axes.top, x, axes.bottom))
        for curve in self._curves:
            y = float(axes.py(curve.at(self._cursor)))
            if not curve.series.ghost and axes.contains(x, y):
                painter.setPen(QPen(self.theme.card, 1.5))
                painter.setBrush(self.theme.accent)
                painter.drawEllipse(QPointF(x, y), 3.6 * self.theme.scale, 3.6 * self.theme.scale)

    def _paint_reading(self, painter: QPainter, axes: Axes, px: float) -> None:
        """A small card with every curve's value at the step under the pointer."""
        step = round(axes.data(px, axes.top)[0])
        rows = self._reading(step)
        line = text_height(self.theme.font("number_small")) + 2
        width = max(runs_width(row) for row in rows) + 16
        left = px + 12 if px + 12 + width < axes.right else px - 12 - width
        box = QRectF(max(axes.left, left), axes.top + 2, width, line * len(rows) + 8)
        painter.setPen(QPen(self.theme.faint, 1.0))
        painter.drawLine(QLineF(hair(px), axes.top, hair(px), axes.bottom))
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.setBrush(with_alpha(self.theme.card, 0.95))
        painter.drawRoundedRect(box, 6, 6)
        for i, row in enumerate(rows):
            draw_runs(painter, QRectF(box.left() + 8, box.top() + 4 + i * line, width, line), row)

    def _reading(self, step: int) -> list[list[Run]]:
        mono, words = self.theme.font("number_small"), self.theme.font("tick")
        rows = [[Run(f"{self._counted} {step:,}", self.theme.muted, mono)]]
        for curve in reversed(self._curves):
            value = curve.at(step)
            if math.isfinite(value):
                color = self._text_color(curve.series)
                rows.append([Run(curve.series.label + " ", color, words), Run(reading(value), color, mono)])
        return rows

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The cursor comes to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and self._curves and self._draggable:
            self._held = True
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the cursor, or read the values under the pointer."""
        axes, at = self.axes(self.area()), event.position()
        if self._held:
            self._drag_to(at.x())
        self._set_hover(at.x() if self._curves and not self._held and axes.contains(at.x(), at.y()) else None)
        near = self._draggable and self._cursor is not None and abs(float(axes.px(self._cursor)) - at.x()) < 6
        self.setCursor(Qt.CursorShape.SplitHCursor if near or self._held else Qt.CursorShape.ArrowCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the cursor."""
        self._held = False
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._set_hover(None)
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the cursor by a hundredth of the run, with Shift by a tenth."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not way or self._cursor is None or not self._draggable:
            super().keyPressEvent(event)
            return
        share = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
        self._move_cursor(self._cursor + way * max(1, round(share * self._x_range().span)))

    def _set_hover(self, px: float | None) -> None:
        if px is not None or self._hover is not None:
            self._hover = px
            self.hovered.emit(None if px is None else round(self.axes(self.area()).data(px, 0.0)[0]))

    def _drag_to(self, px: float) -> None:
        self._move_cursor(round(self.axes(self.area()).data(px, 0.0)[0]))

    def _move_cursor(self, step: int) -> None:
        span = self._x_range()
        inside = min(max(step, math.ceil(span.lo)), math.floor(span.hi))
        if inside != self._cursor:
            self.set_cursor(inside)
            self.cursor_dragged.emit(inside)

    def _redraw(self) -> None:
        self._version += 1
        self.update()

    def sizeHint(self) -> QSize:
        """A wide, low strip."""
        return QSize(720, 180)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(200, 96)


def _plot(axes: Axes) -> QRectF:
    return QRectF(axes.left, axes.top, axes.width, axes.height)
