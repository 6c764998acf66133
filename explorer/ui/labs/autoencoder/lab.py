"""Links the panels of the autoencoder lab: one probe, one locked digit, one path, seen everywhere."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from explorer.core.frames import Array
from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.specs.autoencoder import (
    ChecksDone,
    Decoded,
    Encode,
    Encoded,
    Interpolated,
    PathEnd,
    RunChecks,
    Tricked,
)
from explorer.ui.labs.autoencoder.curves_panel import CurvesPanel
from explorer.ui.labs.autoencoder.decoded_panel import DecodedPanel
from explorer.ui.labs.autoencoder.map_panel import MapPanel
from explorer.ui.labs.autoencoder.panels import make_panel
from explorer.ui.labs.autoencoder.screen import AutoencoderScreen
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel
from explorer.ui.theme import Theme

QUESTIONS_EVERY_S = 0.3
SETTLED_MS = 250


class AutoencoderLab(AutoencoderScreen):
    """The window half of the autoencoder lab."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        # The weights of a past step are rebuilt for this question: only once scrubbing has come to rest.
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._ask_decode)

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    def _refresh(self, panel: Panel) -> None:
        self._show_run(panel)
        for name in self.frames:
            self._show_frame(panel, name)
        self._show_probe(panel)
        if isinstance(panel, CurvesPanel):
            self._show_curves(panel)
        self._ask_for(panel)

    # ------------------------------------------------------------------------------------------------- the run

    def _on_status(self, moved: bool) -> None:
        stopped = self._was_playing and not self.status.playing
        self._was_playing = self.status.playing
        if moved or stopped:
            self._tell_map_what_it_shows()
        if not self.status.playing and (moved or stopped):
            self._next_curves_s = 0.0
            self._on_scalars()
            if not self.status.in_the_past or stopped:
                self._ask_everything()
            else:
                self._settled.start()

    def close(self) -> None:
        """The window closes: nothing may be asked any more."""
        self._settled.stop()

    def show_panel(self, panel: Panel) -> None:
        """A panel came to be seen: bring what was left out up to date."""
        if isinstance(panel, CurvesPanel):
            self._show_curves(panel)
        self._ask_for(panel)

    # ------------------------------------------------------------------------------------------------- frames

    def _on_frames(self, names: frozenset[str]) -> None:
        if "basis" in names:
            self._take_basis(self.frames["basis"])
        for panel in self.made_panels():
            for name in names & {*panel.spec.wants}:
                self._show_frame(panel, name)
        if "map" in names:
            self._show_hovered()
            self._tell_map_what_it_shows()
        self._ask_live_questions()

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
        """Move the probe to a training digit's code and rebuild that digit."""
        if self.frame("map") is None:
            return
        self._locked = index
        x, y = self.frames["map"][index].tolist()
        self.set_latent(self._geometry.to_latent(x, y, self._z))
        self._locked = index
        self._show_hovered()
        self._show_input(self.digits.train_images[index], f"training digit {index}, a {self._label(index)}")

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

    @Slot()
    def run_checks(self) -> None:
        """Run the checks at the step shown."""
        self.ask(RunChecks())

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
        elif isinstance(panel, ChecksPanel) and not self.status.playing:
            self.run_checks()

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

    def _ask_live_questions(self) -> None:
        """While training, pictures at the probe follow at a few per second."""
        now = time.perf_counter()
        if self.status.playing and now >= self._next_questions_s:
            self._next_questions_s = now + QUESTIONS_EVERY_S
            self._ask_decode()
            if self._path is not None and self._path.isVisible():
                self._ask_path()

    # ------------------------------------------------------------------------------------------------- answers

    def _on_answer(self, answer: Any) -> None:
        checks = self._panels.get("checks")
        if isinstance(answer, Decoded):
            self._take_decoded(answer)
        elif isinstance(answer, Encoded) and self._reconstruction is not None:
            self._reconstruction.set_encoded(answer)
        elif isinstance(answer, Interpolated):
            self._take_path(answer)
        elif isinstance(answer, Tricked) and self._trick is not None:
            self._trick.set_tricked(answer)
        elif isinstance(answer, ChecksDone) and isinstance(checks, ChecksPanel):
            checks.set_checks(answer.checks, answer.step)

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
