"""A film as rows of small pictures, evenly chosen, with the moment shown marked; clicked and dragged through."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPainterPath, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.frames import Array
from explorer.ui.theme import Theme
from explorer.ui.views.images import draw_image, to_image
from explorer.ui.views.painting import (
    CENTER,
    LEFT,
    RIGHT,
    draw_frame,
    draw_text,
    named_color,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.picture import colored
from explorer.ui.views.view import View

GAP_PX = 5.0
FEWEST, MOST = 5, 48
LARGEST_PX = 76.0
_LABEL_GAP_PX = 8.0
_AXIS_GAP_PX = 7.0


@dataclass(frozen=True, eq=False)
class Row:
    """One row of the film.

    Attributes:
        label: What it shows, short.
        color: Name of the label's colour.
        pictures: (k, H, W), -1 is paper and 1 is ink; fewer than there are columns while the film is being made.
    """

    label: str
    color: str
    pictures: Array


class DenoisingStrip(View):
    """Rows of pictures over the whole film, with times beneath.

    Signals:
        position_chosen: Position in the film, 0 to the last one, that was clicked or dragged to.
        columns_changed: Another number of pictures fits beside one another.
    """

    position_chosen = Signal(int)
    columns_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._rows: tuple[Row, ...] = ()
        self._images: list[QImage] = []
        self._n_rows = 2
        self._label_px = 0.0
        self._columns = 0
        self._position: int | None = None
        self._last = 0
        self._ends = ("", "")
        self._time = ""
        self._mark: int | None = None

    # What is shown -----------------------------------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, one above the other."""
        self._rows = tuple(rows)
        self._images = [self._image(row) for row in self._rows]
        font = self.theme.font("tick")
        label_px = max((text_width(font, row.label) for row in rows), default=0.0)
        if (len(rows), label_px) != (self._n_rows, self._label_px):
            self._n_rows, self._label_px = len(rows), label_px
            self._count_columns()
        self.update()

    def set_position(self, position: int | None, last: int, time: str = "") -> None:
        """Mark a position between 0 and ``last``, with the time to be written beneath it; None for none."""
        self._position, self._last, self._time = position, last, time
        self.update()

    def set_ends(self, first: str, last: str) -> None:
        """Write what stands at both ends of the time axis."""
        self._ends = first, last
        self.update()

    def set_mark(self, position: int | None) -> None:
        """Mark where a branch left the film; None for nowhere."""
        self._mark = position
        self.update()

    @property
    def n_columns(self) -> int:
        """Pictures that fit beside one another."""
        return max(FEWEST, self._columns)

    @property
    def position(self) -> int | None:
        """The position marked."""
        return self._position

    def positions(self) -> list[int]:
        """Positions in the film that the columns stand for, rising; fewer for a film of few steps."""
        n = min(self.n_columns, self._last + 1)
        return [round(i * self._last / max(1, n - 1)) for i in range(n)]

    # Geometry ----------------------------------------------------------------------------------------------------

    def side(self, rect: QRectF) -> float:
        """Side of a picture in a rectangle, logical px."""
        rows = max(1, self._n_rows)
        room = rect.height() - self._axis_height() - 2 - GAP_PX * (rows - 1)
        across = rect.width() - self._left() - 2
        return max(0.0, min(room / rows, LARGEST_PX * self.theme.scale, across / FEWEST - GAP_PX))

    def cell_rect(self, rect: QRectF, row: int, column: int) -> QRectF:
        """One picture of the strip in a rectangle."""
        side, n = self.side(rect), max(2, len(self.positions()))
        pitch = (rect.width() - self._left() - 2 - side) / (n - 1)
        rows = max(1, self._n_rows)
        height = rows * side + (rows - 1) * GAP_PX + self._axis_height()
        top = rect.top() + 1 + max(0.0, rect.height() - 2 - height) / 2
        left = rect.left() + self._left() + column * pitch
        return QRectF(left, top + row * (side + GAP_PX), side, side)

    def x_of(self, rect: QRectF, position: float) -> float:
        """Where a position of the film lies, px."""
        first, last = self._reach(rect)
        return first + (last - first) * position / max(1, self._last)

    def position_at(self, x: float) -> int:
        """The position of the film at a place of the widget."""
        first, last = self._reach(self.area())
        share = (x - first) / max(1e-6, last - first)
        return min(max(round(share * self._last), 0), self._last)

    def _reach(self, rect: QRectF) -> tuple[float, float]:
        n = len(self.positions())
        first = self.cell_rect(rect, 0, 0).center().x()
        return first, self.cell_rect(rect, 0, max(1, n - 1)).center().x()

    def _left(self) -> float:
        return self._label_px + _LABEL_GAP_PX + 2 if self._label_px else 2.0

    def _axis_height(self) -> float:
        return text_height(self.theme.font("tick")) + _AXIS_GAP_PX

    def _count_columns(self) -> None:
        side = self.side(self.area())
        room = self.width() - self._left() - 2
        columns = min(max(int((room + GAP_PX) / (side + GAP_PX)), FEWEST), MOST) if side > 4 else FEWEST
        if columns != self._columns:
            self._columns = columns
            self.columns_changed.emit(columns)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw pictures, marks and times."""
        if self.side(rect) < 4 or not self._rows:
            return
        for number, (row, image) in enumerate(zip(self._rows, self._images, strict=True)):
            self._paint_label(painter, rect, number, row)
            self._paint_row(painter, rect, number, row, image, vector)
        self._paint_current(painter, rect)
        self._paint_axis(painter, rect)

    def _paint_label(self, painter: QPainter, rect: QRectF, number: int, row: Row) -> None:
        cell = self.cell_rect(rect, number, 0)
        box = QRectF(rect.left(), cell.center().y() - 10, self._label_px + 2, 20)
        color = text_color(self.theme, named_color(self.theme, row.color))
        draw_text(painter, box, row.label, self.theme.font("tick"), color, RIGHT)

    def _paint_row(self, painter: QPainter, rect: QRectF, number: int, row: Row, image: QImage, vector: bool) -> None:
        n, side = len(row.pictures), row.pictures.shape[-1] if row.pictures.ndim == 3 else 0
        for column in range(len(self.positions())):
            where = self.cell_rect(rect, number, column)
            if column < n and not image.isNull():
                draw_image(painter, image.copy(column * side, 0, side, image.height()), where, vector=vector)
            else:
                painter.fillRect(where, self.theme.grid)
            draw_frame(painter, where.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 3.0)

    def _paint_current(self, painter: QPainter, rect: QRectF) -> None:
        columns = self.positions()
        if self._mark is not None:
            self._paint_mark(painter, rect, self._mark)
        if self._position is None or not columns:
            return
        column = min(range(len(columns)), key=lambda i: abs(columns[i] - (self._position or 0)))
        for row in range(self._n_rows):
            outline = self.cell_rect(rect, row, column).adjusted(-1, -1, 1, 1)
            draw_frame(painter, outline, self.theme.accent, 2.5 * self.theme.scale, 4.0)

    def _paint_mark(self, painter: QPainter, rect: QRectF, position: int) -> None:
        x = self.x_of(rect, position)
        top, bottom = self.cell_rect(rect, 0, 0).top(), self._bottom(rect)
        painter.fillRect(QRectF(x - 1, top - 1, 2, bottom - top + 2), self.theme.bad)

    def _paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        font, theme = self.theme.font("tick"), self.theme
        line, top = text_height(font), self._bottom(rect) + _AXIS_GAP_PX - 1
        left, right = self.cell_rect(rect, 0, 0).left(), rect.right() - 2
        boxes = QRectF(left, top, 200, line), QRectF(right - 200, top, 200, line)
        widths = text_width(font, self._ends[0]), text_width(font, self._ends[1])
        now, strong = QRectF(), theme.font("tick_strong")
        if self._position is not None and self._time:
            now = self._paint_now(painter, rect, QRectF(left, top, right - left, line), strong)
        if now.isNull() or now.left() > left + widths[0] + 8:
            draw_text(painter, boxes[0], self._ends[0], font, theme.muted, LEFT)
        if now.isNull() or now.right() < right - widths[1] - 8:
            draw_text(painter, boxes[1], self._ends[1], font, theme.muted, RIGHT)

    def _paint_now(self, painter: QPainter, rect: QRectF, axis: QRectF, font: object) -> QRectF:
        """A small triangle at the exact position, and its time."""
        x, strong = self.x_of(rect, self._position or 0), self.theme.font("tick_strong")
        width = text_width(strong, self._time) + 2
        left = min(max(x - width / 2, axis.left()), axis.right() - width)
        sign, tip = QPainterPath(), axis.top() - _AXIS_GAP_PX + 3
        sign.moveTo(QPointF(x, tip))
        sign.lineTo(QPointF(x - 4, tip + 5))
        sign.lineTo(QPointF(x + 4, tip + 5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.accent)
        painter.drawPath(sign)
        box = QRectF(left, axis.top(), width, axis.height())
        draw_text(painter, box, self._time, strong, text_color(self.theme, self.theme.accent), CENTER)
        return box

    def _bottom(self, rect: QRectF) -> float:
        return self.cell_rect(rect, self._n_rows - 1, 0).bottom()

    def _image(self, row: Row) -> QImage:
        if not row.pictures.size:
            return QImage()
        return to_image(colored(np.concatenate([*row.pictures], axis=1), "ink", self.theme, (-1.0, 1.0)))

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position().x())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer pictures."""
        super().resizeEvent(event)
        self._count_columns()

    def _choose(self, x: float) -> None:
        if self._last > 0 and math.isfinite(x):
            self.position_chosen.emit(self.position_at(x))

    def _on_theme_changed(self) -> None:
        self._images = [self._image(row) for row in self._rows]
        self.set_rows(self._rows)

    def sizeHint(self) -> QSize:
        """Two rows."""
        return QSize(640, 120)

    def minimumSizeHint(self) -> QSize:
        """Small pictures."""
        return QSize(200, 50)
