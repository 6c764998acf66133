"""Cost: time and memory of attention against the length of a sequence, beside a recurrent network."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QProgressBar, QPushButton

from explorer.core.figures import Column, FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.attention import COST_LENGTHS, COST_WIDTHS, Cost, Costed
from explorer.ui.kit.segmented import Segmented
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.growth import Growth, GrowthView
from explorer.ui.views.prose import ProseView

FIRST_WIDTH = 128
ATTENTION, RECURRENT = "accent", "gru"
_WIDE_PX = 620


class CostPanel(Panel):
    """Measured on request, length after length."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._found: list[Costed] = []
        self._waits_for: Cost | None = None
        self._ready = False
        self.width_choice = Segmented([(str(w), str(w), f"{w} numbers per token") for w in COST_WIDTHS], "Width")
        self.width_choice.set_value(str(FIRST_WIDTH))
        self.button = QPushButton("Measure")
        self.controls = [self.width_choice, self.button]
        self.time, self.memory, self.words = GrowthView(theme), GrowthView(theme), ProseView(theme)
        self.progress = QProgressBar()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._show()

    @property
    def is_measuring(self) -> bool:
        """Whether an answer is waited for."""
        return self._waits_for is not None

    def set_ready(self, ready: bool) -> None:
        """Whether the live model answers."""
        self._ready = ready
        self._show()

    def take(self, answer: Costed) -> None:
        """Add a length, and ask for the next one; any other answer is left alone."""
        waits = self._waits_for
        if waits is None or (answer.request.n_tokens, answer.request.width) != (waits.n_tokens, waits.width):
            return
        self._found.append(answer)
        self._waits_for = None
        if len(self._found) < len(COST_LENGTHS):
            self._ask()
        self._show()

    @Slot()
    def measure(self) -> None:
        """Begin with the shortest."""
        self._found.clear()
        self._ask()
        self._show()

    @Slot()
    def stop(self) -> None:
        """Ask for nothing more; what was measured stays."""
        self._waits_for = None
        self._show()

    def figure_data(self) -> FigureData:
        """Milliseconds and bytes at every length measured."""
        found = self._found
        table: dict[str, Column] = {"tokens": np.array([one.request.n_tokens for one in found])}
        for name in ("attention_ms", "recurrent_ms", "attention_bytes", "recurrent_bytes"):
            table[name] = np.array([getattr(one, name) for one in found])
        return self._figure(table, {}, ("attention", "tokens") if found else ())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape stops."""
        if event.key() == Qt.Key.Key_Escape and self.is_measuring:
            self.stop()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside one another where it is wide."""
        wide = self.width() >= self.theme.px(_WIDE_PX)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)

    # Inside ------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self._waits_for = Cost(COST_LENGTHS[len(self._found)], int(self.width_choice.value))
        self.asked.emit(self._waits_for)

    @Slot()
    def _on_button_clicked(self) -> None:
        if self.is_measuring:
            self.stop()
        else:
            self.measure()

    def _show(self) -> None:
        found = self._found
        self.button.setText("Stop" if self.is_measuring else "Measure")
        self.button.setEnabled(self._ready or self.is_measuring)
        self.button.setToolTip(
            "Measure both on this machine, now; training meanwhile shares the processor"
            if self._ready
            else "Waits for the live model"
        )
        self.progress.setVisible(self.is_measuring)
        self.progress.setValue(len(found))
        for view in (self.time, self.memory):
            view.setVisible(bool(found))
        lengths = [one.request.n_tokens for one in found]
        self.time.set_curves(lengths, _curves(found, "ms", 1.0), "milliseconds, forward")
        self.memory.set_curves(lengths, _curves(found, "bytes", 1e-6), "MB kept for the gradient")
        self.words.set_paragraphs(_sentences(found))
        if found:
            n = found[-1].n_threads
            threads = "one thread" if n == 1 else f"{n} threads"
            self.set_subtitle(f"width {found[-1].request.width}, a head for every 32; this machine, {threads}, now")
        else:
            self.set_subtitle("attention beside a GRU of the same width; measured on request")

    def _lay_out(self) -> None:
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.progress.setTextVisible(False)
        self.progress.setRange(0, len(COST_LENGTHS))
        self.progress.setAccessibleName("Lengths measured")
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
        self.button.clicked.connect(self._on_button_clicked)


def _curves(found: list[Costed], unit: str, factor: float) -> list[Growth]:
    return [
        Growth(label, color, tuple(factor * getattr(one, f"{name}_{unit}") for one in found))
        for label, name, color in (("attention", "attention", ATTENTION), ("GRU", "recurrent", RECURRENT))
    ]


def _sentences(found: list[Costed]) -> list[list[tuple[str, str]]]:
    """What the numbers say."""
    if not found:
        words = "Measure runs a layer of attention and a recurrent network on sequences of 16 to 2,048 tokens."
        return [[(words, "muted")]]
    last = found[-1]
    n = last.request.n_tokens
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


def _crossing(found: list[Costed]) -> str:
    """Up to which length attention is the faster one."""
    faster = [one.request.n_tokens for one in found if one.attention_ms < one.recurrent_ms]
    if not faster:
        return "The recurrent network is faster at every length measured."
    if len(faster) == len(found):
        return f"Attention is faster at every length up to {found[-1].request.n_tokens:,}."
    return f"Attention is faster up to {max(faster):,} tokens on this machine; beyond, its square catches up."
