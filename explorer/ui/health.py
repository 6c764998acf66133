"""Whether Qt starts and finds the app's fonts; run in a process of its own, since Qt aborts where it cannot."""

from __future__ import annotations

import json
import sys

from PySide6.QtGui import QGuiApplication

from explorer.ui.app import make_app
from explorer.ui.fonts import NUMBERS, WORDS, load_fonts


def report() -> dict[str, object]:
    """The platform in use, the size of the first screen and the fonts of the app that are missing."""
    make_app()
    sizes = [(screen.size().width(), screen.size().height()) for screen in QGuiApplication.screens()]
    families = load_fonts()
    return {
        "platform": QGuiApplication.platformName(),
        "screen_px": sizes[0] if sizes else (0, 0),
        "missing_fonts": [name for name in (WORDS, NUMBERS) if name not in families],
    }


if __name__ == "__main__":
    json.dump(report(), sys.stdout)
