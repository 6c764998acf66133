"""Mouse, wheel and keys of a map: drag the ring, move the ends of the path, pan, zoom, and find points."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Axes, Floats
from explorer.ui.views.cloud import PointCloud
from explorer.ui.views.map_marks import HANDLE_PX, PROBE_PX, LegendEntry, reading_rect
from explorer.ui.views.map_range import MapRange
from explorer.ui.views.view import View

Grip = Literal["", "probe", "pan", "A", "B"]

_HOVER_PX = 9.0
_CLICK_PX = 4.0
_NOTCH = 120.0
_FINE, _COARSE = 0.01, 0.05
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class MapView(View):
    """A map that can be handled; what it looks like is up to its subclass.

    Attributes:
        cursor_data: Data position under the pointer while it is on the plot.
        probe_held: Whether the ring is being dragged.
    """

    probe_moved = Signal(float, float)
    point_hovered = Signal(int)
    point_clicked = Signal(int)
    class_toggled = Signal(int)
    path_end_moved = Signal(int, float, float)
    range_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cloud = PointCloud()
        self._shown = MapRange()
        self._probe: tuple[float, float] | None = None
        self._path: Floats = np.zeros((0, 2))
        self.cursor_data: tuple[float, float] | None = None
        self.probe_held = False
        self._grip: Grip = ""
        self._space = False
        self._hovered = -1
        self._pressed_at = QPointF()
        self._last_at = QPointF()

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle."""
        raise NotImplementedError

    def legend(self, rect: QRectF) -> list[LegendEntry]:
        """Where the legend's entries are."""
        raise NotImplementedError

    def point_at(self, axes: Axes, at: QPointF) -> int:
        """Index of the point under a position on the plot, -1 if there is none."""
        return self._cloud.nearest(axes, at.x(), at.y(), _HOVER_PX) if axes.contains(at.x(), at.y()) else -1

    def reset_range(self) -> None:
        """Follow the points again."""
        self._shown.release(self._cloud.xy)
        self._on_range_changed()

    def set_probe(self, x: float | None, y: float | None = None) -> None:
        """Put the ring somewhere, or hide it."""
        raise NotImplementedError

    def _on_range_changed(self) -> None:
        self.update()
        self.range_changed.emit()

    # Mouse -------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what is under the pointer."""
        at, axes = event.position(), self.axes(self.area())
        self._pressed_at = self._last_at = at
        left = event.button() == Qt.MouseButton.LeftButton
        if left and not self._space and self._toggle_legend(at):
            return
        self._grip = "pan" if not left or self._space else self._grip_at(axes, at)
        if self._grip == "probe":
            self._hold_probe(axes, at)
        self._show_cursor(axes, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held, else say what is under the pointer."""
        at, axes = event.position(), self.axes(self.area())
        if self._grip == "pan":
            self._shown.pan(axes, at.x() - self._last_at.x(), at.y() - self._last_at.y())
            self._on_range_changed()
        elif self._grip == "probe":
            self._move_probe(*axes.data(at.x(), at.y()))
        elif self._grip:
            self._move_path_end(axes, at)
        else:
            self._hover(self.point_at(axes, at))
        self._last_at = at
        self._read(axes, at)
        self._show_cursor(axes, at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a press that did not move is a click on the nearest point."""
        at, axes = event.position(), self.axes(self.area())
        moved = (at - self._pressed_at).manhattanLength() > _CLICK_PX
        if event.button() == Qt.MouseButton.LeftButton and self._grip in ("", "probe") and not moved:
            found = self.point_at(axes, at)
            if found >= 0:
                self.point_clicked.emit(found)
        self._grip = ""
        self.probe_held = False
        self.update()
        self._show_cursor(axes, at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything again."""
        if self._legend_at(event.position()) is not None:
            self.mousePressEvent(event)
            return
        self.reset_range()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        axes, at = self.axes(self.area()), event.position()
        notches = event.angleDelta().y() / _NOTCH
        if notches and axes.contains(at.x(), at.y()):
            self._shown.zoom(axes, at.x(), at.y(), notches)
            self._on_range_changed()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self.cursor_data = None
        self._hover(-1)
        self.update()
        super().leaveEvent(event)

    # Keys --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the ring (Shift: in large steps), plus and minus zoom, Home shows everything, Space pans."""
        key = Qt.Key(event.key())
        if key in _ARROWS and self._probe is not None:
            self._nudge(_ARROWS[key], _COARSE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _FINE)
        elif key == Qt.Key.Key_Home:
            self.reset_range()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom_at_centre(-1.0 if key == Qt.Key.Key_Minus else 1.0)
        elif key == Qt.Key.Key_Space:
            self._space = True
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space stops panning."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
        super().keyReleaseEvent(event)

    # What they do ------------------------------------------------------------------------------------------------

    def _grip_at(self, axes: Axes, at: QPointF) -> Grip:
        if len(self._path):
            ends: tuple[tuple[int, Grip], ...] = ((0, "A"), (-1, "B"))
            for index, name in ends:
                if self._near(axes, self._path[index].tolist(), at, 1.5 * HANDLE_PX):
                    return name
        if self._probe is None:
            return ""
        return "probe" if axes.contains(at.x(), at.y()) or self._near_probe(axes, at) else ""

    def _near(self, axes: Axes, xy: list[float], at: QPointF, within_px: float) -> bool:
        x, y = axes.point(xy[0], xy[1])
        return math.hypot(x - at.x(), y - at.y()) <= within_px * self.theme.scale

    def _near_probe(self, axes: Axes, at: QPointF) -> bool:
        return self._probe is not None and self._near(axes, list(self._probe), at, 1.7 * PROBE_PX)

    def _hold_probe(self, axes: Axes, at: QPointF) -> None:
        """Grab the ring; pressed away from it, it comes to the pointer."""
        self.probe_held = True
        self._hover(-1)
        if not self._near_probe(axes, at):
            self._move_probe(*axes.data(at.x(), at.y()))
        self.update()

    def _move_probe(self, x: float, y: float) -> None:
        self.set_probe(x, y)
        self.probe_moved.emit(x, y)

    def _nudge(self, way: tuple[int, int], share: float) -> None:
        if self._probe is None:
            return
        axes = self.axes(self.area())
        step = share * min(axes.x.span, axes.y.span)
        self._move_probe(self._probe[0] + way[0] * step, self._probe[1] + way[1] * step)

    def _move_path_end(self, axes: Axes, at: QPointF) -> None:
        x, y = axes.data(at.x(), at.y())
        index = 0 if self._grip == "A" else len(self._path) - 1
        self._path[index] = (x, y)
        self.update()
        self.path_end_moved.emit(0 if self._grip == "A" else 1, x, y)

    def _zoom_at_centre(self, notches: float) -> None:
        axes = self.axes(self.area())
        self._shown.zoom(axes, axes.left + axes.width / 2, axes.top + axes.height / 2, notches)
        self._on_range_changed()

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.point_hovered.emit(index)

    def _read(self, axes: Axes, at: QPointF) -> None:
        """Keep the position under the pointer, and repaint only where it is written."""
        self.cursor_data = axes.data(at.x(), at.y()) if axes.contains(at.x(), at.y()) else None
        self.update(reading_rect(self.theme, axes).adjusted(-2, -2, 2, 2).toAlignedRect())

    def _legend_at(self, at: QPointF) -> LegendEntry | None:
        return next((entry for entry in self.legend(self.area()) if entry.rect.contains(at)), None)

    def _toggle_legend(self, at: QPointF) -> bool:
        entry = self._legend_at(at)
        if entry is not None:
            self.class_toggled.emit(entry.kind)
        return entry is not None

    def _show_cursor(self, axes: Axes, at: QPointF) -> None:
        if self._grip:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space or self._near_probe(axes, at):
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._legend_at(at) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor if axes.contains(at.x(), at.y()) else Qt.CursorShape.ArrowCursor)
