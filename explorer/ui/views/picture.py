"""One picture in a frame, with the number under the cursor."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.images import Bytes, draw_image, ink, inscribed, levels, mapped, symmetric, to_image
from explorer.ui.views.painting import (
    CENTER,
    draw_frame,
    draw_haloed,
    draw_text,
    draw_title,
    text_height,
    text_width,
    title_height,
)
from explorer.ui.views.ticks import reading
from explorer.ui.views.view import View

Colors = Literal["ink", "gray", "magnitude", "signed", "rgb"]


def colored(values: ArrayLike, colors: Colors, theme: Theme, limits: tuple[float, float] | None = None) -> Bytes:
    """Numbers as pixels.

    Args:
        values: (H, W), or (H, W, 3) in [0, 1] for "rgb".
        colors: "ink" shows 1 as ink on paper, "gray" 1 as white, "signed" zero as white.
        theme: For the colour maps.
        limits: Values at the ends of the map; by default [0, 1] for ink, gray and rgb, the range of the values for
            "magnitude", symmetric about zero for "signed".

    Returns:
        Gray (H, W) or RGB (H, W, 3) uint8.
    """
    data = np.asarray(values, dtype=np.float32)
    if colors == "ink":
        return ink(data if limits is None else (data - limits[0]) / max(limits[1] - limits[0], 1e-12))
    lo, hi = limits or _limits(data, colors)
    if colors in ("gray", "rgb"):
        return levels(data, lo, hi)
    return mapped(data, theme.magnitude if colors == "magnitude" else theme.signed, lo, hi)


def _limits(data: NDArray[np.float32], colors: Colors) -> tuple[float, float]:
    if colors == "signed":
        limit = symmetric(data)
        return -limit, limit
    finite = data[np.isfinite(data)]
    if colors != "magnitude" or not finite.size:
        return 0.0, 1.0
    return float(finite.min()), float(finite.max())


class PictureView(View):
    """One picture with a title above, words over it, and its numbers under the cursor.

    Signals:
        pixel_hovered: Row and column under the pointer, -1 and -1 when there is none.
    """

    pixel_hovered = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._values: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._colors: Colors = "ink"
        self._limits: tuple[float, float] | None = None
        self._image = QImage()
        self._title = ""
        self._title_key = "ink"
        self._caption = ""
        self._empty = ""
        self._pixel: tuple[int, int] | None = None

    def set_image(self, values: ArrayLike, colors: Colors = "ink", limits: tuple[float, float] | None = None) -> None:
        """Show numbers (H, W), or (H, W, 3) for "rgb", through a colour map; see `colored`.

        Raises:
            ValueError: If the array has another shape.
        """
        data = np.array(values, dtype=np.float32)
        if data.ndim != (3 if colors == "rgb" else 2):
            raise ValueError(f"cannot show an array of shape {data.shape} as {colors}")
        self._values, self._colors, self._limits = data, colors, limits
        self._image = to_image(colored(data, colors, self.theme, limits))
        self.update()

    def clear(self) -> None:
        """Show nothing but an empty frame."""
        self._values, self._image, self._pixel = np.zeros((0, 0), np.float32), QImage(), None
        self.update()

    def set_title(self, text: str, color_key: str = "ink") -> None:
        """Say above the picture what it is, in the colour of the thing it shows."""
        self._title, self._title_key = text, color_key
        self.update()

    def set_caption(self, text: str) -> None:
        """Write a short remark beneath the picture; left out where there is too little room."""
        self._caption = text
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands in the frame while there is no picture."""
        self._empty = text
        self.update()

    def picture_rect(self, rect: QRectF) -> QRectF:
        """Where the picture lies inside a rectangle, logical px; its pixels are square."""
        height, width = self._values.shape[:2] if self._values.size else (1, 1)
        head, foot = title_height(rect, self._title, self.theme), self._foot(rect)
        return inscribed(rect.adjusted(1, head + 1, -1, -foot - 1), width / height)

    def _foot(self, rect: QRectF) -> float:
        """Height kept for the caption beneath the picture."""
        return text_height(self.theme.font("tick")) + 3 if self._caption and rect.height() > 90 else 0.0

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw title, picture, frame and words."""
        where = self.picture_rect(rect)
        if where.width() < 2 or where.height() < 2:
            return
        draw_title(painter, rect, where, self._title, self._title_key, self.theme)
        if self._image.isNull():
            draw_text(painter, where, self._empty, self.theme.font("secondary"), self.theme.muted, CENTER)
        draw_image(painter, self._image, where, vector=vector)
        draw_frame(painter, where.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 3.0)
        if self._foot(rect):
            beneath = QRectF(rect.left(), where.bottom() + 2, rect.width(), self._foot(rect) - 2)
            draw_text(painter, beneath, self._caption, self.theme.font("tick"), self.theme.muted, CENTER)
        if self._reading():
            self._paint_reading(painter, where)

    def _paint_reading(self, painter: QPainter, where: QRectF) -> None:
        font = self.theme.font("number_small")
        line = text_height(font) + 4
        box = QRectF(where.left() + 4, where.bottom() - line - 4, where.width() - 8, line)
        text = self._reading()
        if text_width(font, text) > box.width():  # the value counts most
            text = text.removeprefix("row ").replace(" column", "")
        draw_haloed(painter, box, text, font, self.theme.ink, self.theme.card)

    def _reading(self) -> str:
        """Row, column and value under the cursor, counted from zero."""
        if self._pixel is None or not self._values.size:
            return ""
        row, column = self._pixel
        value = self._values[row, column]
        numbers = [reading(float(v)) for v in np.atleast_1d(value)]
        return f"row {row}, column {column}: {', '.join(numbers)}"

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the pixel at a position of the widget, None beside the picture."""
        where = self.picture_rect(self.area())
        if not self._values.size or where.width() <= 0 or not where.contains(x, y):
            return None
        height, width = self._values.shape[:2]
        row = math.floor((y - where.top()) / where.height() * height)
        column = math.floor((x - where.left()) / where.width() * width)
        return min(row, height - 1), min(column, width - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the pixel under the pointer."""
        self._hover(self.pixel_at(event.position().x(), event.position().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, pixel: tuple[int, int] | None) -> None:
        if pixel != self._pixel:
            self._pixel = pixel
            self.update()
            self.pixel_hovered.emit(*(pixel or (-1, -1)))

    def _on_theme_changed(self) -> None:
        if self._values.size:
            self._image = to_image(colored(self._values, self._colors, self.theme, self._limits))

    def sizeHint(self) -> QSize:
        """Large enough for a digit."""
        return QSize(200, 220)

    def minimumSizeHint(self) -> QSize:
        """Small multiples may be small."""
        return QSize(56, 56)
