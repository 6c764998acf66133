"""What the network would answer, or write next: now as bars, over time as a heat map, and the sentences kept."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import END, Decoding, Trace
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.labs.sequences.grammar import n_read, output_at, output_names, shown, step_names, time_of
from explorer.ui.labs.sequences.reader_panel import Reader
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.heatmap import HeatmapView, HeatmapWords
from explorer.ui.views.table import Cell, TableView
from explorer.ui.views.ticks import number
from explorer.ui.views.unrolled_look import class_key

HOWS = (
    ("greedy", "Greedy", "Always the likeliest token"),
    ("sample", "Sample", "Draw each token with its probability"),
    ("beam", "Beam", "Keep several sentences, and take the likeliest as a whole"),
)
N_BARS, N_BARS_ABOVE, N_ROWS = 10, 4, 10
_BAR_PX, _MOST_PX = 23, 16_777_215
_REST_PX, _LEAST_OVERVIEW_PX = 82, 64
_TEMPERATURE = Scale(0.1, 3.0, 0.05)
_BEAM = Scale(1, 5, whole=True)


class OutputPanel(Reader):
    """Probabilities at the active time and over all time, and how tokens are chosen.

    Signals:
        decoding_chosen: A :class:`~explorer.specs.sequences.Decoding`.
        time_chosen: A time step: the reader's, then the writer's.
    """

    decoding_chosen = Signal(object)
    time_chosen = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._trace: Trace | None = None
        self._time = 0
        self._decoding = Decoding()
        self._writes = True
        self.bars = BarsView(theme)
        self.bars.setAccessibleName("Probabilities at the active time")
        self.overview = HeatmapView(theme)
        self.overview.setAccessibleName("Probabilities over time; left and right choose the time")
        self.overview.set_words(HeatmapWords(unit="", empty=""))
        self.overview.column_chosen.connect(self._on_column_chosen)
        self.beams = TableView(theme)
        self.beams.hide()
        self.how = Segmented(HOWS, "How tokens are chosen")
        self.controls = [self.how]
        self.temperature = ValueSlider(
            theme,
            "Temperature",
            _TEMPERATURE,
            1.0,
            help_text="Higher: flatter probabilities, bolder choices when sampling",
        )
        self.beam = ValueSlider(theme, "Beam", _BEAM, 3, help_text="Sentences that are kept side by side")
        self.redraw = QPushButton("Redraw")
        self.redraw.setToolTip("Sample again with another seed")
        self._lay_out()
        self.how.chosen.connect(self._on_how_chosen)
        self.temperature.value_changed.connect(self._on_temperature_changed)
        self.beam.value_changed.connect(self._on_beam_changed)
        self.redraw.clicked.connect(self._on_redraw_clicked)
        self._arrange_controls()

    # What is shown -----------------------------------------------------------------------------------------------

    def set_task(self, task: str) -> None:
        """Show the controls that a task has use for."""
        self._writes = task in ("caption", "translate", "dates")
        self._arrange_controls()

    def set_decoding(self, decoding: Decoding) -> None:
        """Show how tokens are chosen; says nothing."""
        self._decoding = decoding
        self.how.set_value(decoding.how)
        self.temperature.set_value(decoding.temperature)
        self.beam.set_value(decoding.beam)
        self._arrange_controls()
        self._show()

    def set_trace(self, trace: Trace | None) -> None:
        """Show the probabilities of an answer."""
        self._trace = trace
        self._arrange_pictures()
        self._show()

    def set_time(self, t: int) -> None:
        """Show those of another time step."""
        self._time = t
        self._show_now()

    @property
    def probabilities(self) -> Array:
        """What is shown, (T, V): the answer's probabilities at the temperature chosen now."""
        if self._trace is None:
            return np.zeros((0, 0), np.float32)
        asked = self._trace.request.decoding
        before = asked.temperature if asked.how == "sample" and self._trace.writer is not None else 1.0
        return tempered(self._trace.probabilities, before, self._decoding.temperature)

    def _show(self) -> None:
        trace = self._trace
        if trace is None or not len(trace.probabilities):
            self.bars.set_bars([])
            empty = "" if trace is None else "No output yet: the network has read nothing"
            self.overview.set_words(HeatmapWords(unit="", empty=empty))
            self.overview.set_values(np.zeros((0, 0)), [], [])
            self.set_subtitle("")
            return
        p = self.probabilities
        rows = overview_rows(p, trace)
        columns = step_names(trace) if trace.writer is None else output_names(trace, len(p))
        names = [token_name(trace.classes[row]) for row in rows]
        self.overview.set_values(p[:, rows].T, names, columns, ColorScale("magnitude", 0.0, 1.0, "probability"))
        self._show_beams(trace)
        self._show_now()

    def _show_now(self) -> None:
        trace = self._trace
        if trace is None or not len(trace.probabilities):
            return
        at = output_at(trace, self._time)
        row = self.probabilities[at]
        chosen = chosen_class(trace, at)
        most = N_BARS_ABOVE if self.overview.isVisibleTo(self) else N_BARS
        best = np.argsort(-row, kind="stable")[:most] if len(row) > 2 else np.arange(len(row))
        bars = [Bar(token_name(trace.classes[i]), float(row[i]), _color(trace, int(i), chosen)) for i in best]
        self.bars.set_bars(bars, limit=1.0)
        self._share_room(len(bars))
        self.overview.set_column(at)
        self.set_subtitle(self._words(trace, at))

    def _share_room(self, n_bars: int) -> None:
        """Bars get what the pictures beneath leave; sentences kept are all listed, the likeliest token stands above."""
        lists_beams, one = self.beams.isVisibleTo(self), round(self.theme.px(_BAR_PX))
        most = one * n_bars if lists_beams or self.overview.isVisibleTo(self) else _MOST_PX
        if lists_beams:
            left = self.height() - round(self.theme.px(_REST_PX)) - self.beams.sizeHint().height()
            most = max(one, min(most, left))
        self.bars.setMinimumHeight(one if lists_beams else 0)
        self.bars.setMaximumHeight(most)

    def _words(self, trace: Trace, at: int) -> str:
        if trace.writer is None:
            return f"after “{step_names(trace)[at]}”"
        name = "end" if at >= len(trace.written) else shown(trace.written[at])
        word = f"“{name}”, token {at + 1}"
        return f"{word}: the first one written" if self._time < n_read(trace) else word

    def _show_beams(self, trace: Trace) -> None:
        rows = [
            (Cell(f"{i + 1}  {beam.text or '(nothing)'}", is_number=False), Cell(number(beam.log_probability, 2)))
            for i, beam in enumerate(trace.beams)
        ]
        self.beams.set_table(("sentences kept", "log p, nats"), rows)
        self._arrange_pictures()

    # Controls ----------------------------------------------------------------------------------------------------

    def _on_how_chosen(self, how: str) -> None:
        self._choose(Decoding(how, self._decoding.temperature, self._decoding.beam, self._decoding.seed))

    def _on_temperature_changed(self, value: float) -> None:
        self._choose(Decoding(self._decoding.how, value, self._decoding.beam, self._decoding.seed))

    def _on_beam_changed(self, value: float) -> None:
        self._choose(Decoding(self._decoding.how, self._decoding.temperature, int(value), self._decoding.seed))

    def _on_redraw_clicked(self) -> None:
        now = self._decoding
        self._choose(Decoding(now.how, now.temperature, now.beam, now.seed + 1))

    def _choose(self, decoding: Decoding) -> None:
        only_shown = decoding.how == self._decoding.how != "sample" and decoding.beam == self._decoding.beam
        self._decoding = decoding
        self._arrange_controls()
        self._show()
        if not only_shown:
            self.decoding_chosen.emit(decoding)

    def _arrange_controls(self) -> None:
        how = self._decoding.how
        self.how.setVisible(self._writes)
        self.beam.setVisible(self._writes and how == "beam")
        self.redraw.setVisible(self._writes and how == "sample")
        self._arrange_pictures()

    def _arrange_pictures(self) -> None:
        lists_beams = self._writes and self._decoding.how == "beam" and bool(self._trace and self._trace.beams)
        n_bars = min(N_BARS_ABOVE, len(self._trace.classes) if self._trace is not None else N_BARS_ABOVE)
        room = self.height() - self.theme.px(_BAR_PX * n_bars + _REST_PX)
        self.beams.setVisible(lists_beams)
        self.overview.setVisible(not lists_beams and room >= self.theme.px(_LEAST_OVERVIEW_PX))
        self._show_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low panel shows the present only."""
        super().resizeEvent(event)
        self._arrange_pictures()

    def _on_column_chosen(self, column: int) -> None:
        if self._trace is not None:
            self.time_chosen.emit(time_of(self._trace, column))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.temperature, 2)
        row.addWidget(self.beam, 1)
        row.addWidget(self.redraw)
        self.column.addWidget(self.bars, 4)
        self.column.addWidget(self.overview, 5)
        self.column.addWidget(self.beams)
        self.column.addLayout(row)

    def figure_data(self) -> FigureData:
        """Every probability at every time step."""
        trace, p = self._trace, self.probabilities
        if trace is None:
            return self._figure({"output": []}, {"probabilities": p})
        times, classes = np.indices(p.shape)
        names = step_names(trace) if trace.writer is None else output_names(trace, len(p))
        table: dict[str, Column] = {
            "output": times.ravel(),
            "after" if trace.writer is None else "written": [names[i] for i in times.ravel()],
            "class or token": [trace.classes[i] for i in classes.ravel()],
            "probability": p.ravel(),
        }
        labels = [token_name(trace.classes[int(p[-1].argmax())])] if len(p) else []
        return self._figure(table, {"probabilities": p}, labels)


def tempered(probabilities: Array, before: float, after: float) -> Array:
    """Distributions (T, V) made at one temperature, as they would be at another: p^(before / after), normalised."""
    if before == after or not probabilities.size:
        return probabilities
    with np.errstate(divide="ignore"):
        scores = np.log(probabilities.astype(np.float64)) * (before / after)
    scores -= scores.max(axis=-1, keepdims=True)
    raised = np.exp(scores)
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def overview_rows(probabilities: Array, trace: Trace) -> list[int]:
    """Which entries the map over time shows: all of a few classes, else those that ever come highest, as they come."""
    if probabilities.shape[1] <= N_ROWS:
        return list(range(probabilities.shape[1]))
    order = np.argsort(-probabilities.max(axis=0), kind="stable")[: min(N_ROWS, len(probabilities) + 2)]
    return sorted(order.tolist(), key=lambda i: (int(probabilities[:, i].argmax()), -float(probabilities[:, i].max())))


def chosen_class(trace: Trace, at: int) -> int:
    """The entry that was chosen at an output; many-to-one: the likeliest."""
    if trace.writer is None:
        return int(trace.probabilities[at].argmax())
    token = trace.written[at] if at < len(trace.written) else END
    return trace.classes.index(token) if token in trace.classes else -1


def _color(trace: Trace, i: int, chosen: int) -> str:
    """A class has the colour that it has in the unrolled network; of tokens the one that was chosen stands out."""
    if trace.writer is None:
        return class_key(i, len(trace.classes))
    return "test" if i == chosen else "train"


def token_name(token: str) -> str:
    """A token as people read it."""
    return {END: "end", " ": "␣"}.get(token, token)
