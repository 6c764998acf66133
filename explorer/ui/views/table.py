"""A small table of words and numbers, drawn so that it exports as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import SPACE_S, Theme
from explorer.ui.views.painting import LEFT, RIGHT, draw_text, hair, named_color, text_color, text_height, text_width
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
        """Show rows of cells under headings of one or more lines each; the first column holds names."""
        before = self.sizeHint()
        self._headings, self._rows = tuple(headings), tuple(tuple(r) for r in rows)
        if self.sizeHint() != before:
            self.updateGeometry()
        self.setAccessibleDescription("; ".join(" ".join(c.text for c in r) for r in self._rows))
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw headings, a line, and the rows."""
        if not self._headings:
            return
        height = min(self._row_height(), (rect.height() - self._head_height() - 2) / max(1, len(self._rows)))
        edges = self._edges(rect)
        line, head = text_height(self.theme.font("tick")), self._head_height()
        for i, heading in enumerate(self._headings):
            words = heading.split("\n")
            for n, text in enumerate(words):
                top = rect.top() + head - 2 - (len(words) - n) * line
                where = QRectF(edges[i], top, edges[i + 1] - edges[i] - (0 if i else 4), line)
                draw_text(painter, where, text, self.theme.font("tick"), self.theme.muted, RIGHT if i else LEFT)
        painter.setPen(QPen(self.theme.border, 1))
        painter.drawLine(QLineF(rect.left(), hair(rect.top() + head), rect.right(), hair(rect.top() + head)))
        for n, row in enumerate(self._rows):
            for i, cell in enumerate(row):
                where = QRectF(edges[i], rect.top() + head + 2 + n * height, edges[i + 1] - edges[i], height)
                self._paint_cell(painter, where, cell, first=i == 0)

    def _paint_cell(self, painter: QPainter, where: QRectF, cell: Cell, *, first: bool) -> None:
        font = self.theme.font("number_small" if cell.is_number and not first else "secondary")
        color = text_color(self.theme, named_color(self.theme, cell.color_key))
        draw_text(painter, where, cell.text, font, color, LEFT if first else RIGHT)

    def _head_height(self) -> float:
        lines = max((heading.count("\n") + 1 for heading in self._headings), default=1)
        return lines * text_height(self.theme.font("tick")) + 4

    def _edges(self, rect: QRectF) -> list[float]:
        """Left edges of the columns and the right edge: what each column needs, and an equal share of the rest."""
        needs = [self._need(i) for i in range(len(self._headings))]
        share = (rect.width() - sum(needs)) / len(needs)
        if share < 0:
            needs, share = [need * rect.width() / sum(needs) for need in needs], 0.0
        edges = [rect.left()]
        for need in needs:
            edges.append(edges[-1] + need + share)
        return edges

    def _need(self, column: int) -> float:
        """Width of a column's widest text, with a little air."""
        tick = self.theme.font("tick")
        widths = [text_width(tick, words) for words in self._headings[column].split("\n")]
        for row in self._rows:
            cell = row[column]
            font = self.theme.font("number_small" if cell.is_number and column else "secondary")
            widths.append(text_width(font, cell.text))
        return max(widths) + 6

    def _row_height(self) -> float:
        return text_height(self.theme.font("secondary")) + SPACE_S

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(480, round(self._head_height() + self._row_height() * len(self._rows)) + 4)

    def minimumSizeHint(self) -> QSize:
        """All rows, narrow and close together."""
        line = text_height(self.theme.font("secondary")) + 1
        return QSize(240, round(self._head_height() + line * len(self._rows)) + 4)
