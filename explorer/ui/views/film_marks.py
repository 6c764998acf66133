"""Marks on the rows of a film: values that are no numbers, and the place where the run broke."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from explorer.ui.theme import Theme
from explorer.ui.views.film_layout import FilmLayout
from explorer.ui.views.painting import CENTER, draw_text, text_color, text_height, text_width


def draw_bad_rows(painter: QPainter, layout: FilmLayout, place: QRectF, theme: Theme, bad: NDArray[np.bool_]) -> None:
    """Arrow heads at the left of a strip's rows with values that are no numbers, (R,)."""
    edges = np.flatnonzero(np.diff(np.r_[False, bad, False].astype(np.int8)))
    size = 5.0 * theme.scale
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.bad)
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        top, bottom = layout.y(place, end), layout.y(place, start)
        middle = (max(top, place.top()) + min(bottom, place.bottom())) / 2
        if place.top() <= middle <= place.bottom():
            x = place.left() - 1.5
            points = [QPointF(x, middle), QPointF(x - size, middle - size), QPointF(x - size, middle + size)]
            painter.drawPolygon(QPolygonF(points))


def draw_stop(painter: QPainter, place: QRectF, theme: Theme, words: str) -> None:
    """A line over the last row of a strip, beyond which the run broke, with words beneath it if there are any."""
    painter.setPen(QPen(theme.bad, 3.0 * theme.scale))
    painter.drawLine(QLineF(place.left(), place.top() - 1, place.right(), place.top() - 1))
    if not words:
        return
    font = theme.font("tick_strong")
    width, height = text_width(font, words) + 12, text_height(font) + 2
    box = QRectF(place.center().x() - width / 2, place.top() + 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.card)
    painter.drawRoundedRect(box, 4, 4)
    draw_text(painter, box, words, font, text_color(theme, theme.bad), CENTER)
