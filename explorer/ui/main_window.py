"""The window: gallery, header, the open lab's docks, transport bar and status line."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QPaintEvent, QResizeEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMenu, QVBoxLayout, QWidget

from explorer.catalog import LABS, resolve, spec
from explorer.core.errors import Trouble
from explorer.core.run import RunStatus
from explorer.core.tour import has_tour
from explorer.ui.actions import fill_menu, make_actions
from explorer.ui.conductor import Conductor
from explorer.ui.forms.form import ParamForm
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.themed import wear
from explorer.ui.kit.toast import Toast
from explorer.ui.kit.transport import TransportBar
from explorer.ui.lab import Lab
from explorer.ui.settings import Settings
from explorer.ui.theme import Mode, Theme, ThemeSource, apply_theme
from explorer.ui.tour.player import TourPlayer
from explorer.ui.views.view import View
from explorer.ui.window.commands import Commands
from explorer.ui.window.dialogs import Dialogs
from explorer.ui.window.header import Header
from explorer.ui.window.lab_page import LabPage
from explorer.ui.window.sidebar import Sidebar
from explorer.ui.window.status_line import StatusLine
from explorer.ui.window.trouble_bar import TroubleBar
from explorer.ui.window.watches import ButtonKeys, PaintWatch

MODES: tuple[tuple[str, Mode], ...] = (("Theme of the system", "system"), ("Light", "light"), ("Dark", "dark"))
NARROW_PX = 1360
HANDLES_AFTER_MS, STATUS_EVERY_S = 250, 0.25
PRESENT_SCALE = 1.4


class MainWindow(QMainWindow):
    """One window, one lab open at a time.

    Signals:
        first_painted: The first picture is on the screen.
        closed: The window is closed and the worker stopped.

    Args:
        lab_id: Lab to open.
        themes: The theme and its changes.
        settings: What is remembered.
        device: Name of the device, or ``"auto"``.
        session: Session file to open, or None.
    """

    first_painted = Signal()
    closed = Signal()

    def __init__(
        self, lab_id: str, themes: ThemeSource, settings: Settings, device: str = "auto", session: Path | None = None
    ) -> None:
        super().__init__()
        self._themes, self._settings, self._session = themes, settings, session
        self._painted = self._shown_playing = False
        self._next_status_s = 0.0
        self._visible: set[str] = set()
        self.commands = Commands(self)
        self.actions_by_id = make_actions(self, self.commands)
        lab_spec = spec(lab_id)
        self.lab: Lab = resolve(lab_spec.lab)(lab_spec, themes.theme)
        self.conductor = Conductor(self.lab, device, self)
        self.form = ParamForm(themes.theme, self.lab.run.params)
        self.dialogs = Dialogs(self, settings)
        self._make_parts()
        self._lay_out()
        self._connect()
        self.setWindowTitle(f"{lab_spec.title} \N{EN DASH} Neural Explorer")
        self._restore()
        self.conductor.show_stored()

    # ------------------------------------------------------------------------------------------------- making

    def _make_parts(self) -> None:
        theme, lab_spec = self._themes.theme, self.lab.spec
        self.sidebar = Sidebar(LABS)
        self.sidebar.set_current(lab_spec.id)
        self._runs_menu = QMenu(self)
        for i, run in enumerate(lab_spec.stored):
            self._runs_menu.addAction(run.title, partial(self.conductor.open_stored, i))
        self._runs_menu.addSeparator()
        self._runs_menu.addAction(self.actions_by_id["train_from_scratch"])
        self._panels_menu = QMenu("Panels", self)
        more = QMenu(self)
        fill_menu(more, self.actions_by_id, {"View": self._panels_menu})
        self._themes_menu(more.addMenu("Theme"))
        actions = self.actions_by_id
        tour = actions["tour"] if has_tour(lab_spec.id) else None
        self.header = Header(theme, self._runs_menu, actions["export"], tour, actions["present"], more)
        self.header.set_lab(lab_spec.title, lab_spec.summary)
        self.form.reset_all_button.hide()
        self.reset_button = IconButton("reset-default", theme)
        self.reset_button.setToolTip(actions["reset_params"].toolTip())
        self.reset_button.clicked.connect(self.form.reset_all)
        self.page = LabPage(self.lab, self.form, theme, self._panel_menu, [self.reset_button])
        for dock in self.page.docks.values():
            self._panels_menu.addAction(dock.toggleViewAction())
        self.transport = TransportBar(theme)
        self.trouble_bar = TroubleBar(theme)
        self.status_line = StatusLine()
        self.status_line.set_note(lab_spec.data_note)
        self.status_line.set_device("loading torch")

    def _lay_out(self) -> None:
        whole, right = QWidget(), QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(right, 1)
        column = QVBoxLayout(right)
        column.setContentsMargins(14, 0, 14, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.trouble_bar)
        column.addWidget(self.page, 1)
        column.addSpacing(10)
        column.addWidget(self.transport)
        column.addWidget(self.status_line)
        self.setCentralWidget(whole)
        self.toast = Toast(self._themes.theme, whole)
        self.tour = TourPlayer(self.lab, self.conductor, self.page, whole, self._themes.theme, self._settings)

    def _connect(self) -> None:
        bar, conductor = self.transport, self.conductor
        bar.play_requested.connect(conductor.toggle_play)
        bar.pause_requested.connect(conductor.toggle_play)
        bar.step_requested.connect(self.commands.step)
        bar.step_back_requested.connect(self.commands.step_back)
        bar.reset_requested.connect(self.commands.train_from_scratch)
        bar.branch_requested.connect(self.commands.branch)
        bar.new_seed_requested.connect(conductor.new_seed)
        bar.seed_entered.connect(self._on_seed_entered)
        bar.scrub_requested.connect(conductor.scrub)
        bar.speed_chosen.connect(self._on_speed_chosen)
        self.form.params_edited.connect(conductor.edit_params)
        conductor.params_changed.connect(self.form.set_params)
        conductor.status_changed.connect(self._on_status)
        conductor.run_changed.connect(self._on_run_changed)
        conductor.ready.connect(self._on_ready)
        conductor.trouble.connect(self._on_trouble)
        conductor.saved.connect(self._on_saved)
        self.lab.notice.connect(self.toast.say)
        self.lab.wanted_changed.connect(self._update_wanted)
        self.page.visible_panels_changed.connect(self._wanted_soon)
        self._themes.theme_changed.connect(self._on_theme_changed)
        self.trouble_bar.dismissed.connect(self.trouble_bar.hide)
        self.paint_watch = PaintWatch(self)
        self.paint_watch.painted.connect(conductor.pump.note_painting)
        self.installEventFilter(self.paint_watch)
        self.installEventFilter(ButtonKeys(self))
        self._wanted_timer = QTimer(self)
        self._wanted_timer.setSingleShot(True)
        self._wanted_timer.setInterval(0)
        self._wanted_timer.timeout.connect(self._update_wanted)
        self.tour.trouble.connect(self._on_trouble)
        self.tour.toggled.connect(self._on_tour_toggled)
        self._on_tour_toggled(False)
        self._connect_undo(conductor.undo_stack)

    def _connect_undo(self, stack: QUndoStack) -> None:
        undo, redo = self.actions_by_id["undo"], self.actions_by_id["redo"]
        stack.canUndoChanged.connect(undo.setEnabled)
        stack.canRedoChanged.connect(redo.setEnabled)
        undo.setEnabled(False)
        redo.setEnabled(False)

    def _panel_menu(self, panel_id: str) -> QMenu:
        menu = QMenu(self)
        if panel_id != "parameters":
            menu.addAction("Export…", lambda: self.dialogs.export(panel_id))
            menu.addAction("Copy picture", lambda: self.dialogs.copy_picture(panel_id))
            menu.addAction("Copy numbers", lambda: self.dialogs.copy_numbers(panel_id))
            menu.addSeparator()
        menu.addAction("Float or dock", lambda: self._toggle_floating(panel_id))
        menu.addAction("Close", lambda: self.page.docks[panel_id].close())
        return menu

    def _toggle_floating(self, panel_id: str) -> None:
        dock = self.page.docks[panel_id]
        dock.setFloating(not dock.isFloating())

    def _themes_menu(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for text, mode in MODES:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(mode == self._themes.mode)
            action.triggered.connect(lambda _checked, m=mode: self._choose_theme(m))
            group.addAction(action)
            menu.addAction(action)

    # ------------------------------------------------------------------------------------------------- first paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Note the first picture; the worker starts only after it."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._after_first_paint)

    @Slot()
    def _after_first_paint(self) -> None:
        self.first_painted.emit()
        self.lab.first_painted()
        focus = QApplication.focusWidget()
        if focus is None or not self.page.isAncestorOf(focus):
            _focus_first(self.page.docks[self.panel_in_use()], Qt.FocusReason.OtherFocusReason)
        # Last: beside the import of torch, what the window imports here would take four times as long.
        self.conductor.start(self._session)

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
        self.page.set_handles(self.dialogs.handle)

    @Slot(object)
    def _on_trouble(self, trouble: Trouble) -> None:
        self.trouble_bar.say(trouble)

    @Slot(bool)
    def _on_tour_toggled(self, is_open: bool) -> None:
        for name in ("tour_next", "tour_back"):  # otherwise the keys are the sliders'
            self.actions_by_id[name].setEnabled(is_open)

    @Slot(str)
    def _on_saved(self, path: str) -> None:
        self.toast.say(f"Saved {Path(path).name}", "good")

    @Slot(int)
    def _on_seed_entered(self, seed: int) -> None:
        self.conductor.command("reseed", seed)

    @Slot(object)
    def _on_speed_chosen(self, steps_per_s: float | None) -> None:
        self.conductor.command("set_speed", steps_per_s)

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

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme)
        self._wear(theme)

    def dress(self) -> None:
        """Wear the theme, larger while presenting."""
        self._wear(self._themes.theme)

    def _wear(self, theme: Theme) -> None:
        content = replace(theme, scale=PRESENT_SCALE) if self.presenting else theme
        wear(self, theme)
        self.lab.set_theme(content)
        self.tour.set_theme(content)

    def _choose_theme(self, mode: Mode) -> None:
        self._settings.put("theme", mode)
        self._themes.set_mode(mode)

    # ------------------------------------------------------------------------------------------------- the rest

    @property
    def presenting(self) -> bool:
        """Whether the content is enlarged for an audience."""
        return self.actions_by_id["present"].isChecked()

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
            chosen = self.page.docks[ids[(now + direction) % len(ids)]]
            _focus_first(chosen, Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the gallery gives way."""
        super().resizeEvent(event)
        was_narrow, narrow = event.oldSize().width() < NARROW_PX, self.width() < NARROW_PX
        if was_narrow != narrow or event.oldSize().width() < 0:
            self.sidebar.setVisible(not narrow and not self.presenting)
            self.actions_by_id["show_sidebar"].setChecked(not narrow)

    def _restore(self) -> None:
        self.resize(1600, 900)
        geometry: QByteArray = self._settings.data("window/geometry")
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        layout = self._settings.data(f"layout/{self.lab.spec.id}")
        if not layout.isEmpty():
            self.page.restore_layout(layout)

    def _remember(self) -> None:
        self._settings.put("window/geometry", self.saveGeometry())
        if not self.presenting:
            self._settings.put(f"layout/{self.lab.spec.id}", self.page.layout_state())
        self._settings.sync()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window, stop the worker; it is gone from the screen even while torch is being imported."""
        if self.isVisible():
            self._remember()
            self.hide()
            QApplication.sync()
        self.conductor.stop()
        self.dialogs.close_all()
        super().closeEvent(event)
        self.closed.emit()


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


def _focus_first(dock: QWidget, reason: Qt.FocusReason) -> None:
    """Give the keyboard to the first picture of a dock, or to its first control."""
    for child in (*dock.findChildren(View), *dock.findChildren(QWidget)):
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled():
            child.setFocus(reason)
            return
