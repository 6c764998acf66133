"""A lab without window and worker: it receives its run's mail and answers, and its panels become files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explorer.catalog import resolve
from explorer.core.errors import UserError
from explorer.core.mailbox import Mailbox
from explorer.core.runner import Runner
from explorer.core.session import Session
from explorer.ui.app import make_app
from explorer.ui.export.export import check_target, export_figure, suffix_of
from explorer.ui.export.figure import ExportOptions
from explorer.ui.export.film import record
from explorer.ui.lab import Lab
from explorer.ui.panel import Panel
from explorer.ui.theme import DARK, LIGHT, Theme

THEMES: dict[str, Theme] = {"light": LIGHT, "dark": DARK}
MOST_ROUNDS = 64
"""Questions may lead to questions; a lab that never stops asking is left after so many rounds."""


def check_file(path: Path, *, overwrite: bool) -> str:
    """The kind of file to be written, as ``".png"``, found to be possible before anything slow.

    Raises:
        UserError: It cannot be written; the sentence says why.
    """
    suffix = suffix_of(path)
    check_target(path, overwrite=overwrite)
    return suffix


class Darkroom:
    """Shows one run to one lab and writes its panels.

    Args:
        runner: The run, standing.
        mailbox: The runner's.
        device: Where torch computes, in words.
        theme: ``"light"`` or ``"dark"``.
        session: What the run began with; its view is shown again.
    """

    def __init__(
        self, runner: Runner, mailbox: Mailbox, device: str, theme: str = "light", session: Session | None = None
    ) -> None:
        make_app()
        self._runner = runner
        self._mailbox = mailbox
        self._questions: dict[type, Any] = {}
        self.lab: Lab = resolve(runner.spec.lab)(runner.spec, THEMES[theme])
        self.lab.device = device
        self.lab.asked.connect(self._on_lab_asked)
        if session is not None:
            self.lab.show_session(session, runner.stored)
        self.catch_up()

    def catch_up(self) -> None:
        """Bring the lab to where the run stands now."""
        self._runner.set_wanted(frozenset(name for panel in self._runner.spec.panels for name in panel.wants))
        self._runner.step(0)  # exact frames of the step reached
        self.lab.receive(self._mailbox.drain())
        self._answer_all()

    def panel(self, panel_id: str) -> Panel:
        """A panel that has been told everything it shows.

        Raises:
            UserError: There is no such panel.
        """
        panel = self.lab.panel(panel_id)
        self._answer_all()
        self.lab.show_panel(panel)
        self._answer_all()
        return panel

    def write(self, panel_id: str, path: Path, scale: float = 2.0, *, overwrite: bool = False) -> None:
        """Write a panel in the format that the file's name ends with; a GIF shows the recorded history.

        Raises:
            UserError: The file cannot be written.
        """
        options = ExportOptions(scale=scale)
        panel = self.panel(panel_id)
        if suffix_of(path) == ".gif" and len(self._runner.history.frames.steps) > 1:
            record(self.lab, panel_id, self._runner.history, path, options, overwrite=overwrite)
        else:
            panel.complete()
            self._answer_all()
            export_figure(panel, path, options, overwrite=overwrite)

    def close(self) -> None:
        """Let go of the panels."""
        for panel in self.lab.made_panels():
            panel.deleteLater()
        self.lab.deleteLater()

    def _on_lab_asked(self, request: Any) -> None:
        self._questions[type(request)] = request

    def _answer_all(self) -> None:
        for _ in range(MOST_ROUNDS):
            questions, self._questions = self._questions, {}
            for request in questions.values():
                self._answer(request)
            if not self._questions:
                return

    def _answer(self, request: Any) -> None:
        try:
            self.lab.receive_answer(self._runner.ask(request))
        except UserError:
            return  # a question that does not fit this model leaves its part of the panel empty, as in the window
