"""The last line of the window: where it computes, how fast, and what the data are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from explorer.core.run import RunStatus
from explorer.ui.window.elided import Elided


class StatusLine(QFrame):
    """Device, seed, step, speed and frames skipped at the left; the data note at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "bar")
        self._labels = {name: QLabel() for name in ("device", "seed", "step", "rate", "time", "share", "skipped")}
        self._note = Elided()
        self._note.setMinimumWidth(80)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 8)
        row.setSpacing(20)
        for label in self._labels.values():
            label.setProperty("role", "secondary")
            label.setProperty("tone", "muted")
            label.hide()
            row.addWidget(label)
        row.addWidget(self._note, 1)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._tips()

    def set_device(self, text: str) -> None:
        """Name the device, or say that it is being looked for."""
        self._say("device", text)

    def set_note(self, text: str) -> None:
        """Name the data and their scaling."""
        self._note.set_full_text(text)

    def set_status(self, status: RunStatus, seed: int, n_skipped: int) -> None:
        """Show where the run stands."""
        self._say("seed", f"seed {seed}")
        self._say("step", f"step {status.cursor:,}")
        self._say("rate", f"{_digits(status.steps_per_s)} steps/s" if status.playing else "")
        self._say("time", f"{_digits(status.ms_per_step)} ms/step" if status.ms_per_step else "")
        self._say("share", f"frames {100 * status.frame_share:.0f} %" if status.playing else "")
        self._say("skipped", _skipped(n_skipped))

    def text(self) -> str:
        """Everything said, for tests and screen readers."""
        return " | ".join(label.text() for label in self._labels.values() if label.text())

    def _say(self, name: str, text: str) -> None:
        label = self._labels[name]
        if label.text() != text:
            label.setText(text)
        if label.isHidden() == bool(text):
            label.setVisible(bool(text))

    def _tips(self) -> None:
        self._labels["device"].setToolTip("Where torch computes; choose with --device")
        self._labels["rate"].setToolTip("Training steps per second of wall time")
        self._labels["time"].setToolTip("Milliseconds that one training step takes")
        self._labels["share"].setToolTip("Part of the worker's time spent making pictures; at most a tenth")
        self._labels["skipped"].setToolTip("Pictures replaced by newer ones before they were painted; no training lost")


def _digits(value: float) -> str:
    """Three significant digits at most: 212, 21.2, 4.7."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _skipped(n: int) -> str:
    """Frames skipped, in words."""
    return {0: "no frames skipped", 1: "1 frame skipped"}.get(n, f"{n:,} frames skipped")
