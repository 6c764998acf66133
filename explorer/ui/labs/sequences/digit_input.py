"""Where a digit is drawn, loaded, or taken from the test set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explorer.core.errors import UserError
from explorer.core.frames import Array
from explorer.data.pictures import fit_drawing, load_picture
from explorer.ui.theme import Theme
from explorer.ui.views.digit_pad import DigitPad

FILTER = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff)"


class DigitInput(QWidget):
    """A sheet to draw on, with its buttons.

    Signals:
        picture_chosen: A picture (28, 28) float32 in [0, 1], scaled as MNIST's digits were.
        digit_requested: A test digit chosen at random.
        refused: A sentence: why a file could not be read.
        told: What was done to a loaded picture.
    """

    picture_chosen = Signal(object)
    digit_requested = Signal()
    refused = Signal(str)
    told = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.pad = DigitPad(theme)
        self.pad.drawing_changed.connect(self._on_drawing_changed)
        self.pad.file_dropped.connect(self.load)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(4)
        for text, slot in (
            ("Clear", self.pad.clear),
            ("Test digit", self.digit_requested.emit),
            ("Load…", self._on_load_clicked),
        ):
            button = QPushButton(text)
            button.setProperty("kind", "chip")
            button.clicked.connect(lambda _checked=False, do=slot: do())
            self.buttons.addWidget(button)
        self.buttons.addStretch(1)
        self.side = QVBoxLayout()
        self.side.setSpacing(6)
        self.side.addLayout(self.buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.pad, 2)
        row.addLayout(self.side, 3)

    def set_picture(self, picture: Array | None, *, is_sample: bool = False) -> None:
        """Show a digit (28, 28) in [0, 1], says nothing; the first stroke on a sample takes a new sheet."""
        self.pad.set_drawing(np.zeros((28, 28)) if picture is None else picture, is_sample=is_sample)

    def load(self, name: str) -> None:
        """Load a picture file."""
        try:
            scaled = load_picture(Path(name))
        except UserError as error:
            self.refused.emit(str(error))
            return
        self.pad.set_drawing(scaled.image)
        inverted = "light and dark exchanged, " if scaled.inverted else ""
        self.told.emit(
            f"{scaled.width_px:,} × {scaled.height_px:,} pixels: {inverted}cropped to its ink, scaled to "
            f"{scaled.fitted_px[0]} × {scaled.fitted_px[1]}, centred by mass in 28 × 28."
        )
        self.picture_chosen.emit(scaled.image)

    def _on_drawing_changed(self, drawing: Array) -> None:
        self.told.emit("")
        self.picture_chosen.emit(fit_drawing(np.asarray(drawing, np.float32)))

    def _on_load_clicked(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Load a picture of a digit", str(Path.home()), FILTER)
        if name:
            self.load(name)
