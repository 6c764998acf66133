"""Links the panels of diffusion in the plane: one time, in the plane as in the schedule; the points to learn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Slot

from explorer.core.denoising import N_LEVELS
from explorer.core.params import with_values
from explorer.core.run import RunSnapshot
from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.data.point_sets import SHAPES
from explorer.specs.diffusion_points import Density, Field, Follow, PointParams, PointSampling, Travel
from explorer.ui.labs.diffusion_points.panels import make_panel
from explorer.ui.labs.diffusion_points.plane_controls import FIRST, MAPS, is_sampling
from explorer.ui.labs.diffusion_points.plane_panel import PlanePanel
from explorer.ui.labs.diffusion_points.plane_state import FIRST_TIME
from explorer.ui.live_lab import LiveLab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme

if TYPE_CHECKING:
    from explorer.ui.labs.diffusion_points.distribution_panel import DistributionPanel
    from explorer.ui.panels.noise_levels import LevelsPanel
    from explorer.ui.panels.schedule import SchedulePanel

_NUMBERS = ("steps", "eta", "seed", "n")
_MAPS = [value for value, _, _ in MAPS]


class DiffusionPointsLab(LiveLab):
    """The window half of the lab of points."""

    questions_every_s = 0.6

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self.sampling = FIRST
        self.time = FIRST_TIME
        self.shown = ("none", True)

    @property
    def params(self) -> PointParams:
        """Parameters now in force."""
        params: PointParams = self.run.params
        return params

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    def _refresh(self, panel: Panel) -> None:
        super()._refresh(panel)
        self._show_step(panel)

    @property
    def _plane(self) -> PlanePanel | None:
        return cast("PlanePanel | None", self._panels.get("plane"))

    @property
    def _distribution(self) -> DistributionPanel | None:
        return cast("DistributionPanel | None", self._panels.get("distribution"))

    @property
    def _schedule(self) -> SchedulePanel | None:
        return cast("SchedulePanel | None", self._panels.get("schedule"))

    # ------------------------------------------------------------------------------------------------- the run

    def _take_snapshot(self, snapshot: RunSnapshot) -> None:
        super()._take_snapshot(snapshot)
        if self._plane is not None:
            self._plane.forget()

    def _show_run(self, panel: Panel) -> None:
        if panel is self._plane:
            self._plane.set_run(self.params)
        elif panel is self._distribution:
            self._distribution.set_run(self.params)
            self._show_step(panel)
        elif panel is self._schedule:
            self._schedule.set_schedule(self.params.schedule)
        elif panel.spec.id == "levels":
            self._show_frame(panel, "levels")

    def _show_frame(self, panel: Panel, name: str) -> None:
        frame = self.frame(name)
        if frame is None:
            return
        if name == "cloud" and panel is self._plane:
            self._plane.set_cloud(frame, self.frame_steps.get(name, 0))
        elif name == "levels" and panel.spec.id == "levels":
            cast("LevelsPanel", panel).set_levels(frame, self.params.schedule)

    def _on_moved(self) -> None:
        for panel in self.made_panels():
            self._show_step(panel)
        self._ask_live_questions()  # more often than films are made

    def _show_step(self, panel: Panel) -> None:
        if panel is self._plane:
            self._plane.set_step(self.status.cursor, self.status.playing)
        elif panel is self._distribution:
            self._distribution.set_opened({name for name in SHAPES if self._stored_run(name) is not None})

    # ------------------------------------------------------------------------------------------------- the points

    @Slot(str)
    def learn_shape(self, shape: str) -> None:
        """Learn a ready-made shape: its stored run where there is one, else a new run; ``"drawn"`` is the face."""
        wished = with_values(self.params, {"shape": shape, "drawn": ""})
        if (wished.shape, wished.drawn) == (self.params.shape, self.params.drawn):
            return
        stored = self._stored_run(shape)
        if stored is not None:
            self.stored_wished.emit(stored)
        else:
            self.params_wished.emit(wished, f"shape {shape}", True)

    def _stored_run(self, shape: str) -> int | None:
        """Number of the stored run that a click on a shape opens; what a person has trained is never left for one."""
        stems = [stored.stem for stored in self.spec.stored]
        stem = f"{self.spec.id}-{shape}"
        nothing_lost = bool(self.run.stored) or self.status.head == 0
        return stems.index(stem) if stem in stems and nothing_lost else None

    @Slot(str)
    def learn_drawing(self, drawn: str) -> None:
        """Learn the points that were drawn, in a new run."""
        self.params_wished.emit(with_values(self.params, {"shape": "drawn", "drawn": drawn}), "drawing", True)

    # ------------------------------------------------------------------------------------------------- time

    @Slot(int)
    def set_time(self, time: int) -> None:
        """Look at a time, 0 to 1,000, everywhere."""
        self.time = min(max(time, 0), N_LEVELS)
        if self._plane is not None:
            self._plane.set_time(self.time)
        self.follow_film(self.time)

    @Slot(int)
    def follow_film(self, time: int) -> None:
        """The plane shows another time: mark it in the schedule."""
        self.time = time
        if self._schedule is not None:
            self._schedule.set_time(time)

    @Slot(object)
    def note_sampling(self, sampling: PointSampling) -> None:
        """Points are drawn with other settings."""
        self.sampling = sampling

    @Slot(str, bool)
    def note_shown(self, density: str, arrows: bool) -> None:
        """Something else is shown in the plane."""
        self.shown = (density, arrows)

    # ------------------------------------------------------------------------------------------------- questions

    def _ask_for(self, panel: Panel) -> None:
        if panel is self._plane:
            panel.set_ready(bool(self.device))
        else:
            super()._ask_for(panel)

    def _ask_live(self) -> None:
        if self._plane is not None:
            self._plane.ask_live()

    def _take_answer(self, answer: Any) -> None:
        if self._plane is not None and isinstance(answer.request, Travel | Field | Density | Follow):
            self._plane.take(answer)

    # ------------------------------------------------------------------------------------------------- sessions

    def view(self) -> View:
        """The time, how points are drawn, and what is shown behind them."""
        density, arrows = self.shown
        found: dict[str, float | str | list[float]] = {
            "time": float(self.time),
            "sampler": self.sampling.sampler,
            "density": density,
            "arrows": float(arrows),
        }
        return found | {name: float(getattr(self.sampling, name)) for name in _NUMBERS}

    def restore_view(self, view: View) -> None:
        """Look at the same again; what does not fit is ignored."""
        sampling = self.sampling
        if isinstance(sampler := view.get("sampler"), str):
            sampling = _if_sensible(sampling, sampler=sampler)
        for name in _NUMBERS:
            if _is_number(value := view.get(name)):
                sampling = _if_sensible(sampling, **{name: type(getattr(sampling, name))(value)})
        self.sampling = sampling
        density, arrows = view.get("density"), view.get("arrows")
        self.shown = (
            density if isinstance(density, str) and density in _MAPS else self.shown[0],
            bool(arrows) if _is_number(arrows) else self.shown[1],
        )
        if self._plane is not None:
            self._plane.set_sampling(sampling)
            self._plane.set_shown(*self.shown)
        if _is_number(time := view.get("time")):
            self.set_time(int(cast("float", time)))


def _if_sensible(sampling: PointSampling, **changed: Any) -> PointSampling:
    wished = replace(sampling, **changed)
    return wished if is_sampling(wished) else sampling


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and value == value and abs(value) < 2**31
