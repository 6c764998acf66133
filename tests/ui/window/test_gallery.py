"""Several labs in one window: each waits as it was left while another one is in front."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.catalog import DEFAULT_LAB, LABS
from explorer.ui.app import last_lab
from explorer.ui.main_window import MainWindow
from explorer.ui.settings import Settings
from tests.ui.acting import until
from tests.ui.conftest import MakeWindow

OTHER = "bptt"


def choose(qtbot: QtBot, window: MainWindow, lab_id: str) -> None:
    """Click a lab in the gallery and wait for its model."""
    qtbot.mouseClick(window.sidebar._buttons[lab_id], Qt.MouseButton.LeftButton)
    assert window.lab.spec.id == lab_id
    until(qtbot, lambda: window.conductor.is_ready and window.conductor._hears)


def test_every_lab_is_in_the_gallery_in_the_order_of_the_seminar(window: MainWindow):
    assert list(window.sidebar._buttons) == [entry.id for entry in LABS]


def test_a_click_brings_another_lab_to_the_front(window: MainWindow, qtbot: QtBot):
    choose(qtbot, window, OTHER)
    assert window.sidebar._buttons[OTHER].isChecked()
    assert window.windowTitle().startswith("Gradients in time")
    assert window.page.isVisible()
    hero = window.lab.spec.panels[0].id
    until(qtbot, lambda: hero in window.page.visible_panels())
    until(qtbot, lambda: (focus := QApplication.focusWidget()) is not None and window.page.isAncestorOf(focus))


def test_a_lab_is_found_again_as_it_was_left(window: MainWindow, qtbot: QtBot):
    first = window.lab
    window.commands.train_from_scratch()
    until(qtbot, lambda: first.status.head == 0)
    for _ in range(3):
        window.commands.step()
    until(qtbot, lambda: first.status.head == 3)
    window.lab.move_probe(1.0, -1.0)
    choose(qtbot, window, OTHER)
    choose(qtbot, window, first.spec.id)
    assert window.lab is first
    assert first.status.head == 3
    assert first.view()["probe"] == [1.0, -1.0]
    window.commands.step()
    until(qtbot, lambda: first.status.head == 4)


def test_leaving_a_lab_pauses_it_and_its_numbers_stay_out_of_the_other(window: MainWindow, qtbot: QtBot):
    first = window.lab
    window.commands.train_from_scratch()
    window.commands.toggle_play()
    until(qtbot, lambda: first.status.playing and first.status.head > 2)
    choose(qtbot, window, OTHER)
    names = {scalar.name for scalar in window.lab.spec.scalars}
    assert set(window.lab.log.series()) <= names
    assert set(window.lab.frames) <= {frame.name for frame in window.lab.spec.frames}
    choose(qtbot, window, first.spec.id)
    until(qtbot, lambda: not first.status.playing)
    head = first.status.head
    window.commands.step()
    until(qtbot, lambda: first.status.head == head + 1)


def test_undo_belongs_to_the_lab_in_front(window: MainWindow, qtbot: QtBot):
    undo = window.actions_by_id["undo"]
    window.conductor.edit_params(type(window.lab.run.params)(beta=3.0), "", True)
    assert undo.isEnabled()
    choose(qtbot, window, OTHER)
    assert not undo.isEnabled()
    choose(qtbot, window, "autoencoder")
    assert undo.isEnabled()
    window.commands.undo()
    until(qtbot, lambda: window.lab.run.params.beta == 1.0)


def test_a_lab_chosen_while_torch_is_being_imported_opens_too(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(ready=False)
    with qtbot.waitSignal(window.first_painted):
        pass
    window.open_lab(OTHER)
    until(qtbot, lambda: window.conductor.is_ready)
    assert window.lab.spec.id == OTHER
    choose(qtbot, window, "autoencoder")
    assert window.lab.spec.id == "autoencoder"


def test_going_to_and_fro_quickly_ends_in_the_last_one(window: MainWindow, qtbot: QtBot):
    for lab_id in (OTHER, "autoencoder", OTHER, "autoencoder", OTHER):
        window.open_lab(lab_id)
    until(qtbot, lambda: window.conductor._hears)
    assert window.lab.spec.id == OTHER
    window.open_lab("autoencoder")
    until(qtbot, lambda: window.conductor._hears)
    head = window.lab.status.head
    window.commands.step()
    until(qtbot, lambda: window.lab.status.head == head + 1)
    assert not window.trouble_bar.isVisible()


def test_a_session_opens_in_the_lab_it_belongs_to(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    choose(qtbot, window, OTHER)
    seed = window.lab.run.seed
    path = tmp_path / "other.nexplore"
    with qtbot.waitSignal(window.conductor.saved):
        window.conductor.save(path)
    choose(qtbot, window, "autoencoder")
    window.open_session(path)
    assert window.lab.spec.id == OTHER
    until(qtbot, lambda: window.header._stored.text() == "This run")
    assert window.lab.run.seed == seed


def test_the_lab_in_front_is_opened_next_time(window: MainWindow, qtbot: QtBot, settings_file: Path):
    assert last_lab(Settings(None)) == DEFAULT_LAB
    choose(qtbot, window, OTHER)
    window.close()
    settings = Settings(settings_file)
    assert last_lab(settings) == OTHER
    settings.put("window/lab", "a lab of the past")
    assert last_lab(settings) == DEFAULT_LAB


def test_a_file_that_is_no_session_leaves_the_lab_in_front(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    (tmp_path / "a.nexplore").write_bytes(b"nonsense")
    window.open_session(tmp_path / "a.nexplore")
    assert window.lab.spec.id == "autoencoder"
    assert window.trouble_bar.isVisible()


@pytest.mark.parametrize("presenting_first", [True, False])
def test_presenting_holds_in_every_lab(window: MainWindow, qtbot: QtBot, presenting_first: bool):
    if presenting_first:
        window.actions_by_id["present"].trigger()
    choose(qtbot, window, OTHER)
    if not presenting_first:
        window.actions_by_id["present"].trigger()
    assert not window.status_line.isVisible()
    assert window.lab.theme.scale > 1
    window.actions_by_id["present"].trigger()
    assert window.status_line.isVisible()
    choose(qtbot, window, "autoencoder")
    assert window.status_line.isVisible()
    assert window.page.docks["parameters"].isVisible()
    assert window.lab.theme.scale == 1
