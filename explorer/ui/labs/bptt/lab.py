"""Links the panels of the lab of gradients through time: one run, one time step, one chain, seen everywhere."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, Slot

from explorer.core.frames import Array
from explorer.core.params import param_field, with_values
from explorer.core.run import RunSnapshot
from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.specs.bptt import CELLS, BpttParams, Chain, Chained, DelaysMeasured
from explorer.ui.labs.bptt.chain_panel import ChainPanel
from explorer.ui.labs.bptt.gradient_panel import GradientPanel
from explorer.ui.labs.bptt.meaning_panel import MeaningPanel
from explorer.ui.labs.bptt.now_panel import NowPanel
from explorer.ui.labs.bptt.panels import make_panel
from explorer.ui.labs.bptt.spectrum_panel import SpectrumPanel
from explorer.ui.live_lab import LiveLab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme

if TYPE_CHECKING:
    from explorer.ui.labs.bptt.delays_panel import DelaysPanel
    from explorer.ui.labs.bptt.gates_panel import GatesPanel

CHAIN_EVERY_S = 2.0
FILM = ("film", "film_steps", "film_truncate")


@runtime_checkable
class Timed(Protocol):
    """A panel on which a time step can be marked."""

    def set_time(self, time: int) -> None:
        """Mark a time step, counted from one; 0 for none."""


class BpttLab(LiveLab):
    """The window half of the lab of gradients through time."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self._film_shown: tuple[Array, ...] = ()
        self._n_drags = 0
        self._next_chain_s = 0.0
        self._chain_wanted: tuple[str, int, int] | None = None

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    @property
    def _gates(self) -> GatesPanel | None:
        return cast("GatesPanel | None", self._panels.get("gates"))

    @property
    def _delays(self) -> DelaysPanel | None:
        return cast("DelaysPanel | None", self._panels.get("delays"))

    # ------------------------------------------------------------------------------------------------- the run

    @property
    def params(self) -> BpttParams:
        """Parameters now in force."""
        params: BpttParams = self.run.params
        return params

    @property
    def accuracy(self) -> dict[str, float]:
        """Share of right answers of each cell at the step shown, in %; cells not yet measured are missing."""
        numbers = self.log.at_or_before(self.status.cursor)
        return {cell: numbers[f"{cell}_accuracy"] for cell in CELLS if f"{cell}_accuracy" in numbers}

    def _refresh(self, panel: Panel) -> None:
        if isinstance(panel, GradientPanel):
            self._film_shown = ()
        super()._refresh(panel)
        self._show_numbers(panel)

    def _show_run(self, panel: Panel) -> None:
        if isinstance(panel, GradientPanel):
            panel.set_task(self.params)
        elif isinstance(panel, NowPanel):
            panel.set_clip(self.params.clip_norm if self.params.clipping else None)
            panel.set_delay(self.params.delay)
        elif isinstance(panel, ChainPanel):
            panel.set_task(self.params)
            self._restore_chain(panel)
        elif self._delays is not None and panel is self._delays:
            self._delays.set_trained(self.params.delay)

    def _show_frame(self, panel: Panel, name: str) -> None:
        array = self.frames[name]
        if isinstance(panel, GradientPanel) and name in FILM:
            self._show_film(panel)
        elif isinstance(panel, NowPanel) and name == "norms":
            panel.set_norms(array, self.frame_steps[name])
        elif isinstance(panel, MeaningPanel) and name == "norms":
            panel.set_norms(array, self.params, self.accuracy)
        elif isinstance(panel, SpectrumPanel) and name == "spectrum":
            panel.set_spectrum(array, self.frame_steps[name], moving=self.status.playing)
        elif self._gates is not None and panel is self._gates and name == "gates":
            self._gates.set_gates(array, self.frame_steps[name])

    def _show_film(self, panel: GradientPanel) -> None:
        """Once the three frames of a film have come, all of one length."""
        parts = tuple(self.frames[name] for name in FILM if name in self.frames)
        is_new = len(parts) != len(self._film_shown) or any(
            a is not b for a, b in zip(parts, self._film_shown, strict=True)
        )
        if len(parts) == len(FILM) and is_new and len({len(part) for part in parts}) == 1:
            self._film_shown = parts
            panel.set_film(*parts)

    def _show_numbers(self, panel: Panel) -> None:
        if isinstance(panel, GradientPanel):
            panel.set_accuracy(self.accuracy)
        elif isinstance(panel, MeaningPanel) and (norms := self.frame("norms")) is not None:
            panel.set_norms(norms, self.params, self.accuracy)

    def _take_snapshot(self, snapshot: RunSnapshot) -> None:
        super()._take_snapshot(snapshot)
        if (delays := self._delays) is not None and delays.step > snapshot.status.head:
            delays.forget()
        if (chain := self._of(ChainPanel)) is not None and chain.step > snapshot.status.head:
            chain.forget()

    def _on_status(self, moved: bool) -> None:
        super()._on_status(moved)
        # Also where nothing moved: the film marks the row clicked at once, and the step shown may be another one.
        if (panel := self._of(GradientPanel)) is not None:
            panel.set_cursor(self.status.cursor if self.status.in_the_past else None)
            panel.set_trouble(self.status.trouble.step if self.status.trouble else None)

    # ------------------------------------------------------------------------------------------------- links

    @Slot(int)
    def set_time(self, time: int) -> None:
        """Mark a time step, counted from one, wherever time is shown; 0 for none."""
        for panel in self.made_panels():
            if isinstance(panel, Timed):
                panel.set_time(time)

    @Slot(int)
    def choose_step(self, step: int) -> None:
        """A row of the film was chosen; what was kept may begin later than the film."""
        if step < self.status.first:
            self.notice.emit(
                f"Of step {step:,} only the film is kept; the run can be scrubbed back to step {self.status.first:,}."
            )
        self.scrub_requested.emit(step)

    @Slot(float, bool)
    def move_clip(self, norm: float, final: bool) -> None:
        """The clipping threshold was dragged to a norm; ``final`` when it was let go."""
        info = param_field(self.params, "clip_norm").info
        inside = min(max(norm, info.low or norm), info.high or norm)
        self.params_wished.emit(with_values(self.params, {"clip_norm": inside}), f"clip line#{self._n_drags}", final)
        self._n_drags += final

    # ------------------------------------------------------------------------------------------------- questions

    @Slot(object)
    def ask(self, request: Any) -> None:
        """Number a request and send it; while training, a chain of a moment ago will do."""
        super().ask(replace(request, exact=not self.status.playing) if isinstance(request, Chain) else request)

    def _ask_for(self, panel: Panel) -> None:
        if isinstance(panel, ChainPanel):
            self.ask(panel.request())
        elif self._delays is not None and panel is self._delays:
            if not self.status.playing and not _is_covered(panel):
                self._delays.measure()
        else:
            super()._ask_for(panel)

    def _ask_live(self) -> None:
        """The chain follows training, at a distance: it takes as long as a training step."""
        now, panel = time.perf_counter(), self._of(ChainPanel)
        if panel is not None and panel.isVisible() and now >= self._next_chain_s:
            self._next_chain_s = now + CHAIN_EVERY_S
            super().ask(panel.request())  # of the weights as they are now

    def _take_answer(self, answer: Any) -> None:
        if isinstance(answer, Chained) and (chain := self._of(ChainPanel)) is not None:
            chain.set_chained(answer)
        elif isinstance(answer, DelaysMeasured) and self._delays is not None:
            self._delays.set_measured(answer)

    # ------------------------------------------------------------------------------------------------- stored runs

    def view(self) -> View:
        """The chain's cell and its ends."""
        if (panel := self._of(ChainPanel)) is None:
            return {}
        k, j = panel.ends
        return {"cell": panel.cell, "k": float(k), "j": float(j)}

    def restore_view(self, view: View) -> None:
        """Take the chain apart as it was; what does not fit is ignored."""
        cell, k, j = view.get("cell"), view.get("k"), view.get("j")
        if isinstance(cell, str) and _is_time(k) and _is_time(j):
            self._chain_wanted = cell, int(cast(float, k)), int(cast(float, j))
            if (panel := self._of(ChainPanel)) is not None:
                self._restore_chain(panel)
                self._ask_for(panel)

    def _restore_chain(self, panel: ChainPanel) -> None:
        if self._chain_wanted is not None:
            panel.choose(*self._chain_wanted)
            self._chain_wanted = None


def _is_time(value: object) -> bool:
    return isinstance(value, float | int) and math.isfinite(value)


def _is_covered(panel: Panel) -> bool:
    """Whether it lies behind others in a window; one that stands alone is being painted into a file."""
    return panel.parentWidget() is not None and not panel.isVisible()
