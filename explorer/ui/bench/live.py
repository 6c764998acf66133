"""A lab in its window, training: steps per second, lateness of the main thread, redraws, memory."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from explorer.core.params import with_values
from explorer.ui.bench.meters import Lateness, PaintCounter, percentile
from explorer.ui.bench.report import report
from explorer.ui.bench.stage import window_at_rest
from explorer.ui.main_window import MainWindow
from explorer.ui.photographs import pass_time

SAMPLE_MS = 5_000
SAVE_PATIENCE_MS = 30_000


class Memory(QObject):
    """Samples the resident memory of this process."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        import psutil

        self._process = psutil.Process()
        self._began_s = time.perf_counter()
        self.samples: list[tuple[float, float]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(SAMPLE_MS)
        self._timer.timeout.connect(self.take)
        self._timer.start()

    @Slot()
    def take(self) -> None:
        """Note seconds since the beginning and megabytes."""
        self.samples.append((time.perf_counter() - self._began_s, self._process.memory_info().rss / 1e6))


def choose(window: MainWindow, settings: list[str]) -> None:
    """The lab's defaults, changed as ``"delay=100"`` says; the stored run shown may have had others."""
    changes = dict(setting.split("=", 1) for setting in settings)
    window.conductor.edit_params(with_values(window.lab.spec.params(), changes), "", True)


def train(window: MainWindow, warm_s: float, seconds: float) -> dict[str, object]:
    """Train from scratch in the window and measure after the first ``warm_s`` seconds."""
    window.conductor.command("reset")
    window.conductor.command("play")
    pass_time(round(1000 * warm_s))
    lateness, memory = Lateness(window), Memory(window)
    paints = PaintCounter(_pictures(window), window)
    lateness.start()
    head, began, before = window.lab.status.head, time.perf_counter(), paints.n_paints
    pass_time(round(1000 * seconds))
    elapsed = time.perf_counter() - began
    lateness.stop()
    memory.take()
    return {
        "steps_per_s": (window.lab.status.head - head) / elapsed,
        "n_steps": window.lab.status.head,
        "redraws_per_s": (paints.n_paints - before) / elapsed,
        "p99_ms": percentile(lateness.late_ms, 99),
        "worst_ms": max(lateness.late_ms),
        "memory_mb": memory.samples,
        "trouble": window.lab.status.trouble.sentence if window.lab.status.trouble else "",
    }


def save(window: MainWindow, path: Path) -> None:
    """Stop and save the session."""
    window.conductor.command("pause")
    loop = QEventLoop()
    window.conductor.saved.connect(loop.quit)
    QTimer.singleShot(SAVE_PATIENCE_MS, loop, loop.quit)
    window.conductor.save(path)
    loop.exec()


def _pictures(window: MainWindow) -> list[QWidget]:
    """What the first panel of the lab paints itself on: its largest child."""
    panel = window.lab.panel(window.lab.spec.panels[0].id)
    return sorted(panel.findChildren(QWidget), key=lambda child: child.width() * child.height())[-1:]


def main() -> int:
    """Read the arguments, open the window, train, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lab")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--warm", type=float, default=2.0)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="K=V")
    chosen = parser.parse_args()
    window = window_at_rest(chosen.lab)
    choose(window, chosen.set)
    found = train(window, chosen.warm, chosen.seconds)
    if chosen.save is not None:
        save(window, chosen.save)
    window.close()
    report(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
