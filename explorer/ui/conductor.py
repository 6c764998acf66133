"""Brings lab, worker, form and undo together; the window only shows what they do."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from explorer.catalog import FIRST_SEED
from explorer.core.errors import Trouble, UserError
from explorer.core.mailbox import Mail, Mailbox
from explorer.core.params import needs_restart
from explorer.core.run import RunStatus
from explorer.core.session import View, load_session
from explorer.core.stored import stored_path
from explorer.ui.forms.undo import ParamsChange, RunChosen
from explorer.ui.lab import Lab
from explorer.ui.work.crew import Crew
from explorer.ui.work.orders import Collect, Open, Resume, Save
from explorer.ui.work.pump import Pump


class Conductor(QObject):
    """One open lab and its run. While another lab is in front it says nothing and hears nothing.

    Signals:
        status_changed: A :class:`~explorer.core.run.RunStatus`, at most as often as the pump delivers.
        run_changed: The run jumped: parameters, seed or title are new.
        params_changed: The parameters now in force.
        ready: Text naming the device, once the model is there.
        answered: An answer of the live model, after the lab has taken it.
        trouble: A :class:`~explorer.core.errors.Trouble` to tell the user.
        saved: Path of the session written.
        collected: (order, step, frames or None at the end).

    Args:
        lab: The lab.
    """

    status_changed = Signal(object)
    run_changed = Signal()
    params_changed = Signal(object)
    ready = Signal(str)
    answered = Signal(object)
    trouble = Signal(object)
    saved = Signal(str)
    collected = Signal(object, int, object)

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lab = lab
        self.undo_stack = QUndoStack(self)
        self.is_ready = False
        self._has_stored = True
        self._stopped = False
        self._in_front = True
        self._hears = False
        self._wanted: frozenset[str] = frozenset()
        self._last_trouble: Trouble | None = None
        self._mailbox = Mailbox()
        self.pump = Pump(self._mailbox, self)
        self.pump.delivered.connect(self._on_delivered)
        self._crew: Crew | None = None
        lab.asked.connect(self.ask)
        lab.scrub_requested.connect(self.scrub)
        lab.stored_wished.connect(self.choose_stored)
        lab.params_wished.connect(self.edit_params)

    # ------------------------------------------------------------------------------------------------- opening

    def show_stored(self) -> None:
        """Paint the first stored run from its arrays; no model is needed."""
        if not self.lab.spec.stored:
            return
        stored = self.lab.spec.stored[0]
        try:
            self.lab.show_session(load_session(stored_path(stored.stem), with_state=False), stored.title)
        except UserError as error:
            self._has_stored = False
            self.trouble.emit(Trouble(f"The stored run cannot be shown: {error}", "", 0, "Open"))
        self._announce()

    def start(self, crew: Crew, path: Path | None = None) -> None:
        """Let the worker open the session file, the first stored run, or a new run."""
        if self._stopped:  # closed before anything was painted
            return
        self._crew = crew
        crew.turned_to.connect(self._on_turned_to)
        crew.ready.connect(self._on_ready)
        crew.answered.connect(self._on_answered)
        crew.troubled.connect(self._on_troubled)
        crew.saved.connect(self._on_saved)
        crew.viewed.connect(self._on_viewed)
        crew.collected.connect(self._on_collected)
        stored = self.lab.spec.stored[0] if self.lab.spec.stored and self._has_stored else None
        self._open(stored.stem if stored else "", stored.title if stored else "", path)

    def leave(self) -> None:
        """Another lab comes to the front: pause, and be silent."""
        self.command("pause")
        self.lab.close()
        self._in_front = self._hears = False
        self.pump.stop()

    def come_back(self) -> None:
        """This lab comes to the front again, as it was left."""
        self._in_front = True
        self._order(Resume(self.lab.spec.id))
        if self.is_ready:
            self.lab.model_ready()

    def open_stored(self, index: int) -> None:
        """Open one of the lab's stored runs."""
        run = self.lab.spec.stored[index]
        self._open(run.stem, run.title, None)

    def choose_stored(self, index: int) -> None:
        """Open one of the lab's stored runs as the user wishes: undo goes back to the run or the parameters before."""
        stored, run = self.lab.spec.stored, self.lab.run
        titles = [one.title for one in stored]
        if run.stored == titles[index]:
            self.open_stored(index)
            return
        known = run.stored in titles
        back = partial(self.open_stored, titles.index(run.stored)) if known else partial(self._apply_params, run.params)
        self.undo_stack.push(RunChosen(titles[index], partial(self.open_stored, index), back))

    def open_session(self, path: Path) -> None:
        """Open a session file."""
        self._open("", "", path)

    def stop(self) -> None:
        """Say and hear nothing more, for good."""
        self._stopped = True
        self._hears = False
        self.pump.stop()
        self.lab.close()

    def _open(self, stem: str, title: str, path: Path | None) -> None:
        run = self.lab.run
        words, seed = title if stem else "", run.seed or FIRST_SEED
        order = Open(self.lab.spec, run.params, seed, stem, words, path, self._wanted, self._mailbox)
        self._order(order)

    # ------------------------------------------------------------------------------------------------ commands

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped for good."""
        return self._stopped

    @property
    def status(self) -> RunStatus:
        """Where the run stands, as last heard."""
        return self.lab.status

    def command(self, name: str, *args: Any) -> None:
        """One of the runner's commands by name."""
        if self._crew is not None and self._in_front:
            self._crew.command(name, *args)

    def toggle_play(self) -> None:
        """Train, or pause."""
        self.command("pause" if self.status.playing else "play")

    @Slot(int)
    def scrub(self, step: int) -> None:
        """Show a recorded step."""
        self.command("scrub", step)

    def new_seed(self) -> None:
        """Start again with another seed."""
        self.command("reseed", random.SystemRandom().randint(1, 9999))

    @Slot(object)
    def ask(self, request: Any) -> None:
        """Ask the live model; unanswered until it is there."""
        if self._crew is not None and self._in_front:
            self._crew.ask(request)

    def save(self, path: Path) -> None:
        """Write the step shown to a session file."""
        self._order(Save(path, self.lab.view()))

    def collect(self, order: Collect) -> None:
        """Ask for recorded frames."""
        self._order(order)

    def set_wanted(self, names: frozenset[str]) -> None:
        """Choose the frames that visible panels draw."""
        if names != self._wanted:
            self._wanted = names
            self.command("set_wanted", names)

    @Slot(object, str, bool)
    def edit_params(self, params: Any, merge_key: str, final: bool) -> None:
        """Parameters chosen by the user: into force, and onto the undo stack.

        A change that restarts the run waits until the user lets go.
        """
        before = self.lab.run.params
        if params == before or (not final and needs_restart(before, params)):
            return
        self.undo_stack.push(ParamsChange(self._apply_params, before, params, merge_key))

    def _apply_params(self, params: object) -> None:
        self.lab.params_edited(params)
        self.command("set_params", params)
        self.params_changed.emit(params)

    # ------------------------------------------------------------------------------------------------ hearing

    @Slot(object)
    def _on_delivered(self, mail: Mail) -> None:
        self.lab.receive(mail)
        if mail.snapshot is not None:
            self._announce()
        if mail.status is not None:
            self.status_changed.emit(mail.status)
            if mail.status.trouble is not self._last_trouble:
                self._last_trouble = mail.status.trouble
                if self._last_trouble is not None:
                    self.trouble.emit(self._last_trouble)

    @Slot(str)
    def _on_turned_to(self, lab_id: str) -> None:
        """From here on the worker speaks of this lab, or of another one."""
        self._hears = lab_id == self.lab.spec.id and not self._stopped
        if self._hears:
            self.pump.start()
        else:
            self.pump.stop()

    @Slot(str)
    def _on_ready(self, device: str) -> None:
        if not self._hears:
            return
        self.is_ready = True
        self.lab.device = device
        self.pump.deliver()
        self.ready.emit(device)

    @Slot(object)
    def _on_viewed(self, view: View) -> None:
        if self._hears:
            self.lab.restore_view(view)

    @Slot(object)
    def _on_troubled(self, trouble: Trouble) -> None:
        if self._hears:
            self.trouble.emit(trouble)

    @Slot(str)
    def _on_saved(self, path: str) -> None:
        if self._hears:
            self.saved.emit(path)

    @Slot(object, int, object)
    def _on_collected(self, order: object, step: int, frames: object) -> None:
        if self._hears:
            self.collected.emit(order, step, frames)

    @Slot(object)
    def _on_answered(self, answer: Any) -> None:
        if self._hears:
            self.lab.receive_answer(answer)
            self.answered.emit(answer)

    def _announce(self) -> None:
        self.run_changed.emit()
        self.params_changed.emit(self.lab.run.params)
        self.status_changed.emit(self.lab.status)

    def _order(self, order: Any) -> None:
        if self._crew is not None and self._in_front:
            self._crew.order(order)
