"""All samples of a film at one moment, with a title above them."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from explorer.core.frames import Array
from explorer.ui.theme import Theme
from explorer.ui.views.painting import draw_title, title_height
from explorer.ui.views.tiles import TilesView

_GAP_PX = 2.0


class SamplesGrid(TilesView):
    """Pictures in as square a grid as their number allows; one of them is chosen.

    Signals:
        sample_chosen: Number of the picture that was clicked, or moved to with an arrow key.
    """

    sample_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, gap_px=_GAP_PX)
        self._title = ""
        self.cell_clicked.connect(self._on_cell_clicked)

    def set_title(self, text: str) -> None:
        """Say above the pictures what they are."""
        self._title = text
        self.update()

    def set_samples(self, pictures: Array, chosen: int) -> None:
        """Show pictures (n, H, W), -1 is paper and 1 is ink, with one of them marked."""
        n = len(pictures)
        columns = max(1, math.ceil(math.sqrt(n)))
        rows = math.ceil(n / columns)
        padded = np.full((rows * columns, *pictures.shape[1:]), -1.0, np.float32)
        padded[:n] = pictures
        self.set_tiles(padded.reshape(rows, columns, *pictures.shape[1:]), "ink", (-1.0, 1.0))
        self.set_selected((chosen // columns, chosen % columns) if n > 1 else None)

    def grid_rect(self, rect: QRectF) -> QRectF:
        """Where the cells lie, beneath the title."""
        return super().grid_rect(rect.adjusted(0, title_height(rect, self._title, self.theme), 0, 0))

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw title and pictures."""
        super().paint(painter, rect, vector=vector)
        draw_title(painter, rect, self.grid_rect(rect), self._title, "ink", self.theme)

    def minimumSizeHint(self) -> QSize:
        """Cells may become small."""
        return QSize(56, 56)

    def _on_cell_clicked(self, row: int, column: int) -> None:
        self.sample_chosen.emit(row * self.shape[1] + column)
