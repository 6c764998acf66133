"""The window as a person would have it in front of them, for the programs that measure it."""

from __future__ import annotations

from PySide6.QtCore import qInstallMessageHandler

from explorer.ui.app import log_message, make_app, make_window, share_interpreter
from explorer.ui.main_window import MainWindow
from explorer.ui.photographs import Rest

WIDTH_PX, HEIGHT_PX = 1600, 900


def window_at_rest(lab_id: str) -> MainWindow:
    """The window of a lab with its default panels, shown, its model there and its questions answered."""
    qInstallMessageHandler(log_message)
    make_app()
    window = make_window(lab_id)
    share_interpreter(window)
    window.resize(WIDTH_PX, HEIGHT_PX)
    rest = Rest(window)
    window.show()
    rest.wait()
    return window
