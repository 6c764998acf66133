"""The picture at the probe, and the training digit nearest to it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.latent_sliders import LatentSliders
from explorer.ui.views.picture import PictureView

MAX_IN_TITLE = 4
SLIDERS_PX = 156
BESIDE_BELOW = 0.9
"""Height as a share of the width below which sliders stand beside the pictures."""


class DecodedPanel(Panel):
    """Decoded picture, nearest digit, and with more than two latents a slider for each.

    Signals:
        latent_moved: The latent point chosen with the sliders, (L,) float64.
    """

    latent_moved = Signal(object)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._z = np.zeros(2)
        self._image = np.zeros((0, 0), np.float32)
        self._nearest = np.zeros((0, 0), np.float32)
        self.picture = PictureView(theme)
        self.picture.setAccessibleName("Decoded picture")
        self.picture.set_empty_text("loading torch")
        self.nearest = PictureView(theme)
        self.nearest.set_title("nearest digit", "muted")
        self.nearest.setMaximumWidth(150)
        self.sliders = LatentSliders(theme)
        self.sliders.latent_moved.connect(self.latent_moved)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.sliders)
        self._scroll.hide()
        self._scroll.setMinimumWidth(SLIDERS_PX)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.picture, 3)
        row.addWidget(self.nearest, 2)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._both.setSpacing(8)
        self._both.addLayout(row, 3)
        self._both.addWidget(self._scroll, 2)
        self.column.addLayout(self._both, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sliders stand beneath the pictures in a high panel, beside them in a low one."""
        super().resizeEvent(event)
        self._arrange_sliders()

    def _arrange_sliders(self) -> None:
        beside = self.height() < BESIDE_BELOW * self.width()
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._both.direction() != way:
            self._both.setDirection(way)
        is_narrow = beside and len(self._z) > 2
        self.nearest.set_title("nearest" if is_narrow else "nearest digit", "muted")

    def set_latent(self, z: Array) -> None:
        """Say where the probe is, (L,) in latent units."""
        self._z = np.asarray(z, np.float64)
        numbers = ", ".join(f"{v:.2f}".replace("-", "−") for v in self._z[:MAX_IN_TITLE])
        self.set_subtitle(f"z = ({numbers}{', …' if len(self._z) > MAX_IN_TITLE else ''})")
        self._scroll.setVisible(len(self._z) > 2)
        self._arrange_sliders()
        self.sliders.set_latent(self._z)

    def set_decoded(self, image: Array) -> None:
        """Show the decoded picture, (28, 28) in [0, 1]."""
        self._image = image
        self.picture.set_image(image, "ink", (0.0, 1.0))

    def set_nearest(self, image: Array, code_distance: float, pixel_distance: float | None, label: int) -> None:
        """Show the training digit whose code is nearest; distances in latent units and as RMS of the pixels."""
        self._nearest = image
        self.nearest.set_image(image, "ink", (0.0, 1.0))
        self.nearest.set_caption(f"d = {code_distance:.2f}")
        pixels = "" if pixel_distance is None else f"; its pixels differ by {pixel_distance:.2f} (RMS)"
        self.nearest.setToolTip(f"A {label}. Its code is {code_distance:.3f} latent units away{pixels}.")

    def figure_data(self) -> FigureData:
        """The pixels of both pictures."""
        shape = self._image.shape
        rows, columns = np.indices(shape)
        table: dict[str, Column] = {"row": rows.ravel(), "column": columns.ravel(), "decoded": self._image.ravel()}
        if self._nearest.shape == shape:
            table["nearest digit"] = self._nearest.ravel()
        arrays: dict[str, Array] = {"z": self._z, "decoded": self._image, "nearest": self._nearest}
        return self._figure(table, arrays, ("nearest digit",))
