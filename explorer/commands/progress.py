"""Progress of long work on the terminal: a moving bar for people, a line now and then for log files."""

from __future__ import annotations

import math
import shutil
import sys
import time
from typing import TextIO

BAR_CELLS = 24
REDRAW_S = 0.1
N_LINES = 10
"""Lines that a log file gets, besides the first."""


class Progress:
    """Shows how far work is.

    Args:
        what: What is being done.
        stream: Where to; standard error when None.
    """

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._moving = self._stream.isatty()
        self._drawn_s = 0.0
        self._n_lines = 0

    def show(self, fraction: float, text: str = "") -> None:
        """Say that a part of the work (0 to 1) is done, and anything else worth knowing."""
        now = time.monotonic()
        if self._moving and (now - self._drawn_s >= REDRAW_S or fraction >= 1):
            self._drawn_s = now
            self._replace(self._bar(fraction, text))
        elif not self._moving and fraction * N_LINES + 1e-9 >= self._n_lines:
            self._n_lines = math.floor(fraction * N_LINES + 1e-9) + 1
            print(f"{self._what}: {fraction:.0%}  {text}".rstrip(), file=self._stream, flush=True)

    def close(self) -> None:
        """Leave the terminal's line clean for what comes next."""
        if self._moving:
            self._replace("")

    def _bar(self, fraction: float, text: str) -> str:
        n_full = round(BAR_CELLS * min(1.0, max(0.0, fraction)))
        return f"{self._what} [{'#' * n_full}{'.' * (BAR_CELLS - n_full)}] {fraction:4.0%}  {text}"

    def _replace(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._stream.write("\r" + text[:width].ljust(width) + ("" if text else "\r"))
        self._stream.flush()
