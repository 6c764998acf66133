"""From an edited text to all heat maps painted, and from a movement of the pointer to everything lit."""

from __future__ import annotations

import argparse
import sys
import time
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from explorer.specs.attention import EXAMPLE
from explorer.ui.bench.meters import percentile
from explorer.ui.bench.pointer import AnswerWatch, send
from explorer.ui.bench.report import report
from explorer.ui.bench.stage import window_at_rest
from explorer.ui.labs.attention.tokens_panel import TokensPanel
from explorer.ui.main_window import MainWindow
from explorer.ui.photographs import pass_time

LIT = ("tokens", "looks", "heads", "cell")


class PaintWatch(QObject):
    """Knows whether any of some widgets has been painted."""

    def __init__(self, widgets: list[QWidget]) -> None:
        super().__init__()
        self.painted = False
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note a painting."""
        self.painted = self.painted or event.type() == QEvent.Type.Paint
        return False


def words(n_tokens: int) -> list[str]:
    """So many words of one token each, those around them included in the number."""
    return (EXAMPLE.split() * (n_tokens // 7 + 1))[: n_tokens - 2]


def edits(window: MainWindow, n: int) -> list[float]:
    """Milliseconds from an edit of a text of 128 tokens to the painted maps."""
    panel = cast(TokensPanel, window.lab.panel("tokens"))
    watch, text, took = AnswerWatch(window, "heads"), words(128), list[float]()
    for i in range(n + 3):
        text[i % len(text)] = ("red", "green")[i % 2] if text[i % len(text)] != "red" else "green"
        watch.begin()
        began = time.perf_counter()
        panel.read_aloud(" ".join(text))
        took.append(1000 * (watch.wait() - began))
        pass_time(60)
    return took[3:]


def hovers(window: MainWindow, n: int) -> list[float]:
    """Milliseconds from a movement over the matrix of 256 tokens until everything that it lights up is painted."""
    panel = cast(TokensPanel, window.lab.panel("tokens"))
    panel.read_aloud(" ".join(words(256)))
    pass_time(2_500)
    watch = PaintWatch([w for name in LIT for w in window.lab.panel(name).findChildren(QWidget)])
    matrix, took = panel.matrix, list[float]()
    places = matrix.cells(matrix.area())
    for i in range(n):
        at = QPointF(
            places.left() + (0.1 + 0.8 * ((i * 7) % n) / n) * places.width(),
            places.top() + (0.1 + 0.8 * ((i * 13) % n) / n) * places.height(),
        )
        watch.painted = False
        began = time.perf_counter()
        send(matrix, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
        QApplication.processEvents()  # every repaint that the movement has asked for
        took.append(1000 * (time.perf_counter() - began))
        if not watch.painted:
            raise RuntimeError("the pointer has lit up nothing")
        pass_time(12)
    return took


def main() -> int:
    """Edit, then hover."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--moves", type=int, default=200)
    chosen = parser.parse_args()
    window = window_at_rest("attention")
    edited, hovered = edits(window, chosen.edits), hovers(window, chosen.moves)
    window.close()
    report(
        {
            "edit_p95_ms": percentile(edited, 95),
            "edit_median_ms": percentile(edited, 50),
            "hover_p95_ms": percentile(hovered, 95),
            "hover_worst_ms": max(hovered),
        }
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
