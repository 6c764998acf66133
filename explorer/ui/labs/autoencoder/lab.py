"""Links the panels of the autoencoder lab: one probe, one locked digit, one path, seen everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Slot

from explorer.core.frames import Array
from explorer.core.session import View
from explorer.specs.autoencoder import (
    Decoded,
    Encode,
    Encoded,
    Interpolated,
    PathEnd,
    Tricked,
)
from explorer.ui.labs.autoencoder.decoded_panel import DecodedPanel
from explorer.ui.labs.autoencoder.map_panel import MapPanel
from explorer.ui.labs.autoencoder.panels import make_panel
from explorer.ui.labs.autoencoder.screen import AutoencoderScreen
from explorer.ui.panel import Panel

QUESTIONS_EVERY_S = 0.3
SETTLED_MS = 250


class AutoencoderLab(AutoencoderScreen):
    """The window half of the autoencoder lab."""

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    # ------------------------------------------------------------------------------------------------- the run

    def _refresh(self, panel: Panel) -> None:
        self._show_probe(panel)
        super()._refresh(panel)

    def _on_moved(self) -> None:
        self._tell_map_what_it_shows()

    def _on_frames(self, names: frozenset[str]) -> None:
        if "basis" in names:
            self._take_basis(self.frames["basis"])
        super()._on_frames(names)
        if "map" in names:
            self._show_hovered()
            self._tell_map_what_it_shows()

    # ------------------------------------------------------------------------------------------------- the probe

    def set_latent(self, z: Array) -> None:
        """Put the probe at a latent point (L,)."""
        self._z = np.asarray(z, np.float64)
        for panel in self.made_panels():
            self._show_probe(panel)
        self._ask_decode()

    @Slot(float, float)
    def move_probe(self, x: float, y: float) -> None:
        """Put the probe at (x, y) on the map."""
        self._locked = -1
        self.set_latent(self._geometry.to_latent(x, y, self._z))

    @Slot(object)
    def move_latent(self, z: Array) -> None:
        """Put the probe at a latent point (L,), chosen by the user."""
        self._locked = -1
        self.set_latent(z)

    # ------------------------------------------------------------------------------------------------- digits

    @Slot(int)
    def hover_digit(self, index: int) -> None:
        """Preview a training digit; -1 for none."""
        self._hovered = index
        self._show_hovered()

    @Slot(int)
    def lock_digit(self, index: int) -> None:
        """Move the probe to a training digit's code and rebuild that digit.

        The map knows only two directions of the code: with more latents the model is asked for all of them.
        """
        if self.frame("map") is None:
            return
        self._locked = index
        x, y = self.frames["map"][index].tolist()
        self.set_latent(self._geometry.to_latent(x, y, self._z))
        self._locked = index
        self._show_hovered()
        picture = self.digits.train_images[index]
        self._show_input(picture, f"training digit {index}, a {self._label(index)}")
        if self._geometry.n_latent > 2:
            self.ask(Encode(picture))

    def select(self, index: int) -> None:
        """Choose a training digit, as a click on it does."""
        self.lock_digit(index)

    @Slot(int)
    def toggle_class(self, number: int) -> None:
        """Let a class stand back, or come forward again."""
        self._dimmed ^= {number}
        if (panel := self._of(MapPanel)) is not None:
            panel.view.set_dimmed_classes(self._dimmed)

    # ------------------------------------------------------------------------------------------------- own input

    @Slot(object)
    def encode(self, picture: Array) -> None:
        """Encode a picture (28, 28) in [0, 1] of the user's own."""
        self.ask(Encode(np.ascontiguousarray(picture, np.float32)))

    @Slot()
    def show_test_digit(self) -> None:
        """Rebuild a test digit chosen at random."""
        index = self._rng.randrange(len(self.digits.test_labels))
        self._show_input(self.digits.test_images[index], f"test digit {index}, a {int(self.digits.test_labels[index])}")

    def _show_input(self, picture: Array, words: str) -> None:
        if self._reconstruction is not None:
            self._reconstruction.show_input(picture, words)
            self.ask(Encode(picture))

    # ------------------------------------------------------------------------------------------------- the path

    @Slot()
    def choose_random_path(self) -> None:
        """Two other digits of different classes as ends of the path."""
        self._ends.choose_others()
        self._ask_path()

    @Slot(int)
    def take_path_end(self, end: int) -> None:
        """Put end 0 (A) or 1 (B) of the path where the probe is."""
        here = PathEnd(digit=self._locked) if self._locked >= 0 else PathEnd(z=tuple(self._z.tolist()))
        self._ends.put(end, here)
        self._ask_path()

    @Slot(int, float, float)
    def move_path_end(self, end: int, x: float, y: float) -> None:
        """Put end 0 (A) or 1 (B) of the path at (x, y) on the map."""
        self._ends.put(end, PathEnd(z=tuple(self._geometry.to_latent(x, y, self._z).tolist())))
        self._ask_path()

    @Slot()
    def forget_path(self) -> None:
        """Take the path off the map: its panel is no longer seen."""
        if (the_map := self._of(MapPanel)) is not None:
            the_map.view.set_path([])

    def choose_path(self, a: int, b: int) -> None:
        """Walk from one training digit to another."""
        self._ends.put(0, PathEnd(digit=a))
        self._ends.put(1, PathEnd(digit=b))
        self._ask_path()

    def _ask_path(self) -> None:
        self.ask(self._ends.request(self.params.latent))

    # ------------------------------------------------------------------------------------------------- questions

    def _ask_for(self, panel: Panel) -> None:
        """What this panel shows of the live model."""
        if isinstance(panel, DecodedPanel | MapPanel):
            self._ask_decode()
        elif panel is self._path:
            self._ask_path()
        elif self._reconstruction is not None and panel is self._reconstruction:
            if self._reconstruction.is_empty:
                self.show_test_digit()
            else:
                self._reconstruction.ask_again()
        elif self._trick is not None and panel is self._trick:
            self.ask(self._trick.request())
        else:
            super()._ask_for(panel)

    def _ask_everything(self) -> None:
        """At a new standing step."""
        for panel in self.made_panels():
            if panel.spec.id not in ("map", "trick"):
                self._ask_for(panel)

    def model_ready(self) -> None:
        """The live model is there: ask what could not be asked before."""
        for panel in self.made_panels():
            if not isinstance(panel, MapPanel):
                self._ask_for(panel)

    def _ask_settled(self) -> None:
        self._ask_decode()

    def _ask_live(self) -> None:
        """Pictures at the probe follow."""
        self._ask_decode()
        if self._path is not None and self._path.isVisible():
            self._ask_path()

    # ------------------------------------------------------------------------------------------------- answers

    def _take_answer(self, answer: Any) -> None:
        if isinstance(answer, Decoded):
            self._take_decoded(answer)
        elif isinstance(answer, Encoded):
            self._take_encoded(answer)
        elif isinstance(answer, Interpolated):
            self._take_path(answer)
        elif isinstance(answer, Tricked) and self._trick is not None:
            self._trick.set_tricked(answer)

    def _take_encoded(self, answer: Encoded) -> None:
        if self._reconstruction is not None:
            self._reconstruction.set_encoded(answer)
        if self._geometry.n_latent > 2 and self._is_of_locked(answer):
            self.set_latent(answer.mu)

    def _is_of_locked(self, answer: Encoded) -> bool:
        return self._locked >= 0 and np.array_equal(answer.request.picture, self.digits.train_images[self._locked])

    # ------------------------------------------------------------------------------------------------- stored runs

    def view(self) -> View:
        """The probe and the classes that stand back."""
        return {"probe": self._z.tolist(), "dimmed": [float(c) for c in sorted(self._dimmed)]}

    def restore_view(self, view: View) -> None:
        """Put the probe back, and the classes that stood back; what does not fit is ignored."""
        probe, dimmed = view.get("probe"), view.get("dimmed")
        if isinstance(probe, list) and len(probe) == self._geometry.n_latent and np.isfinite(probe).all():
            self.set_latent(np.array(probe, np.float64))
        if isinstance(dimmed, list):
            for number in self._dimmed ^ {int(c) for c in dimmed if 0 <= c <= 9}:
                self.toggle_class(number)
