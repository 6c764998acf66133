"""Inside the active cell, with the live numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import Pass, Trace
from explorer.ui.kit.segmented import Segmented
from explorer.ui.labs.sequences.network_story import n_read, n_steps, step_of, story_of
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.cell import CellView, Diagram, Gate, Inside, Strip
from explorer.ui.views.formula import FormulaView, Term
from explorer.ui.views.ticks import MINUS, number
from explorer.ui.views.unrolled_story import cell_kind
from explorer.ui.views.unrolled_words import sub

FORMULA_TANH = r"h_t = \tanh(W x_t + U h_{t-1} + b)"
FORMULA_RELU = r"h_t = \max(0,\; W x_t + U h_{t-1} + b)"
FORMULA_LSTM = (
    r"c_t = \term{class 3}{f} \odot c_{t-1} + \term{class 2}{i} \odot \term{class 4}{g},"
    r"\;\; h_t = \term{class 0}{o} \odot \tanh c_t"
)
FORMULA_GRU = r"h_t = \term{class 3}{z} \odot h_{t-1} + (1 - \term{class 3}{z}) \odot \term{class 4}{n}"
FORMULAS = (FORMULA_TANH, FORMULA_RELU, FORMULA_LSTM, FORMULA_GRU)
_FORMULA_OF = {"rnn_tanh": FORMULA_TANH, "rnn_relu": FORMULA_RELU, "lstm": FORMULA_LSTM, "gru": FORMULA_GRU}
_NAMES = {"rnn_tanh": "tanh RNN", "rnn_relu": "ReLU RNN", "lstm": "LSTM", "gru": "GRU"}
_GATES: dict[str, tuple[tuple[str, str], ...]] = {
    "lstm": (("input i", "class 2"), ("forget f", "class 3"), ("candidate g", "class 4"), ("output o", "class 0")),
    "gru": (("reset r", "class 1"), ("update z", "class 3"), ("candidate n", "class 4")),
}
LAYERS = (("0", "Layer 1", "The layer that reads the input"), ("1", "2", "The layer that reads the first one"))
SATURATED = 0.95


@dataclass(frozen=True, eq=False)
class _Step:
    """One layer's numbers at one step: states before and after, memory before and after (None without), gates."""

    before: Array
    after: Array
    memory: tuple[Array, Array] | None
    gates: Array


class CellPanel(Panel):
    """The inside of the cell at the chosen time: formula, the unit that changes most, gates, states."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._kind = "gru"
        self._shown: tuple[Trace, int] | None = None
        self.layer = Segmented(LAYERS, "Layer")
        self.layer.hide()
        self.controls = [self.layer]
        self.formula = FormulaView(theme)
        self.formula.setAccessibleName("What the cell computes, and the same for the unit that changes most")
        self.view = CellView(theme)
        self.column.addWidget(self.formula)
        self.column.addWidget(self.view, 1)
        self.layer.chosen.connect(self._on_layer_chosen)
        self.set_cell("gru")

    def set_cell(self, kind: str) -> None:
        """Which cell it is: ``rnn_tanh``, ``rnn_relu``, ``lstm`` or ``gru``.

        Raises:
            KeyError: There is no such cell.
        """
        self._kind = kind
        self.formula.set_formula(_FORMULA_OF[kind])
        self._show()

    def set_step(self, trace: Trace, t: int) -> None:
        """Show what happens at a time step: the reader's 0 to n-1, then the writer's; others are ignored."""
        if 0 <= t < n_steps(trace):
            self._shown = (trace, t)
            self._show()

    def clear(self) -> None:
        """Nothing is read, or not yet."""
        self._shown = None
        self.set_subtitle("")
        self._show()

    def figure_data(self) -> FigureData:
        """The numbers of every unit at this step."""
        step = self._step()
        if step is None:
            return self._figure({"unit": np.zeros(0)}, {"h": np.zeros(0)})
        table: dict[str, Column] = {
            "unit": np.arange(1, step.after.size + 1),
            "h before": step.before,
            "h after": step.after,
        }
        if step.memory is not None:
            table |= {"c before": step.memory[0], "c after": step.memory[1]}
        names = [label for label, _ in _GATES.get(self._kind, ())]
        table |= dict(zip(names, step.gates, strict=False))
        arrays = {"before": step.before, "after": step.after}
        if step.gates.size:
            arrays["gates"] = step.gates
        return self._figure(table, arrays, tuple(names[:1]))

    # What is shown ---------------------------------------------------------------------------------------------------

    def _on_layer_chosen(self) -> None:
        self._show()

    def _step(self) -> _Step | None:
        """The numbers of the layer shown; None while nothing is, or while the cell of the trace is another one."""
        if self._shown is None:
            return None
        part, at = step_of(*self._shown)
        layer = min(int(self.layer.value), part.hidden.shape[1] - 1)
        before = part.first[layer] if at == 0 else part.hidden[at - 1][layer]
        gates = part.gates[at][layer]
        if len(gates) != len(_GATES.get(self._kind, ())):
            return None
        memory = None
        if part.memory.shape[1]:
            memory = (_memory_before(self._shown[0], part, at, layer), part.memory[at][layer])
        return _Step(before, part.hidden[at][layer], memory, gates)

    def _show(self) -> None:
        step = self._step()
        if self._shown is None or step is None:
            self.view.set_inside(Inside())
            self.formula.set_numbers([])
            return
        trace, t = self._shown
        self.layer.setVisible(step_of(trace, t)[0].hidden.shape[1] > 1)
        given = story_of(trace).inputs[t].text
        self.view.set_inside(self._inside(step, t, given))
        self.formula.set_numbers(list(self._arithmetic(step)))
        self.set_subtitle(f"t = {t + 1}: {_NAMES[self._kind]} {'reads' if t < n_read(trace) else 'is given'} “{given}”")

    def _inside(self, step: _Step, t: int, given: str) -> Inside:
        strips = [Strip(sub("h", t), step.before), Strip(sub("h", t + 1), step.after)]
        if step.memory is not None:
            strips = [Strip(sub("c", t), step.memory[0]), Strip(sub("c", t + 1), step.memory[1]), *strips]
        gates = [
            Gate(label, values, color, label.startswith("candidate"))
            for (label, color), values in zip(_GATES.get(self._kind, ()), step.gates, strict=True)
        ]
        diagram = None
        if not gates:
            function = "max(0, ·)" if self._kind == "rnn_relu" else "tanh"
            diagram = Diagram(given, sub("h", t), sub("h", t + 1), function)
            gates = [self._extremes(step.after)]
        return Inside(cell_kind(self._kind), tuple(gates), tuple(strips), diagram)

    def _extremes(self, after: Array) -> Gate:
        """The share of units that pass no gradient on: silent ones, or those at the ends of the tanh."""
        if self._kind == "rnn_relu":
            return Gate("silent units", (after <= 0.0).astype(np.float32), "warn", spread=False)
        return Gate(f"|h| > {SATURATED}", (np.abs(after) > SATURATED).astype(np.float32), "warn", spread=False)

    def _arithmetic(self, step: _Step) -> list[list[Term]]:
        """The unit that changes most, and the formula with its numbers, each term in its colour."""
        k = int(np.abs(step.after - step.before).argmax())
        before, after = _text(step.before[k]), _text(step.after[k])
        lines: list[list[Term]] = [[(f"unit {k + 1} changes most: ", "muted"), (f"{before} → {after}", "ink")]]
        if self._kind == "gru":
            return [*lines, _mixed(step.gates[1][k], step.before[k], step.gates[2][k], after)]
        if self._kind == "lstm" and step.memory is not None:
            return [*lines, *_remembered(step.gates[:, k], step.memory[0][k], step.memory[1][k], after)]
        if self._kind == "rnn_relu":
            inside = f"max(0, {after})" if step.after[k] > 0 else "max(0, a), a ≤ 0"
        else:
            inside = f"tanh {_bracketed(np.arctanh(np.clip(np.float64(step.after[k]), -1 + 1e-7, 1 - 1e-7)))}"
        return [*lines, [(f"{after} = {inside}", "ink")]]


def _mixed(z: float, old: float, n: float, after: str) -> list[Term]:
    """The GRU's mixture of old state and candidate, for one unit."""
    return [
        (f"{after} = ", "ink"), (_text(z), "class 3"), (f"·{_bracketed(old)} + ", "ink"),
        (_text(1 - z), "class 3"), ("·", "ink"), (_bracketed(n), "class 4"),
    ]  # fmt: skip


def _remembered(gates: Array, old: float, new: float, after: str) -> list[list[Term]]:
    """The LSTM's new memory and new state, for one unit."""
    i, f, g, o = (float(gate) for gate in gates)
    memory = [
        (f"{_text(new)} = ", "ink"), (_text(f), "class 3"), (f"·{_bracketed(old)} + ", "ink"),
        (_text(i), "class 2"), ("·", "ink"), (_bracketed(g), "class 4"),
    ]  # fmt: skip
    return [memory, [(f"{after} = ", "ink"), (_text(o), "class 0"), (f"·tanh {_bracketed(new)}", "ink")]]


def _memory_before(trace: Trace, part: Pass, at: int, layer: int) -> Array:
    """The memory that a step began with: zeros for a reader, for a writer what the reader left.

    That of a writer that was shown a picture follows from c = f c' + i g.
    """
    if at > 0:
        return np.asarray(part.memory[at - 1][layer])
    if part is trace.reader:
        return np.zeros_like(part.memory[0][layer])
    if trace.reader is not None:
        left = trace.reader.memory
        return np.asarray(left[-1][layer]) if len(left) else np.zeros_like(part.memory[0][layer])
    i, f, g = (np.asarray(gate, np.float64) for gate in part.gates[0][layer][:3])
    return np.asarray((part.memory[0][layer] - i * g) / np.maximum(f, 1e-6), np.float32)


def _text(value: float) -> str:
    return number(float(value), 2)


def _bracketed(value: float) -> str:
    """A number in a product: in brackets if it is negative."""
    text = _text(value)
    return f"({text})" if text.startswith(MINUS) else text
