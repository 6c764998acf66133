"""The scrub slider: a run as a line, with what was recorded of it, where it branched, and the step being shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.ui.kit.track import HANDLE_PX, Track
from explorer.ui.tokens import Theme

_LINE_PX = 6
_MARK_PX = 14
_KEY_SHARE = 200


class Scrub(Track):
    """A slider over the steps of a run.

    Signals:
        step_picked: A recorded step, at the press, at every move of a drag, and by wheel and keys.
    """

    step_picked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, line_px=_LINE_PX, wheel_needs_focus=False, parent=parent)
        self._step, self._head, self._first = 0, 0, 0
        self._marks: tuple[int, ...] = ()
        self.setMouseTracking(True)
        self.setAccessibleName("Step shown")
        self.fraction_picked.connect(self._on_fraction_picked)
        self.nudged.connect(self._on_nudged)
        self.edge_picked.connect(self._on_edge_picked)

    @property
    def step(self) -> int:
        """The step being shown."""
        return self._step

    def set_position(self, step: int, head: int, recorded_first: int = 0) -> None:
        """Shows ``step`` of a run that has come to ``head`` and is recorded from ``recorded_first`` on."""
        if (step, head, recorded_first) == (self._step, self._head, self._first):
            return
        self._step, self._head, self._first = step, head, recorded_first
        self.set_fraction(self._fraction_of(step))

    def set_marks(self, steps: Sequence[int]) -> None:
        """Marks the steps at which the run was branched."""
        self._marks = tuple(steps)
        self.update()

    def paint_line(self, painter: QPainter) -> None:
        """Grid colour where nothing is recorded, soft accent up to the step shown, and a tick per branch."""
        theme, line, round_px = self._theme, self.line(), _LINE_PX / 2
        full = line.adjusted(-HANDLE_PX / 2, 0, HANDLE_PX / 2, 0)
        painter.setBrush(theme.grid)
        painter.drawRoundedRect(full, round_px, round_px)
        recorded = QRectF(full)
        if self._first > 0:
            recorded.setLeft(self.x_of(self._fraction_of(self._first)))
        recorded.setRight(max(recorded.left(), self.x_of(self._fraction)))
        painter.setBrush(theme.accent_soft if self.isEnabled() else theme.border)
        painter.drawRoundedRect(recorded, round_px, round_px)
        painter.setPen(QPen(theme.muted, 1.5))
        for mark in self._marks:
            x, middle = self.x_of(self._fraction_of(mark)), self.height() / 2
            painter.drawLine(QPointF(x, middle - _MARK_PX / 2), QPointF(x, middle + _MARK_PX / 2))
        painter.setPen(Qt.PenStyle.NoPen)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follows a drag; otherwise says which step lies under the pointer."""
        super().mouseMoveEvent(event)
        line = self.line()
        under = self._step_at((event.position().x() - line.left()) / line.width())
        near = min(self._marks, key=lambda mark: abs(mark - under), default=None)
        branched = near is not None and abs(self.x_of(self._fraction_of(near)) - event.position().x()) < 5
        text = f"branched at step {near:,}" if branched and not self.dragging else f"step {under:,}"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def _fraction_of(self, step: int) -> float:
        return step / self._head if self._head > 0 else 0.0

    def _step_at(self, fraction: float) -> int:
        return min(max(round(fraction * self._head), self._first), self._head)

    def _go(self, step: int) -> None:
        step = min(max(step, self._first), self._head)
        if step != self._step:
            self._step = step
            self.set_fraction(self._fraction_of(step))
            self.step_picked.emit(step)

    @Slot(float)
    def _on_fraction_picked(self, fraction: float) -> None:
        self._go(self._step_at(fraction))

    @Slot(int)
    def _on_nudged(self, steps: int) -> None:
        self._go(self._step + steps * max(1, self._head // _KEY_SHARE))

    @Slot(bool)
    def _on_edge_picked(self, end: bool) -> None:
        self._go(self._head if end else self._first)
