"""The app as the command starts it, up to the first answer of the live model, with a timer on the main thread."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QTimer, Slot

from explorer.catalog import resolve
from explorer.ui import app
from explorer.ui.bench.meters import Lateness
from explorer.ui.bench.report import report
from explorer.ui.main_window import MainWindow


class WatchedWindow(MainWindow):
    """Says when the model answered and what the longest stall was until then, and closes."""

    def _after_first_paint(self) -> None:
        self._lateness = Lateness(self)
        self._lateness.start()
        self.conductor.answered.connect(self._on_first_answer)
        super()._after_first_paint()

    @Slot()
    def _on_first_answer(self) -> None:
        if self._lateness.late_ms:
            report({"answered_s": time.monotonic(), "stall_ms": max(self._lateness.late_ms)})
            self._lateness.stop()
            self._lateness.late_ms.clear()
            QTimer.singleShot(0, self.close)


def main() -> int:
    """Start the app by its own command line."""
    vars(app)["MainWindow"] = WatchedWindow
    code: int = resolve("explorer.cli:main")(sys.argv[1:])
    return code


if __name__ == "__main__":
    sys.exit(main())
