"""Links the panels of the autoencoder lab: one probe, one locked digit, one path, seen everywhere."""

from __future__ import annotations

import random
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from PySide6.QtCore import QObject, Slot

from explorer.core.frames import Array
from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.data.digits import Digits, load_digits, load_train_labels
from explorer.specs.autoencoder import (
    AutoencoderParams,
    ChecksDone,
    Decode,
    Decoded,
    Encode,
    Encoded,
    Interpolated,
    PathEnd,
    RunChecks,
    Tricked,
)
from explorer.ui.lab import Lab
from explorer.ui.labs.autoencoder.curves_panel import CurvesPanel
from explorer.ui.labs.autoencoder.decoded_panel import DecodedPanel
from explorer.ui.labs.autoencoder.geometry import MapGeometry, nearest, stored_cell
from explorer.ui.labs.autoencoder.manifold_panel import ManifoldPanel
from explorer.ui.labs.autoencoder.map_panel import MapPanel
from explorer.ui.labs.autoencoder.objective_panel import ObjectivePanel
from explorer.ui.labs.autoencoder.panels import make_panel
from explorer.ui.labs.autoencoder.path_ends import PathEnds
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel
from explorer.ui.theme import Theme

if TYPE_CHECKING:
    from explorer.ui.labs.autoencoder.path_panel import PathPanel
    from explorer.ui.labs.autoencoder.reconstruction_panel import ReconstructionPanel
    from explorer.ui.labs.autoencoder.trick_panel import TrickPanel

AnyPanel = TypeVar("AnyPanel", bound=Panel)
CURVES_EVERY_S = 0.4
QUESTIONS_EVERY_S = 0.2


class AutoencoderLab(Lab):
    """The window half of the autoencoder lab."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self.labels = load_train_labels()
        self._geometry = MapGeometry(np.zeros(2), np.eye(2))
        self._z = np.zeros(2)
        self._locked = self._hovered = -1
        self._rng = random.Random(0)
        self._dimmed: set[int] = set()
        self._next_curves_s = self._next_questions_s = 0.0
        self._was_playing = False
        self._ends = PathEnds(self.labels)

    @cached_property
    def digits(self) -> Digits:
        """The data, read when first needed: the first picture does without."""
        return load_digits()

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    def _of(self, kind: type[AnyPanel]) -> AnyPanel | None:
        """The panel of a kind, if it has been made."""
        return next((p for p in self.made_panels() if isinstance(p, kind)), None)

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

    def _refresh(self, panel: Panel) -> None:
        self._show_run(panel)
        for name in self.frames:
            self._show_frame(panel, name)
        self._show_probe(panel)
        if isinstance(panel, CurvesPanel):
            self._show_curves(panel)
        self._ask_for(panel)

    # ------------------------------------------------------------------------------------------------- the run

    @property
    def params(self) -> AutoencoderParams:
        """Parameters now in force."""
        params: AutoencoderParams = self.run.params
        return params

    def params_edited(self, params: Any) -> None:
        """Formula and axes follow at once."""
        super().params_edited(params)
        self._on_run()

    def _on_run(self) -> None:
        for panel in self.made_panels():
            self._show_run(panel)

    def _show_run(self, panel: Panel) -> None:
        if isinstance(panel, MapPanel):
            panel.set_space(self.params.latent, self.params.kind == "variational")
        elif isinstance(panel, ObjectivePanel):
            panel.set_params(self.params)

    def _on_scalars(self) -> None:
        now = time.perf_counter()
        if self.status.playing and now < self._next_curves_s:
            return
        self._next_curves_s = now + CURVES_EVERY_S
        for panel in self.made_panels():
            if isinstance(panel, CurvesPanel) and panel.isVisible():
                self._show_curves(panel)
            elif isinstance(panel, ObjectivePanel):
                panel.set_numbers(self.log.at_or_before(self.status.cursor))

    def _show_curves(self, panel: CurvesPanel) -> None:
        panel.set_numbers(self.log.series(), self.run.ghosts)
        panel.set_cursor(self.status.cursor if self.status.in_the_past else None)
        trouble = self.status.trouble
        panel.set_trouble(trouble.step if trouble else None, "stopped here" if trouble else "")

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

    def _show_probe(self, panel: Panel) -> None:
        x, y = self._geometry.to_map(self._z)
        if isinstance(panel, MapPanel):
            panel.view.set_probe(x, y)
        elif isinstance(panel, ManifoldPanel):
            panel.set_probe(x, y)
        elif isinstance(panel, DecodedPanel):
            panel.set_latent(self._z)

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

    def _show_hovered(self) -> None:
        index = self._hovered if self._hovered >= 0 else self._locked
        if (panel := self._of(MapPanel)) is not None:
            has_posterior = self.params.kind == "variational"
            panel.mark_digit(index, self.frame("spreads") if has_posterior else None)

    @Slot(int)
    def toggle_class(self, number: int) -> None:
        """Let a class stand back, or come forward again."""
        self._dimmed ^= {number}
        if (panel := self._of(MapPanel)) is not None:
            panel.view.set_dimmed_classes(self._dimmed)

    def _label(self, index: int) -> int:
        return int(self.labels[index])

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

    def _ask_decode(self) -> None:
        """Ask for the picture at the probe, unless the model's latent size has just become another one."""
        if len(self._z) == self.params.latent:
            self.ask(Decode(tuple(self._z.tolist())))

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

    # ------------------------------------------------------------------------------------------------- stored runs

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
