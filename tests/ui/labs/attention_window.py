"""The attention lab with the real experiment behind it, in one thread."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from explorer.core.frames import Frame
from explorer.core.mailbox import Mail
from explorer.core.run import RunSnapshot, RunStatus
from explorer.experiments.attention import AttentionExperiment, create
from explorer.specs.attention import SPEC, AttentionParams
from explorer.ui.labs.attention import AttentionLab
from explorer.ui.theme import LIGHT, Theme


class Bench:
    """The lab, its panels, and answers on request.

    Attributes:
        lab: The window half.
        model: The torch half.
        asked: Questions that are not answered yet.
    """

    def __init__(self, qtbot: QtBot, model: AttentionExperiment | None = None, theme: Theme = LIGHT) -> None:
        self.lab = AttentionLab(SPEC, theme)
        self.model = model or create(AttentionParams(), 7)
        self.asked: list[Any] = []
        self.lab.asked.connect(self.asked.append)
        self.lab.receive(self.mail())
        self._qtbot = qtbot

    def mail(self, **status: Any) -> Mail:
        """What the run says of itself."""
        step = self.model.n_steps
        now = RunStatus(**({"head": step, "cursor": step} | status))
        frames = self.model.frames(frozenset(f.name for f in SPEC.frames), exact=True)
        snapshot = RunSnapshot(self.model.params, 7, now, {})
        return Mail(snapshot, now, {name: Frame(name, step, array) for name, array in frames.items()}, (), 0)

    def panel(self, panel_id: str, width: int = 800, height: int = 560) -> Any:
        """A panel, shown on its own."""
        panel = self.lab.panel(panel_id)
        if not panel.isVisible():
            for widget in (panel, *panel.controls):
                self._qtbot.addWidget(widget)
            panel.resize(width, height)
            with self._qtbot.waitExposed(panel):
                panel.show()
            self.lab.show_panel(panel)
        return panel

    def ready(self) -> Bench:
        """The model answers from now on."""
        self.lab.device = "CPU"
        self.lab.model_ready()
        return self

    def answer(self) -> None:
        """Answer all questions, and those that the answers lead to; of each kind the newest."""
        while self.asked:
            newest = {type(question): question for question in self.asked}
            self.asked.clear()
            for question in newest.values():
                self.lab.receive_answer(self.model.answer(question))
