"""Starts the window, and ends with it."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from explorer.catalog import DEFAULT_LAB, LABS
from explorer.ui import icons
from explorer.ui.main_window import MainWindow
from explorer.ui.settings import Settings, settings_path
from explorer.ui.theme import Mode, ThemeSource, apply_basics, load_fonts, stylesheet
from explorer.ui.work.preload import preload_torch

SWITCH_INTERVAL_S = 0.0005
"""How soon a thread gives the interpreter away; Python's own 5 ms would delay the window by as much."""


def make_app(argv: list[str] | None = None) -> QApplication:
    """The application in its own fonts; at most one per process."""
    app = QApplication.instance() or QApplication(argv or ["neural-explorer"])
    if not isinstance(app, QApplication):
        raise RuntimeError("another kind of Qt application runs in this process")
    app.setApplicationName("neural-explorer")
    app.setApplicationDisplayName("Neural Explorer")
    app.setDesktopFileName("neural-explorer")
    load_fonts()
    return app


def make_window(
    lab_id: str = DEFAULT_LAB,
    *,
    settings: Settings | None = None,
    mode: Mode | None = None,
    device: str = "auto",
    session: Path | None = None,
) -> MainWindow:
    """The window, dressed and not yet shown; it is its own theme's keeper.

    Args:
        lab_id: Lab to open.
        settings: What is remembered; None remembers nothing.
        mode: Light, dark or the system's; None takes what is remembered.
        device: Name of the device, or ``"auto"``.
        session: Session file to open.

    Raises:
        UserError: There is no such lab.
    """
    app = make_app()
    settings = settings or Settings(None)
    remembered = settings.text("theme", "system")
    chosen: Mode = mode or (remembered if remembered in ("light", "dark") else "system")  # type: ignore[assignment]
    themes = ThemeSource(chosen)
    apply_basics(app, themes.theme)
    window = MainWindow(lab_id, themes, settings, device, session)
    app.setStyleSheet(stylesheet(themes.theme))
    themes.setParent(window)
    return window


def share_interpreter(window: MainWindow) -> None:
    """Let window and training get in each other's way as little as one interpreter allows; for the whole process."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # What is there when the model is ready stays: the collector need not look through it while a run trains.
    window.conductor.ready.connect(lambda _device: gc.freeze())


def run(lab_id: str | None = None, *, device: str = "auto", session: Path | None = None) -> int:
    """Open the window and stay until it is closed or Ctrl-C is pressed.

    Args:
        lab_id: Lab to open; None for the one that was in front when the app was last closed.
        device: Name of the device, or ``"auto"``.
        session: Session file to open.

    Returns:
        Exit code.
    """
    qInstallMessageHandler(log_message)
    app = make_app(sys.argv)
    app.setWindowIcon(icons.app_icon())
    settings = Settings(settings_path())
    window = make_window(lab_id or last_lab(settings), settings=settings, device=device, session=session)
    signal.signal(signal.SIGINT, lambda *_: window.close())
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    # Python sees a signal only when it runs: give it a moment a few times a second.
    heartbeat = QTimer(window)
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(200)
    window.closed.connect(app.quit)
    share_interpreter(window)
    # The window's own imports are done: the disk may now read torch's libraries while the window paints.
    preloading = threading.Thread(target=preload_torch, name="preload", daemon=True)
    preloading.start()
    window.show()
    code = app.exec()
    if not window.stop() or preloading.is_alive():
        # torch is still being read: Qt would abort where a thread lives on, and torch where its symbols are torn down
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def last_lab(settings: Settings) -> str:
    """Id of the lab that was in front when the app was last closed, or of the first one to be seen."""
    remembered = settings.text("window/lab", DEFAULT_LAB)
    return remembered if remembered in {entry.id for entry in LABS} else DEFAULT_LAB


def log_message(_kind: object, _context: object, message: str) -> None:
    """Qt's own messages, without its chatter about what a platform lacks."""
    if "propagateSizeHints" not in message:
        print(message, file=sys.stderr)
