"""Who may know whom, seen from a fresh interpreter: imports inside functions are caught too."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys

import pytest

import explorer

QT = {"PySide6", "shiboken6", "pyqtgraph", "superqt"}
TORCH = {"torch"}
MODULES = sorted(info.name for info in pkgutil.walk_packages(explorer.__path__, "explorer."))


def loaded_by(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after running code."""
    report = "\nimport sys; print('loaded:', *{name.split('.')[0] for name in sys.modules})"
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded:")[2].split())


def importing(*packages: str) -> str:
    """Code that imports every module of some packages."""
    wanted = [name for name in MODULES if any(name == p or name.startswith(p + ".") for p in packages)]
    assert wanted
    return f"import importlib\nfor name in {wanted!r}: importlib.import_module(name)"


def test_fresh_interpreter_reports_what_was_loaded():
    assert {"json", "sys"} <= loaded_by("import json")


def test_torch_half_loads_no_qt():
    loaded = loaded_by(importing("explorer.experiments", "explorer.models"))
    assert not loaded & QT
    assert "torch" in loaded


def test_shared_half_loads_neither_torch_nor_qt():
    shared = ("explorer.core", "explorer.specs", "explorer.catalog", "explorer.data", "explorer.system_libraries")
    assert not loaded_by(importing(*shared)) & (QT | TORCH)


def test_window_half_loads_no_torch():
    loaded = loaded_by(importing("explorer.ui"))
    assert not loaded & TORCH
    assert "PySide6" in loaded


@pytest.mark.parametrize("question", ["--help", "--version"])
def test_command_line_answers_without_torch_and_qt(question: str):
    loaded = loaded_by(
        f"from explorer.cli import main\ntry: main([{question!r}])\nexcept SystemExit as stop: assert not stop.code"
    )
    assert not loaded & (QT | TORCH | {"numpy"})
