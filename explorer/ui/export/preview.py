"""What a file will look like: the figure itself, or the first of its numbers."""

from __future__ import annotations

from itertools import islice

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.ui.theme import SPACE_L, SPACE_M, Theme
from explorer.ui.views.painting import draw_text, text_height

MOST_ROWS = 40
Lines = tuple[tuple[str, bool], ...]
"""Texts, and whether each stands back."""


class Preview(QWidget):
    """Shows an image as large as it fits, or lines of text.

    Args:
        theme: Colours and fonts of the dialog around it.
        parent: The widget it lives in.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._lines: Lines = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview")

    @property
    def image(self) -> QImage:
        """The image shown; null while text is."""
        return self._image

    @property
    def lines(self) -> Lines:
        """The lines shown; empty while an image is."""
        return self._lines

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.update()

    def show_image(self, image: QImage) -> None:
        """Show a picture, its device pixel ratio saying how large it is meant to be."""
        self._image, self._lines = image, ()
        self.update()

    def show_lines(self, lines: Lines) -> None:
        """Show text."""
        self._image, self._lines = QImage(), lines
        self.update()

    def room(self) -> QRectF:
        """Where the image goes, logical px."""
        return QRectF(self.rect()).adjusted(SPACE_L, SPACE_L, -SPACE_L, -SPACE_L)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and the picture on it like a sheet of paper."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.border, 1.0))
        painter.setBrush(self._theme.card if self._lines else self._theme.ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if self._lines:
            self._paint_lines(painter)
        elif not self._image.isNull():
            self._paint_image(painter)
        painter.end()

    def sizeHint(self) -> QSize:
        """Large enough to judge a figure."""
        return QSize(560, 440)

    def minimumSizeHint(self) -> QSize:
        """Small enough for a low screen."""
        return QSize(300, 240)

    def _paint_image(self, painter: QPainter) -> None:
        size = self._image.deviceIndependentSize()
        room = self.room()
        left = round(room.center().x() - size.width() / 2)
        top = round(room.center().y() - size.height() / 2)
        painter.drawImage(QPointF(left, top), self._image)
        painter.setPen(QPen(self._theme.border, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left, top, size.width(), size.height()).adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_lines(self, painter: QPainter) -> None:
        font, room = self._theme.font("number_small"), self.room()
        line = text_height(font) + 3
        for i, (text, quiet) in enumerate(self._lines):
            box = QRectF(room.left(), room.top() + i * line, room.width(), line)
            if box.bottom() > room.bottom() + SPACE_M:
                return
            draw_text(painter, box, text, font, self._theme.muted if quiet else self._theme.ink)


def table_lines(data: FigureData) -> Lines:
    """The beginning of the CSV, in columns, and how much more there is."""
    n_rows = min((len(column) for column in data.table.values()), default=0)
    columns = [[name, *(_cell(v) for v in islice(iter(column), MOST_ROWS))] for name, column in data.table.items()]
    widths = [max(len(cell) for cell in column) for column in columns]
    rows = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in zip(*columns, strict=False)
    ]
    count = f"{_counted(n_rows, 'row')}, {_counted(len(columns), 'column')}"
    return ((count, True), ("", True), *((row, i > 0) for i, row in enumerate(rows)))


def array_lines(data: FigureData) -> Lines:
    """Name, shape and type of each array."""
    names = [*data.arrays, "title", "caption"]
    width = max(len(name) for name in names)
    rows = [(f"{name.ljust(width)}  {_shape(array)}  {array.dtype}", False) for name, array in data.arrays.items()]
    count = f"{_counted(len(data.arrays), 'array')}, read with numpy.load"
    return ((count, True), ("", True), *rows, *((f"{n.ljust(width)}  text", True) for n in ("title", "caption")))


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _shape(array: Array) -> str:
    return " \N{MULTIPLICATION SIGN} ".join(f"{n:,}" for n in array.shape) or "one value"


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) or hasattr(value, "__float__") else str(value)
