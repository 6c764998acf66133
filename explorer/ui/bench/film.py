"""The film of gradients at its largest: how long each frame of panning and zooming takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.core.frames import Array
from explorer.specs.bptt import MAX_ROWS, TRACKS
from explorer.ui.app import make_app
from explorer.ui.bench.meters import percentile
from explorer.ui.bench.report import report
from explorer.ui.photographs import pass_time
from explorer.ui.theme import LIGHT
from explorer.ui.views.film import FilmView
from explorer.ui.views.film_layout import Strip

N_TIMES = 300
WIDTH_PX, HEIGHT_PX = 1_000, 640
N_MOVES = 120
NOTCH = 120


def largest_film() -> Array:
    """Norms that fade at a rate of their own in each row and track, log10, (2000, 4, 300) float16."""
    rng = np.random.default_rng(0)
    slope = rng.uniform(-0.1, 0.02, (MAX_ROWS, len(TRACKS), 1))
    back = np.arange(N_TIMES)[::-1]
    return (slope * back + rng.normal(0, 0.3, (MAX_ROWS, len(TRACKS), N_TIMES))).astype(np.float16)


def gestures(view: FilmView) -> Iterator[QEvent]:
    """The wheel in both directions and with Ctrl, then the film dragged about, as Qt would tell of them."""
    middle, far = QPointF(view.rect().center()), QPointF(view.mapToGlobal(view.rect().center()))
    none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    for i in range(N_MOVES):
        turn, keys = (NOTCH if i % 20 < 12 else -NOTCH), (ctrl if i % 2 else none)
        yield QWheelEvent(
            middle, far, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
        )
    left, no_button = Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
    yield QMouseEvent(QEvent.Type.MouseButtonPress, middle, far, left, left, none)
    for i in range(N_MOVES):
        by = QPointF(90.0 * np.sin(i / 7), 60.0 * np.sin(i / 5))
        yield QMouseEvent(QEvent.Type.MouseMove, middle + by, far + by, no_button, left, none)
    yield QMouseEvent(QEvent.Type.MouseButtonRelease, middle, far, left, no_button, none)


def main() -> int:
    """Show the film, handle it, and report the milliseconds from each event to the painted frame."""
    make_app()
    view = FilmView(LIGHT)
    view.resize(WIDTH_PX, HEIGHT_PX)
    view.set_strips([Strip(track, "", "ink") for track in TRACKS], range(len(TRACKS)))
    view.set_film(largest_film(), np.arange(1, MAX_ROWS + 1), np.zeros(MAX_ROWS, np.int64))
    view.show()
    pass_time(300)
    took_ms = []
    for event in gestures(view):
        began = time.perf_counter()
        QApplication.sendEvent(view, event)
        view.repaint()
        took_ms.append(1000 * (time.perf_counter() - began))
        pass_time(1)
    view.close()
    report({"p95_ms": percentile(took_ms, 95), "median_ms": percentile(took_ms, 50), "worst_ms": max(took_ms)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
