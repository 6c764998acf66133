"""Themes, presenting, and what the bars say."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.ui.main_window import PRESENT_SCALE, MainWindow
from explorer.ui.settings import Settings
from explorer.ui.theme import DARK, LIGHT
from explorer.ui.window.lab_page import LEFT_PX
from tests.ui.acting import press, until
from tests.ui.conftest import MakeWindow


def brightness(image: QImage) -> float:
    """Mean of all pixels, 0 to 255."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return float(np.frombuffer(gray.constBits(), np.uint8).mean())


def test_the_theme_changes_live_everywhere(window: MainWindow):
    light = {name: brightness(window.lab.panel(name).grab().toImage()) for name in ("map", "decoded", "curves")}
    whole = brightness(window.grab().toImage())
    window._choose_theme("dark")
    QApplication.processEvents()
    assert window.lab.theme == DARK
    assert brightness(window.grab().toImage()) < 0.45 * whole
    for name, before in light.items():
        assert brightness(window.lab.panel(name).grab().toImage()) < before - 60, name
    window._choose_theme("light")
    QApplication.processEvents()
    assert window.lab.theme == LIGHT
    assert brightness(window.grab().toImage()) == pytest.approx(whole, abs=2)


def test_the_theme_is_remembered(open_window: MakeWindow, settings_file: Path):
    first = open_window(ready=False)
    first._choose_theme("dark")
    first.close()
    assert open_window(ready=False, mode=None).lab.theme == DARK


@pytest.mark.parametrize("text", ["plaid", ""])
def test_an_unknown_theme_is_the_systems(open_window: MakeWindow, settings_file: Path, text: str):
    settings = Settings(settings_file)
    settings.put("theme", text)
    settings.sync()
    assert open_window(ready=False, mode=None).lab.theme in (LIGHT, DARK)


def test_presenting_enlarges_the_content_and_hides_the_controls(window: MainWindow, qtbot: QtBot):
    hero = window.lab.panel("map").width()
    press(window, "F5")
    assert window.presenting
    assert window.lab.theme.scale == PRESENT_SCALE
    assert window.lab.panel("map").theme.scale == PRESENT_SCALE
    assert not window.sidebar.isVisible()
    assert not window.status_line.isVisible()
    assert not window.page.docks["parameters"].isVisible()
    until(qtbot, lambda: window.lab.panel("map").width() > hero)  # docks are laid out when Qt gets to it
    press(window, "Esc")
    assert not window.presenting
    assert window.lab.theme.scale == 1.0
    assert window.sidebar.isVisible()
    assert window.page.docks["parameters"].isVisible()


def test_presenting_gives_the_room_of_lonely_checks_to_the_hero_and_back(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(lab_id="attention", size=(1280, 720), ready=False)
    docks = window.page.docks
    until(qtbot, lambda: docks["checks"].width() < LEFT_PX)  # laid out, and its sizes shared out
    width = docks["tokens"].width()
    press(window, "F5")
    assert not docks["checks"].isVisible()
    until(qtbot, lambda: docks["tokens"].width() > width + 200)
    assert docks["tokens"].width() + docks["heads"].width() > 1200
    press(window, "F5")
    assert docks["checks"].isVisible()
    until(qtbot, lambda: docks["tokens"].width() == width)


def test_presenting_keeps_checks_that_stand_with_another_panel_and_what_was_closed_closed(window: MainWindow):
    docks = window.page.docks
    docks["parameters"].close()
    press(window, "F5")
    assert docks["checks"].isVisible()
    press(window, "F5")
    assert not docks["parameters"].isVisible()


def test_presenting_a_narrow_window_does_not_bring_the_gallery(open_window: MakeWindow):
    window = open_window(size=(1280, 720), ready=False)
    assert not window.sidebar.isVisible()
    press(window, "F5")
    press(window, "F5")
    assert not window.sidebar.isVisible()
    assert not window.actions_by_id["show_sidebar"].isChecked()


def test_presenting_fits_the_smallest_window(open_window: MakeWindow):
    window = open_window(size=(1280, 720), ready=False)
    press(window, "F5")
    QApplication.processEvents()
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720
    assert (window.width(), window.height()) == (1280, 720)


def test_a_panel_first_seen_while_presenting_is_large_too(window: MainWindow, qtbot: QtBot):
    press(window, "F5")
    window.page.docks["path"].raise_()
    until(qtbot, lambda: "path" in window.page.visible_panels())
    assert window.lab.panel("path").theme.scale == PRESENT_SCALE


def test_closing_while_presenting_remembers_the_layout_with_its_controls(open_window: MakeWindow):
    first = open_window(ready=False)
    press(first, "F5")
    first.close()
    again = open_window(ready=False)
    assert again.page.docks["parameters"].isVisible()
    assert not again.presenting


def test_full_screen_and_back(window: MainWindow):
    press(window, "F11")
    assert window.isFullScreen()
    press(window, "Esc")
    assert not window.isFullScreen()


def test_the_status_line_names_device_seed_step_and_speed(window: MainWindow, qtbot: QtBot):
    text = window.status_line.text()
    assert "CPU" in text
    assert f"seed {window.lab.run.seed}" in text
    assert f"step {window.lab.status.cursor:,}" in text
    assert "skipped" in text
    window.conductor.command("play")
    until(qtbot, lambda: "steps/s" in window.status_line.text() and "ms/step" in window.status_line.text())


def test_before_the_model_is_there_the_status_line_says_so(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(ready=False)
    assert "torch" in window.status_line.text()
    until(qtbot, lambda: window.conductor.is_ready)
    assert "torch" not in window.status_line.text()


def test_the_gallery_marks_the_open_lab(window: MainWindow):
    assert window.sidebar._buttons["autoencoder"].isChecked()
    assert window.windowTitle().startswith("Autoencoder")


def test_painting_the_hero_is_counted_by_the_pump(window: MainWindow, qtbot: QtBot):
    pump, noted = window.conductor.pump, list[float]()
    pump.stop()
    until(qtbot, lambda: not window.paint_watch._end.isActive())
    window.paint_watch.painted.connect(noted.append)
    counted_before, began = pump._painting_ms, time.perf_counter()
    window.lab.panel("map").view.update()  # type: ignore[attr-defined]
    until(qtbot, lambda: bool(noted))
    assert 0 < noted[0] <= 1000 * (time.perf_counter() - began)
    assert pump._painting_ms == pytest.approx(counted_before + sum(noted))
