"""The denoising panel on a bench: shown, asking, and answered by hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.core.figures import Provenance
from explorer.specs.diffusion import SPEC, Denoise
from explorer.ui.labs.diffusion.reverse_panel import ReversePanel
from explorer.ui.theme import LIGHT
from tests.ui.labs.diffusion_films import answer


class Bench:
    """A shown panel, what it asked and what it said."""

    def __init__(self, qtbot: QtBot, size: tuple[int, int] = (760, 520)) -> None:
        self.panel = ReversePanel(SPEC.panel("reverse"), LIGHT, where)
        for widget in (self.panel, *self.panel.controls):
            qtbot.addWidget(widget)
        self.asked: list[Denoise] = []
        self.times: list[int] = []
        self.panel.asked.connect(self.asked.append)
        self.panel.time_changed.connect(self.times.append)
        self.panel.resize(*size)
        with qtbot.waitExposed(self.panel):
            self.panel.show()

    def answer_one(self, step: int = 1200, took_ms: float = 4.0) -> None:
        """Answer the newest question."""
        request = self.asked[-1]
        self.asked.clear()
        self.panel.take(answer(request, step, took_ms))

    def answer_all(self, step: int = 1200) -> None:
        """Answer until nothing is asked any more, the hand at rest."""
        calm = self.panel.maker._calm
        while self.asked or calm.isActive():
            if not self.asked:
                calm.stop()
                calm.timeout.emit()
            self.answer_one(step)

    def key(self, key: Qt.Key) -> None:
        """Press a key on the large picture."""
        QTest.keyClick(self.panel.stage.canvas, key)

    def make_film(self) -> None:
        """A finished film of the run's present step."""
        self.panel.set_step(1200, False)
        self.panel.set_ready(True)
        self.answer_all()


def where(title: str) -> Provenance:
    return Provenance("Diffusion", title, "", 7, 1200, "0")


def shown(panel: ReversePanel) -> Any:
    return panel.stage.canvas.picture
