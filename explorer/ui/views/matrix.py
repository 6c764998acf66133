"""A matrix with names at its rows and columns: colours, numbers where there is room, sums, and what is lit up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.images import draw_image, to_image
from explorer.ui.views.painting import (
    CENTER,
    LEFT,
    RIGHT,
    draw_frame,
    draw_text,
    draw_text_down,
    elided,
    first_fitting,
    named_color,
    text_height,
    text_width,
    with_room,
)
from explorer.ui.views.ticks import number
from explorer.ui.views.view import View

Cell = tuple[int, int]
Floats = NDArray[np.float32]
_KEYS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
_LABEL_SHARE = 0.24
_GAP_PX = 6.0
_FRAME_FROM_PX = 14.0
_LIGHT = 140.0


@dataclass(frozen=True)
class MatrixWords:
    """What the parts of a matrix are called.

    Attributes:
        title: Over it, as ``"weights, softmax of each row"``.
        rows: Upright at the left, as ``"rows = queries: the words that look"``.
        columns: Over the names of the columns.
    """

    title: str = ""
    rows: str = ""
    columns: str = ""


@dataclass(frozen=True)
class Gutters:
    """Room beside the cells, px: names at the left, sums at the right."""

    left: float
    right: float


class MatrixView(View):
    """Numbers (R, C) as cells; what is not finite is masked and hatched.

    Signals:
        cell_hovered: Row and column under the pointer, -1 and -1 for none.
        cell_clicked: Row and column that was clicked, and whether it is added to what was chosen before.
        cell_moved: Row and column that the arrow keys came to.
    """

    cell_hovered = Signal(int, int)
    cell_clicked = Signal(int, int, bool)
    cell_moved = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._values: Floats = np.zeros((0, 0), np.float32)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._words = MatrixWords()
        self._scale = ColorScale("magnitude", 0.0, 1.0)
        self._decimals = 2
        self._sums = False
        self._names_columns = True
        self._gutters: Gutters | None = None
        self._lit_rows: Mapping[int, str] = {}
        self._lit_columns: Mapping[int, str] = {}
        self._cell: Cell | None = None
        self._hovered: Cell | None = None
        self._image: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # What is shown -----------------------------------------------------------------------------------------------

    def set_matrix(
        self, values: ArrayLike, rows: Sequence[str], columns: Sequence[str], scale: ColorScale, decimals: int = 2
    ) -> None:
        """Show numbers (R, C) with names; names may be empty for none.

        Raises:
            ValueError: The names do not fit the numbers.
        """
        data = np.asarray(values, np.float32)
        named = ((len(rows), 0), (len(columns), 1))
        if data.ndim != 2 or any(n not in (0, data.shape[axis]) for n, axis in named):
            raise ValueError(f"{len(rows)} rows and {len(columns)} columns are named, but the array is {data.shape}")
        if data.shape != self._values.shape:
            self._hovered = None
        self._values, self._rows, self._columns = data, tuple(rows), tuple(columns)
        self._scale, self._decimals, self._image = scale, decimals, None
        self.update()

    def set_words(self, words: MatrixWords) -> None:
        """Say what the parts are."""
        self._words = words
        self.update()

    def set_sums(self, shown: bool) -> None:
        """Write each row's sum at its right."""
        self._sums = shown
        self.update()

    def set_names_columns(self, shown: bool) -> None:
        """Whether the names of the columns stand over them: not where something else there names them."""
        if shown != self._names_columns:
            self._names_columns = shown
            self.update()

    def set_gutters(self, gutters: Gutters | None) -> None:
        """Keep so much room beside the cells; None for what the names need."""
        self._gutters = gutters
        self.update()

    def set_lit(self, rows: Mapping[int, str], columns: Mapping[int, str], cell: Cell | None = None) -> None:
        """Light up rows, columns and one cell; each with the name of its colour."""
        if (rows, columns, cell) != (self._lit_rows, self._lit_columns, self._cell):
            self._lit_rows, self._lit_columns, self._cell = dict(rows), dict(columns), cell
            self.update()

    @property
    def hovered(self) -> Cell | None:
        """The cell under the pointer."""
        return self._hovered

    # Geometry ----------------------------------------------------------------------------------------------------

    def gutters(self, width: float) -> Gutters:
        """Room that names and sums need beside the cells in so much width."""
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        shown = self._rows if len(self._rows) <= 64 else self._rows[:64]
        widest = max((text_width(font, name) for name in shown), default=0.0)
        left = min(widest, _LABEL_SHARE * width) + (_GAP_PX if self._rows else 0.0)
        left += line + 2 if self._words.rows else 0.0
        right = text_width(self.theme.font("number_small"), "Σ 1.000") + _GAP_PX if self._sums else 0.0
        return Gutters(left, right)

    def cells(self, rect: QRectF) -> QRectF:
        """Where the cells are."""
        gutters = self._gutters or self.gutters(rect.width())
        top = rect.top() + self._head_px(rect, gutters)
        width = max(1.0, rect.width() - gutters.left - gutters.right)
        return QRectF(rect.left() + gutters.left, top, width, max(1.0, rect.bottom() - 1 - top))

    def _head_px(self, rect: QRectF, gutters: Gutters) -> float:
        line = text_height(self.theme.font("tick"))
        head = (line + 4 if self._words.title else 0.0) + (line + 2 if self._words.columns else 0.0)
        if self._names_columns and self._columns:
            head += self._names_px(rect, gutters) + 3
        return head

    def _names_px(self, rect: QRectF, gutters: Gutters) -> float:
        """Height of the columns' names: a line, or more where they stand upright."""
        font = self.theme.font("tick")
        room = (rect.width() - gutters.left - gutters.right) / max(len(self._columns), 1)
        widest = max((text_width(font, name) for name in self._columns[:64]), default=0.0)
        return text_height(font) if widest + 4 <= room else min(widest, 0.2 * rect.height()) + 2

    def cell_at(self, at: QPointF) -> Cell | None:
        """The cell at a position."""
        places = self.cells(self.area())
        n_rows, n_columns = self._values.shape
        if not n_rows or not n_columns or not places.contains(at):
            return None
        row = int((at.y() - places.top()) / places.height() * n_rows)
        column = int((at.x() - places.left()) / places.width() * n_columns)
        return min(row, n_rows - 1), min(column, n_columns - 1)

    def place_of(self, rect: QRectF, row: int, column: int) -> QRectF:
        """Where one cell is."""
        places = self.cells(rect)
        height, width = places.height() / self._values.shape[0], places.width() / self._values.shape[1]
        return QRectF(places.left() + column * width, places.top() + row * height, width, height)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw cells, names, sums and what is lit up."""
        if rect.width() < 24 or rect.height() < 24 or not self._values.size:
            return
        places = self.cells(rect)
        if places.height() < 6 or places.width() < 6:
            return
        painter.save()
        self._paint_words(painter, rect, places)
        if self._image is None:
            masked = ~np.isfinite(self._values)
            pixels = self._scale.pixels(np.where(masked, self._scale.lo, self._values), self.theme)
            grid = self.theme.grid
            pixels[masked] = (grid.red(), grid.green(), grid.blue())
            self._image = to_image(pixels)
        draw_image(painter, self._image, places, vector=vector)
        draw_frame(painter, places, self.theme.border, radius=0.0)
        self._paint_cells(painter, places)
        self._paint_names(painter, rect, places)
        self._paint_lit(painter, places)
        painter.restore()

    def _paint_words(self, painter: QPainter, rect: QRectF, places: QRectF) -> None:
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        top = rect.top()
        if self._words.title:
            strong = self.theme.font("tick_strong")
            box = QRectF(rect.left(), top, rect.width(), line)
            draw_text(painter, box, elided(strong, self._words.title, box.width()), strong, self.theme.ink, LEFT)
            top += line + 4
        if self._words.columns:
            box = QRectF(places.left(), top, places.width(), line)
            draw_text(painter, box, _fitting(font, self._words.columns, box.width()), font, self.theme.muted, CENTER)
        if self._words.rows:
            box = QRectF(rect.left(), places.top(), line, places.height())
            words = _fitting(font, self._words.rows, places.height())
            draw_text_down(painter, box, words, font, self.theme.muted)

    def _paint_cells(self, painter: QPainter, places: QRectF) -> None:
        """Lines between cells, hatching where they are masked, numbers, as far as there is room."""
        n_rows, n_columns = self._values.shape
        height, width = places.height() / n_rows, places.width() / n_columns
        if min(height, width) < _FRAME_FROM_PX:
            return
        painter.setPen(QPen(self.theme.card, 1.0))
        for i in range(1, n_rows):
            y = places.top() + i * height
            painter.drawLine(QPointF(places.left(), y), QPointF(places.right(), y))
        for j in range(1, n_columns):
            x = places.left() + j * width
            painter.drawLine(QPointF(x, places.top()), QPointF(x, places.bottom()))
        font = self.theme.font("number_small")
        decimals = self._fitting_decimals(width)
        if decimals is None or text_height(font) > height:
            return
        table = self._scale.table(self.theme)
        span = self._scale.hi - self._scale.lo
        for i in range(n_rows):
            for j in range(n_columns):
                value = float(self._values[i, j])
                box = QRectF(places.left() + j * width, places.top() + i * height, width, height)
                if not math.isfinite(value):
                    text = "−∞" if value == -math.inf else ""
                    draw_text(painter, box, text, font, self.theme.muted, CENTER)
                    continue
                shade = table[min(max(round((value - self._scale.lo) / span * 255), 0), 255)]
                draw_text(painter, box, number(value, decimals), font, _on(shade), CENTER)

    def _fitting_decimals(self, width: float) -> int | None:
        """How many digits of a number fit into a cell, none where not even one does."""
        font, finite = self.theme.font("number_small"), self._values[np.isfinite(self._values)]
        largest = float(np.abs(finite).max(initial=0.0))
        signed = -largest if (finite < 0).any() else largest
        choices = sorted({self._decimals, min(self._decimals, 1)}, reverse=True)
        return next((n for n in choices if text_width(font, number(signed, n)) + 4 <= width), None)

    def _paint_names(self, painter: QPainter, rect: QRectF, places: QRectF) -> None:
        n_rows, n_columns = self._values.shape
        height, width = places.height() / n_rows, places.width() / n_columns
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        small = self.theme.font("number_small")
        left = rect.left() + (line + 2 if self._words.rows else 0.0)
        room, free = places.left() - _GAP_PX - left, rect.top() - line
        for i in with_room(n_rows, line / height, self._lit_rows):
            y = min(places.top() + (i + 0.5) * height - line / 2, rect.bottom() - line)
            if y < free and i not in self._lit_rows:  # the last one, moved up
                continue
            free = y + line - 1
            if self._rows and room > 8:
                color = self._lit_color(self._lit_rows.get(i))
                name = elided(font, self._rows[i], room)
                draw_text(painter, QRectF(left, y, room, line), name, font, color, RIGHT)
            if self._sums and np.isfinite(self._values[i]).any():
                total = float(np.nansum(np.where(np.isfinite(self._values[i]), self._values[i], 0.0)))
                box = QRectF(places.right() + _GAP_PX, y, rect.right() - places.right() - _GAP_PX, line)
                draw_text(painter, box, f"Σ {total:.3f}", small, self.theme.muted, LEFT)
        if not (self._names_columns and self._columns):
            return
        tall = self._names_px(rect, self._gutters or self.gutters(rect.width()))
        upright = tall > line + 1
        for j in with_room(n_columns, line / width if upright else 0.0, self._lit_columns):
            color = self._lit_color(self._lit_columns.get(j))
            box = QRectF(places.left() + j * width, places.top() - tall - 3, width, tall)
            if upright:
                middle = QRectF(box.center().x() - line / 2, box.top(), line, tall)
                draw_text_down(painter, middle, elided(font, self._columns[j], tall), font, color)
            else:
                draw_text(painter, box, self._columns[j], font, color, CENTER)

    def _paint_lit(self, painter: QPainter, places: QRectF) -> None:
        n_rows, n_columns = self._values.shape
        height, width = places.height() / n_rows, places.width() / n_columns
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen_px = COMPANY_PX * self.theme.scale
        for i, key in self._lit_rows.items():
            painter.setPen(QPen(named_color(self.theme, key), pen_px))
            painter.drawRect(QRectF(places.left(), places.top() + i * height, places.width(), max(height, 2.0)))
        for j, key in self._lit_columns.items():
            painter.setPen(QPen(named_color(self.theme, key), pen_px))
            painter.drawRect(QRectF(places.left() + j * width, places.top(), max(width, 2.0), places.height()))
        for cell, color in ((self._cell, self.theme.ink), (self._hovered, self.theme.ink)):
            if cell is not None and cell[0] < n_rows and cell[1] < n_columns:
                box = QRectF(places.left() + cell[1] * width, places.top() + cell[0] * height, width, height)
                painter.setPen(QPen(self.theme.card, pen_px + 2))
                painter.drawRect(box)
                painter.setPen(QPen(color, pen_px))
                painter.drawRect(box)

    def _lit_color(self, key: str | None) -> QColor:
        return self.theme.muted if key is None else named_color(self.theme, key)

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which cell is under the pointer."""
        self._hover(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None any more."""
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell."""
        found = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.cell_clicked.emit(*found, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move from cell to cell."""
        move = _KEYS.get(Qt.Key(event.key()))
        if move is None or not self._values.size or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
            return
        row, column = self._cell or self._hovered or (0, 0)
        n_rows, n_columns = self._values.shape
        self.cell_moved.emit(min(max(row + move[0], 0), n_rows - 1), min(max(column + move[1], 0), n_columns - 1))

    def _hover(self, cell: Cell | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.cell_hovered.emit(*(cell or (-1, -1)))
            self.update()

    def sizeHint(self) -> QSize:
        """Room for numbers in a few cells."""
        return QSize(360, 280)

    def minimumSizeHint(self) -> QSize:
        """Cells that can still be told apart."""
        return QSize(90, 70)


def _on(shade: NDArray[np.uint8]) -> QColor:
    """A colour that can be read on another: black on light ones, white on dark ones."""
    light = float(shade @ np.array([0.299, 0.587, 0.114]))
    return QColor(Qt.GlobalColor.black if light > _LIGHT else Qt.GlobalColor.white)


def _fitting(font: QFont, words: str, room: float) -> str:
    """What rows or columns are, without the explanation behind the colon where there is no room for it."""
    return elided(font, first_fitting(font, (words, words.partition(":")[0]), room), room)
