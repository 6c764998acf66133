"""The window: the gallery, and the lab in front."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QPaintEvent, QResizeEvent, QUndoGroup
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QWidget

from explorer.catalog import LABS
from explorer.core.errors import Trouble, UserError
from explorer.core.session import lab_of
from explorer.ui.actions import make_actions
from explorer.ui.conductor import Conductor
from explorer.ui.forms.form import ParamForm
from explorer.ui.kit.themed import wear
from explorer.ui.kit.toast import Toast
from explorer.ui.kit.transport import TransportBar
from explorer.ui.lab import Lab
from explorer.ui.settings import Settings
from explorer.ui.theme import Mode, Theme, ThemeSource, apply_theme
from explorer.ui.tour.player import TourPlayer
from explorer.ui.window.commands import Commands
from explorer.ui.window.desk import Desk, Fittings
from explorer.ui.window.dialogs import Dialogs
from explorer.ui.window.header import Header
from explorer.ui.window.lab_page import LabPage
from explorer.ui.window.sidebar import Sidebar
from explorer.ui.window.status_line import StatusLine
from explorer.ui.window.trouble_bar import TroubleBar
from explorer.ui.window.watches import ButtonKeys, PaintWatch
from explorer.ui.work.crew import Crew

MODES: tuple[tuple[str, Mode], ...] = (("Theme of the system", "system"), ("Light", "light"), ("Dark", "dark"))
NARROW_PX = 1360
TITLE_BAR_PX = 40
"""What the desktop puts above a window, at most: a first window is seen whole."""
PRESENT_SCALE = 1.4


class MainWindow(QMainWindow):
    """One window, one worker, one lab in front; labs visited before wait as they were left.

    Signals:
        first_painted: The first picture is on the screen.
        lab_opened: Id of the lab that came to the front.
        closed: The window is closed and the worker stopped.

    Args:
        lab_id: Lab to open.
        themes: The theme and its changes.
        settings: What is remembered.
        device: Name of the device, or ``"auto"``.
        session: Session file to open, or None.
    """

    first_painted = Signal()
    lab_opened = Signal(str)
    closed = Signal()

    def __init__(
        self, lab_id: str, themes: ThemeSource, settings: Settings, device: str = "auto", session: Path | None = None
    ) -> None:
        super().__init__()
        self._themes, self._settings, self._session = themes, settings, session
        self._painted = False
        self._device = device
        self.crew: Crew | None = None
        self.commands = Commands(self)
        self.actions_by_id = make_actions(self, self.commands)
        self.dialogs = Dialogs(self, settings)
        self._undo = QUndoGroup(self)
        self._themes_menu = self._make_themes_menu()
        self._watch()
        self.sidebar = Sidebar(LABS)
        self._desks: dict[str, Desk] = {}
        self._stack = QStackedWidget()
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(self._stack, 1)
        self.setCentralWidget(whole)
        self.toast = Toast(themes.theme, whole)
        self.desk = self._desk_of(lab_id)
        self._show_desk(self.desk)
        self._connect()
        self._restore()

    # ------------------------------------------------------------------------------------------------- the lab in front

    @property
    def lab(self) -> Lab:
        """The lab in front."""
        return self.desk.lab

    @property
    def conductor(self) -> Conductor:
        """Its run."""
        return self.desk.conductor

    @property
    def form(self) -> ParamForm:
        """Its parameters."""
        return self.desk.form

    @property
    def page(self) -> LabPage:
        """Its docks."""
        return self.desk.page

    @property
    def header(self) -> Header:
        """Its title and buttons."""
        return self.desk.header

    @property
    def transport(self) -> TransportBar:
        """Its transport bar."""
        return self.desk.transport

    @property
    def trouble_bar(self) -> TroubleBar:
        """What went wrong in it."""
        return self.desk.trouble_bar

    @property
    def status_line(self) -> StatusLine:
        """Its last line."""
        return self.desk.status_line

    @property
    def tour(self) -> TourPlayer:
        """Its lesson."""
        return self.desk.tour

    @Slot(str)
    def open_lab(self, lab_id: str, session: Path | None = None) -> None:
        """Bring a lab to the front: as it was left, or on its stored run.

        Args:
            lab_id: The lab.
            session: Session file to open in it.

        Raises:
            UserError: There is no such lab.
        """
        if lab_id == self.lab.spec.id:
            if session is not None:
                self.conductor.open_session(session)
            return
        is_new = lab_id not in self._desks
        desk = self._desk_of(lab_id)
        self.desk.leave()
        self.desk = desk
        self._show_desk(desk)
        if not is_new:
            desk.come_to_front()
            if session is not None:
                desk.conductor.open_session(session)
        elif self.crew is not None:
            self.lab.first_painted()
            desk.conductor.start(self.crew, session)
        QTimer.singleShot(0, desk.take_keyboard)  # its panels are filled when they are shown
        self.lab_opened.emit(lab_id)

    def open_session(self, path: Path) -> None:
        """Open a session file in the lab it belongs to; what is wrong with it is said."""
        try:
            self.open_lab(lab_of(path), path)
        except UserError as error:
            self.trouble_bar.say(Trouble(str(error), "", 0, "Open"))

    def _desk_of(self, lab_id: str) -> Desk:
        if lab_id not in self._desks:
            desk = Desk(lab_id, self._fittings())
            desk.notice.connect(self.toast.say)
            self._undo.addStack(desk.conductor.undo_stack)
            self.paint_watch.painted.connect(desk.conductor.pump.note_painting)
            self._stack.addWidget(desk)
            self._desks[lab_id] = desk
        return self._desks[lab_id]

    def _fittings(self) -> Fittings:
        return Fittings(
            self._themes.theme, self._settings, self.actions_by_id, self._themes_menu,
            self.dialogs.export, self.dialogs.copy_picture, self.dialogs.copy_numbers, self.dialogs.handle,
        )  # fmt: skip

    def _show_desk(self, desk: Desk) -> None:
        self._stack.setCurrentWidget(desk)
        self._undo.setActiveStack(desk.conductor.undo_stack)
        self.sidebar.set_current(desk.lab.spec.id)
        self.setWindowTitle(f"{desk.lab.spec.title} \N{EN DASH} Neural Explorer")
        self._hide_for_audience()
        self._wear(self._themes.theme)

    # ------------------------------------------------------------------------------------------------- making

    def _watch(self) -> None:
        self.paint_watch = PaintWatch(self)
        self.installEventFilter(self.paint_watch)
        self.installEventFilter(ButtonKeys(self))

    def _connect(self) -> None:
        self.sidebar.lab_chosen.connect(self.open_lab)
        self._themes.theme_changed.connect(self._on_theme_changed)
        undo, redo = self.actions_by_id["undo"], self.actions_by_id["redo"]
        self._undo.canUndoChanged.connect(undo.setEnabled)
        self._undo.canRedoChanged.connect(redo.setEnabled)
        undo.setEnabled(False)
        redo.setEnabled(False)
        for name in ("tour_next", "tour_back"):
            self.actions_by_id[name].setEnabled(False)

    def _make_themes_menu(self) -> QMenu:
        menu = QMenu("Theme", self)
        group = QActionGroup(menu)
        for text, mode in MODES:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(mode == self._themes.mode)
            action.triggered.connect(lambda _checked, m=mode: self._choose_theme(m))
            group.addAction(action)
            menu.addAction(action)
        return menu

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
        self.desk.take_keyboard()
        if self.conductor.is_stopped:  # closed meanwhile
            return
        # Last: beside the import of torch, what the window imports here would take four times as long.
        self.crew = Crew(self._device, self)
        self.conductor.start(self.crew, self._session)

    # ------------------------------------------------------------------------------------------------- looks

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme)
        self._wear(theme)

    def dress(self) -> None:
        """Wear the theme, larger and without controls while presenting."""
        self._hide_for_audience()
        self._wear(self._themes.theme)

    def _hide_for_audience(self) -> None:
        self.status_line.setHidden(self.presenting)
        self.page.set_for_audience(self.presenting)

    def _wear(self, theme: Theme) -> None:
        content = replace(theme, scale=PRESENT_SCALE) if self.presenting else theme
        wear(self, theme)
        self.desk.wear_content(content)

    def _choose_theme(self, mode: Mode) -> None:
        self._settings.put("theme", mode)
        self._themes.set_mode(mode)

    @property
    def presenting(self) -> bool:
        """Whether the content is enlarged for an audience."""
        return self.actions_by_id["present"].isChecked()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the gallery gives way."""
        super().resizeEvent(event)
        was_narrow, narrow = event.oldSize().width() < NARROW_PX, self.width() < NARROW_PX
        if (was_narrow != narrow or event.oldSize().width() < 0) and not self.presenting:
            self.sidebar.setVisible(not narrow)
            self.actions_by_id["show_sidebar"].setChecked(not narrow)

    # ------------------------------------------------------------------------------------------------- closing

    def _restore(self) -> None:
        room = self.screen().availableSize() - QSize(0, TITLE_BAR_PX)
        self.resize(QSize(1600, 900).boundedTo(room).expandedTo(self.minimumSizeHint()))
        geometry: QByteArray = self._settings.data("window/geometry")
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)

    def _remember(self) -> None:
        self._settings.put("window/geometry", self.saveGeometry())
        self._settings.put("window/lab", self.lab.spec.id)
        self.desk.remember_layout()
        self._settings.sync()

    def stop(self) -> bool:
        """Stop all runs; the worker's thread has ended when this returns True."""
        for desk in self._desks.values():
            desk.conductor.stop()
        return self.crew.stop() if self.crew is not None else True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window, stop the worker; it is gone from the screen even while torch is being imported."""
        if self.isVisible():
            self._remember()
            self.hide()
            QApplication.sync()
        self.stop()
        self.dialogs.close_all()
        super().closeEvent(event)
        self.closed.emit()
