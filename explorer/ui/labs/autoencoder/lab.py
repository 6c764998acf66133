"""Links the panels of the autoencoder lab: one probe, one locked digit, one path, seen everywhere."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Slot

from explorer.core.errors import UserError
from explorer.core.frames import Array
from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.data.digits import load_digits
from explorer.specs.autoencoder import (
    AutoencoderParams,
    ChecksDone,
    Decode,
    Decoded,
    Encode,
    Encoded,
    Interpolate,
    Interpolated,
    PathEnd,
    RunChecks,
    Tricked,
)
from explorer.ui.lab import Lab
from explorer.ui.labs.autoencoder.curves_panel import CurvesPanel
from explorer.ui.labs.autoencoder.decoded_panel import DecodedPanel
from explorer.ui.labs.autoencoder.geometry import MapGeometry, ellipse, nearest
from explorer.ui.labs.autoencoder.manifold_panel import ManifoldPanel
from explorer.ui.labs.autoencoder.map_panel import MapPanel
from explorer.ui.labs.autoencoder.objective_panel import ObjectivePanel
from explorer.ui.labs.autoencoder.path_panel import PathPanel
from explorer.ui.labs.autoencoder.reconstruction_panel import ReconstructionPanel
from explorer.ui.labs.autoencoder.trick_panel import TrickPanel
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel
from explorer.ui.theme import Theme

CURVES_EVERY_S = 0.3
QUESTIONS_EVERY_S = 0.12
CHECK_NAMES = ("KL form = sampling", "gradient = differences", "ELBO ≤ IWAE bound")


class AutoencoderLab(Lab):
    """The window half of the autoencoder lab."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self._digits = load_digits()
        self._geometry = MapGeometry(np.zeros(2), np.eye(2))
        self._z = np.zeros(2)
        self._locked = -1
        self._hovered = -1
        self._ends = (PathEnd(digit=0), PathEnd(digit=1))
        self._rng = np.random.default_rng(0)
        self._dimmed: set[int] = set()
        self._next_curves_s = self._next_questions_s = 0.0
        self._was_playing = False
        self._choose_ends(3, 8)

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        panel_spec, theme, where = self.spec.panel(panel_id), self.theme, self.provenance
        panel: Panel
        if panel_id == "map":
            panel = MapPanel(panel_spec, theme, where, self._digits.train_labels)
            panel.view.probe_moved.connect(self._on_probe_moved)
            panel.view.point_hovered.connect(self._on_point_hovered)
            panel.view.point_clicked.connect(self._on_point_clicked)
            panel.view.class_toggled.connect(self._on_class_toggled)
            panel.view.path_end_moved.connect(self._on_path_end_moved)
            panel.digits_wanted.connect(lambda: panel.view.set_thumbnails(self._thumbnails()))
        elif panel_id == "decoded":
            panel = DecodedPanel(panel_spec, theme, where)
            panel.latent_moved.connect(self._on_latent_moved)
        elif panel_id == "manifold":
            panel = ManifoldPanel(panel_spec, theme, where)
            panel.place_chosen.connect(self._on_probe_moved)
        elif panel_id == "reconstruction":
            panel = ReconstructionPanel(panel_spec, theme, where)
            panel.picture_chosen.connect(self._on_picture_chosen)
            panel.digit_requested.connect(self._on_test_digit_requested)
            panel.notice.connect(self.notice)
        elif panel_id == "path":
            panel = PathPanel(panel_spec, theme, where)
            panel.end_requested.connect(self._on_path_end_requested)
            panel.random_requested.connect(self._on_random_path_requested)
        elif panel_id == "curves":
            panel = CurvesPanel(panel_spec, theme, where)
            panel.step_chosen.connect(self.scrub_requested)
        elif panel_id == "trick":
            panel = TrickPanel(panel_spec, theme, where)
        elif panel_id == "objective":
            panel = ObjectivePanel(panel_spec, theme, where)
        elif panel_id == "checks":
            panel = ChecksPanel(panel_spec, theme, where)
            panel.set_waiting(CHECK_NAMES)
            panel.run_requested.connect(self._ask_checks)
        else:
            raise UserError(f"The lab has no panel called {panel_id}.")
        return panel

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
        for panel in self.made_panels():
            self._show_run(panel)

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
        panel = self._panels.get("map")
        if isinstance(panel, MapPanel):
            how = "code of each digit when last trained on" if self.status.playing else "drag the ring"
            panel.set_subtitle(f"4,500 training digits at their code; {how}")

    # ------------------------------------------------------------------------------------------------- the probe

    def set_latent(self, z: Array) -> None:
        """Put the probe at a latent point (L,)."""
        self._z = np.asarray(z, np.float64)
        for panel in self.made_panels():
            self._show_probe(panel)
        self.ask(Decode(tuple(self._z.tolist())))

    @Slot(float, float)
    def _on_probe_moved(self, x: float, y: float) -> None:
        self._locked = -1
        self.set_latent(self._geometry.to_latent(x, y, self._z))

    @Slot(object)
    def _on_latent_moved(self, z: Array) -> None:
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
    def _on_point_hovered(self, index: int) -> None:
        self._hovered = index
        self._show_hovered()

    @Slot(int)
    def _on_point_clicked(self, index: int) -> None:
        if self.frame("map") is None:
            return
        self._locked = index
        x, y = self.frames["map"][index].tolist()
        self.set_latent(self._geometry.to_latent(x, y, self._z))
        self._locked = index
        self._show_hovered()
        self._show_input(self._digits.train_images[index], f"training digit {index}, a {self._label(index)}")

    def _show_hovered(self) -> None:
        panel = self._panels.get("map")
        index = self._hovered if self._hovered >= 0 else self._locked
        if not isinstance(panel, MapPanel):
            return
        panel.view.set_highlight(index)
        spreads, codes = self.frame("spreads"), self.frame("map")
        has_posterior = index >= 0 and spreads is not None and codes is not None and self.params.kind == "variational"
        if has_posterior and spreads is not None and codes is not None:
            x, y = codes[index].tolist()
            panel.view.set_ellipses([(*ellipse(x, y, spreads[index]), f"a {self._label(index)}")])
        else:
            panel.view.set_ellipses([])

    @Slot(int)
    def _on_class_toggled(self, number: int) -> None:
        self._dimmed ^= {number}
        panel = self._panels.get("map")
        if isinstance(panel, MapPanel):
            panel.view.set_dimmed_classes(self._dimmed)

    def _label(self, index: int) -> int:
        return int(self._digits.train_labels[index])

    def _thumbnails(self) -> Array:
        return np.rint(self._digits.train_images * 255).astype(np.uint8)

    # ------------------------------------------------------------------------------------------------- own input

    @Slot(object)
    def _on_picture_chosen(self, picture: Array) -> None:
        self.ask(Encode(np.ascontiguousarray(picture, np.float32)))

    @Slot()
    def _on_test_digit_requested(self) -> None:
        index = int(self._rng.integers(len(self._digits.test_labels)))
        self._show_input(
            self._digits.test_images[index], f"test digit {index}, a {int(self._digits.test_labels[index])}"
        )

    def _show_input(self, picture: Array, words: str) -> None:
        panel = self._panels.get("reconstruction")
        if isinstance(panel, ReconstructionPanel):
            panel.show_input(picture, words)
            self.ask(Encode(picture))

    # ------------------------------------------------------------------------------------------------- the path

    def _choose_ends(self, a: int, b: int) -> None:
        """Ends at random digits of two classes."""
        of = [np.flatnonzero(self._digits.train_labels == c) for c in (a, b)]
        self._ends = (PathEnd(digit=int(self._rng.choice(of[0]))), PathEnd(digit=int(self._rng.choice(of[1]))))

    @Slot()
    def _on_random_path_requested(self) -> None:
        a, b = self._rng.choice(10, 2, replace=False).tolist()
        self._choose_ends(a, b)
        self._ask_path()

    @Slot(int)
    def _on_path_end_requested(self, end: int) -> None:
        here = PathEnd(digit=self._locked) if self._locked >= 0 else PathEnd(z=tuple(self._z.tolist()))
        self._set_end(end, here)

    @Slot(int, float, float)
    def _on_path_end_moved(self, end: int, x: float, y: float) -> None:
        self._set_end(end, PathEnd(z=tuple(self._geometry.to_latent(x, y, self._z).tolist())))

    def _set_end(self, end: int, place: PathEnd) -> None:
        self._ends = (place, self._ends[1]) if end == 0 else (self._ends[0], place)
        self._ask_path()

    def _ask_path(self) -> None:
        fits = all(e.digit >= 0 or len(e.z) == self._geometry.n_latent for e in self._ends)
        if not fits:
            self._choose_ends(3, 8)
        self.ask(Interpolate(*self._ends))

    # ------------------------------------------------------------------------------------------------- questions

    @Slot()
    def _ask_checks(self) -> None:
        self.ask(RunChecks())

    def _ask_for(self, panel: Panel) -> None:
        """What this panel shows of the live model."""
        if isinstance(panel, DecodedPanel | MapPanel):
            self.ask(Decode(tuple(self._z.tolist())))
        elif isinstance(panel, PathPanel):
            self._ask_path()
        elif isinstance(panel, ReconstructionPanel):
            if panel.is_empty:
                self._on_test_digit_requested()
            else:
                panel.ask_again()
        elif isinstance(panel, TrickPanel):
            self.ask(panel.request())
        elif isinstance(panel, ChecksPanel) and not self.status.playing:
            self._ask_checks()

    def _ask_everything(self) -> None:
        """At a new standing step."""
        for panel in self.made_panels():
            if not isinstance(panel, MapPanel | TrickPanel):
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
            self.ask(Decode(tuple(self._z.tolist())))
            panel = self._panels.get("path")
            if isinstance(panel, PathPanel) and panel.isVisible():
                self._ask_path()

    # ------------------------------------------------------------------------------------------------- answers

    def _on_answer(self, answer: Any) -> None:
        panels = self._panels
        if isinstance(answer, Decoded):
            self._take_decoded(answer)
        elif isinstance(answer, Encoded):
            panel = panels.get("reconstruction")
            if isinstance(panel, ReconstructionPanel):
                panel.set_encoded(answer)
        elif isinstance(answer, Interpolated):
            self._take_path(answer)
        elif isinstance(answer, Tricked):
            panel = panels.get("trick")
            if isinstance(panel, TrickPanel):
                panel.set_tricked(answer)
        elif isinstance(answer, ChecksDone):
            panel = panels.get("checks")
            if isinstance(panel, ChecksPanel):
                panel.set_checks(answer.checks, answer.step)

    def _take_decoded(self, answer: Decoded) -> None:
        panel = self._panels.get("decoded")
        if isinstance(panel, DecodedPanel):
            panel.set_decoded(answer.image)
            picture = self._digits.train_images[answer.nearest]
            panel.set_nearest(picture, answer.code_distance, answer.pixel_distance, self._label(answer.nearest))

    def _take_path(self, answer: Interpolated) -> None:
        panel = self._panels.get("path")
        if isinstance(panel, PathPanel):
            panel.set_path(answer)
        the_map = self._panels.get("map")
        if isinstance(the_map, MapPanel):
            codes = answer.live.codes
            ends = [self._geometry.to_map(codes[0]), self._geometry.to_map(codes[-1])]
            the_map.view.set_path(ends if panel is not None and panel.isVisible() else [])

    # ------------------------------------------------------------------------------------------------- stored runs

    def show_session(self, session: Any, title: str) -> None:
        """Show a stored run; the picture at the probe is taken from the manifold until the model is there."""
        super().show_session(session, title)
        manifold, grid, codes = self.frame("manifold"), self.frame("grid"), self.frame("map")
        if manifold is None or grid is None or codes is None:
            return
        row, column = self._stored_cell(session.view, grid)
        x, y = float(grid[0, column]), float(grid[1, row])
        self._z = self._geometry.to_latent(x, y)
        decoded = self.panel("decoded")
        if isinstance(decoded, DecodedPanel):
            index = nearest(codes, x, y)
            distance = float(np.hypot(*(codes[index] - (x, y))))
            decoded.set_decoded(manifold[row, column].astype(np.float32) / 255)
            decoded.set_nearest(self._digits.train_images[index], distance, None, self._label(index))
        for panel in self.made_panels():
            self._show_probe(panel)

    def _stored_cell(self, view: View, grid: Array) -> tuple[int, int]:
        """The manifold's cell nearest to the stored probe."""
        probe = view.get("probe", [0.5, -0.35])
        x, y = probe[:2] if isinstance(probe, list) and len(probe) >= 2 else (0.5, -0.35)
        return int(np.abs(grid[1] - y).argmin()), int(np.abs(grid[0] - x).argmin())

    def view(self) -> View:
        """The probe and the classes that stand back."""
        return {"probe": self._z.tolist(), "dimmed": [float(c) for c in sorted(self._dimmed)]}

    def restore_view(self, view: View) -> None:
        """Put the probe back; what does not fit is ignored."""
        probe = view.get("probe")
        if isinstance(probe, list) and len(probe) == self._geometry.n_latent and np.isfinite(probe).all():
            self._z = np.array(probe, np.float64)
