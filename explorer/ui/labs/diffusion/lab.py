"""Links the panels of the diffusion lab: one time, seen as noise added, as noise taken away, and in the schedule."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Slot

from explorer.core.denoising import N_LEVELS
from explorer.core.run import RunSnapshot
from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.data.digits import Digits, load_digits
from explorer.specs.diffusion import N_CLASSES, Denoise, DenoiseBeside, DiffusionParams, Judge, Sampling
from explorer.ui.labs.diffusion.panels import make_panel
from explorer.ui.labs.diffusion.reverse_panel import ReversePanel
from explorer.ui.labs.diffusion.sampling_controls import is_sampling
from explorer.ui.live_lab import LiveLab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme

if TYPE_CHECKING:
    from explorer.ui.labs.diffusion.compare_panel import ComparePanel
    from explorer.ui.labs.diffusion.forward_panel import ForwardPanel
    from explorer.ui.labs.diffusion.quality_panel import QualityPanel
    from explorer.ui.labs.diffusion.samples_panel import SamplesPanel
    from explorer.ui.panels.noise_levels import LevelsPanel
    from explorer.ui.panels.schedule import SchedulePanel

FIRST_DIGIT = 7
_NUMBERS = ("steps", "eta", "guidance", "label", "seed", "n")


class DiffusionLab(LiveLab):
    """The window half of the diffusion lab."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self.sampling = Sampling()
        self.position: int | None = None
        self._time = N_LEVELS
        self._digit: int | None = None
        self._rng = random.Random(0)

    @property
    def params(self) -> DiffusionParams:
        """Parameters now in force."""
        params: DiffusionParams = self.run.params
        return params

    @cached_property
    def digits(self) -> Digits:
        """The data, read when first needed: the first picture does without."""
        return load_digits()

    @property
    def time(self) -> int:
        """The time that is looked at, 0 to 1,000."""
        return self._time

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    def _refresh(self, panel: Panel) -> None:
        super()._refresh(panel)
        self._show_step(panel)
        self._show_time(panel)

    @property
    def _reverse(self) -> ReversePanel | None:
        return cast("ReversePanel | None", self._panels.get("reverse"))

    @property
    def _forward(self) -> ForwardPanel | None:
        return cast("ForwardPanel | None", self._panels.get("forward"))

    @property
    def _schedule(self) -> SchedulePanel | None:
        return cast("SchedulePanel | None", self._panels.get("schedule"))

    @property
    def _compare(self) -> ComparePanel | None:
        return cast("ComparePanel | None", self._panels.get("compare"))

    @property
    def _quality(self) -> QualityPanel | None:
        return cast("QualityPanel | None", self._panels.get("quality"))

    # ------------------------------------------------------------------------------------------------- the run

    def _take_snapshot(self, snapshot: RunSnapshot) -> None:
        super()._take_snapshot(snapshot)
        if self._reverse is not None:
            self._reverse.restart()
        for panel in (self._quality, self._compare):  # what they measured was another model
            if panel is not None:
                panel.clear()

    def show_panel(self, panel: Panel) -> None:
        """A panel came to be seen, or is about to be written to a file, which nobody sees."""
        super().show_panel(panel)
        if panel.isVisible():
            return
        if self._compare is not None and panel is self._compare:
            self._compare.begin()
        elif panel is self._forward and self._digit is None:
            self.show_random_digit()

    def _show_run(self, panel: Panel) -> None:
        if panel.spec.id in ("reverse", "forward", "compare"):
            cast("ReversePanel | ForwardPanel | ComparePanel", panel).set_run(self.params)
        elif panel is self._schedule:
            self._schedule.set_schedule(self.params.schedule)
        elif panel.spec.id == "levels":
            self._show_frame(panel, "levels")

    def _show_frame(self, panel: Panel, name: str) -> None:
        frame = self.frame(name)
        if frame is None:
            return
        if name == "samples" and panel is self._reverse:
            self._reverse.set_samples(frame)
        elif name == "samples" and panel.spec.id == "samples":
            cast("SamplesPanel", panel).set_samples(frame, self.frame_steps.get(name, 0))
        elif name == "levels" and panel.spec.id == "levels":
            cast("LevelsPanel", panel).set_levels(frame, self.params.schedule)

    def _on_frames(self, names: frozenset[str]) -> None:
        super()._on_frames(names)
        if "samples" in names and self._reverse is not None:  # which shows them only until it has a film
            self._show_frame(self._reverse, "samples")

    def _on_moved(self) -> None:
        for panel in self.made_panels():
            self._show_step(panel)

    def _show_step(self, panel: Panel) -> None:
        if panel.spec.id in ("reverse", "quality", "compare"):
            shown = cast("ReversePanel | QualityPanel | ComparePanel", panel)
            shown.set_step(self.status.cursor, self.status.playing)

    # ------------------------------------------------------------------------------------------------- time

    @Slot(int)
    def set_time(self, time: int) -> None:
        """Look at a time, 0 to 1,000, everywhere: the film goes to the step nearest to it."""
        self._time = time
        if self._reverse is not None:
            self._reverse.set_time(time)
        self.follow_film(time)

    @Slot(int)
    def follow_film(self, time: int) -> None:
        """The film shows another time: mark it in the other panels."""
        self._time = time
        for panel in (self._forward, self._schedule):
            if panel is not None:
                panel.set_time(time)

    def _show_time(self, panel: Panel) -> None:
        if panel is self._forward or panel is self._schedule:
            panel.set_time(self._time)

    # ------------------------------------------------------------------------------------------------- digits

    @Slot()
    def show_random_digit(self) -> None:
        """Add noise to a training digit chosen at random; the first one is always the same."""
        first = self._digit is None
        self.select(FIRST_DIGIT if first else self._rng.randrange(len(self.digits.train_labels)))

    def select(self, index: int) -> None:
        """Add noise to this training digit."""
        panel = cast("ForwardPanel", self.panel("forward"))
        self._digit = index % len(self.digits.train_labels)
        label = int(self.digits.train_labels[self._digit])
        words = f"training digit {self._digit:,}, {'an' if label == 8 else 'a'} {label}"
        panel.set_picture(self.digits.train_images[self._digit], words)

    @Slot(int)
    def draw_class(self, label: int) -> None:
        """Draw a film of this class."""
        if 0 <= label < N_CLASSES:
            self._set_sampling(replace(self.sampling, label=label))

    # ------------------------------------------------------------------------------------------------- sampling

    @Slot(object)
    def note_sampling(self, sampling: Sampling) -> None:
        """The film is drawn with other settings, and so is what is judged from now on."""
        self.sampling, self.position = sampling, None
        if self._quality is not None:
            self._quality.set_sampling(sampling)

    def _set_sampling(self, sampling: Sampling, position: int | None = None) -> None:
        self.note_sampling(sampling)
        self.position = position
        if self._reverse is not None:
            self._reverse.set_sampling(sampling, position)

    # ------------------------------------------------------------------------------------------------- questions

    def _ask_for(self, panel: Panel) -> None:
        if panel is self._reverse or panel is self._compare:
            panel.set_ready(bool(self.device))
        else:
            super()._ask_for(panel)

    def _ask_everything(self) -> None:
        """At a new standing step; the film and its company know by themselves what has become old."""
        for panel in self.made_panels():
            if panel is not self._reverse and panel is not self._compare:
                self._ask_for(panel)

    def model_ready(self) -> None:
        """The live model is there: ask what could not be asked before."""
        for panel in (self._reverse, self._compare):
            if panel is not None:
                panel.set_ready(True)
        self._ask_everything()

    def _take_answer(self, answer: Any) -> None:
        kind = type(answer.request)
        if kind is Denoise and self._reverse is not None:
            self._reverse.take(answer)
        elif kind is DenoiseBeside and self._compare is not None:
            self._compare.take(answer)
        elif kind is Judge and self._quality is not None:
            self._quality.take(answer)

    # ------------------------------------------------------------------------------------------------- sessions

    def view(self) -> View:
        """Settings of sampling and the position in the film."""
        found: dict[str, float | str | list[float]] = {"sampler": self.sampling.sampler}
        found |= {name: float(getattr(self.sampling, name)) for name in _NUMBERS}
        if self._reverse is not None and self._reverse.film is not None:
            found["position"] = float(self._reverse.position)
        return found

    def restore_view(self, view: View) -> None:
        """Draw with the same settings again; what does not fit is ignored."""
        sampling = sampling_of(view)
        position = view.get("position")
        inside = isinstance(position, float | int) and 0 <= position <= sampling.steps
        self._set_sampling(sampling, int(cast("float", position)) if inside else None)


def sampling_of(view: View) -> Sampling:
    """How a session says that films are drawn; the default where it says nothing sensible."""
    found = Sampling()
    sampler = view.get("sampler")
    if isinstance(sampler, str):
        found = _if_sensible(found, sampler=sampler)
    for name in _NUMBERS:
        value = view.get(name)
        if isinstance(value, float | int) and value == value and abs(value) < 2**31:
            found = _if_sensible(found, **{name: type(getattr(found, name))(value)})
    return found


def _if_sensible(sampling: Sampling, **changed: Any) -> Sampling:
    wished = replace(sampling, **changed)
    return wished if is_sampling(wished) else sampling
