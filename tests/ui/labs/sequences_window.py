"""Ways to look into the window of the sequences lab, for its tests."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from explorer.specs.sequences import Trace
from explorer.ui.labs.sequences import SequencesLab
from explorer.ui.main_window import MainWindow
from tests.ui.acting import until


def lab_of(window: MainWindow) -> SequencesLab:
    """The lab in front, as what it is."""
    assert isinstance(window.lab, SequencesLab)
    return window.lab


def trace_of(qtbot: QtBot, window: MainWindow, **wanted: object) -> Trace:
    """Wait for an answer whose request, or itself, has these values."""
    lab = lab_of(window)

    def there() -> bool:
        trace = lab.trace
        if trace is None or not trace.generation:
            return False
        return all(getattr(trace, n, getattr(trace.request, n, None)) == v for n, v in wanted.items())

    until(qtbot, there)
    assert lab.trace is not None
    return lab.trace
