"""Cost: time and memory of attention against the length of a sequence, beside a recurrent network."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout

from explorer.core.figures import Column, FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.attention.cost import LENGTHS, NETWORKS, QUANTITIES, WIDTHS, Cost, Costed
from explorer.ui.kit.segmented import Segmented
from explorer.ui.panel import Where
from explorer.ui.panels.measuring import MeasuringPanel
from explorer.ui.theme import Theme
from explorer.ui.views.growth import Growth, GrowthView
from explorer.ui.views.prose import ProseView

FIRST_WIDTH = 128
ATTENTION, RECURRENT = "accent", "gru"
_WIDE_PX = 620
_QUESTIONS: Final = tuple(product(LENGTHS, NETWORKS, QUANTITIES))
"""In their order: a length is complete before the next one begins."""


class Measured(NamedTuple):
    """All that was measured at a length."""

    n_tokens: int
    attention_bytes: float
    attention_ms: float
    recurrent_bytes: float
    recurrent_ms: float


class CostPanel(MeasuringPanel):
    """Measured on request, length after length."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where, len(_QUESTIONS), "Measurements done")
        self._answers: list[Costed] = []
        self._ready = False
        self.width_choice = Segmented([(str(w), str(w), f"{w} numbers per token") for w in WIDTHS], "Width")
        self.width_choice.set_value(str(FIRST_WIDTH))
        self.controls = [self.width_choice, self.button]
        self.time, self.memory, self.words = GrowthView(theme), GrowthView(theme), ProseView(theme)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._show()

    @property
    def n_measured(self) -> int:
        """Questions answered."""
        return len(self._answers)

    def set_ready(self, ready: bool) -> None:
        """Whether the live model answers."""
        self._ready = ready
        self._show()

    def take(self, answer: Costed) -> None:
        """Keep it, and ask the next question; an answer to anything else is left alone."""
        if self._waits_for is None or replace(answer.request, generation=0) != self._waits_for:
            return
        self._answers.append(answer)
        self._go_on()

    def subject(self) -> str:
        """The layers measured, and where."""
        return self.subtitle

    def figure_data(self) -> FigureData:
        """Milliseconds and bytes at every length measured."""
        found = self._found()
        table: dict[str, Column] = {"tokens": np.array([one.n_tokens for one in found])}
        for name in Measured._fields[1:]:
            table[name] = np.array([getattr(one, name) for one in found])
        return self._figure(table, {}, ("attention", "tokens") if found else ())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside one another where it is wide."""
        wide = self.width() >= self.theme.px(_WIDE_PX)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)

    # Inside ------------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._answers.clear()

    def _ask(self) -> None:
        n_tokens, network, quantity = _QUESTIONS[len(self._answers)]
        self._waits_for = Cost(n_tokens, int(self.width_choice.value), network, quantity)
        self.asked.emit(self._waits_for)

    def _found(self) -> list[Measured]:
        """The lengths that are complete."""
        values = [answer.value for answer in self._answers]
        n = len(NETWORKS) * len(QUANTITIES)
        return [Measured(length, *values[n * i : n * i + n]) for i, length in enumerate(LENGTHS[: len(values) // n])]

    def _show(self) -> None:
        super()._show()
        found = self._found()
        self.button.setEnabled(self._ready or self.is_measuring)
        self.button.setToolTip(
            "Measure both on this machine, now; training meanwhile shares the processor"
            if self._ready
            else "Waits for the live model"
        )
        for view in (self.time, self.memory):
            view.setVisible(bool(found))
        lengths = [one.n_tokens for one in found]
        self.time.set_curves(lengths, _curves(found, "ms", 1.0), "milliseconds, forward")
        self.memory.set_curves(lengths, _curves(found, "bytes", 1e-6), "MB kept for the gradient")
        self.words.set_paragraphs(_sentences(found))
        if found:
            last = self._answers[-1]
            threads = "one thread" if last.n_threads == 1 else f"{last.n_threads} threads"
            self.set_subtitle(f"width {last.request.width}, a head for every 32; this machine, {threads}, now")
        else:
            self.set_subtitle("attention beside a GRU of the same width; measured on request")

    def _lay_out(self) -> None:
        self.time.setAccessibleName("Time over length")
        self.memory.setAccessibleName("Memory over length")
        self._row.setSpacing(16)
        self._row.addWidget(self.time, 4)
        self._row.addWidget(self.memory, 4)
        self._row.addWidget(self.words, 3)
        self.column.setSpacing(4)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.column.addWidget(self.progress)
        self.column.addLayout(self._row, 1)


def _curves(found: list[Measured], unit: str, factor: float) -> list[Growth]:
    return [
        Growth(label, color, tuple(factor * getattr(one, f"{name}_{unit}") for one in found))
        for label, name, color in (("attention", "attention", ATTENTION), ("GRU", "recurrent", RECURRENT))
    ]


def _sentences(found: list[Measured]) -> list[list[tuple[str, str]]]:
    """What the numbers say."""
    if not found:
        words = "Measure runs a layer of attention and a recurrent network on sequences of 16 to 2,048 tokens."
        return [[(words, "muted")]]
    last = found[-1]
    n = last.n_tokens
    waiting = [("1", ATTENTION), (" against ", "muted"), (f"{n:,}", RECURRENT), (".", "muted")]
    lines = [[("Steps that must wait for one another: ", "muted"), *waiting]]
    if len(found) > 1:
        names, before = ("attention_bytes", "recurrent_bytes"), found[-2]
        ratios = [getattr(last, name) / getattr(before, name) for name in names]
        lines.append(
            [
                ("Twice the length, memory ", "muted"),
                (f"×{ratios[0]:.1f}", ATTENTION),
                (" against ", "muted"),
                (f"×{ratios[1]:.1f}", RECURRENT),
                (".", "muted"),
            ]
        )
        lines.append([(_crossing(found), "muted")])
    return lines


def _crossing(found: list[Measured]) -> str:
    """Up to which length attention is the faster one."""
    faster = [one.n_tokens for one in found if one.attention_ms < one.recurrent_ms]
    if not faster:
        return "The recurrent network is faster at every length measured."
    if len(faster) == len(found):
        return f"Attention is faster at every length up to {found[-1].n_tokens:,}."
    return f"Attention is faster up to {max(faster):,} tokens on this machine; beyond, its square catches up."
