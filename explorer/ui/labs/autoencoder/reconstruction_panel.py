"""A digit in, the model's picture of it out; the user's own as well as the data's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from explorer.core.errors import UserError
from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.pictures import ScaledPicture, fit_drawing, load_picture
from explorer.specs.autoencoder import Encoded
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.digit_pad import DigitPad
from explorer.ui.views.formula import FormulaView
from explorer.ui.views.picture import PictureView

SIDE_PX = 112
FILTER = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff)"


class ReconstructionPanel(Panel):
    """Input, mean, sample and difference; the input can be drawn, loaded, or a digit of the data.

    Signals:
        picture_chosen: A picture (28, 28) float32 in [0, 1] to encode, of the user's own.
        digit_requested: A test digit chosen at random.
        notice: A sentence for the user.
    """

    picture_chosen = Signal(object)
    digit_requested = Signal()
    notice = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._encoded: Encoded | None = None
        self._picture: Array | None = None
        self.pad = DigitPad(theme)
        self.mean = PictureView(theme)
        self.sample = PictureView(theme)
        self.difference = PictureView(theme)
        self.original = PictureView(theme)
        self.numbers = FormulaView(theme)
        self.numbers.setAccessibleName("Reconstruction and KL of this picture")
        self.original.hide()
        self.original.setMaximumHeight(110)
        self.scaling = QLabel()
        self.scaling.setWordWrap(True)
        self.scaling.setProperty("role", "secondary")
        self.scaling.hide()
        self.pad.set_title("input")
        for view, title, color in (
            (self.mean, "mean", "reconstruction"),
            (self.sample, "a sample", "ink"),
            (self.difference, "mean − input", "ink"),
        ):
            view.set_title(title, color)
        self._lay_out()
        self.pad.drawing_changed.connect(self._on_drawing_changed)
        self.pad.file_dropped.connect(self.load)
        self.set_subtitle("draw a digit, or load one")

    def show_input(self, picture: Array, words: str) -> None:
        """Show a picture (28, 28) in [0, 1] as the input."""
        self._picture = picture
        self.pad.set_drawing(picture)
        self._hide_scaling()
        self.set_subtitle(words)

    def set_encoded(self, encoded: Encoded) -> None:
        """Show what came back."""
        self._encoded = encoded
        difference = encoded.mean - encoded.request.picture
        self.mean.set_image(encoded.mean, "ink", (0.0, 1.0))
        self.sample.set_image(encoded.sample, "ink", (0.0, 1.0))
        self.difference.set_image(difference, "signed", (-1.0, 1.0))
        place = ", ".join(f"{v:.2f}".replace("-", "−") for v in encoded.map_xy)
        self.set_subtitle(f"lands at ({place}) on the map")
        kl = f"{encoded.kl:.1f} nats" if encoded.sigma.any() else "none"
        self.numbers.set_numbers(
            [
                [("reconstruction", "muted")],
                [(f"{encoded.reconstruction:.1f} nats", "reconstruction")],
                [("KL", "muted")],
                [(kl, "kl")],
            ]
        )

    @property
    def is_empty(self) -> bool:
        """Whether no picture has been chosen yet."""
        return self._picture is None

    def ask_again(self) -> None:
        """Encode the present picture with the present weights."""
        if self._picture is not None:
            self.picture_chosen.emit(self._picture)

    def load(self, name: str) -> None:
        """Load a picture file and show how it was scaled."""
        try:
            scaled = load_picture(Path(name))
        except UserError as error:
            self.notice.emit(str(error))
            return
        self.pad.set_drawing(scaled.image)
        self._show_scaling(scaled)
        self._picture = scaled.image
        self.picture_chosen.emit(scaled.image)

    def figure_data(self) -> FigureData:
        """The pixels of input, mean, sample and difference."""
        if self._encoded is None:
            return self._figure({"row": np.zeros(0)}, {"input": self.pad.drawing})
        e = self._encoded
        pictures = {
            "input": e.request.picture,
            "mean": e.mean,
            "sample": e.sample,
            "difference": e.mean - e.request.picture,
        }
        rows, columns = np.indices(e.mean.shape)
        table = {"row": rows.ravel(), "column": columns.ravel()} | {n: p.ravel() for n, p in pictures.items()}
        return self._figure(table, pictures | {"mu": e.mu, "sigma": e.sigma}, ("mean", "a sample"))

    def _on_drawing_changed(self, drawing: Array) -> None:
        self._hide_scaling()
        self._picture = fit_drawing(np.asarray(drawing, np.float32))
        self.picture_chosen.emit(self._picture)

    def _on_load_clicked(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Load a picture of a digit", str(Path.home()), FILTER)
        if name:
            self.load(name)

    def _show_scaling(self, scaled: ScaledPicture) -> None:
        self.original.set_image(scaled.thumbnail.astype(np.float32) / 255, "rgb", (0.0, 1.0))
        self.original.set_title("as loaded")
        inverted = "light and dark exchanged, " if scaled.inverted else ""
        self.scaling.setText(
            f"{scaled.width_px:,} × {scaled.height_px:,} pixels: {inverted}cropped to its ink, scaled to "
            f"{scaled.fitted_px[0]} × {scaled.fitted_px[1]}, centred by mass in 28 × 28."
        )
        self.original.show()
        self.scaling.show()

    def _hide_scaling(self) -> None:
        self.original.hide()
        self.scaling.hide()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        for i, view in enumerate((self.pad, self.mean, self.sample, self.difference)):
            grid.addWidget(view, i // 2, i % 2)
        side = QVBoxLayout()
        side.setSpacing(6)
        for button in self._buttons():
            button.setFixedWidth(SIDE_PX)
            side.addWidget(button)
        side.addStretch(1)
        self.numbers.setFixedWidth(SIDE_PX)
        side.addWidget(self.numbers)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(grid, 1)
        row.addLayout(side)
        self.column.addLayout(row, 1)
        loaded = QHBoxLayout()
        loaded.addWidget(self.original, 1)
        loaded.addWidget(self.scaling, 2, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(loaded)

    def _buttons(self) -> list[QPushButton]:
        buttons = []
        for text, slot in (
            ("Clear", self.pad.clear),
            ("A test digit", self.digit_requested.emit),
            ("Load…", self._on_load_clicked),
        ):
            button = QPushButton(text)
            button.clicked.connect(lambda _checked=False, do=slot: do())
            buttons.append(button)
        return buttons
