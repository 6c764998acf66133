"""How strongly one output depends on each part of the input."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import SENTIMENTS, UNKNOWN, Influenced, Trace
from explorer.ui.labs.sequences.grammar import output_names, shown, step_names
from explorer.ui.labs.sequences.influence_picture import InfluencePicture
from explorer.ui.labs.sequences.reader_panel import Reader
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.color_scale import ColorScale, ColorScaleView
from explorer.ui.views.ticks import decade
from explorer.ui.views.tokens import Chip, TokensView

WORDS = "gradient norm"
_GAPS_PX, _LEAST_BARS_PX = 44, 44
_OUTPUTS_SHARE, _PICTURE_SHARE = 0.4, 0.5
"""The most that the outputs take of the room where the words, or the picture, need the rest."""
_SIGNS = dict(zip(SENTIMENTS, ("−", "+"), strict=True))


class InfluencePanel(Reader):
    """Outputs to point at, and the input coloured by what the chosen one depends on.

    Signals:
        output_hovered: An output under the pointer, -1 for none.
        output_locked: An output that was clicked.
    """

    output_hovered = Signal(int)
    output_locked = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._trace: Trace | None = None
        self._output = -1
        self._influence: Influenced | None = None
        self.outputs = TokensView(theme)
        self.outputs.setAccessibleName("Outputs; left and right choose one")
        self.outputs.set_pickable(True)
        self.outputs.token_hovered.connect(self.output_hovered)
        self.outputs.token_clicked.connect(self.output_locked)
        self.inputs = TokensView(theme)
        self.inputs.setAccessibleName("What the output depends on")
        self.picture = InfluencePicture(theme)
        self.legend = ColorScaleView(theme)
        self.bars = BarsView(theme)
        self.bars.setAccessibleName("What the output depends on most, strongest first")
        self.column.addWidget(self.outputs)
        self.column.addWidget(self.inputs)
        self.column.addWidget(self.picture, 1)
        self.column.addWidget(self.legend)
        self.column.addWidget(self.bars, 1)
        self.set_subtitle("point at an output; click to keep it")

    def set_trace(self, trace: Trace | None) -> None:
        """Show outputs and input of an answer; its influences come when they are asked for."""
        is_same = trace is not None and self._trace is not None and _same_input(trace, self._trace)
        self._trace = trace
        if not is_same:
            self._influence = None
        chips = output_chips(trace) if trace is not None else []
        self.outputs.set_tokens(chips)
        self.outputs.set_title(_outputs_title(trace))
        self.outputs.set_empty_text("nothing was written")
        tokens = trace.tokens if trace is not None else ()
        has_picture = trace is not None and trace.picture is not None
        self.inputs.set_tokens(
            [Chip(shown(t.text), f"{t.text}, read as {t.read_as}", marked=t.read_as == UNKNOWN) for t in tokens]
        )
        self.inputs.setVisible(not has_picture and bool(tokens))
        self.picture.setVisible(has_picture)
        self._share_room()
        self._show()

    def _share_room(self) -> None:
        """Both rows of words share what there is; bars stand beneath words that leave some room."""
        has_picture = self._trace is not None and self._trace.picture is not None
        width = max(60, self.width() - 24)
        room = self.height() - self.legend.sizeHint().height() - _GAPS_PX
        needed = 0.0 if has_picture else self.inputs.needed_px(width)
        self.outputs.set_room(max((_PICTURE_SHARE if has_picture else _OUTPUTS_SHARE) * room, room - needed))
        self.inputs.set_room(room - self.outputs.heightForWidth(width))
        if not has_picture:  # smaller inputs may have left some
            self.outputs.set_room(room - self.inputs.heightForWidth(width))
        room -= self.outputs.heightForWidth(width) + self.inputs.heightForWidth(width)
        self.bars.setVisible(not has_picture and room >= self.theme.px(_LEAST_BARS_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low panel keeps to the words."""
        super().resizeEvent(event)
        self._share_room()

    def set_output(self, output: int, *, locked: bool) -> None:
        """Mark the output whose influences are shown, or on their way."""
        self._output = output
        self.outputs.set_selected(output, locked=locked)
        if self._influence is not None and self._influence.output != output:
            self._show()

    def set_influence(self, influence: Influenced) -> None:
        """Show what came back."""
        self._influence = influence
        self._show()

    @property
    def _current(self) -> Influenced | None:
        """The influences, if they belong to what is shown."""
        found = self._influence
        return found if found is not None and found.output == self._output else None

    def _show(self) -> None:
        trace, found = self._trace, self._current
        self.inputs.set_title("depends on" if found is None else f"log p(“{shown(found.name)}”) depends on")
        if trace is None or found is None:
            self.inputs.set_values(None)
            self.outputs.set_values(None)
            if trace is not None and trace.picture is not None:
                self.picture.set_influence(trace.picture, None, None)
            self.bars.set_bars([])
            self.legend.set_scale(None, "point at an output" if self._output < 0 else "…")
            return
        values = found.pixels if found.pixels is not None else found.tokens
        scale = ColorScale.of(np.concatenate([values.ravel(), found.written]), "magnitude")
        self.legend.set_scale(scale, WORDS)
        self.outputs.set_values(found.written if len(found.written) else None, scale)
        if trace.picture is not None:
            norms = values if values.ndim == 2 else np.repeat(values[:, None], trace.picture.shape[1], axis=1)
            self.picture.set_rows(values.ndim == 1)
            self.picture.set_title(f"log p(“{shown(found.name)}”) depends on")
            self.picture.set_influence(trace.picture, norms, scale)
        else:
            self.inputs.set_values(values, scale)
            strongest = np.argsort(-values, kind="stable")
            power = power_of(scale.hi)
            bars = [Bar(shown(trace.tokens[i].text), float(values[i]) / 10.0**power, "test") for i in strongest]
            self.bars.set_bars(bars, unit=f"× {decade(power)}" if power else "")

    def figure_data(self) -> FigureData:
        """Every norm, by token, row or pixel."""
        found, trace = self._current, self._trace
        if found is None or trace is None:
            return self._figure({"input": []}, {"tokens": np.zeros(0)})
        arrays: dict[str, Array] = {"tokens": found.tokens, "written": found.written}
        table: dict[str, Column] = {
            "input": [t.text for t in trace.tokens] + list(trace.written[: len(found.written)]),
            "norm of the gradient": np.concatenate([found.tokens, found.written]),
        }
        if found.pixels is not None:
            rows, columns = np.indices(found.pixels.shape)
            table = {"row": rows.ravel(), "column": columns.ravel(), "norm of the gradient": found.pixels.ravel()}
            arrays["pixels"] = found.pixels
        return self._figure(table, arrays, (WORDS,))


def power_of(largest: float) -> int:
    """The power of ten that bars are told in: 0, or for numbers below 0.01 that of the largest."""
    return math.floor(math.log10(largest)) if 0.0 < largest < 0.01 else 0


def output_chips(trace: Trace) -> list[Chip]:
    """The outputs of an answer: after each step read the likeliest class, or the tokens written."""
    if trace.writer is not None:
        names = output_names(trace, len(trace.written))
        return [Chip(name, f"token {i + 1}, “{name}”") for i, name in enumerate(names)]
    steps = step_names(trace)
    chips = []
    for i, row in enumerate(trace.probabilities):
        name = trace.classes[int(row.argmax())]
        chips.append(Chip(_SIGNS.get(name, name), f"after “{steps[i]}”: {name}, p = {float(row.max()):.2f}"))
    return chips


def _outputs_title(trace: Trace | None) -> str:
    if trace is None:
        return ""
    if trace.writer is not None:
        return "written"
    return "answer after each row" if trace.task == "digits" else "answer after each word: + good, − bad"


def _same_input(one: Trace, other: Trace) -> bool:
    return one.tokens == other.tokens and one.written == other.written and one.request.scene == other.request.scene
