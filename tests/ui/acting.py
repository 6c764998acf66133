"""What a person does with the window, and what they wait for."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.core.runner import Runner
from explorer.core.scalars import Series
from explorer.ui.labs.autoencoder import AutoencoderLab
from explorer.ui.main_window import MainWindow

PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton
ROOT = Path(__file__).resolve().parents[2]


def until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    """Let the window live until something holds."""
    qtbot.waitUntil(holds, timeout=PATIENCE_MS)


def lab_of(window: MainWindow) -> AutoencoderLab:
    """The lab that is open, as what it is."""
    assert isinstance(window.lab, AutoencoderLab)
    return window.lab


def from_scratch(qtbot: QtBot, window: MainWindow) -> None:
    """Begin the run again."""
    window.conductor.command("reset")
    until(qtbot, lambda: window.lab.status.head == 0 and not window.lab.run.stored)


def train(qtbot: QtBot, window: MainWindow, until_step: int) -> int:
    """Play up to a step or a little further, and pause; returns the step reached."""
    window.conductor.command("play")
    until(qtbot, lambda: window.lab.status.head >= until_step)
    window.conductor.command("pause")
    until(qtbot, lambda: not window.lab.status.playing)
    return window.lab.status.head


def bare_run(window: MainWindow, n_steps: int) -> Runner:
    """A run of the window's parameters and seed, without any window."""
    from explorer.catalog import resolve

    spec = window.lab.spec
    create = resolve(spec.experiment)
    runner = Runner(spec, lambda params, seed: create(params, seed, "cpu"), window.lab.run.params, window.lab.run.seed)
    runner.train(n_steps)
    return runner


def assert_same_numbers(one: Series | Mapping, other: Series | Mapping) -> None:
    """Every series has the same steps and, bit for bit, the same values."""
    assert set(one) == set(other)
    for name in one:
        for mine, theirs in zip(one[name], other[name], strict=True):
            np.testing.assert_array_equal(mine, theirs, err_msg=name)


def drag(widget: QWidget, *places: QPointF, button: Qt.MouseButton = LEFT) -> None:
    """Press at the first place, move through the others, let go at the last."""
    first, *rest = [place.toPoint() for place in places]
    QTest.mousePress(widget, button, pos=first)
    for place in rest:
        QTest.mouseMove(widget, place)
    QTest.mouseRelease(widget, button, pos=(rest or [first])[-1])


def click(widget: QWidget, at: QPointF | None = None) -> None:
    """Press and let go, in the middle unless told where."""
    QTest.mouseClick(widget, LEFT, pos=at.toPoint() if at is not None else QPoint(widget.rect().center()))


def press(window: QWidget, keys: str) -> None:
    """Press keys, as in ``"Ctrl+Shift+Z"``, on whatever has the keyboard."""
    combination = QKeySequence(keys)[0]  # type: ignore[index]
    QTest.keyClick(QApplication.focusWidget() or window, combination.key(), combination.keyboardModifiers())


def type_text(widget: QWidget, text: str) -> None:
    """Type, with shortcuts and all."""
    QTest.keyClicks(widget, text)


def run_python(script: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """A fresh interpreter on a script, offscreen."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env={**environment, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
