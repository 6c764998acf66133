"""For tests with widgets: one application in its own type, a window on request, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.ui.app import make_window
from explorer.ui.fonts import load_fonts
from explorer.ui.main_window import MainWindow
from explorer.ui.settings import Settings
from tests.ui.leaks import ADVICE, Starts, Watch

READY_MS = 30_000
"""Importing torch on a busy machine is part of it."""

MakeWindow = Callable[..., MainWindow]
_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The one application of the process, in its own fonts."""
    load_fonts()
    return qapp


@pytest.fixture(scope="session")
def _starts() -> Iterator[Starts]:
    starts = Starts()
    starts.wrap(QTimer, QThread)
    yield starts
    starts.unwrap()


@pytest.fixture(autouse=True)
def _nothing_left(request: pytest.FixtureRequest, _starts: Starts) -> Iterator[None]:
    """Fail a test that leaves a window, a thread or a running timer, and say where it was started."""
    watch = Watch(_starts)
    yield
    leaks = watch.leaks()
    watch.clean_up()
    excused = request.node.get_closest_marker("allow_leaks") is not None
    if leaks and not excused and request.node.stash.get(_PASSED, False):
        pytest.fail(f"The test left {'; '.join(leaks)}. {ADVICE}", pytrace=False)


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """Where windows of this test remember things."""
    return tmp_path / "window.ini"


@pytest.fixture
def open_window(qtbot: QtBot, settings_file: Path) -> Iterator[MakeWindow]:
    """Opens windows, shown and by default with their model ready, and closes them at the end."""
    opened: list[MainWindow] = []

    def make(*, size: tuple[int, int] = (1600, 900), ready: bool = True, **more: Any) -> MainWindow:
        arguments: dict[str, Any] = {"settings": Settings(settings_file), "mode": "light", "device": "cpu"} | more
        window = make_window(**arguments)
        opened.append(window)
        window.resize(*size)
        if ready:
            with qtbot.waitSignal(window.conductor.ready, timeout=READY_MS):
                window.show()
        else:
            with qtbot.waitActive(window):  # keys go to the window from here on
                window.show()
        return window

    yield make
    for window in opened:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: MakeWindow) -> MainWindow:
    """A shown window of 1600 x 900 on the stored run, its model ready."""
    return open_window()
