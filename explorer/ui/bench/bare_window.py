"""Baseline of the first paint: a bare PySide6 window with an empty pyqtgraph plot in it."""

from __future__ import annotations

import os
import time

from explorer.ui.bench.report import report


def main() -> None:
    """Show the window, say when it was painted, and end."""
    import pyqtgraph
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, painted)

    def painted() -> None:
        report({"painted_s": time.monotonic()})
        os._exit(0)

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(Plot())
    window.resize(1600, 900)
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
