"""The window trains the very run that the command line does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.core.session import load_session
from explorer.ui.main_window import MainWindow
from tests.ui.acting import ROOT, assert_same_numbers, bare_run, from_scratch, lab_of, train, until


def test_live_training_gives_the_numbers_of_the_bare_run(window: MainWindow, qtbot: QtBot):
    from_scratch(qtbot, window)
    reached = train(qtbot, window, 60)
    assert_same_numbers(window.lab.log.series(), bare_run(window, reached).scalars.series())


def test_pausing_scrubbing_and_asking_change_nothing(window: MainWindow, qtbot: QtBot):
    from_scratch(qtbot, window)
    reached = train(qtbot, window, 30)
    window.conductor.scrub(reached // 2)
    until(qtbot, lambda: window.lab.status.in_the_past)
    with qtbot.waitSignal(window.conductor.answered):
        lab_of(window).set_latent(np.array([0.3, -0.4]))
    reached = train(qtbot, window, reached + 30)
    assert_same_numbers(window.lab.log.series(), bare_run(window, reached).scalars.series())


def test_saved_loaded_and_continued_it_is_still_the_same_run(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    from_scratch(qtbot, window)
    saved_at = train(qtbot, window, 30)
    path = tmp_path / "run.nexplore"
    with qtbot.waitSignal(window.conductor.saved):
        window.conductor.save(path)
    train(qtbot, window, saved_at + 20)
    with qtbot.waitSignal(window.conductor.ready):
        window.conductor.open_session(path)
    until(qtbot, lambda: window.lab.status.head == saved_at)
    reached = train(qtbot, window, saved_at + 40)
    assert_same_numbers(window.lab.log.series(), bare_run(window, reached).scalars.series())


def test_the_command_line_gives_the_same_numbers(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path = tmp_path / "cli.nexplore"
    steps = 60
    command = [sys.executable, "-m", "explorer", "train", "autoencoder", "--device", "cpu", "--steps", str(steps)]
    subprocess.run([*command, "--seed", "11", "--out", str(path)], cwd=ROOT, env=os.environ, check=True, timeout=100)
    session = load_session(path)
    from_scratch(qtbot, window)
    window.conductor.command("set_params", window.lab.spec.params())
    window.conductor.command("reseed", 11)
    until(qtbot, lambda: window.lab.run.seed == 11)
    reached = train(qtbot, window, steps)
    numbers = {name: (s[s <= steps], v[s <= steps]) for name, (s, v) in window.lab.log.series().items()}
    assert reached >= steps
    assert_same_numbers(numbers, session.series)


def test_a_step_back_and_a_branch_leave_a_ghost(window: MainWindow, qtbot: QtBot):
    from_scratch(qtbot, window)
    reached = train(qtbot, window, 40)
    window.conductor.scrub(reached // 2)
    until(qtbot, lambda: window.lab.status.in_the_past)
    at = window.lab.status.cursor
    window.conductor.command("branch")
    until(qtbot, lambda: window.lab.status.head == at)
    assert [ghost.branch_step for ghost in window.lab.run.ghosts][-1] == at
    assert window.transport.scrub._marks[-1] == at
    on = train(qtbot, window, at + 20)
    assert_same_numbers(window.lab.log.series(), bare_run(window, on).scalars.series())
