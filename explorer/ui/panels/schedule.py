"""How much of the data is left at each time, for the schedule chosen and the two others."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent

from explorer.core.denoising import N_LEVELS
from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.noise_schedules import SCHEDULES, alpha_bar, log_snr
from explorer.ui.kit.segmented import Segmented
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.curve_data import Series
from explorer.ui.views.curves import CurvesView
from explorer.ui.views.formula import FormulaView
from explorer.ui.views.ticks import number, significant

COLORS = {"linear": "class 1", "cosine": "class 0", "sigmoid": "class 2"}
ALPHA = "α\N{COMBINING MACRON}"
QUANTITIES = (
    ("signal", ALPHA, f"Share of the variance of the data that is left, {ALPHA}"),
    ("log_snr", "log SNR", f"Logarithm of signal over noise, log({ALPHA} / (1 − {ALPHA}))"),
)
TITLES = {"signal": f"{ALPHA}, what is left of the data", "log_snr": "log of signal over noise"}
SHORT_TITLES = {"signal": f"{ALPHA}, what is left", "log_snr": "log SNR"}
RANGES = {"signal": (0.0, 1.0), "log_snr": (-12.0, 12.0)}
ACROSS, SHORT_ACROSS = "time t, 0 is without noise", "time t"
LOW_PX, NARROW_PX = 240, 280
"""Height below which both axes, width below which the one across is named in short; at scale 1."""
FIRST_TIME, FIRST_SCHEDULE = 300, "cosine"


class SchedulePanel(Panel):
    """The curves, with the time shown as a line to drag and its numbers beneath.

    Signals:
        time_changed: The time a person moved to.
    """

    time_changed = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._name = FIRST_SCHEDULE
        self._time = 0
        self._signal = {name: alpha_bar(name, N_LEVELS) for name in SCHEDULES}
        self.quantity = Segmented(QUANTITIES, "What the curves show")
        self.controls = [self.quantity]
        self.view = CurvesView(theme)
        self.view.setAccessibleName("Noise schedules over time; left and right move the time")
        self.numbers = FormulaView(theme)
        self.numbers.setAccessibleName("What is left of the data at this time")
        self.column.addWidget(self.view, 1)
        self.column.addWidget(self.numbers)
        self.quantity.chosen.connect(self._show_curves)
        self.view.cursor_dragged.connect(self._on_cursor_dragged)
        self.set_schedule(FIRST_SCHEDULE)
        self.set_time(FIRST_TIME)

    def set_schedule(self, name: str) -> None:
        """Show a run's schedule, one of :data:`SCHEDULES`, as the subject."""
        self._name = name
        self.set_subtitle(f"{ALPHA}, {self._name} schedule")
        self._show_curves()
        self._show_numbers()

    @Slot(int)
    def set_time(self, time: int) -> None:
        """Stand at a time, 0 to 1,000; says nothing."""
        self._time = min(max(time, 0), N_LEVELS)
        self.view.set_cursor(self._time)
        self._show_numbers()

    def figure_data(self) -> FigureData:
        """Times, and alpha_bar and log-SNR of the three schedules."""
        table: dict[str, Column] = {"t": np.arange(N_LEVELS + 1)}
        table |= {f"alpha_bar {name}": signal for name, signal in self._signal.items()}
        table |= {f"log SNR {name}": log_snr(signal) for name, signal in self._signal.items()}
        signal = np.stack(list(self._signal.values()))
        arrays = {"t": np.arange(N_LEVELS + 1), "alpha_bar": signal, "log_snr": log_snr(signal)}
        return self._figure(table, arrays, tuple(self._signal))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name the axes as there is room."""
        super().resizeEvent(event)
        self._name_axes()

    def set_theme(self, theme: Theme) -> None:
        """Larger type needs shorter words."""
        super().set_theme(theme)
        self._name_axes()

    def minimumSizeHint(self) -> QSize:
        """A curve that can still be read."""
        return QSize(240, 140)

    def _show_curves(self) -> None:
        quantity = self.quantity.value
        times = np.arange(N_LEVELS + 1)
        curves = [
            Series(
                name,
                name,
                times,
                signal if quantity == "signal" else _finite(log_snr(signal)),
                COLORS[name],
                SUBJECT_PX if name == self._name else COMPANY_PX,
                valued=False,
            )
            for name, signal in self._signal.items()
        ]
        self._name_axes()
        self.view.set_y_range(*RANGES[quantity])
        self.view.set_series(curves)

    def _name_axes(self) -> None:
        """In words, shorter ones in a low panel."""
        low, narrow = self.height() < LOW_PX * self.theme.scale, self.width() < NARROW_PX * self.theme.scale
        words = (SHORT_TITLES if low else TITLES)[self.quantity.value]
        self.view.set_titles(SHORT_ACROSS if low or narrow else ACROSS, words, "t =")

    def _show_numbers(self) -> None:
        signal = float(self._signal[self._name][self._time])
        ratio = signal / (1.0 - signal) if signal < 1.0 else float("inf")
        over = number(ratio, 0) if ratio == float("inf") else significant(ratio, 3)
        self.numbers.set_numbers(
            [
                [
                    (f"t = {self._time:,}  ", "muted"),
                    (f"{ALPHA} = {significant(signal, 3)}", COLORS[self._name]),
                    ("  signal : noise = ", "muted"),
                    (over, "ink"),
                ]
            ]
        )

    def _on_cursor_dragged(self, time: int) -> None:
        self._time = time
        self._show_numbers()
        self.time_changed.emit(time)


def _finite(values: Array) -> Array:
    """The values, with gaps where they are infinite: before any noise there is no ratio to draw."""
    return np.where(np.isfinite(values), values, np.nan)
