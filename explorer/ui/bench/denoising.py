"""The film of denoising: what a step costs in the window, how fast it plays, and how a long film is gone through."""

from __future__ import annotations

import sys
import time

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from explorer.core.denoising import N_LEVELS
from explorer.core.frames import Array
from explorer.data.noise_schedules import alpha_bar
from explorer.specs.diffusion import SIDE_PX, Denoise, Denoised, Sampling
from explorer.ui.bench.meters import PaintCounter, percentile
from explorer.ui.bench.report import report
from explorer.ui.bench.stage import window_at_rest
from explorer.ui.labs.diffusion.reverse_panel import ReversePanel
from explorer.ui.photographs import pass_time

N_SAMPLES, N_STEPS = 16, 50
N_LONG = 1_000
N_MOVES = 300
PLAY_MS = 2_000
PATIENCE_MS = 30_000


class Pieces(QObject):
    """Notes what each piece of a film took."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.took_ms: list[float] = []

    @Slot(object)
    def note(self, answer: object) -> None:
        """An answer has come."""
        if isinstance(answer, Denoised):
            self.took_ms.append(answer.took_ms)


def long_film(sampling: Sampling) -> Denoised:
    """A whole film made of noise, as an answer of the model."""
    rng = np.random.default_rng(0)
    shape = (N_LONG, sampling.n, SIDE_PX, SIDE_PX)
    times = np.rint(np.linspace(N_LEVELS, 0, N_LONG + 1)).astype(np.int64)
    signal = alpha_bar("cosine", N_LEVELS)[times]
    one: Array = rng.standard_normal(shape[1:], np.float32).astype(np.float16)
    pictures = np.stack([np.roll(one, i, axis=-1) for i in range(N_LONG)])
    weights = np.stack([np.sqrt(signal[1:]), np.sqrt(1 - signal[1:]), np.zeros(N_LONG)], 1)
    last = pictures[-1].astype(np.float32)
    return Denoised(
        Denoise(sampling, count=N_LONG), 1, times, signal, pictures, pictures, pictures, weights, last, 1.0, 1
    )


def wait_for_film(panel: ReversePanel) -> None:
    """Let the window live until the film is complete."""
    loop, poll = QEventLoop(), QTimer()
    poll.setInterval(20)
    poll.timeout.connect(lambda: loop.quit() if panel.film is not None and panel.film.complete else None)
    poll.start()
    QTimer.singleShot(PATIENCE_MS, loop, loop.quit)
    loop.exec()


def go_through(panel: ReversePanel) -> list[float]:
    """Milliseconds from each key to the painted frame, forwards and backwards."""
    took_ms = list[float]()
    pass_time(100)
    paints = PaintCounter([panel.stage.canvas], panel.window())
    for i in range(N_MOVES):
        key = Qt.Key.Key_Left if i % 100 < 60 else Qt.Key.Key_Right
        began = time.perf_counter()
        QApplication.sendEvent(panel, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
        QApplication.processEvents()  # every repaint that the key has asked for, in whichever panel
        took_ms.append(1000 * (time.perf_counter() - began))
        if paints.n_paints != i + 1:
            raise RuntimeError(f"the frame of key {i + 1} was painted {paints.n_paints - i} times")
        pass_time(1)
    return took_ms


def main() -> int:
    """Open the window, measure, report."""
    window = window_at_rest("diffusion")
    panel = window.lab.panel("reverse")
    assert isinstance(panel, ReversePanel)
    pieces = Pieces(window)
    window.conductor.answered.connect(pieces.note)
    panel.set_sampling(Sampling(steps=N_STEPS, n=N_SAMPLES))
    wait_for_film(panel)
    paints = PaintCounter([panel.stage.canvas], window)
    panel.toggle_play()
    pass_time(PLAY_MS)
    frames_per_s = 1000 * paints.n_paints / PLAY_MS
    panel.set_sampling(Sampling(steps=N_LONG, n=N_SAMPLES))
    panel.maker.rest()
    while panel.film is None or panel.film.n_steps != N_LONG or not panel.film.complete:
        panel.maker.films.begin(Sampling(steps=N_LONG, n=N_SAMPLES))
        panel.maker.films.take(long_film(Sampling(steps=N_LONG, n=N_SAMPLES)))
    panel.go_to(N_LONG)
    took_ms = go_through(panel)
    n_mb = panel.film.n_bytes / 1e6
    window.close()
    report(
        {
            "step_ms": percentile(pieces.took_ms, 50),
            "frames_per_s": frames_per_s,
            "p95_ms": percentile(took_ms, 95),
            "worst_ms": max(took_ms),
            "film_mb": n_mb,
        }
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
