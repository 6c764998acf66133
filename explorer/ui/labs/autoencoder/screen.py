"""What the autoencoder lab knows of the run, shown on its panels; what the user does with it is in ``lab``."""

from __future__ import annotations

import random
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from PySide6.QtCore import QObject

from explorer.core.frames import Array
from explorer.core.spec import LabSpec
from explorer.data.digits import Digits, load_digits, load_train_labels
from explorer.specs.autoencoder import (
    AutoencoderParams,
    Decode,
    Decoded,
    Interpolated,
)
from explorer.ui.labs.autoencoder.curves_panel import CurvesPanel
from explorer.ui.labs.autoencoder.decoded_panel import DecodedPanel
from explorer.ui.labs.autoencoder.geometry import MapGeometry, nearest, stored_cell
from explorer.ui.labs.autoencoder.manifold_panel import ManifoldPanel
from explorer.ui.labs.autoencoder.map_panel import MapPanel
from explorer.ui.labs.autoencoder.objective_panel import ObjectivePanel
from explorer.ui.labs.autoencoder.path_ends import PathEnds
from explorer.ui.live_lab import LiveLab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme

if TYPE_CHECKING:
    from explorer.ui.labs.autoencoder.path_panel import PathPanel
    from explorer.ui.labs.autoencoder.reconstruction_panel import ReconstructionPanel
    from explorer.ui.labs.autoencoder.trick_panel import TrickPanel


class AutoencoderScreen(LiveLab):
    """Run, frames, probe and answers, handed to the panels that show them."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self.labels = load_train_labels()
        self._geometry = MapGeometry(np.zeros(2), np.eye(2))
        self._z = np.zeros(2)
        self._locked = self._hovered = -1
        self._rng = random.Random(0)
        self._dimmed: set[int] = set()
        self._ends = PathEnds(self.labels)

    @cached_property
    def digits(self) -> Digits:
        """The data, read when first needed: the first picture does without."""
        return load_digits()

    @property
    def _path(self) -> PathPanel | None:
        return cast("PathPanel | None", self._panels.get("path"))

    @property
    def _reconstruction(self) -> ReconstructionPanel | None:
        return cast("ReconstructionPanel | None", self._panels.get("reconstruction"))

    @property
    def _trick(self) -> TrickPanel | None:
        return cast("TrickPanel | None", self._panels.get("trick"))

    def give_thumbnails(self) -> None:
        """Hand the digits' pictures to the map."""
        if (panel := self._of(MapPanel)) is not None:
            panel.view.set_thumbnails(np.rint(self.digits.train_images * 255).astype(np.uint8))

    @property
    def params(self) -> AutoencoderParams:
        """Parameters now in force."""
        params: AutoencoderParams = self.run.params
        return params

    def _show_run(self, panel: Panel) -> None:
        if isinstance(panel, MapPanel):
            panel.set_space(self.params.latent, self.params.kind == "variational")
        elif isinstance(panel, ObjectivePanel):
            panel.set_params(self.params)

    def _show_numbers(self, panel: Panel) -> None:
        if isinstance(panel, ObjectivePanel):
            panel.set_numbers(self.log.at_or_before(self.status.cursor))

    def _take_basis(self, basis: Array) -> None:
        before = self._geometry.n_latent
        self._geometry = MapGeometry.of(basis)
        if self._geometry.n_latent != before:
            self._z = self._geometry.centre.copy()
            self._ask_decode()
        for panel in self.made_panels():
            self._show_probe(panel)

    def _show_frame(self, panel: Panel, name: str) -> None:
        array = self.frames[name]
        if isinstance(panel, MapPanel) and name == "map":
            panel.set_map(array)
        elif isinstance(panel, ManifoldPanel) and name == "manifold":
            panel.set_manifold(array)
            panel.set_subtitle(self._manifold_words())
        elif isinstance(panel, ManifoldPanel) and name == "grid":
            panel.set_grid(array)
            panel.set_probe(*self._geometry.to_map(self._z))
        elif isinstance(panel, CurvesPanel) and name == "unit_kl":
            panel.set_unit_kl(array)

    def _manifold_words(self) -> str:
        return (
            "decoded over the prior's quantiles" if self.params.kind == "variational" else "over the codes' quantiles"
        )

    def _tell_map_what_it_shows(self) -> None:
        if (panel := self._of(MapPanel)) is not None:
            how = "code of each digit when last trained on" if self.status.playing else "drag the ring"
            panel.set_subtitle(f"4,500 training digits at their code; {how}")

    def _ask_decode(self) -> None:
        """Ask for the picture at the probe, unless the model's latent size has just become another one."""
        if len(self._z) == self.params.latent:
            self.ask(Decode(tuple(self._z.tolist())))

    def _show_probe(self, panel: Panel) -> None:
        x, y = self._geometry.to_map(self._z)
        if isinstance(panel, MapPanel):
            panel.view.set_probe(x, y)
        elif isinstance(panel, ManifoldPanel):
            panel.set_probe(x, y)
        elif isinstance(panel, DecodedPanel):
            panel.set_latent(self._z)

    def _show_hovered(self) -> None:
        index = self._hovered if self._hovered >= 0 else self._locked
        if (panel := self._of(MapPanel)) is not None:
            has_posterior = self.params.kind == "variational"
            panel.mark_digit(index, self.frame("spreads") if has_posterior else None)

    def _label(self, index: int) -> int:
        return int(self.labels[index])

    def _take_decoded(self, answer: Decoded) -> None:
        if (panel := self._of(DecodedPanel)) is not None:
            panel.set_decoded(answer.image)
            picture = self.digits.train_images[answer.nearest]
            panel.set_nearest(picture, answer.code_distance, answer.pixel_distance, self._label(answer.nearest))

    def _take_path(self, answer: Interpolated) -> None:
        path = self._path
        if path is not None:
            path.set_path(answer)
        if (the_map := self._of(MapPanel)) is not None:
            codes = answer.live.codes
            ends = [self._geometry.to_map(codes[0]), self._geometry.to_map(codes[-1])]
            the_map.view.set_path(ends if path is not None and path.isVisible() else [])

    def show_session(self, session: Any, title: str) -> None:
        """Show a stored run; the picture at the probe is taken from the manifold until the model is there."""
        super().show_session(session, title)
        manifold, grid, codes = self.frame("manifold"), self.frame("grid"), self.frame("map")
        if manifold is None or grid is None or codes is None:
            return
        row, column = stored_cell(session.view, grid)
        x, y = float(grid[0, column]), float(grid[1, row])
        self._z = self._geometry.to_latent(x, y)
        decoded = self.panel("decoded")
        if isinstance(decoded, DecodedPanel):
            decoded.set_decoded(manifold[row, column].astype(np.float32) / 255)
        for panel in self.made_panels():
            self._show_probe(panel)

    def first_painted(self) -> None:
        """Read the data now, and show the digit nearest to the stored probe."""
        codes, decoded = self.frame("map"), self._panels.get("decoded")
        if codes is not None and isinstance(decoded, DecodedPanel) and self.run.stored:
            x, y = self._geometry.to_map(self._z)
            index = nearest(codes, x, y)
            distance = float(np.hypot(*(codes[index] - (x, y))))
            decoded.set_nearest(self.digits.train_images[index], distance, None, self._label(index))
