"""A panel of the diffusion lab without its lab: what it asks is kept, what it is answered is made by hand."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from explorer.specs.diffusion import SPEC, Judge
from explorer.ui.labs.diffusion.compare_panel import ComparePanel
from explorer.ui.labs.diffusion.curves_panel import DiffusionCurves
from explorer.ui.labs.diffusion.quality_panel import QualityPanel
from explorer.ui.labs.diffusion.samples_panel import SamplesPanel
from explorer.ui.panels.noise_levels import LevelsPanel
from explorer.ui.theme import LIGHT, Theme
from tests.ui.labs.diffusion_answers import denoised, judged, where

KINDS: dict[str, Any] = {
    "samples": SamplesPanel,
    "levels": LevelsPanel,
    "curves": DiffusionCurves,
    "quality": QualityPanel,
    "compare": ComparePanel,
}


class Bench:
    """A panel that is shown, and the questions it asks."""

    def __init__(self, qtbot: QtBot, panel_id: str, theme: Theme = LIGHT, size: tuple[int, int] = (900, 320)) -> None:
        self.panel: Any = KINDS[panel_id](SPEC.panel(panel_id), theme, where)
        self.asked: list[Any] = []
        self.panel.asked.connect(self.asked.append)
        for widget in (self.panel, *self.panel.controls):
            qtbot.addWidget(widget)
        self.panel.resize(*size)

    def show(self, qtbot: QtBot) -> Bench:
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        return self

    def finish(self, **answer: Any) -> int:
        """Answer question after question, each once; returns how many."""
        n = 0
        while self.asked:
            (question,) = self.asked
            self.asked.clear()
            make = judged if isinstance(question, Judge) else denoised
            self.panel.take(make(question, **answer))
            n += 1
        return n
