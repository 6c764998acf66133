"""The Qt half of a lab, without window or thread: mail and answers in, questions out.

The window drives it through the worker, the command line through a runner of its own; both are only mail to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

import explorer
from explorer.core.figures import Provenance
from explorer.core.frames import Array
from explorer.core.mailbox import Mail
from explorer.core.params import summary, with_values
from explorer.core.run import RunSnapshot, RunStatus
from explorer.core.scalars import ScalarLog
from explorer.core.session import Session, View
from explorer.core.spec import LabSpec
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme


class Lab(QObject):
    """Holds what is known of the run and hands it to the panels.

    Subclasses make the panels and link them.

    Signals:
        asked: A request for the live model.
        scrub_requested: A step that a panel wants to see.
        wanted_changed: The frames that visible panels draw have changed.
        notice: A sentence for the user.
        stored_wished: Number of one of the lab's stored runs that a panel wants to see.
        params_wished: Parameters chosen on a panel; a key that stays the same throughout one drag; whether it is over.

    Args:
        spec: The lab.
        theme: Colours and fonts.
    """

    asked = Signal(object)
    scrub_requested = Signal(int)
    wanted_changed = Signal()
    notice = Signal(str)
    stored_wished = Signal(int)
    params_wished = Signal(object, str, bool)

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.theme = theme
        self.log = ScalarLog()
        self.run = RunSnapshot(spec.params(), 0, RunStatus(), {})
        self.status = RunStatus()
        self.frames: dict[str, Array] = {}
        self.frame_steps: dict[str, int] = {}
        self.device = ""
        self._panels: dict[str, Panel] = {}
        self._asked: dict[type, int] = {}
        self._taken: dict[type, int] = {}

    # ------------------------------------------------------------------------------------------------- panels

    def panel(self, panel_id: str) -> Panel:
        """The panel called ``panel_id``, made when first asked for and brought up to date.

        Raises:
            UserError: There is no such panel.
        """
        if panel_id not in self._panels:
            panel = self._make_panel(self.spec.panel(panel_id).id)
            self._panels[panel_id] = panel
            panel.asked.connect(self.ask)
            self._refresh(panel)
        return self._panels[panel_id]

    def made_panels(self) -> tuple[Panel, ...]:
        """The panels made so far."""
        return tuple(self._panels.values())

    def provenance(self, panel_title: str) -> Provenance:
        """Where a figure made now comes from."""
        params, seed, step = summary(self.run.params), self.run.seed, self.status.cursor
        return Provenance(self.spec.title, panel_title, params, seed, step, explorer.__version__, self.device)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        self.theme = theme
        for panel in self.made_panels():
            panel.set_theme(theme)

    # ------------------------------------------------------------------------------------------------- mail in

    @Slot(object)
    def receive(self, mail: Mail) -> None:
        """Take in what the runner said since last time."""
        if mail.snapshot is not None:
            self._take_snapshot(mail.snapshot)
        for step, values in mail.scalars:
            self.log.append(step, values)
        if mail.frames:
            self.frames.update({n: f.data for n, f in mail.frames.items()})
            self.frame_steps.update({n: f.step for n, f in mail.frames.items()})
            self._on_frames(frozenset(mail.frames))
        if mail.status is not None:
            moved = mail.status.cursor != self.status.cursor
            self.status = mail.status
            self._on_status(moved)
        if mail.scalars or mail.snapshot is not None:
            self._on_scalars()

    def show_session(self, session: Session, title: str) -> None:
        """Show a stored run before any model is there."""
        params = with_values(self.spec.params(), session.params)
        status = RunStatus(head=session.step, cursor=session.step, first=session.step)
        snapshot = RunSnapshot(params, session.seed, status, session.series, session.ghosts, title)
        self._take_snapshot(snapshot)
        self.status = status
        self.frames = dict(session.frames)
        self.frame_steps = dict.fromkeys(session.frames, session.step)
        self.restore_view(session.view)
        self._on_frames(frozenset(self.frames))
        self._on_status(moved=True)
        self._on_scalars()

    # ------------------------------------------------------------------------------------------------- questions

    @Slot(object)
    def ask(self, request: Any) -> None:
        """Number a request and send it to the live model."""
        kind = type(request)
        self._asked[kind] = self._asked.get(kind, 0) + 1
        self.asked.emit(replace(request, generation=self._asked[kind]))

    @Slot(object)
    def receive_answer(self, answer: Any) -> None:
        """Take in an answer; one older than what was taken before is dropped silently."""
        kind = type(answer.request)
        if answer.generation > self._taken.get(kind, 0):
            self._taken[kind] = answer.generation
            self._on_answer(answer)

    def params_edited(self, params: Any) -> None:
        """Note parameters chosen by the user before the runner has adopted them."""
        self.run = replace(self.run, params=params)

    def first_painted(self) -> None:
        """The first picture is on the screen: whatever could wait for that is done now."""

    def model_ready(self) -> None:
        """The live model is there: ask what could not be asked before."""

    def close(self) -> None:
        """The window closes: nothing may be asked any more."""

    def show_panel(self, panel: Panel) -> None:
        """A panel came to be seen: bring up to date what was left out while it was hidden."""

    def move_probe(self, x: float, y: float) -> None:
        """Put the probe at (x, y) on the map; nothing in a lab without one."""

    def select(self, index: int) -> None:
        """Choose an item of the data, as a click on it does; nothing in a lab without any."""

    def choose_path(self, a: int, b: int) -> None:
        """Walk from one item of the data to another; nothing in a lab without paths."""

    def view(self) -> View:
        """What is shown, for a session."""
        return {}

    def restore_view(self, view: View) -> None:
        """Show again what :meth:`view` said; unknown or broken parts are ignored."""

    def _take_snapshot(self, snapshot: RunSnapshot) -> None:
        self.run = snapshot
        self.log = ScalarLog()
        self.log.extend(snapshot.series)
        self._on_run()

    # ------------------------------------------------------------------------------------------------- subclasses

    def _make_panel(self, panel_id: str) -> Panel:
        raise NotImplementedError

    def _refresh(self, panel: Panel) -> None:
        """Bring a panel made just now up to date."""

    def _on_answer(self, answer: Any) -> None:
        """Hand an answer to the panels that show it."""

    def _on_run(self) -> None:
        """The run jumped: other parameters, other seed, other numbers."""

    def _on_frames(self, names: frozenset[str]) -> None:
        """These frames are new."""

    def _on_scalars(self) -> None:
        """The log has new numbers."""

    def _on_status(self, moved: bool) -> None:
        """The status is new; ``moved`` says that another step is shown."""

    def frame(self, name: str) -> Array | None:
        """The newest frame of a channel, or None."""
        found: Mapping[str, Array] = self.frames
        return found.get(name)
