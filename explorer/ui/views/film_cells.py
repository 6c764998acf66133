"""The unrolled cells above a film: one box for each labelled time, arrows between, and words for what happens when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from explorer.ui.theme import Theme
from explorer.ui.views.film_layout import FilmLayout, Mark
from explorer.ui.views.painting import CENTER, draw_text, text_height, text_width

_BOX_PX, _SPACING_PX = 20.0, 84.0
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(number: int) -> str:
    """A whole number from zero on as small digits below the line."""
    return str(number).translate(_SUBSCRIPTS)


def draw_cells(
    painter: QPainter, layout: FilmLayout, theme: Theme, letter: str, marks: Sequence[Mark], n_times: int
) -> None:
    """Draw them into the layout's place for them, each over its column."""
    area, font = layout.cells, theme.font("tick")
    height = _BOX_PX * theme.scale
    middle = area.bottom() - height / 2 - 2
    times = _times(layout, theme, n_times)
    width = max(text_width(font, letter + subscript(time)) for time in times) + 10
    boxes = [_box(layout.x(time), middle, width, height, area) for time in times]
    for (a, left), (b, right) in pairwise(zip(times, boxes, strict=True)):
        _draw_arrow(painter, theme, left.right() + 3, right.left() - 3, middle, dots=b - a > 1)
    for time, box in zip(times, boxes, strict=True):
        painter.setPen(QPen(theme.faint, 1.0))
        painter.setBrush(theme.grid)
        painter.drawRoundedRect(box, 5, 5)
        draw_text(painter, box, letter + subscript(time), font, theme.ink, CENTER)
    _draw_marks(painter, layout, theme, marks, QRectF(area.left(), area.top(), area.width(), text_height(font)))


def _times(layout: FilmLayout, theme: Theme, n_times: int) -> list[int]:
    """The times that get a box: the labelled ones, and the last one shown."""
    spacing = _SPACING_PX * theme.scale
    times = [t for t in layout.time_ticks(spacing) if layout.edge(t) <= layout.plot.right() + 1]
    last = min(n_times, int(layout.times.hi))
    while times and last - times[-1] < 0.75 * spacing / (layout.plot.width() / layout.times.span) and len(times) > 1:
        times.pop()
    return [*(t for t in times if t < last), last]


def _box(x: float, middle: float, width: float, height: float, area: QRectF) -> QRectF:
    """A box over its column, kept inside the strips' edges."""
    left = min(max(x - width / 2, area.left() + 0.5), area.right() - width - 0.5)
    return QRectF(left, middle - height / 2, width, height)


def _draw_arrow(painter: QPainter, theme: Theme, x0: float, x1: float, y: float, *, dots: bool) -> None:
    if x1 - x0 < 8:
        return
    color, head = theme.faint, 4.0 * theme.scale
    painter.setPen(QPen(color, 1.2 * theme.scale))
    middle, gap = (x0 + x1) / 2, 8.0 * theme.scale
    lines = [QLineF(x0, y, x1 - head, y)]
    if dots and x1 - x0 > 5 * gap:
        lines = [QLineF(x0, y, middle - gap, y), QLineF(middle + gap, y, x1 - head, y)]
    painter.drawLines(lines)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(
        QPolygonF([QPointF(x1, y), QPointF(x1 - 1.6 * head, y - head), QPointF(x1 - 1.6 * head, y + head)])
    )
    if len(lines) > 1:
        for shift in (-0.5, 0.0, 0.5):
            painter.drawEllipse(QPointF(middle + shift * gap, y), 1.2 * theme.scale, 1.2 * theme.scale)


def _draw_marks(painter: QPainter, layout: FilmLayout, theme: Theme, marks: Sequence[Mark], line: QRectF) -> None:
    """Words with a bracket over their times; later ones give way."""
    font = theme.font("tick")
    taken: list[QRectF] = []
    for mark in marks:
        lo, hi = layout.edge(max(mark.first - 1, layout.times.lo)), layout.edge(min(mark.last, layout.times.hi))
        width = text_width(font, mark.words) + 2
        left = min(max((lo + hi) / 2 - width / 2, line.left()), line.right() - width)
        box = QRectF(left, line.top(), width, line.height())
        if hi < line.left() or lo > line.right() or hi < lo or any(box.intersects(other) for other in taken):
            continue
        taken.append(box.adjusted(-10, 0, 10, 0))
        draw_text(painter, box, mark.words, font, theme.muted, CENTER)
        y = line.bottom() + 2.5
        painter.setPen(QPen(theme.muted, 1.5 * theme.scale))
        painter.drawLine(QLineF(lo, y, max(hi, lo + 2), y))
