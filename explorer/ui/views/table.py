"""A small table of words and numbers, drawn so that it exports as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import SPACE_S, Theme
from explorer.ui.views.painting import LEFT, RIGHT, draw_text, named_color, text_color, text_height
from explorer.ui.views.view import View


@dataclass(frozen=True)
class Cell:
    """Text in a cell; numbers wear the mono font."""

    text: str
    color_key: str = "ink"
    is_number: bool = True


class TableView(View):
    """Headings above, names at the left, cells aligned to the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._headings: tuple[str, ...] = ()
        self._rows: tuple[tuple[Cell, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_table(self, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Show rows of cells under headings; the first column holds names."""
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._headings, self._rows = tuple(headings), tuple(tuple(r) for r in rows)
        self.setAccessibleDescription("; ".join(" ".join(c.text for c in r) for r in self._rows))
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw headings, a line, and the rows."""
        if not self._headings:
            return
        height = self._row_height()
        edges = _edges(rect, len(self._headings))
        for i, heading in enumerate(self._headings):
            where = QRectF(edges[i], rect.top(), edges[i + 1] - edges[i], height)
            draw_text(painter, where, heading, self.theme.font("tick"), self.theme.muted, RIGHT if i else LEFT)
        painter.setPen(QPen(self.theme.border, 1))
        painter.drawLine(rect.left(), rect.top() + height, rect.right(), rect.top() + height)
        for n, row in enumerate(self._rows):
            for i, cell in enumerate(row):
                where = QRectF(edges[i], rect.top() + (n + 1) * height, edges[i + 1] - edges[i], height)
                self._paint_cell(painter, where, cell, first=i == 0)

    def _paint_cell(self, painter: QPainter, where: QRectF, cell: Cell, *, first: bool) -> None:
        font = self.theme.font("number_small" if cell.is_number and not first else "secondary")
        color = text_color(self.theme, named_color(self.theme, cell.color_key))
        draw_text(painter, where, cell.text, font, color, LEFT if first else RIGHT)

    def _row_height(self) -> float:
        return text_height(self.theme.font("secondary")) + SPACE_S

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(480, round(self._row_height() * (len(self._rows) + 1)) + 2)

    def minimumSizeHint(self) -> QSize:
        """All rows, narrow."""
        return QSize(240, self.sizeHint().height())


def _edges(rect: QRectF, n: int) -> list[float]:
    """Left edges of the columns and the right edge: the first column is a little wider."""
    first = rect.width() * 1.15 / (n + 0.15)
    other = (rect.width() - first) / max(1, n - 1)
    return [rect.left()] + [rect.left() + first + i * other for i in range(n)]
