"""Now: the norms of the step shown as curves on a logarithmic axis, with the clipping threshold to drag."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.params import param_field
from explorer.core.spec import PanelSpec
from explorer.specs.bptt import EXPLODING, TRACKS, VANISHING, BpttParams
from explorer.ui.labs.bptt.slopes import TRACK_NAMES, back_per_ten
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.norms import NormsView
from explorer.ui.views.norms_marks import Bands, NormCurve
from explorer.ui.views.ticks import decade

UNIT = "decades per 10 steps back"
COMPANY = "lstm/h"
CLIP_WORDS = ("clip the weights’ gradient at", "clip at")


class NowPanel(Panel):
    """The four norms over time.

    Signals:
        clip_moved: The clipping threshold dragged to, and whether that is final.
        time_hovered: The time step under the pointer, counted from one; 0 for none.
    """

    clip_moved = Signal(float, bool)
    time_hovered = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._norms = np.zeros((len(TRACKS), 0), np.float32)
        self._delay = BpttParams().delay
        self.view = NormsView(theme)
        self.view.setAccessibleName("Gradient norms over time; up and down move the clipping threshold")
        self.view.set_bands(_bands())
        self.view.threshold_moved.connect(self.clip_moved)
        self.view.time_hovered.connect(self.time_hovered)
        self.column.addWidget(self.view, 1)
        self.set_delay(self._delay)

    def set_norms(self, norms: Array, step: int) -> None:
        """Show the norms (4, T) float32 of a step, in the order of TRACKS."""
        self._norms = norms
        self.set_subtitle(f"the same norms at step {step:,}, on a logarithmic axis")
        self.view.set_curves([_curve(track, row) for track, row in zip(TRACKS, norms, strict=True)])

    def set_clip(self, norm: float | None) -> None:
        """Stand the threshold at a norm; None for no clipping."""
        info = param_field(BpttParams, "clip_norm").info
        low, high = info.low or 0.0, info.high or 0.0
        self.view.set_threshold(norm, (low, high), CLIP_WORDS)

    def set_delay(self, delay: int) -> None:
        """Say how long the task's delay is, time steps."""
        self._delay = delay
        self.view.set_words(f"time step t (delay T = {delay:,})", "norm of the gradient", UNIT)

    def set_time(self, time: int) -> None:
        """Light a time step that is read in another panel, counted from one; 0 for none."""
        self.view.set_time(time)

    def figure_data(self) -> FigureData:
        """The four norms over time."""
        table: dict[str, Column] = {"t": np.arange(1, self._norms.shape[1] + 1)}
        table |= {f"norm {track}": row for track, row in zip(TRACKS, self._norms, strict=True)}
        labels = tuple(TRACK_NAMES.values()) if self._norms.shape[1] else ()
        return self._figure(table, {"norms": self._norms}, labels)


def _curve(track: str, norms: Array) -> NormCurve:
    values = np.asarray(norms, np.float64)
    figure = back_per_ten(values) if np.isfinite(values).all() else float("nan")
    return NormCurve(TRACK_NAMES[track], track.split("/")[0], values, figure, track != COMPANY)


def _bands() -> Bands:
    low, high = (decade(round(float(np.log10(times)))) for times in (VANISHING, EXPLODING))
    return Bands(
        VANISHING,
        EXPLODING,
        (f"vanishing: below {low} of the curve’s own last step", f"vanishing: below {low} of its end", "vanishing"),
        (f"exploding: above {high} times the curve’s own last step", f"exploding: above {high} × its end", "exploding"),
    )
