"""The watch over what tests leave behind finds what it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.leaks import Starts, Watch

HERE = Path(__file__).name


@pytest.fixture
def watch(qapp: QApplication, _starts: Starts) -> Watch:
    return Watch(_starts)


@pytest.mark.allow_leaks("leaks on purpose")
def test_a_window_left_open_is_named(watch: Watch) -> None:
    widget = QWidget()
    widget.setObjectName("stray")
    widget.show()
    assert watch.leaks() == ["a window: QWidget stray"]
    watch.clean_up()
    assert not watch.leaks()


@pytest.mark.allow_leaks("leaks on purpose")
def test_a_running_timer_is_named_with_its_place(watch: Watch) -> None:
    timer = QTimer()
    timer.start(1000)
    (leak,) = watch.leaks()
    assert "timer" in leak
    assert HERE in leak
    watch.clean_up()
    assert not timer.isActive()


@pytest.mark.allow_leaks("leaks on purpose")
def test_a_live_thread_is_named_with_its_place(watch: Watch) -> None:
    thread = QThread()
    thread.start()
    (leak,) = watch.leaks()
    assert "QThread" in leak
    assert HERE in leak
    watch.clean_up()
    assert not thread.isRunning()


def test_what_was_stopped_is_no_leak(watch: Watch) -> None:
    timer = QTimer()
    timer.start(1000)
    timer.stop()
    widget = QWidget()
    widget.show()
    widget.close()
    del widget
    assert watch.leaks() == []
