"""Where the parts of a heat map lie: legend, curve of one row, row names, cells, column names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF

from explorer.ui.theme import Theme
from explorer.ui.views.painting import text_height, text_width

_CURVE_SHARE, _LEAST_CURVE_PX, _MOST_CURVE_PX = 0.3, 34.0, 84.0
_LEAST_WITH_CURVE_PX = 170.0
_SIDE_SHARE, _LEAST_SIDE_PX, _SIDE_GAP_PX = 0.24, 140.0, 64.0
_MOST_NAME_PX = 74.0
_CURVE_GAP_PX = 6.0
NAME_SHARE = 0.72
"""Height of a row, in lines of text, from which on its name can stand beside it."""

NameWay = Literal["level", "upright", "none"]


@dataclass(frozen=True)
class HeatmapLayout:
    """Rectangles in logical pixels; an empty one is not drawn.

    Attributes:
        legend: One line above everything.
        curve: The enlarged row: above the map with its columns on those of the map, or, where it is low, at its right.
        cells: The map itself.
        n_rows: Rows of the map.
        n_columns: Columns of the map.
        row_names: Whether there is room for the name of each row.
        names: How the names of the columns stand.
        every: Each how manieth column is named.
    """

    legend: QRectF
    curve: QRectF
    cells: QRectF
    n_rows: int
    n_columns: int
    row_names: bool
    names: NameWay
    every: int

    def column(self, index: int) -> QRectF:
        """One column of the map."""
        width = self.cells.width() / max(self.n_columns, 1)
        return QRectF(self.cells.left() + index * width, self.cells.top(), width, self.cells.height())

    def row(self, index: int) -> QRectF:
        """One row of the map."""
        height = self.cells.height() / max(self.n_rows, 1)
        return QRectF(self.cells.left(), self.cells.top() + index * height, self.cells.width(), height)

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column at a position; on the curve or the column names the row is -1; None elsewhere."""
        cells, curve = self.cells, self.curve
        across = curve if curve.contains(x, y) else cells
        if not self.n_columns or not self.n_rows or not across.left() <= x < across.right():
            return None
        column = min(int((x - across.left()) / across.width() * self.n_columns), self.n_columns - 1)
        if across is curve or cells.bottom() <= y <= cells.bottom() + _MOST_NAME_PX:
            return -1, column
        if not cells.top() <= y < cells.bottom():
            return None
        return min(int((y - cells.top()) / cells.height() * self.n_rows), self.n_rows - 1), column


def lay_out(
    rect: QRectF, theme: Theme, rows: Sequence[str], columns: Sequence[str], *, has_curve: bool, has_title: bool
) -> HeatmapLayout:
    """The layout of a map in a rectangle.

    Args:
        rect: All the room there is, logical px.
        theme: For the fonts.
        rows: Names of the rows; their number is that of the rows.
        columns: Names of the columns.
        has_curve: Whether a row is enlarged, room permitting.
        has_title: Whether the rows have a title, which stands upright beside them.
    """
    tick = theme.font("tick")
    line = text_height(tick)
    legend = QRectF(rect.left(), rect.top(), rect.width(), line + 4)
    widest_row = max((text_width(tick, name) for name in rows), default=0.0)
    left = (line + 4 if has_title else 0.0) + min(widest_row, 0.3 * rect.width()) + 8
    width = max(1.0, rect.width() - left - 2)
    beside = _SIDE_SHARE * width if has_curve and rect.height() < _LEAST_WITH_CURVE_PX else 0.0
    beside = beside if beside >= _LEAST_SIDE_PX else 0.0
    width -= beside + _SIDE_GAP_PX if beside else 0.0
    names, every, below = _column_names(columns, width, theme)
    room = rect.height() - legend.height() - below - 2
    curve_height = 0.0
    if has_curve and rect.height() >= _LEAST_WITH_CURVE_PX:
        curve_height = min(max(_CURVE_SHARE * room, _LEAST_CURVE_PX), _MOST_CURVE_PX * theme.scale)
    if names == "upright" and room - curve_height < 24:
        names, below = "none", 0.0
        room = rect.height() - legend.height() - 2
    top = legend.bottom() + (curve_height + _CURVE_GAP_PX if curve_height else 0.0)
    height = max(1.0, room - (curve_height + _CURVE_GAP_PX if curve_height else 0.0))
    cells = QRectF(rect.left() + left, top, width, height)
    curve = QRectF(cells.left(), legend.bottom(), width, curve_height) if curve_height else QRectF()
    if beside:
        curve = QRectF(rect.right() - beside - 2, cells.top(), beside, cells.height())
    fits = bool(rows) and height / len(rows) >= NAME_SHARE * line
    return HeatmapLayout(legend, curve, cells, len(rows), len(columns), fits, names, every)


def _column_names(columns: Sequence[str], width: float, theme: Theme) -> tuple[NameWay, int, float]:
    """How names stand, each how manieth, and the height they take."""
    if not any(columns):
        return "none", 1, 0.0
    tick = theme.font("tick_strong")
    line, step = text_height(tick), width / len(columns)
    widest = max(text_width(tick, name) for name in columns)
    if widest + 6 <= step:
        return "level", 1, line + 4
    every = max(1, -(-int(0.95 * line) // max(int(step), 1)))
    return "upright", every, min(widest, _MOST_NAME_PX * theme.scale) + 6
