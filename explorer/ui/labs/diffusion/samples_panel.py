"""Ten digits, one of each class, as the run draws them while it trains."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.diffusion import N_CLASSES, SAMPLES_GUIDANCE, SAMPLES_STEPS, SIDE_PX
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.gallery import GalleryView

NAMES = tuple(str(digit) for digit in range(N_CLASSES))


class SamplesPanel(Panel):
    """The samples; a click on one says which class was pointed at.

    Signals:
        class_chosen: Class 0 to 9 of the digit that was clicked.
    """

    class_chosen = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._samples = np.zeros((0, SIDE_PX, SIDE_PX), np.uint8)
        self.view = GalleryView(theme, choosable=True)
        self.view.setAccessibleName("Samples of the digits 0 to 9; Enter or a click chooses one")
        self.view.setToolTip(f"{SAMPLES_STEPS} DDIM steps, guidance {SAMPLES_GUIDANCE:g}")
        self.view.set_empty_text("Nothing drawn yet")
        self.view.picture_chosen.connect(self.class_chosen)
        self.column.addWidget(self.view, 1)
        self.set_subtitle("one of each digit, always from the same noise")

    def set_samples(self, samples: Array, step: int) -> None:
        """Show digits (10, 28, 28) uint8, 255 is ink, that the weights of a step drew."""
        self._samples = samples
        self.view.set_pictures(samples, NAMES[: len(samples)], (0.0, 255.0))
        self.set_subtitle(f"at step {step:,}, always from the same noise; {SAMPLES_STEPS} DDIM steps")

    def figure_data(self) -> FigureData:
        """Mean ink of each digit; the pictures as an array."""
        n = len(self._samples)
        table = {"class": np.arange(n), "mean ink": self._samples.reshape(n, SIDE_PX * SIDE_PX).mean(axis=1) / 255}
        return self._figure(table, {"samples": self._samples}, NAMES[:n])
