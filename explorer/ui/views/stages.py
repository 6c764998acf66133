"""A film of points as small pictures side by side, from noise to data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.hovered import HoveredView
from explorer.ui.views.lines import polygon
from explorer.ui.views.painting import CENTER, draw_text, named_color, text_height, text_width, with_alpha

GAP_PX = 6.0
_POINT_PX = 1.6
_MOST_POINTS = 400
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class StagesView(HoveredView):
    """One small square for each stage; the one shown large is framed. Left and Right go along them, Enter chooses.

    Signals:
        stage_chosen: Number of the square that was chosen.

    Args:
        theme: Colours and fonts.
        reach: Each square goes from -reach to reach.
        color_key: Name of the points' colour.
    """

    stage_chosen = Signal(int)

    def __init__(
        self, theme: Theme, reach: float = 3.0, color_key: str = "generated", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._span, self._color_key = Range(-reach, reach), color_key
        self._stages: list[Floats] = []
        self._captions: tuple[str, ...] = ()
        self._prefix = ""
        self._tips: tuple[str, ...] = ()
        self._shown = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_stages(self, stages: Sequence[ArrayLike], captions: Sequence[str], prefix: str = "") -> None:
        """Show clouds (N, 2), from the first to the last, each with its caption.

        Args:
            stages: The clouds.
            captions: One for each.
            prefix: Stands before every caption, where there is room for it.

        Raises:
            ValueError: There are not as many captions as clouds.
        """
        if len(stages) != len(captions):
            raise ValueError(f"{len(captions)} captions for {len(stages)} clouds")
        self._stages = [np.asarray(stage, np.float64)[:_MOST_POINTS] for stage in stages]
        self._captions, self._prefix = tuple(captions), prefix
        self.update()

    def set_tips(self, tips: Sequence[str]) -> None:
        """What is said of each square under the pointer, instead of its caption."""
        self._tips = tuple(tips)

    def set_shown(self, number: int) -> None:
        """Frame one of them; -1 for none."""
        if number != self._shown:
            self._shown = number
            self.update()

    def reading(self) -> str:
        """What is to be known of the square under the pointer."""
        if not 0 <= self._hovered < len(self._captions):
            return ""
        if self._hovered < len(self._tips):
            return self._tips[self._hovered]
        return self._prefix + self._captions[self._hovered]

    def places(self, rect: QRectF) -> list[QRectF]:
        """The squares, as large as they can be in rows of equal number."""
        n, line = len(self._stages), text_height(self.theme.font("tick")) + 2
        rect = rect.adjusted(GAP_PX / 2, 0, -GAP_PX / 2, 0)
        if not n or rect.width() < 20 or rect.height() < 20:
            return []
        best, columns = 0.0, n
        for k in (k for k in range(1, n + 1) if n % k == 0):
            rows = n // k
            side = min((rect.width() - (k - 1) * GAP_PX) / k, (rect.height() - (rows - 1) * GAP_PX) / rows - line)
            if side > best:
                best, columns = side, k
        left = rect.left() + (rect.width() - columns * best - (columns - 1) * GAP_PX) / 2
        return [
            QRectF(
                left + (i % columns) * (best + GAP_PX), rect.top() + (i // columns) * (best + line + GAP_PX), best, best
            )
            for i in range(n)
        ]

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the squares and their captions."""
        painter.save()
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        places = self.places(rect)
        captions = self._fitting(places)
        for i, place in enumerate(places):
            is_shown = i == self._shown
            axes = Axes(self._span, self._span, place.left(), place.top(), place.width(), place.height())
            painter.save()
            painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
            points = self._stages[i][np.isfinite(self._stages[i]).all(axis=1)]
            pen = QPen(with_alpha(named_color(self.theme, self._color_key), 0.8), _POINT_PX * self.theme.scale)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)  # so small that nobody sees the corners; a third of the time
            painter.setPen(pen)
            if len(points):
                painter.drawPoints(polygon(np.column_stack([axes.px(points[:, 0]), axes.py(points[:, 1])])))
            painter.restore()
            chosen = is_shown or i == self._hovered
            painter.setPen(QPen(self.theme.accent if chosen else self.theme.border, COMPANY_PX if is_shown else 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            words = QRectF(place.left() - GAP_PX / 2, place.bottom() + 1, place.width() + GAP_PX, line)
            color = self.theme.accent if is_shown else self.theme.muted
            draw_text(painter, words, captions[i], font, color, CENTER)
        painter.restore()

    def _fitting(self, places: Sequence[QRectF]) -> tuple[str, ...]:
        """The captions with the prefix, if it has room in every one of them, else without; none where none has."""
        font, room = self.theme.font("tick"), places[0].width() + GAP_PX if places else 0.0
        for prefix in (self._prefix, ""):
            captions = tuple(prefix + caption for caption in self._captions)
            if all(text_width(font, caption) <= room for caption in captions):
                return captions
        return ("",) * len(self._captions)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the square under the pointer."""
        self._hover(self._at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show this one."""
        found = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found >= 0:
            self.stage_chosen.emit(found)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Along the squares, and choose one."""
        key = Qt.Key(event.key())
        if key in _KEYS and self._stages:
            start = self._hovered if self._hovered >= 0 else self._shown
            self._hover(min(max(start + _KEYS[key], 0), len(self._stages) - 1))
        elif key in _CHOOSE and self._hovered >= 0:
            self.stage_chosen.emit(self._hovered)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere: no square is marked for it."""
        super().focusOutEvent(event)
        self._hover(-1)

    def _at(self, at: QPointF) -> int:
        return next((i for i, place in enumerate(self.places(self.area())) if place.contains(at)), -1)

    def sizeHint(self) -> QSize:
        """Two rows of four."""
        return QSize(300, 180)

    def minimumSizeHint(self) -> QSize:
        """Shapes that can still be told apart."""
        return QSize(150, 60)
