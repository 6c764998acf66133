"""A heat map of rows over time steps, with names beneath, the number under the pointer, and one row as a curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.color_scale import Colors, ColorScale, draw_scale, scale_width
from explorer.ui.views.heatmap_layout import NAME_SHARE, HeatmapLayout, lay_out
from explorer.ui.views.images import draw_image, to_image
from explorer.ui.views.lines import curve_pen, draw_curve
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    draw_frame,
    draw_text,
    draw_text_down,
    hair,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.raster import device_scale
from explorer.ui.views.ticks import reading
from explorer.ui.views.view import View

_KEYS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


@dataclass(frozen=True)
class HeatmapWords:
    """What the parts of a map are called.

    Attributes:
        rows: Upright title beside the rows, as ``"units"``; empty for none.
        row: One row, as ``"unit"``, said before its name.
        unit: Unit of the values.
        empty: What stands there while there is nothing.
        before_break: Over the columns before the break, as ``"reads"``.
        after_break: Over the columns after it, as ``"writes"``.
    """

    rows: str = ""
    row: str = ""
    unit: str = ""
    empty: str = ""
    before_break: str = ""
    after_break: str = ""


class HeatmapView(View):
    """Numbers (R, C) as colours: rows down, columns across.

    Signals:
        cell_hovered: Row and column under the pointer, -1 and -1 for none.
        column_chosen: Column that was clicked, dragged over or chosen with the arrow keys.
        row_chosen: Row that was clicked, or chosen with the arrow keys.
    """

    cell_hovered = Signal(int, int)
    column_chosen = Signal(int)
    row_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, with_curve: bool = False) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._with_curve = with_curve
        self._values: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._words = HeatmapWords()
        self._scale = ColorScale("magnitude", 0.0, 1.0)
        self._image = QImage()
        self._column = -1
        self._row = -1
        self._break = 0
        self._hovered: tuple[int, int] | None = None
        self._held = False

    # What is shown -----------------------------------------------------------------------------------------------

    def set_values(
        self, values: ArrayLike, rows: Sequence[str], columns: Sequence[str], scale: ColorScale | Colors = "magnitude"
    ) -> None:
        """Show numbers (R, C) with a name for each row and column.

        Raises:
            ValueError: If the names do not fit the numbers.
        """
        data = np.array(values, np.float32)
        if data.ndim != 2 or data.shape != (len(rows), len(columns)):
            raise ValueError(f"{len(rows)} rows and {len(columns)} columns are named, but the array is {data.shape}")
        self._values, self._rows, self._columns = data, tuple(rows), tuple(columns)
        self._scale = ColorScale.of(data, scale, self._words.unit) if isinstance(scale, str) else scale
        self._hovered = None
        self._render()

    def set_words(self, words: HeatmapWords) -> None:
        """Say what rows and values are."""
        self._words = words
        self.update()

    def set_column(self, column: int) -> None:
        """Mark a column, -1 for none."""
        self._column = column
        self.update()

    def set_row(self, row: int) -> None:
        """Keep a row as the curve when the pointer is elsewhere, -1 for none."""
        self._row = row
        self.update()

    def set_break(self, column: int) -> None:
        """Draw a line before a column, as between what is read and what is written; 0 for none."""
        self._break = column
        self.update()

    @property
    def scale(self) -> ColorScale:
        """Which colours stand for which values."""
        return self._scale

    def _render(self) -> None:
        self._image = to_image(self._scale.pixels(self._values, self.theme)) if self._values.size else QImage()
        self.update()

    def _on_theme_changed(self) -> None:
        self._render()

    # Geometry ----------------------------------------------------------------------------------------------------

    def layout_in(self, rect: QRectF) -> HeatmapLayout:
        """Where everything lies inside a rectangle."""
        has_title = bool(self._words.rows)
        return lay_out(
            rect, self.theme, self._names_of_rows(rect), self._columns, has_curve=self._with_curve, has_title=has_title
        )

    def _names_of_rows(self, rect: QRectF) -> tuple[str, ...]:
        """Names where they can be read, else empty ones that take no room."""
        line = text_height(self.theme.font("tick"))
        return self._rows if len(self._rows) * NAME_SHARE * line <= rect.height() - line else ("",) * len(self._rows)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw legend, curve, cells, names and what is marked."""
        if rect.width() < 60 or rect.height() < 36:
            return
        if self._image.isNull():
            draw_text(painter, rect, self._words.empty, self.theme.font("secondary"), self.theme.muted, CENTER)
            return
        places = self.layout_in(rect)
        self._paint_legend(painter, places, vector=vector)
        draw_image(painter, self._fitted(painter, places.cells, vector=vector), places.cells, vector=vector)
        draw_frame(painter, places.cells.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 2.0)
        self._paint_row_names(painter, rect, places)
        self._paint_column_names(painter, places)
        self._paint_marks(painter, places)
        if not places.curve.isEmpty():
            self._paint_curve(painter, rect, places)

    def _fitted(self, painter: QPainter, cells: QRectF, *, vector: bool) -> QImage:
        """The picture, with rows that share a pixel averaged rather than left out."""
        height = round(cells.height() * device_scale(painter))
        if vector or not 0 < height < self._image.height():
            return self._image
        kinds = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        return self._image.scaled(self._image.width(), height, *kinds)

    def _paint_legend(self, painter: QPainter, places: HeatmapLayout, *, vector: bool) -> None:
        taken = min(scale_width(self._scale, self.theme), 0.55 * places.legend.width())
        words = places.legend.adjusted(0, 0, -taken - 8, -2)
        text, color = self.reading(), self.theme.ink
        if not text and self._break:
            text, color = f"{self._words.before_break}, then {self._words.after_break}", self.theme.muted
        draw_text(painter, words, text, self.theme.font("tick"), color)
        right = places.legend.adjusted(places.legend.width() - taken, 0, 0, -2)
        draw_scale(painter, right, self._scale, self.theme, vector=vector)

    def _paint_row_names(self, painter: QPainter, rect: QRectF, places: HeatmapLayout) -> None:
        tick, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        if self._words.rows:
            box = QRectF(rect.left(), places.cells.top(), line, places.cells.height())
            draw_text_down(painter, box, self._words.rows, tick, self.theme.muted)
        if not places.row_names:
            return
        for i, name in enumerate(self._rows):
            row = places.row(i)
            left = rect.left() + (line + 4 if self._words.rows else 0.0)
            box = QRectF(left, row.center().y() - line / 2, places.cells.left() - 6 - left, line)
            chosen = i == self._shown_row()
            draw_text(painter, box, name, tick, self.theme.ink if chosen else self.theme.muted, RIGHT)

    def _paint_column_names(self, painter: QPainter, places: HeatmapLayout) -> None:
        if places.names == "none":
            return
        tick, strong = self.theme.font("tick"), self.theme.font("tick_strong")
        for i, name in enumerate(self._columns):
            active = i == self._column
            if (i % places.every and not active) or not name:
                continue
            if places.every > 1 and not active and self._column >= 0 and abs(i - self._column) < places.every:
                continue  # the marked one needs the room
            column, font = places.column(i), strong if active else tick
            color = text_color(self.theme, self.theme.accent) if active else self.theme.muted
            top = places.cells.bottom() + 4
            if places.names == "level":
                box = QRectF(column.left() - 2, top, column.width() + 4, text_height(font))
                draw_text(painter, box, name, font, color, CENTER)
                continue
            height = min(text_width(font, name), 74.0 * self.theme.scale)
            middle = column.center().x()
            draw_text_down(painter, QRectF(middle - 8, top, 16, height), name, font, color)

    def _paint_marks(self, painter: QPainter, places: HeatmapLayout) -> None:
        if 0 < self._break < len(self._columns):
            x = hair(places.column(self._break).left())
            painter.setPen(QPen(self.theme.card, 4.0))
            painter.drawLine(QLineF(x, places.cells.top(), x, places.cells.bottom()))
            painter.setPen(QPen(self.theme.muted, 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(x, places.cells.top(), x, places.cells.bottom()))
        row = self._shown_row()
        if row >= 0:
            box = places.row(row)
            grown = box if box.height() >= 3 else box.adjusted(0, -1.5, 0, 1.5)
            draw_frame(painter, grown, self.theme.ink if not self.theme.is_dark else self.theme.card, 1.0, 1.0)
        if 0 <= self._column < len(self._columns):
            draw_frame(painter, places.column(self._column), self.theme.accent, 2.0, 2.0)

    def _paint_curve(self, painter: QPainter, rect: QRectF, places: HeatmapLayout) -> None:
        row, where = self._shown_row(), places.curve
        axes = self.curve_axes(places)
        tick, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        if row < 0:
            hint = f"Point at a {self._words.row or 'row'} to see it here as a curve"
            draw_text(painter, where, hint, tick, self.theme.muted, CENTER)
            return
        zero = hair(float(axes.py(0.0)))
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.drawLine(QLineF(where.left(), zero, where.right(), zero))
        x, y = axes.px(np.arange(len(self._columns)) + 0.5), axes.py(self._values[row])
        color = text_color(self.theme, self.theme.series.test)
        draw_curve(painter, x, y, curve_pen(color, COMPANY_PX * self.theme.scale))
        painter.setPen(Qt.PenStyle.NoPen)
        if len(self._columns) <= 40:
            painter.setBrush(color)
            for px, py in zip(x.tolist(), y.tolist(), strict=True):
                painter.drawEllipse(QPointF(px, py), 2.4, 2.4)
        if 0 <= self._column < len(self._columns):
            painter.setBrush(self.theme.accent)
            painter.drawEllipse(QPointF(float(x[self._column]), float(y[self._column])), 4.0, 4.0)
        name = f"{self._words.row} {self._rows[row]}".strip()
        left = max(rect.left(), places.cells.right() + 4) if where.left() > places.cells.right() else rect.left()
        box = QRectF(left, where.center().y() - line / 2, where.left() - 6 - left, line)
        if text_width(tick, name) <= box.width():
            draw_text(painter, box, name, tick, self.theme.ink, RIGHT)
        else:
            label = QRectF(where.left() + 4, where.top(), where.width() - 8, line)
            draw_text(painter, label, name, self.theme.font("tick_strong"), color)

    def curve_axes(self, places: HeatmapLayout) -> Axes:
        """Axes of the curve, whose columns lie above those of the map and whose range is that of the colours."""
        where, y = places.curve, Range.between(self._scale.lo, self._scale.hi).padded(0.05)
        across = Range(0.0, float(max(len(self._columns), 1)))
        return Axes(across, y, where.left(), where.top(), where.width(), where.height())

    def _shown_row(self) -> int:
        row = self._hovered[0] if self._hovered is not None and self._hovered[0] >= 0 else self._row
        return row if 0 <= row < len(self._rows) else -1

    def reading(self) -> str:
        """Row, column and value under the pointer."""
        if self._hovered is None:
            return ""
        row, column = self._hovered
        row = row if row >= 0 else self._shown_row()
        if row < 0 or not math.isfinite(value := float(self._values[row, column])):
            return ""
        name = f"{self._words.row} {self._rows[row]}".strip()
        return f"{name} at “{self._columns[column]}”: {reading(value)}"

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the column, and the row."""
        found = self.layout_in(self.area()).cell_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self._held = True
            if found[0] >= 0:
                self.row_chosen.emit(found[0])
            self.column_chosen.emit(found[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the pointer; with the button down, choose its column."""
        found = self.layout_in(self.area()).cell_at(event.position().x(), event.position().y())
        if self._held and found is not None and found[1] != self._column:
            self.column_chosen.emit(found[1])
        self._hover(found)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = False
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose the column, up and down the row."""
        way = _KEYS.get(Qt.Key(event.key()))
        if way is None or not self._values.size:
            super().keyPressEvent(event)
        elif way[0]:
            self.row_chosen.emit(min(max(self._row + way[0], 0), len(self._rows) - 1))
        else:
            self.column_chosen.emit(min(max(self._column + way[1], 0), len(self._columns) - 1))

    def _hover(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()
            self.cell_hovered.emit(*(cell or (-1, -1)))

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(480, 200)

    def minimumSizeHint(self) -> QSize:
        """A few rows."""
        return QSize(120, 70)
