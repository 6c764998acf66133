"""Opening, closing, and being interrupted."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.session import load_session
from explorer.core.stored import stored_path
from explorer.ui.app import make_window
from explorer.ui.main_window import TITLE_BAR_PX, MainWindow
from explorer.ui.settings import Settings
from tests.ui.acting import from_scratch, run_python, until
from tests.ui.conftest import MakeWindow

OPEN = """
    import sys
    from explorer.ui import app

    make = app.make_window

    def make_window(*args, **more):
        window = make(*args, **more)
        {connect}
        return window

    app.make_window = make_window
    sys.exit(app.run())
"""
END_S = 20


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with settings of its own."""
    return {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}


def test_the_first_picture_is_painted_before_torch_is_imported(home: dict[str, str]):
    script = OPEN.format(
        connect="""
        def painted():
            print("torch" in sys.modules, "explorer.experiments" in sys.modules, flush=True)
            window.close()
        window.first_painted.connect(painted)"""
    )
    process = run_python(script, home)
    out, err = process.communicate(timeout=END_S)
    assert process.returncode == 0, err
    assert out.split() == ["False", "False"]
    assert "Traceback" not in err


@pytest.mark.parametrize("after_ms", [0, 50, 150, 400])
def test_a_window_closed_while_torch_is_being_read_ends_well(home: dict[str, str], after_ms: int):
    script = OPEN.format(
        connect=f"window.first_painted.connect(lambda: app.QTimer.singleShot({after_ms}, window.close))"
    )
    process = run_python(script, home)
    _out, err = process.communicate(timeout=END_S)
    assert process.returncode == 0, err
    assert not err


def test_the_stored_run_is_painted_before_the_model_is_there(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(ready=False)
    with qtbot.waitSignal(window.first_painted):
        pass
    assert not window.conductor.is_ready
    stored = load_session(stored_path("autoencoder-vae"), with_state=False)
    the_map = window.lab.panel("map")
    np.testing.assert_array_equal(the_map._xy, stored.frames["map"])  # type: ignore[attr-defined]
    assert window.lab.panel("manifold")._tiles.shape == stored.frames["manifold"].shape  # type: ignore[attr-defined]
    assert window.lab.panel("decoded")._image.any()  # type: ignore[attr-defined]
    assert window.header._stored.text() == "Stored VAE"
    assert window.lab.status.cursor == stored.step
    until(qtbot, lambda: window.conductor.is_ready)


def test_commands_given_before_the_model_is_there_do_no_harm(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(ready=False)
    for action in ("toggle_play", "step", "step_back", "branch", "new_seed", "undo", "redo"):
        window.actions_by_id[action].trigger()
    until(qtbot, lambda: window.conductor.is_ready)
    assert not window.trouble_bar.isVisible()


def test_closing_while_training_ends_the_worker_within_a_second(window: MainWindow, qtbot: QtBot):
    from_scratch(qtbot, window)
    window.conductor.command("play")
    until(qtbot, lambda: window.lab.status.head > 5)
    thread = window.crew._thread  # type: ignore[union-attr]
    began = time.perf_counter()
    with qtbot.waitSignal(window.closed):
        window.close()
    assert time.perf_counter() - began < 1.0
    assert not thread.isRunning()


def test_closing_before_anything_was_painted_is_fine(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(ready=False)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_closing_twice_is_fine(window: MainWindow):
    window.close()
    window.close()


def test_closing_at_once_while_torch_is_being_imported_ends_well(home: dict[str, str]):
    connect = "window.first_painted.connect(window.close, app.Qt.ConnectionType.QueuedConnection)"
    process = run_python(OPEN.format(connect="app.Qt = __import__('PySide6.QtCore').QtCore.Qt; " + connect), home)
    _, err = process.communicate(timeout=END_S)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert "QThread" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_a_signal_while_training_ends_the_app_well(home: dict[str, str], number: int):
    connect = """
        def heard(status):
            if status.playing and status.steps_per_s:
                print("training", flush=True)
                window.conductor.status_changed.disconnect(heard)
        window.conductor.status_changed.connect(heard)
        window.conductor.ready.connect(lambda _: window.conductor.command("play"))"""
    process = run_python(OPEN.format(connect=connect), home)
    assert process.stdout is not None
    assert process.stdout.readline() == "training\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=5)
    assert process.returncode == 0, err
    assert "Traceback" not in err


def test_a_first_window_is_seen_whole_on_a_small_screen(qtbot: QtBot, settings_file: Path):
    window = make_window(settings=Settings(settings_file), mode="light", device="cpu")
    qtbot.addWidget(window)
    room, least = window.screen().availableSize(), window.minimumSizeHint()
    assert (room.width(), room.height()) < (1600, 900)
    assert window.width() <= max(room.width(), least.width())
    assert window.height() <= max(room.height() - TITLE_BAR_PX, least.height())
