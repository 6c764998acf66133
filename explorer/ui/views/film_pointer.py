"""Mouse, wheel and keys of a film: read, scrub, pan and zoom."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Range
from explorer.ui.views.film_image import Integers
from explorer.ui.views.film_layout import FilmLayout, row_of
from explorer.ui.views.view import View

Axis = Literal["times", "rows"]

_NOTCH = 120.0
_PER_NOTCH = 0.8
_PER_KEY = 0.1
_LEAST = 4.0


class FilmHandling(View):
    """A film that can be handled; what it looks like is up to its subclass.

    Signals:
        step_chosen: The step of the row that was clicked or dragged to.
        time_hovered: The time step under the pointer, counted from one; 0 when there is none any more.
        zoomed: Whether a part is shown now, and not all.
    """

    step_chosen = Signal(int)
    time_hovered = Signal(int)
    zoomed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._steps: Integers = np.zeros(0, np.int64)
        self._n_times = 0
        self._times: Range | None = None
        self._rows: Range | None = None
        self._cursor: int | None = None
        self._hover: tuple[int, int, int] | None = None
        self._hovered_time = 0
        self._grip: Literal["", "scrub", "pan"] = ""
        self._last_at = QPointF()

    def layout_in(self, rect: QRectF) -> FilmLayout:
        """Where everything stands in a rectangle."""
        raise NotImplementedError

    @property
    def is_zoomed(self) -> bool:
        """Whether a part is shown, and not all."""
        return self._times is not None or self._rows is not None

    @property
    def shown_times(self) -> Range:
        """Columns shown, from 0 to T."""
        return self._times or Range(0.0, float(max(1, self._n_times)))

    @property
    def shown_rows(self) -> Range:
        """Rows shown, from 0 to R."""
        return self._rows or Range(0.0, float(max(1, len(self._steps))))

    def reset_zoom(self) -> None:
        """Show everything, and what comes."""
        self._show_part(None, None)

    def zoom(self, axis: Axis, factor: float, at: float | None = None) -> None:
        """Show `factor` times as much of an axis (below one zooms in) around a place, by default its middle."""
        shown = self.shown_times if axis == "times" else self.shown_rows
        self._show_axis(axis, shown.about(shown.middle if at is None else at, factor))

    def pan(self, axis: Axis, by: float) -> None:
        """Move what is shown by so many columns or rows."""
        shown = self.shown_times if axis == "times" else self.shown_rows
        self._show_axis(axis, shown.shifted(by))

    def _show_axis(self, axis: Axis, wanted: Range) -> None:
        whole = self._n_times if axis == "times" else len(self._steps)
        part = _inside(wanted, float(max(1, whole)))
        if axis == "times":
            self._show_part(part, self._rows)
        else:
            self._show_part(self._times, part)

    def _show_part(self, times: Range | None, rows: Range | None) -> None:
        if (times, rows) != (self._times, self._rows):
            self._times, self._rows = times, rows
            self._redraw()
            self.zoomed.emit(self.is_zoomed)

    def _redraw(self) -> None:
        """What was drawn is no longer right."""
        raise NotImplementedError

    # Mouse -------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Scrub with the left button; pan with the middle one, or with Ctrl."""
        self._last_at = at = event.position()
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._grip = "scrub" if self.layout_in(self.area()).strip_at(at) >= 0 else ""
            self._choose(at)
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grip = "pan"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held, and say what is under the pointer."""
        at = event.position()
        if self._grip == "scrub":
            self._choose(at)
        elif self._grip == "pan":
            self._drag(at)
        self._last_at = at
        self._read(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = ""
        self._read(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything again."""
        self.reset_zoom()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom in time about the pointer, with Ctrl in steps; beside the strips, move along the axis there."""
        layout, at = self.layout_in(self.area()), event.position()
        notches = (event.angleDelta().y() or event.angleDelta().x()) / _NOTCH
        if not layout.strips or not self._n_times or not notches:
            return
        event.accept()
        index = layout.strip_at(at)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and layout.plot.contains(at):
            strip = layout.strips[max(0, index)]
            self.zoom("rows", _PER_NOTCH**notches, layout.row_at(strip, at.y()))
        elif layout.plot.contains(at):
            self.zoom("times", _PER_NOTCH**notches, layout.column_at(at.x()))
        elif at.y() > layout.plot.bottom():
            self.pan("times", -_PER_KEY * notches * self.shown_times.span)
        elif at.x() > layout.plot.right():
            self.pan("rows", _PER_KEY * notches * self.shown_rows.span)
        self._read(at)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._say_hover(None)
        super().leaveEvent(event)

    # Keys --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, plus and minus zoom in time (Ctrl: in steps), 0 shows all, page keys choose the next row."""
        key, ctrl = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        axis: Axis = "rows" if ctrl else "times"
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.pan("times", (1 if key == Qt.Key.Key_Right else -1) * _PER_KEY * self.shown_times.span)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.pan("rows", (1 if key == Qt.Key.Key_Up else -1) * _PER_KEY * self.shown_rows.span)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(axis, _PER_NOTCH)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(axis, 1 / _PER_NOTCH)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.reset_zoom()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and len(self._steps):
            row = row_of(self._steps, self._cursor) + (1 if key == Qt.Key.Key_PageUp else -1)
            self._choose_row(row)
        else:
            super().keyPressEvent(event)

    # What they do ------------------------------------------------------------------------------------------------

    def _choose(self, at: QPointF) -> None:
        """Choose the row under the pointer; dragged beyond its strip, the nearest."""
        layout = self.layout_in(self.area())
        index = layout.strip_at(at) if layout.strip_at(at) >= 0 else layout.strip_at(self._last_at)
        if self._grip == "scrub" and index >= 0 and len(self._steps):
            self._choose_row(math.floor(layout.row_at(layout.strips[index], at.y())))

    def _choose_row(self, row: int) -> None:
        step = int(self._steps[min(max(row, 0), len(self._steps) - 1)])
        if step != self._cursor:
            self._cursor = step
            self.update()
            self.step_chosen.emit(step)

    def _drag(self, at: QPointF) -> None:
        layout = self.layout_in(self.area())
        if not layout.strips:
            return
        moved = at - self._last_at
        self.pan("times", -moved.x() / max(layout.plot.width(), 1.0) * self.shown_times.span)
        self.pan("rows", moved.y() / max(layout.strips[0].height(), 1.0) * self.shown_rows.span)

    def _read(self, at: QPointF) -> None:
        layout = self.layout_in(self.area())
        strip = layout.strip_at(at)
        if self._grip != "pan":
            inside = strip >= 0 and self._n_times > 0
            self.setCursor(Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor)
        if strip < 0 or not len(self._steps) or not self._n_times:
            self._say_hover(None)
            return
        row = math.floor(layout.row_at(layout.strips[strip], at.y()))
        column = math.floor(layout.column_at(at.x()))
        self._say_hover((strip, min(max(row, 0), len(self._steps) - 1), min(max(column, 0), self._n_times - 1)))

    def _say_hover(self, hover: tuple[int, int, int] | None) -> None:
        if hover != self._hover:
            self._hover = hover
            self.update()
        time = 0 if hover is None else hover[2] + 1
        if time != self._hovered_time:
            self._hovered_time = time
            self.time_hovered.emit(time)


def _inside(wanted: Range, whole: float) -> Range | None:
    """The part of [0, whole] nearest to what is wanted; None for all of it."""
    span = min(whole, max(min(_LEAST, whole), wanted.span))
    if span >= whole * (1 - 1e-9):
        return None
    lo = min(max(wanted.middle - span / 2, 0.0), whole - span)
    return Range(lo, lo + span)
