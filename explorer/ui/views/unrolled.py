"""The network unrolled in time: what is read, the state after each step, what is answered or written."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from explorer.core.frames import Array
from explorer.ui.theme import MOTION_MS, Theme, mix
from explorer.ui.views.painting import CENTER, draw_text
from explorer.ui.views.unrolled_layout import Key, Mark, Scene, arrange, between
from explorer.ui.views.unrolled_links import draw_links
from explorer.ui.views.unrolled_look import Look, Mosaics, is_tight, unit_at
from explorer.ui.views.unrolled_marks import draw_mark
from explorer.ui.views.unrolled_story import Story
from explorer.ui.views.unrolled_words import draw_band_grounds, draw_foot, draw_head, draw_names
from explorer.ui.views.view import View

REWIRE_MS = 180
LEAST_PX = 60.0
DRAG_FROM_PX = 6.0


class UnrolledView(View):
    """A chain of cells, wired as the task asks, with words and pictures in their places.

    Signals:
        time_chosen: The step of what was clicked, or gone to by keyboard.
        output_hovered: Index of the output in time under the pointer, -1 for none.

    Args:
        theme: Colours and fonts.
        parent: The widget it lives in.
        motion_ms: How long the spotlight takes to the next step; 0 for reduced motion, which rewires at once as well.
    """

    time_chosen = Signal(int)
    output_hovered = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, motion_ms: int = MOTION_MS) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._story, self._before = Story(), Story()
        self._mosaics = Mosaics(self._story, theme.signed)
        self._time, self._time_before, self._begin = 0, 0, 0
        self._strengths: dict[int, float] = {}
        self._strongest: float | None = None
        self._hovered: Key | None = None
        self._unit = -1
        self._pressed: tuple[QPointF, int] | None = None
        self._dragged = False
        self._empty = ""
        self._kept: tuple[object, Scene] | None = None
        self._rewiring = self._motion(REWIRE_MS if motion_ms > 0 else 0)
        self._gliding = self._motion(motion_ms)

    # In --------------------------------------------------------------------------------------------------------------

    @property
    def story(self) -> Story:
        """What is shown."""
        return self._story

    @property
    def time(self) -> int:
        """The active step."""
        return self._time

    @property
    def moving(self) -> bool:
        """Whether something is on its way."""
        return any(m.state() == QVariantAnimation.State.Running for m in (self._rewiring, self._gliding))

    def set_story(self, story: Story) -> None:
        """Show a network; if it is wired otherwise than the one before, the picture goes over into it."""
        before, self._story = self._story, story
        self._mosaics = Mosaics(story, self.theme.signed)
        self._time = max(0, min(self._time, story.n_steps - 1))
        if before.wiring != story.wiring:
            self._before, self._begin, self._hovered = before, 0, None
            self._strengths, self._strongest = {}, None
            self._gliding.stop()
            self._start(self._rewiring)
        self._reveal()
        self.update()

    def set_time(self, step: int) -> None:
        """Light up a step, and scroll to it if it is not visible."""
        step = max(0, min(step, self._story.n_steps - 1))
        if step == self._time:
            return
        self._time_before, self._time = self._time, step
        self._start(self._gliding)
        self._reveal()
        self.update()

    def set_influence(self, read: Array | None, written: Array | None = None) -> None:
        """Colour inputs by how much they mattered to one output.

        Args:
            read: One number for each step that reads, zero or more; None for none.
            written: One for each token written before; they are the inputs of the writing steps after the first.
        """
        found: dict[int, float] = {}
        if read is not None:
            found |= dict(enumerate(np.asarray(read, float).tolist()))
        if written is not None:
            base = self._story.n_read + 1
            found |= {base + k: v for k, v in enumerate(np.asarray(written, float).tolist())}
        most = max((v for v in found.values() if np.isfinite(v)), default=0.0)
        self._strongest = most if found else None
        self._strengths = {k: (v / most if most > 0 and np.isfinite(v) else 0.0) for k, v in found.items()}
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no network."""
        self._empty = text
        self.update()

    # Geometry --------------------------------------------------------------------------------------------------------

    def scene(self, rect: QRectF) -> Scene:
        """Where everything stands inside a rectangle, when nothing moves; remembered for the last one."""
        key = (id(self._story), rect.getRect(), self.theme, self._begin)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, arrange(rect, self.theme, self._story, self._begin))
        return self._kept[1]

    def _reveal(self) -> None:
        """Scrolls so that the active step has company on both sides."""
        begin, end = self.scene(self.area()).shown
        edge = min(2, (end - begin) // 4)
        if self._time < begin + edge or self._time >= end - edge:
            self._scroll_to(self._time - (end - begin) // 2)

    def _scroll_to(self, begin: int) -> None:
        shown = self.scene(self.area()).shown
        self._begin = max(0, min(begin, self._story.n_steps - (shown[1] - shown[0])))
        self.update()

    # Painting --------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the network as far as it fits."""
        if rect.width() < LEAST_PX or rect.height() < LEAST_PX:
            return
        if not self._story.n_steps:
            draw_text(painter, rect, self._empty, self.theme.font("secondary"), self.theme.muted, CENTER)
            return
        painter.save()
        painter.setClipRect(rect)
        self._paint_network(painter, rect, vector=vector)
        painter.restore()

    def _paint_network(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        rest = self.scene(rect)
        tight = is_tight(self.theme, self._story, rest.marks.values())
        look = Look(self.theme, self._story, self._mosaics, self._time, self._hovered, self._strengths, vector, tight)
        scene = rest if vector else self._on_its_way(rect, rest)
        draw_band_grounds(painter, look, rest)
        self._draw_spotlight(painter, rest, vector)
        draw_links(painter, look, scene)
        for mark in scene.marks.values():
            draw_mark(painter, look, mark)
        draw_head(painter, look, self._line(rect, rest.rows.head), self._strongest)
        draw_names(painter, look, rest)
        draw_foot(painter, look, rest, self._line(rect, rest.rows.foot), (self._marked(rest), self._unit))

    def _on_its_way(self, rect: QRectF, rest: Scene) -> Scene:
        if self._rewiring.state() != QVariantAnimation.State.Running:
            return rest
        old = arrange(rect, self.theme, self._before, 0)
        return between(old, rest, float(self._rewiring.currentValue() or 0.0))

    def _draw_spotlight(self, painter: QPainter, scene: Scene, vector: bool) -> None:
        """A light column behind the active step, gliding there from the one before."""
        column = scene.column(self._time)
        if column.isNull():
            return
        start = scene.column(self._time_before)
        if not vector and self._gliding.state() == QVariantAnimation.State.Running and not start.isNull():
            column.translate((start.x() - column.x()) * (1.0 - float(self._gliding.currentValue() or 0.0)), 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(self.theme.card, self.theme.accent_ground, 0.55 if self.theme.is_dark else 0.85))
        painter.drawRoundedRect(column.adjusted(1, -3, -1, 0), 8, 8)

    def _marked(self, scene: Scene) -> Mark | None:
        return scene.marks.get(self._hovered) if self._hovered is not None else None

    def _line(self, rect: QRectF, zone: tuple[float, float]) -> QRectF:
        return QRectF(rect.left() + 2, zone[0], rect.width() - 4, zone[1] - zone[0])

    # Pointer and keyboard --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press may become a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = (event.position(), self._begin), False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the chain along, or show what is under the pointer."""
        if self._pressed is not None:
            way = event.position().x() - self._pressed[0].x()
            self._dragged = self._dragged or abs(way) > DRAG_FROM_PX
            if self._dragged:
                self._scroll_to(self._pressed[1] - round(way / max(1.0, self.scene(self.area()).pitch)))
        else:
            self._hover(event.position())
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the step of what was clicked."""
        if self._pressed is not None and not self._dragged:
            step = self.scene(self.area()).step_at(event.position())
            if 0 <= step < self._story.n_steps:
                self._choose(step)
        self._pressed = None
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll through time where not all of it is visible."""
        begin, end = self.scene(self.area()).shown
        if end - begin >= self._story.n_steps:
            event.ignore()
            return
        turned = event.angleDelta()
        way = turned.x() if abs(turned.x()) > abs(turned.y()) else turned.y()
        if way:
            self._scroll_to(begin - (1 if way > 0 else -1) * max(1, round(abs(way) / 60)))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right step through time, Home and End go to its ends."""
        last = self._story.n_steps - 1
        keys = Qt.Key
        wanted = {keys.Key_Left: self._time - 1, keys.Key_Right: self._time + 1, keys.Key_Home: 0, keys.Key_End: last}
        step = wanted.get(keys(event.key()))
        if step is None:
            event.ignore()
        elif 0 <= step <= last and step != self._time:
            self._choose(step)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(None)
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees does not move."""
        self._rewiring.stop()
        self._gliding.stop()
        super().hideEvent(event)

    def _choose(self, step: int) -> None:
        self.set_time(step)
        self.time_chosen.emit(step)

    def _hover(self, place: QPointF | None) -> None:
        mark = None if place is None else self.scene(self.area()).at(place)
        key, before = (None if mark is None else mark.key), self._output_under(self._hovered)
        unit = -1
        if mark is not None and place is not None and mark.kind in ("state", "first"):
            unit = unit_at(mark, self._story.states.shape[2], place.x(), place.y(), self.theme)
        if (key, unit) == (self._hovered, self._unit):
            return
        self._hovered, self._unit = key, unit
        self.update()
        if self._output_under(key) != before:
            self.output_hovered.emit(self._output_under(key))

    def _output_under(self, key: Key | None) -> int:
        return self._story.output_index(key[1]) if key is not None and key[0] in ("output", "belief") else -1

    # Motion ----------------------------------------------------------------------------------------------------------

    def _motion(self, duration_ms: int) -> QVariantAnimation:
        motion = QVariantAnimation(self)
        motion.setDuration(duration_ms)
        motion.setStartValue(0.0)
        motion.setEndValue(1.0)
        motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        motion.valueChanged.connect(self._on_moved)
        return motion

    def _start(self, motion: QVariantAnimation) -> None:
        motion.stop()
        if self.isVisible() and motion.duration() > 0:
            motion.start()

    @Slot()
    def _on_moved(self) -> None:
        self.update()

    def _on_theme_changed(self) -> None:
        self._mosaics = Mosaics(self._story, self.theme.signed)

    def sizeHint(self) -> QSize:
        """About half of a window."""
        return QSize(900, 480)

    def minimumSizeHint(self) -> QSize:
        """What still shows a few cells."""
        return QSize(240, 170)
