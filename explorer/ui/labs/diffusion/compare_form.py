"""The settings of two ways to draw, one above the other, and what both share."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from explorer.core.denoising import SAMPLER_NAMES, SCHEDULE
from explorer.specs.diffusion import MOST_STEPS, Sampling
from explorer.ui.kit.menus import Choice
from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.row import refusal_label
from explorer.ui.kit.scale import Scale
from explorer.ui.labs.diffusion.sampling_controls import MOST_GUIDANCE
from explorer.ui.theme import Theme

SCHEDULE_NAMES = {"": "trained"} | {choice.value: choice.label.lower() for choice in SCHEDULE.choices}
_STEPS = Scale(1, MOST_STEPS, whole=True)
_GUIDANCE = Scale(0, MOST_GUIDANCE, 0.1)
_ETA = Scale(0, 1, 0.1)
_HEADS = (
    ("sampler", "How a step is taken"),
    ("steps", "Denoising steps: more are finer and take longer"),
    ("guidance", "1 draws the class as learned, more exaggerates it, 0 ignores it"),
    ("η", "DDIM alone: share of the noise put back at every step"),
    ("steps as", "Where the steps are: evenly in the time of this noise schedule"),
)


class SettingsRow:
    """The editors of one side.

    Args:
        theme: Colours and fonts.
        name: ``"A"`` or ``"B"``.
        sampling: What they show first.
    """

    def __init__(self, theme: Theme, name: str, sampling: Sampling) -> None:
        self.name = QLabel(name)
        self.name.setProperty("role", "strong")
        self.sampler = Choice(theme)
        for key, words in SAMPLER_NAMES.items():
            self.sampler.addItem(words, key)
        self.steps = NumberBox(_STEPS, sampling.steps, fit_value=True)
        self.guidance = NumberBox(_GUIDANCE, sampling.guidance)
        self.eta = NumberBox(_ETA, sampling.eta)
        self.schedule = Choice(theme)
        for key, words in SCHEDULE_NAMES.items():
            self.schedule.addItem(words, key)
        for widget, (head, tip) in zip(self.editors(), _HEADS, strict=True):
            widget.setAccessibleName(f"{name}: {head}")
            widget.setToolTip(tip)
        self.show(sampling)

    def editors(self) -> tuple[Choice, NumberBox, NumberBox, NumberBox, Choice]:
        """From left to right."""
        return self.sampler, self.steps, self.guidance, self.eta, self.schedule

    def boxes(self) -> tuple[NumberBox, NumberBox, NumberBox]:
        """Those that hold a number."""
        return self.steps, self.guidance, self.eta

    def show(self, sampling: Sampling) -> None:
        """Show these settings."""
        self.sampler.setCurrentIndex(self.sampler.findData(sampling.sampler))
        for box, value in zip(self.boxes(), (sampling.steps, sampling.guidance, sampling.eta), strict=True):
            box.set_value(float(value))
        self.eta.setEnabled(sampling.sampler == "ddim")
        self.schedule.setCurrentIndex(self.schedule.findData(sampling.schedule))

    def read(self, before: Sampling) -> Sampling:
        """``before`` with what the editors hold."""
        return replace(
            before,
            sampler=str(self.sampler.currentData()),
            steps=int(self.steps.value),
            guidance=float(self.guidance.value),
            eta=float(self.eta.value),
            schedule=str(self.schedule.currentData()),
        )


class CompareForm(QWidget):
    """Two rows of editors under common headings.

    Signals:
        changed: A person has changed a setting.
    """

    changed = Signal()

    def __init__(self, theme: Theme, a: Sampling, b: Sampling) -> None:
        super().__init__()
        self._a, self._b = a, b
        self.rows = (SettingsRow(theme, "A", a), SettingsRow(theme, "B", b))
        self._refusal = refusal_label(self)
        self._grid = QGridLayout(self)
        self._lay_out()
        for row in self.rows:
            for menu in (row.sampler, row.schedule):
                menu.activated.connect(self._on_edited)
            for box in row.boxes():
                box.value_entered.connect(self._on_edited)
                box.refused.connect(self._on_refused)

    @property
    def settings(self) -> tuple[Sampling, Sampling]:
        """A and B."""
        return self._a, self._b

    def set_settings(self, a: Sampling, b: Sampling) -> None:
        """Show these; says nothing."""
        self._a, self._b = a, b
        for row, sampling in zip(self.rows, (a, b), strict=True):
            row.show(sampling)

    @Slot()
    def _on_edited(self) -> None:
        a, b = (row.read(old) for row, old in zip(self.rows, self.settings, strict=True))
        if (a, b) != self.settings:
            self.set_settings(a, b)
            self.changed.emit()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))

    def _lay_out(self) -> None:
        grid = self._grid
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for column, (head, tip) in enumerate(_HEADS, start=1):
            label = QLabel(head)
            label.setProperty("role", "tick")
            label.setToolTip(tip)
            grid.addWidget(label, 0, column)
        for line, row in enumerate(self.rows, start=1):
            for column, widget in enumerate((row.name, *row.editors())):
                grid.addWidget(widget, line, column, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._refusal, 3, 0, 1, 6)
        grid.setColumnStretch(6, 1)
        grid.setRowStretch(4, 1)
