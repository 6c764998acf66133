"""A long product, factor by factor, with two ends to drag."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Axes
from explorer.ui.views.factor_plots import FactorPlots, Factors
from explorer.ui.views.lines import spread
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
from explorer.ui.views.view import View

End = Literal["k", "j"]
GRIP_PX = 12.0
BIG_STEP = 10
ENDS: tuple[End, End] = ("j", "k")


class FactorsView(View):
    """Factors as bars up or down from 1, their running product and its bound on a logarithmic axis, over time.

    Signals:
        ends_moved: Where the product begins and how far back it is followed, (k, j), by pointer or keyboard.
        time_hovered: The time under the pointer; 0 when it has left.
    """

    ends_moved = Signal(int, int)
    time_hovered = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._factors: Factors | None = None
        self._length = self._first_k = 2
        self._k, self._j = 2, 1
        self._end: End = "j"
        self._held = False
        self._time = 0

    # What is shown -----------------------------------------------------------------------------------------------

    def set_times(self, n_times: int, first_k: int) -> None:
        """Say how many times there are, at least 2, and at which of them the product can begin: from ``first_k`` on."""
        self._length = max(2, n_times)
        self._first_k = min(max(1, first_k), self._length)
        self._end = "j" if self._is_fixed("k") else self._end
        self.set_ends(min(max(self._k, self._first_k), self._length), min(self._j, self._length))

    def set_factors(self, factors: Factors | None) -> None:
        """Show a product; None while there is none."""
        self._factors = factors
        self.update()

    def set_ends(self, k: int, j: int) -> None:
        """Stand the two handles at these times; says nothing."""
        self._k, self._j = k, j
        self.update()

    def set_time(self, time: int) -> None:
        """Mark a time, from 1 on, and read what is there; 0 for none."""
        if time != self._time:
            self._time = time
            self.update()

    @property
    def ends(self) -> tuple[int, int]:
        """Where the handles stand, (k, j)."""
        return self._k, self._j

    @property
    def is_held(self) -> bool:
        """Whether a handle is being dragged."""
        return self._held

    def _is_fixed(self, end: End) -> bool:
        """Whether an end has but one place."""
        return end == "k" and self._first_k == self._length

    # Geometry ----------------------------------------------------------------------------------------------------

    def plots(self, rect: QRectF) -> FactorPlots:
        """The geometry of factors and product, beneath the ends' tags."""
        room = rect.adjusted(0, self._tag_px() + 2, 0, 0)
        return FactorPlots.inside(room, self.theme, self._length, self._factors)

    def _tag_px(self) -> float:
        return text_height(self.theme.font("tick_strong")) + 6

    def tag(self, rect: QRectF, end: End) -> QRectF:
        """The patch with the name of an end, above its line; two that are near move apart."""
        font, axes = self.theme.font("tick_strong"), self.plots(rect).lower
        widths = [text_width(font, f"{e} = {t}") + 14 for e, t in (("j", self._j), ("k", self._k))]
        wanted = [float(axes.px(t)) for t in (self._j, self._k)]
        gap = sum(widths) / 2 + 4
        places = spread(wanted, gap, axes.left + widths[0] / 2, max(axes.left + gap, rect.right() - widths[1] / 2 - 1))
        i = 0 if end == "j" else 1
        return QRectF(places[i] - widths[i] / 2, rect.top() + 1, widths[i], self._tag_px() - 2)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw both plots, the ends, and what is read."""
        if rect.width() < 80 or rect.height() < 60:
            return
        plots = self.plots(rect)
        plots.paint(painter, self._factors, self._k, self._j)
        for end in ENDS:
            self._paint_end(painter, rect, end, plots.lower)
        plots.paint_headings(painter)
        if self._factors is None:
            words, font = "The chain appears with the model", self.theme.font("secondary")
            draw_haloed(painter, plots.rect, words, font, self.theme.muted, self.theme.card)
        elif 1 <= self._time <= self._length:
            self._paint_reading(painter, plots, self._factors.words(self._time), self._time)

    def _paint_end(self, painter: QPainter, rect: QRectF, end: End, lower: Axes) -> None:
        x = hair(float(lower.px(self._k if end == "k" else self._j)))
        tag = self.tag(rect, end)
        active, fixed = end == self._end and (self._held or self.hasFocus()), self._is_fixed(end)
        color = self.theme.muted if fixed else self.theme.accent
        painter.setPen(QPen(color, (2.0 if active else 1.25) * self.theme.scale))
        painter.drawLine(QLineF(x, tag.bottom(), x, lower.bottom))
        painter.setPen(QPen(self.theme.border if fixed else color, 1.0))
        painter.setBrush(color if active else self.theme.grid if fixed else self.theme.accent_ground)
        painter.drawRoundedRect(tag, 5, 5)
        ink = self.theme.accent_ink if active else text_color(self.theme, color)
        words = f"{end} = {self._k if end == 'k' else self._j}"
        draw_text(painter, tag, words, self.theme.font("tick_strong"), ink, CENTER)

    def _paint_reading(self, painter: QPainter, plots: FactorPlots, words: list[str], time: int) -> None:
        """A line through both plots and a small card."""
        lower, top = plots.lower, plots.top
        x = hair(float(lower.px(time)))
        painter.setPen(QPen(self.theme.faint, 1.0))
        painter.drawLine(QLineF(x, top, x, lower.bottom))
        font = self.theme.font("number_small")
        rows = [[Run(text, self.theme.ink if i else self.theme.muted, font)] for i, text in enumerate(words)]
        line = text_height(font) + 2
        width, height = max(runs_width(row) for row in rows) + 16, line * len(rows) + 8
        left = x + 12 if x + 12 + width < lower.right else x - 12 - width
        box = QRectF(max(lower.left, left), top + 2, width, height)
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.setBrush(with_alpha(self.theme.card, 0.95))
        painter.drawRoundedRect(box, 6, 6)
        for i, row in enumerate(rows):
            draw_runs(painter, QRectF(box.left() + 8, box.top() + 4 + i * line, width, line), row)

    # Handling ----------------------------------------------------------------------------------------------------

    def grip_at(self, x: float, y: float) -> End | None:
        """The end whose tag or line is at a position; one that has but one place cannot be held."""
        rect = self.area()
        lower = self.plots(rect).lower
        free = [end for end in reversed(ENDS) if not self._is_fixed(end)]
        for end in free:
            if self.tag(rect, end).contains(x, y):
                return end
        away = {end: abs(float(lower.px(self._k if end == "k" else self._j)) - x) for end in free}
        nearest = min(away, key=lambda end: away[end])
        return nearest if away[nearest] <= GRIP_PX else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of an end."""
        grip = self.grip_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and grip is not None:
            self._end, self._held = grip, True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the end that is held, else read the time under the pointer."""
        at, axes = event.position(), self.plots(self.area()).lower
        time = round(axes.data(at.x(), axes.top)[0])
        if self._held:
            self._move(time)
        else:
            inside = axes.left <= at.x() <= axes.right and at.y() <= axes.bottom
            self._hover(min(max(time, 1), self._length) if inside else 0)
        grip = self._held or self.grip_at(at.x(), at.y()) is not None
        self.setCursor(Qt.CursorShape.SplitHCursor if grip else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = False
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._hover(0)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, right, Home and End move an end, with Shift by ten; up and down choose the other end."""
        key = Qt.Key(event.key())
        by = BIG_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        here = self._k if self._end == "k" else self._j
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(here + (by if key == Qt.Key.Key_Right else -by))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move(1 if key == Qt.Key.Key_Home else self._length)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._end = "j" if self._end == "k" or self._is_fixed("k") else "k"
            self.update()
        else:
            super().keyPressEvent(event)

    def _move(self, time: int) -> None:
        """Move the end that is held; neither passes the other."""
        k, j = self._k, self._j
        if self._end == "k":
            k = min(max(time, j, self._first_k), self._length)
        else:
            j = max(min(time, k), 1)
        if (k, j) != (self._k, self._j):
            self.set_ends(k, j)
            self.ends_moved.emit(k, j)

    def _hover(self, time: int) -> None:
        if time != self._time:
            self.set_time(time)
            self.time_hovered.emit(time)

    def sizeHint(self) -> QSize:
        """Both plots."""
        return QSize(400, 300)

    def minimumSizeHint(self) -> QSize:
        """The product alone."""
        return QSize(200, 120)
