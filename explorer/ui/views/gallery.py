"""Pictures of one size, each with its own words beneath, arranged so that they are as large as the room allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.images import draw_image, ink, to_image
from explorer.ui.views.painting import CENTER, draw_frame, draw_text, first_fitting, text_height, text_width
from explorer.ui.views.view import View

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Arrangement(NamedTuple):
    """How many columns of which size.

    Attributes:
        columns: Pictures side by side.
        side: Length of a picture's side, px.
        shown: How many pictures fit.
    """

    columns: int
    side: float
    shown: int


def arrange(
    n: int, width: float, height: float, caption: float, gaps: tuple[float, float], ends: tuple[float, float]
) -> Arrangement:
    """The columns that make n square pictures as large as may be.

    Args:
        n: Number of pictures, at least 1.
        width: Room across, px.
        height: Room down, px.
        caption: Height of the words beneath each picture, px.
        gaps: Between pictures across and down, px.
        ends: Smallest and largest side; where not all fit at the smallest, fewer are shown.
    """
    (least, most), (gap, gap_down) = ends, gaps

    def side(columns: int) -> float:
        rows = math.ceil(n / columns)
        return min((width - gap * (columns - 1)) / columns, (height - gap_down * (rows - 1)) / rows - caption, most)

    best = max(range(1, n + 1), key=side)
    if side(best) >= least:
        return Arrangement(best, side(best), n)
    columns = max(0, int((width + gap) / (least + gap)))
    rows = max(0, int((height + gap_down) / (least + caption + gap_down)))
    return Arrangement(max(1, columns), least, min(n, columns * rows))


class GalleryView(View):
    """Pictures as ink on paper with words beneath each, and a heading that says when some are left out.

    Signals:
        picture_chosen: Number of the picture that was clicked, or moved to with an arrow key.

    Args:
        theme: Colours and fonts.
        choosable: Whether a picture can be chosen.
        ends_px: Smallest and largest side of a picture, logical px before scaling.
        gap_px: Between pictures.
    """

    picture_chosen = Signal(int)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        choosable: bool = False,
        ends_px: tuple[float, float] = (24.0, math.inf),
        gap_px: float = 6.0,
    ) -> None:
        super().__init__(theme, parent)
        self._choosable, self._ends_px, self._gap_px = choosable, ends_px, gap_px
        self._images: tuple[QImage, ...] = ()
        self._captions: tuple[str, ...] = ()
        self._heading: tuple[str, ...] = ()
        self._empty = ""
        self._hovered: int | None = None
        self._selected: int | None = None
        if choosable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_pictures(self, pictures: ArrayLike, captions: Sequence[str], limits: tuple[float, float]) -> None:
        """Show pictures (n, H, W) with a caption each; ``limits`` are the values of paper and of ink.

        Raises:
            ValueError: If the array has another shape, or there are not as many captions.
        """
        data = np.asarray(pictures, np.float32)
        if data.ndim != 3 or len(data) != len(captions):
            raise ValueError(f"cannot show an array of shape {data.shape} with {len(captions)} captions")
        lo, hi = limits
        self._images = tuple(to_image(ink((picture - lo) / (hi - lo))) for picture in data)
        self._captions = tuple(captions)
        self._hovered = None
        self.update()

    def set_heading(self, *texts: str) -> None:
        """Say above the pictures, at their left, what they are: the first of these that fits."""
        self._heading = texts
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands there while there is no picture."""
        self._empty = text
        self.update()

    def set_selected(self, index: int | None) -> None:
        """Outline a picture; None for none."""
        self._selected = index
        self.update()

    @property
    def selected(self) -> int | None:
        """The picture outlined."""
        return self._selected

    # Geometry ----------------------------------------------------------------------------------------------------

    def _head(self) -> float:
        return text_height(self.theme.font("tick")) + 4 if self._heading else 0.0

    def _caption_height(self) -> float:
        return text_height(self.theme.font("tick")) + 2

    def _gaps(self) -> tuple[float, float]:
        """Between pictures across, and between a caption and the picture beneath it."""
        return self._gap_px, 0.5 * self._gap_px

    def _arrangement(self, rect: QRectF) -> Arrangement:
        least, most = (self.theme.px(end) for end in self._ends_px)
        widest = max(text_width(self.theme.font("tick"), caption) for caption in self._captions)
        least = max(least, widest - self._gap_px + 4)
        height = rect.height() - self._head() - 2
        return arrange(len(self._images), rect.width() - 2, height, self._caption_height(), self._gaps(), (least, most))

    def places(self, rect: QRectF) -> list[QRectF]:
        """Where the pictures that fit lie inside a rectangle, logical px."""
        if not self._images or rect.width() < 20 or rect.height() < 20:
            return []
        found = self._arrangement(rect)
        gap, gap_down = self._gaps()
        across, down = found.side + gap, found.side + self._caption_height() + gap_down
        left, top = rect.left() + 1, rect.top() + self._head() + 1
        if not self._heading:
            rows = math.ceil(found.shown / found.columns)
            left += (rect.width() - 2 - (min(found.columns, found.shown) * across - gap)) / 2
            top += max(0.0, (rect.height() - 2 - (rows * down - gap_down)) / 2)
        spots = (divmod(i, found.columns) for i in range(found.shown))
        return [QRectF(left + column * across, top + row * down, found.side, found.side) for row, column in spots]

    def picture_at(self, at: QPointF) -> int | None:
        """The picture at a position of the widget, its caption included."""
        reach = self._caption_height()
        places = enumerate(self.places(self.area()))
        return next((i for i, place in places if place.adjusted(0, 0, 0, reach).contains(at)), None)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw heading, pictures, captions and outlines."""
        if rect.width() < 20 or rect.height() < 20:
            return
        places, font = self.places(rect), self.theme.font("tick")
        self._paint_heading(painter, rect, len(places))
        if not self._images:
            box = rect.adjusted(0, self._head(), 0, 0)
            draw_text(painter, box, self._empty, self.theme.font("secondary"), self.theme.muted, CENTER)
        for i, place in enumerate(places):
            draw_image(painter, self._images[i], place, vector=vector)
            draw_frame(painter, place.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 3.0)
            beneath = QRectF(place.left() - 4, place.bottom() + 2, place.width() + 8, self._caption_height() - 2)
            draw_text(painter, beneath, self._captions[i], font, self.theme.muted, CENTER)
        for index, width in ((self._hovered if self._choosable else None, 1.5), (self._selected, 2.5)):
            if index is not None and index < len(places):
                outline = places[index].adjusted(-1, -1, 1, 1)
                draw_frame(painter, outline, self.theme.accent, width * self.theme.scale, 4.0)

    def _paint_heading(self, painter: QPainter, rect: QRectF, n_shown: int) -> None:
        if self._heading:
            left_out = len(self._images) - n_shown
            texts = [f"{text}; {n_shown} shown" if left_out else text for text in self._heading]
            font = self.theme.font("tick")
            box = QRectF(rect.left(), rect.top(), rect.width(), self._head() - 4)
            draw_text(painter, box, first_fitting(font, texts, box.width()), font, self.theme.ink)

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the picture under the pointer."""
        index = self.picture_at(event.position())
        if self._choosable and event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Outline the picture under the pointer."""
        self._hover(self.picture_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the choice."""
        way = _STEPS.get(Qt.Key(event.key()))
        if way is None or not self._choosable or not self._images:
            super().keyPressEvent(event)
            return
        before = self._selected
        self._choose(0 if before is None else min(max(before + way, 0), len(self._images) - 1))

    def _choose(self, index: int) -> None:
        self.set_selected(index)
        self.picture_chosen.emit(index)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            if self._choosable:
                self.setCursor(Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor)
                self.update()

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(480, 120)

    def minimumSizeHint(self) -> QSize:
        """Pictures may become small."""
        return QSize(100, 56)
