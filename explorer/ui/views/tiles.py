"""Grids and strips of small pictures, drawn as one image, with cells to point at and to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme, mix
from explorer.ui.views.images import draw_image, to_image
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    draw_frame,
    draw_text,
    named_color,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.picture import Colors, colored
from explorer.ui.views.view import View

Cell = tuple[int, int]
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class TilesView(View):
    """A grid of pictures of one size.

    Signals:
        cell_clicked: Row and column of the cell that was clicked, or moved to with an arrow key.
        cell_hovered: Row and column under the pointer, -1 and -1 when there is none.
    """

    cell_clicked = Signal(int, int)
    cell_hovered = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, gap_px: float = 0.0) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._gap_px = gap_px
        self._tiles: NDArray[np.float32] = np.zeros((0, 0, 1, 1), np.float32)
        self._colors: Colors = "ink"
        self._limits: tuple[float, float] | None = None
        self._image = QImage()
        self._hovered: Cell | None = None
        self._selected: Cell | None = None
        self._row_labels: tuple[str, ...] = ()
        self._column_labels: tuple[str, ...] = ()
        self._row_keys: tuple[str, ...] = ()

    def set_tiles(self, tiles: ArrayLike, colors: Colors = "ink", limits: tuple[float, float] | None = None) -> None:
        """Show pictures (rows, columns, H, W), or (rows, columns, H, W, 3) for "rgb"; see `picture.colored`.

        Raises:
            ValueError: If the array has another shape.
        """
        data = np.array(tiles, dtype=np.float32)
        if data.ndim != (5 if colors == "rgb" else 4):
            raise ValueError(f"cannot show an array of shape {data.shape} as tiles")
        self._tiles, self._colors, self._limits = data, colors, limits
        self._render()
        self.update()

    def set_labels(self, rows: Sequence[str] = (), columns: Sequence[str] = (), row_keys: Sequence[str] = ()) -> None:
        """Name rows at the left (in the colours named by `row_keys`; a name may have lines) and columns beneath."""
        self._row_labels, self._column_labels, self._row_keys = tuple(rows), tuple(columns), tuple(row_keys)
        self.update()

    def set_selected(self, cell: Cell | None) -> None:
        """Outline the chosen cell (row, column); None for no cell."""
        self._selected = cell
        self.update()

    @property
    def selected(self) -> Cell | None:
        """The chosen cell."""
        return self._selected

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return self._tiles.shape[0], self._tiles.shape[1]

    # Geometry ----------------------------------------------------------------------------------------------------

    def grid_rect(self, rect: QRectF) -> QRectF:
        """Where the cells lie inside a rectangle, without the labels, logical px."""
        rows, columns = self.shape
        tick = self.theme.font("tick")
        left = max((text_width(tick, line) for label in self._row_labels for line in label.split("\n")), default=-8) + 8
        bottom = text_height(tick) + 4 if self._column_labels else self._beneath()
        room = rect.adjusted(left + 2, 2, -2, -bottom - 2)
        if not rows or not columns or room.width() <= 0 or room.height() <= 0:
            return QRectF()
        gap, gap_down, (height, width) = self._gap_px, self._gap_px + self._beneath(), self._tiles.shape[2:4]
        across = (room.width() - gap * (columns - 1)) / (columns * width)
        down = (room.height() - gap_down * (rows - 1)) / (rows * height)
        unit = max(0.0, min(across, down))
        size = columns * width * unit + gap * (columns - 1), rows * height * unit + gap_down * (rows - 1)
        return QRectF(room.center().x() - size[0] / 2, room.center().y() - size[1] / 2, *size)

    def _beneath(self) -> float:
        """Height kept beneath each row of pictures for words of their own."""
        return 0.0

    def cell_rect(self, grid: QRectF, row: int, column: int) -> QRectF:
        """One cell of a grid made by `grid_rect`."""
        rows, columns = self.shape
        gap_down = self._gap_px + self._beneath()
        width = (grid.width() - self._gap_px * (columns - 1)) / columns
        height = (grid.height() - gap_down * (rows - 1)) / rows
        return QRectF(
            grid.left() + column * (width + self._gap_px), grid.top() + row * (height + gap_down), width, height
        )

    def cell_at(self, at: QPointF) -> Cell | None:
        """The cell at a position of the widget; None beside the grid."""
        grid = self.grid_rect(self.area())
        rows, columns = self.shape
        if grid.isEmpty() or not grid.contains(at):
            return None
        row = int((at.y() - grid.top()) / (grid.height() + self._gap_px + self._beneath()) * rows)
        column = int((at.x() - grid.left()) / (grid.width() + self._gap_px) * columns)
        return min(row, rows - 1), min(column, columns - 1)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw pictures, labels and outlines."""
        grid = self.grid_rect(rect)
        if grid.width() < 2 or grid.height() < 2 or self._image.isNull():
            return
        if self._gap_px > 0:
            self._paint_apart(painter, grid, vector)
        else:
            draw_image(painter, self._image, grid, vector=vector)
            draw_frame(painter, grid.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 3.0)
        self._paint_labels(painter, rect, grid)
        self._paint_outlines(painter, grid)

    def _paint_apart(self, painter: QPainter, grid: QRectF, vector: bool) -> None:
        height, width = self._tiles.shape[2:4]
        for row in range(self.shape[0]):
            for column in range(self.shape[1]):
                where = self.cell_rect(grid, row, column)
                tile = self._image.copy(column * width, row * height, width, height)
                draw_image(painter, tile, where, vector=vector)
                draw_frame(painter, where.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 3.0)

    def _paint_labels(self, painter: QPainter, rect: QRectF, grid: QRectF) -> None:
        tick, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        for row, label in enumerate(self._row_labels[: self.shape[0]]):
            cell = self.cell_rect(grid, row, 0)
            key = self._row_keys[row] if row < len(self._row_keys) else "muted"
            lines = label.split("\n")
            top = cell.center().y() - len(lines) * line / 2
            color = text_color(self.theme, named_color(self.theme, key))
            for i, words in enumerate(lines):
                box = QRectF(rect.left(), top + i * line, grid.left() - 8 - rect.left(), line)
                draw_text(painter, box, words, tick, color, RIGHT)
        for column, label in enumerate(self._column_labels[: self.shape[1]]):
            cell = self.cell_rect(grid, 0, column)
            box = QRectF(cell.left() - 8, grid.bottom() + 4, cell.width() + 16, line)
            draw_text(painter, box, label, tick, self.theme.muted, CENTER)

    def _paint_outlines(self, painter: QPainter, grid: QRectF) -> None:
        for cell, width in ((self._hovered, 1.5), (self._selected, 2.5)):
            if cell is not None and cell[0] < self.shape[0] and cell[1] < self.shape[1]:
                outline = self.cell_rect(grid, *cell).adjusted(-0.5, -0.5, 0.5, 0.5)
                draw_frame(painter, outline, self.theme.accent, width * self.theme.scale, 3.0)

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._choose(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Outline the cell under the pointer."""
        self._hover(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move the choice by one cell."""
        way = _ARROWS.get(Qt.Key(event.key()))
        rows, columns = self.shape
        if way is None or not rows or not columns:
            super().keyPressEvent(event)
            return
        row, column = self._selected or (0, 0)
        step = (0, 0) if self._selected is None else way
        self._choose((min(max(row + step[0], 0), rows - 1), min(max(column + step[1], 0), columns - 1)))

    def _choose(self, cell: Cell) -> None:
        self.set_selected(cell)
        self.cell_clicked.emit(*cell)

    def _hover(self, cell: Cell | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.setCursor(Qt.CursorShape.ArrowCursor if cell is None else Qt.CursorShape.PointingHandCursor)
            self.update()
            self.cell_hovered.emit(*(cell or (-1, -1)))

    def _render(self) -> None:
        """Lay all tiles into one image, row by row."""
        rows, columns, height, width = self._tiles.shape[:4]
        rest = self._tiles.shape[4:]
        whole = self._tiles.swapaxes(1, 2).reshape(rows * height, columns * width, *rest)
        self._image = to_image(colored(whole, self._colors, self.theme, self._limits)) if whole.size else QImage()

    def _on_theme_changed(self) -> None:
        self._render()

    def sizeHint(self) -> QSize:
        """Enough for 13 x 13 digits."""
        return QSize(280, 280)

    def minimumSizeHint(self) -> QSize:
        """Cells may become small."""
        return QSize(120, 64)


@dataclass(frozen=True)
class Caption:
    """Words beneath one picture of a strip.

    Attributes:
        text: A number, mostly.
        alarm: From 0 for quiet to 1 for what should be noticed.
        marked: Whether it is the one to look at.
    """

    text: str
    alarm: float = 0.0
    marked: bool = False


class StripView(TilesView):
    """One or two rows of pictures that belong to moments; the current moment is marked across all rows.

    Signals:
        frame_chosen: Number of the moment that was clicked, dragged to, or moved to with an arrow key.
    """

    frame_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, gap_px: float = 6.0) -> None:
        super().__init__(theme, parent, gap_px=gap_px)
        self._current: int | None = None
        self._captions: tuple[tuple[Caption, ...], ...] = ()

    def set_captions(self, captions: Sequence[Sequence[Caption]]) -> None:
        """Write beneath each picture, row by row; none takes the room back."""
        self._captions = tuple(tuple(row) for row in captions)
        self.update()

    def set_current(self, frame: int | None) -> None:
        """Mark a moment; None for none."""
        self._current = frame
        self._selected = None if frame is None else (0, frame)
        self.update()

    def _beneath(self) -> float:
        return text_height(self.theme.font("tick")) + 1 if self._captions else 0.0

    def _paint_labels(self, painter: QPainter, rect: QRectF, grid: QRectF) -> None:
        super()._paint_labels(painter, rect, grid)
        height, reach = self._beneath(), self._gap_px / 2
        for row, captions in enumerate(self._captions[: self.shape[0]]):
            for column, caption in enumerate(captions[: self.shape[1]]):
                cell = self.cell_rect(grid, row, column)
                box = QRectF(cell.left() - reach, cell.bottom() + 2, cell.width() + 2 * reach, height - 1)
                self._paint_caption(painter, box, caption)

    def _paint_caption(self, painter: QPainter, box: QRectF, caption: Caption) -> None:
        theme = self.theme
        color = theme.bad if caption.marked else mix(theme.muted, theme.bad, min(1.0, max(0.0, caption.alarm)))
        if caption.marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.bad_ground)
            painter.drawRoundedRect(box.adjusted(2, 0, -2, 0), 4, 4)
        font = theme.font("tick_strong" if caption.marked else "tick")
        draw_text(painter, box, caption.text, font, text_color(theme, color), CENTER)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag through the moments."""
        super().mouseMoveEvent(event)
        cell = self.cell_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton and cell is not None and cell[1] != self._current:
            self._choose(cell)

    def _choose(self, cell: Cell) -> None:
        self.set_current(cell[1])
        self.cell_clicked.emit(*cell)
        self.frame_chosen.emit(cell[1])

    def _paint_outlines(self, painter: QPainter, grid: QRectF) -> None:
        for column, width in ((None if self._hovered is None else self._hovered[1], 1.5), (self._current, 2.5)):
            if column is None or column >= self.shape[1]:
                continue
            for row in range(self.shape[0]):
                outline = self.cell_rect(grid, row, column).adjusted(-1, -1, 1, 1)
                draw_frame(painter, outline, self.theme.accent, width * self.theme.scale, 4.0)

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(640, 120)
