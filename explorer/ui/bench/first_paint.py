"""The app as the command starts it, up to its first painted window."""

from __future__ import annotations

import os
import sys
import time

from explorer.catalog import resolve
from explorer.ui import app
from explorer.ui.bench.report import report
from explorer.ui.main_window import MainWindow


class WatchedWindow(MainWindow):
    """Says when it was painted, and ends the process before the worker starts."""

    def _after_first_paint(self) -> None:
        report({"painted_s": time.monotonic(), "torch": "torch" in sys.modules})
        os._exit(0)


def main() -> int:
    """Start the app by its own command line."""
    vars(app)["MainWindow"] = WatchedWindow
    code: int = resolve("explorer.cli:main")(sys.argv[1:])
    return code


if __name__ == "__main__":
    sys.exit(main())
