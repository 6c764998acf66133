"""One open lab in the window: header, docks, transport bar and status line, and the run behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from explorer.catalog import resolve, spec
from explorer.core.errors import Trouble
from explorer.core.run import RunStatus
from explorer.core.tour import has_tour
from explorer.ui.actions import fill_menu
from explorer.ui.conductor import Conductor
from explorer.ui.forms.form import ParamForm
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.transport import TransportBar
from explorer.ui.lab import Lab
from explorer.ui.panel import Panel
from explorer.ui.settings import Settings
from explorer.ui.theme import Theme
from explorer.ui.tour.player import TourPlayer
from explorer.ui.window.focus import focus_first
from explorer.ui.window.header import Header
from explorer.ui.window.lab_page import LabPage
from explorer.ui.window.status_line import StatusLine
from explorer.ui.window.trouble_bar import TroubleBar

HANDLES_AFTER_MS, STATUS_EVERY_S = 250, 0.25


@dataclass(frozen=True, eq=False)
class Fittings:
    """What a desk borrows from its window.

    Attributes:
        theme: Colours and fonts.
        settings: What is remembered.
        actions: The window's commands by id.
        themes_menu: Chooses the theme.
        export: Opens the export dialog of a panel.
        copy_picture: Copies a panel's picture.
        copy_numbers: Copies a panel's numbers.
        handle: Makes a handle that drags a panel's picture out.
    """

    theme: Theme
    settings: Settings
    actions: Mapping[str, QAction]
    themes_menu: QMenu
    export: Callable[[str], None]
    copy_picture: Callable[[str], None]
    copy_numbers: Callable[[str], None]
    handle: Callable[[Panel], QWidget]


class Desk(QWidget):
    """One lab, open; kept as it is while another one is in front.

    Signals:
        notice: A sentence for the user, and its tone.

    Args:
        lab_id: The lab.
        fittings: What the window lends.
    """

    notice = Signal(str, str)

    def __init__(self, lab_id: str, fittings: Fittings) -> None:
        super().__init__()
        self._fittings = fittings
        self._shown_playing = False
        self._next_status_s = 0.0
        self._visible: set[str] = set()
        lab_spec = spec(lab_id)
        self.lab: Lab = resolve(lab_spec.lab)(lab_spec, fittings.theme)
        self.conductor = Conductor(self.lab, self)
        self.form = ParamForm(fittings.theme, self.lab.run.params)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._restore_layout()
        self.conductor.show_stored()

    # ------------------------------------------------------------------------------------------------- making

    def _make_parts(self) -> None:
        theme, lab_spec, actions = self._fittings.theme, self.lab.spec, self._fittings.actions
        self.form.reset_all_button.hide()
        self.reset_button = IconButton("reset-default", theme)
        self.reset_button.setToolTip(actions["reset_params"].toolTip())
        self.reset_button.clicked.connect(self.form.reset_all)
        self.page = LabPage(self.lab, self.form, theme, self._panel_menu, [self.reset_button])
        tour = actions["tour"] if has_tour(lab_spec.id) else None
        self.header = Header(theme, self._make_runs_menu(), actions["export"], tour, actions["present"], self._menu())
        self.header.set_lab(lab_spec.title, lab_spec.summary)
        self.transport = TransportBar(theme)
        self.trouble_bar = TroubleBar(theme)
        self.status_line = StatusLine()
        self.status_line.set_note(lab_spec.data_note)
        self.status_line.set_device("loading torch")

    def _make_runs_menu(self) -> QMenu:
        menu = QMenu(self)
        for i, run in enumerate(self.lab.spec.stored):
            menu.addAction(run.title, partial(self.conductor.choose_stored, i))
        menu.addSeparator()
        menu.addAction(self._fittings.actions["train_from_scratch"])
        return menu

    def _menu(self) -> QMenu:
        panels = QMenu("Panels", self)
        for dock in self.page.docks.values():
            panels.addAction(dock.toggleViewAction())
        menu = QMenu(self)
        fill_menu(menu, self._fittings.actions, {"View": panels})
        menu.addMenu(self._fittings.themes_menu)
        return menu

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 14, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.trouble_bar)
        column.addWidget(self.page, 1)
        column.addSpacing(10)
        column.addWidget(self.transport)
        column.addWidget(self.status_line)
        self.tour = TourPlayer(self.lab, self.conductor, self.page, self, self._fittings.theme, self._fittings.settings)

    def _connect(self) -> None:
        bar, conductor = self.transport, self.conductor
        bar.play_requested.connect(conductor.toggle_play)
        bar.pause_requested.connect(conductor.toggle_play)
        bar.step_requested.connect(partial(conductor.command, "step"))
        bar.step_back_requested.connect(partial(conductor.command, "step_back"))
        bar.reset_requested.connect(partial(conductor.command, "reset"))
        bar.branch_requested.connect(partial(conductor.command, "branch"))
        bar.new_seed_requested.connect(conductor.new_seed)
        bar.seed_entered.connect(partial(conductor.command, "reseed"))
        bar.scrub_requested.connect(conductor.scrub)
        bar.speed_chosen.connect(partial(conductor.command, "set_speed"))
        self.form.params_edited.connect(conductor.edit_params)
        conductor.params_changed.connect(self.form.set_params)
        conductor.status_changed.connect(self._on_status)
        conductor.run_changed.connect(self._on_run_changed)
        conductor.ready.connect(self._on_ready)
        conductor.trouble.connect(self._on_trouble)
        conductor.saved.connect(self._on_saved)
        self.lab.notice.connect(self._on_notice)
        self.lab.wanted_changed.connect(self._update_wanted)
        self.page.visible_panels_changed.connect(self._wanted_soon)
        self.trouble_bar.dismissed.connect(self.trouble_bar.hide)
        self._wanted_timer = QTimer(self)
        self._wanted_timer.setSingleShot(True)
        self._wanted_timer.setInterval(0)
        self._wanted_timer.timeout.connect(self._update_wanted)
        self.tour.trouble.connect(self._on_trouble)
        self.tour.toggled.connect(self._on_tour_toggled)

    def _panel_menu(self, panel_id: str) -> QMenu:
        menu = QMenu(self)
        if panel_id != "parameters":
            menu.addAction("Export…", partial(self._fittings.export, panel_id))
            menu.addAction("Copy picture", partial(self._fittings.copy_picture, panel_id))
            menu.addAction("Copy numbers", partial(self._fittings.copy_numbers, panel_id))
            menu.addSeparator()
        menu.addAction("Float or dock", lambda: self._toggle_floating(panel_id))
        menu.addAction("Close", lambda: self.page.docks[panel_id].close())
        return menu

    def _toggle_floating(self, panel_id: str) -> None:
        dock = self.page.docks[panel_id]
        dock.setFloating(not dock.isFloating())

    # ------------------------------------------------------------------------------------------------- front and back

    def come_to_front(self) -> None:
        """What the window's keys do now is done here."""
        self._on_tour_toggled(self.tour.is_open)
        self.conductor.come_back()

    def leave(self) -> None:
        """Another lab comes to the front; this one stays as it is."""
        self.remember_layout()
        if self.tour.is_open:
            self.tour.close()
        self.conductor.leave()

    def take_keyboard(self) -> None:
        """Give the keyboard to the hero, unless something here has it."""
        focus = QApplication.focusWidget()
        if focus is None or not self.page.isAncestorOf(focus):
            focus_first(self.page.docks[self.panel_in_use()])

    def _restore_layout(self) -> None:
        layout = self._fittings.settings.data(f"layout/{self.lab.spec.id}")
        if not layout.isEmpty():
            self.page.restore_layout(layout)

    def remember_layout(self) -> None:
        """Keep where the panels are for next time; not while presenting, which hides some."""
        if not self._fittings.actions["present"].isChecked():
            self._fittings.settings.put(f"layout/{self.lab.spec.id}", self.page.layout_state())

    # ------------------------------------------------------------------------------------------------- hearing

    @Slot(object)
    def _on_status(self, status: RunStatus) -> None:
        now = time.perf_counter()
        if status.playing and self._shown_playing and status.busy is None and now < self._next_status_s:
            return  # numbers that change ten times a second cannot be read, and painting them slows training
        self._next_status_s, self._shown_playing = now + STATUS_EVERY_S, status.playing
        bar = self.transport
        bar.set_position(status.cursor, status.head, status.first)
        bar.set_playing(status.playing)
        bar.set_speed(status.speed)
        bar.set_enabled_actions(_possible(status, self.conductor.is_ready))
        self.status_line.set_status(status, self.lab.run.seed, self.conductor.pump.n_skipped)
        self.trouble_bar.set_busy(status.busy)

    @Slot()
    def _on_run_changed(self) -> None:
        run = self.lab.run
        self.transport.set_seed(run.seed)
        self.transport.set_marks([g.branch_step for g in run.ghosts if g.branch_step])
        self.header.set_run_title(run.stored or "This run")
        if run.status.trouble is None:
            self.trouble_bar.clear()

    @Slot(str)
    def _on_ready(self, device: str) -> None:
        self.status_line.set_device(device)
        self.lab.model_ready()
        QTimer.singleShot(HANDLES_AFTER_MS, self._add_handles)
        self._update_wanted()
        self._on_status(self.lab.status)

    @Slot()
    def _add_handles(self) -> None:
        """Panels can be dragged out: what that needs is imported once the first answers are there."""
        self.page.set_handles(self._fittings.handle)

    @Slot(object)
    def _on_trouble(self, trouble: Trouble) -> None:
        self.trouble_bar.say(trouble)

    @Slot(bool)
    def _on_tour_toggled(self, is_open: bool) -> None:
        for name in ("tour_next", "tour_back"):  # otherwise the keys are the sliders'
            self._fittings.actions[name].setEnabled(is_open)

    @Slot(str)
    def _on_saved(self, path: str) -> None:
        self.notice.emit(f"Saved {Path(path).name}", "good")

    @Slot(str)
    def _on_notice(self, text: str) -> None:
        self.notice.emit(text, "info")

    @Slot()
    def _wanted_soon(self) -> None:
        self._wanted_timer.start()

    @Slot()
    def _update_wanted(self) -> None:
        visible = set(self.page.visible_panels())
        for panel_id in visible - self._visible - {"parameters"}:
            self.lab.show_panel(self.lab.panel(panel_id))
        self._visible = visible
        wanted = {name for p in self.lab.spec.panels if p.id in visible for name in p.wants}
        self.conductor.set_wanted(frozenset(wanted))

    # ------------------------------------------------------------------------------------------------- the rest

    def wear_content(self, theme: Theme) -> None:
        """Content, and the tour's card, in other colours or larger type."""
        self.lab.set_theme(theme)
        self.tour.set_theme(theme)

    def panel_in_use(self) -> str:
        """Id of the panel that has the keyboard, or of the hero."""
        focus = QApplication.focusWidget()
        for panel_id, dock in self.page.docks.items():
            if focus is not None and dock.isAncestorOf(focus) and panel_id != "parameters":
                return panel_id
        visible = self.page.visible_panels()
        return next((p.id for p in self.lab.spec.panels if p.id in visible), self.lab.spec.panels[0].id)

    def focus_panel(self, direction: int) -> None:
        """Move the keyboard to the next visible panel (1) or the one before (-1)."""
        ids = list(self.page.visible_panels())
        focus = QApplication.focusWidget()
        now = next((n for n, i in enumerate(ids) if focus is not None and self.page.docks[i].isAncestorOf(focus)), -1)
        if ids:
            focus_first(self.page.docks[ids[(now + direction) % len(ids)]], by_keyboard=True)


def _possible(status: RunStatus, ready: bool) -> frozenset[str]:
    """What the transport bar can do now."""
    if not ready:
        return frozenset()
    possible = {"reset", "play", "step", "scrub", "seed", "new_seed", "speed"}
    if status.cursor > status.first:
        possible.add("step_back")
    if status.in_the_past:
        possible.add("branch")
    return frozenset(possible)
