"""Drawing without a display."""

from __future__ import annotations

import os
import sys

from explorer import system_libraries
from explorer.core.errors import UserError


def draw_offscreen() -> None:
    """Let Qt draw into memory from now on; to be called before it is loaded.

    Raises:
        UserError: A system library that Qt needs is missing; the sentence says how to install it.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = system_libraries.missing_packages("offscreen")
    if missing:
        raise UserError(f"Qt needs system libraries that are missing; run `{system_libraries.apt_line(missing)}`.")
    if sys.platform == "win32":
        from explorer.catalog import PREPARE, resolve

        resolve(PREPARE)  # loaded after Qt, torch's libraries fail there (WinError 1114)
