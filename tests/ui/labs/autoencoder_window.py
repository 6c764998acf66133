"""Ways to look into the autoencoder lab's window, for its tests."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.specs.autoencoder import SPEC
from explorer.ui.main_window import MainWindow
from tests.ui.acting import until

PANELS = [panel.id for panel in SPEC.panels]
KEY = Qt.Key


def panel(window: MainWindow, panel_id: str, qtbot: QtBot) -> Any:
    """A panel, brought to the front."""
    window.page.docks[panel_id].show()
    window.page.docks[panel_id].raise_()
    until(qtbot, lambda: panel_id in window.page.visible_panels())
    return window.lab.panel(panel_id)


def on_map(window: MainWindow, x: float, y: float) -> QPointF:
    """Where a place of the map is on its view."""
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    return QPointF(*view.axes(view.area()).point(x, y))


def answered(qtbot: QtBot, window: MainWindow, kind: str) -> Any:
    """Wait for an answer of a kind."""
    return qtbot.waitSignal(
        window.conductor.answered, timeout=10_000, check_params_cb=lambda a: type(a).__name__ == kind
    )


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until every question is answered."""
    lab = window.lab
    until(qtbot, lambda: all(lab._taken.get(kind, 0) == n for kind, n in lab._asked.items()))
