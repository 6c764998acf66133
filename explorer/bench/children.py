"""Processes that are measured: each fresh, with settings of its own, its numbers on the last line it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from explorer.core.errors import UserError

TIMEOUT_S = 900.0


def run_module(module: str, *args: str) -> dict[str, Any]:
    """What ``python -m module args`` reports; see :func:`run_python`."""
    return run_python(["-m", module, *args])


def run_python(args: Sequence[str]) -> dict[str, Any]:
    """Run a fresh interpreter and read its report.

    Returns:
        The JSON object on the last line of its output, and ``began_s``: when it was started, on the clock of
        :func:`time.monotonic`, which all processes of a machine share.

    Raises:
        UserError: It failed, or reported nothing in time.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environ = _environ(home)
        began = time.monotonic()
        try:
            done = subprocess.run(
                [sys.executable, *args], capture_output=True, text=True, env=environ, timeout=TIMEOUT_S
            )
            found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        except subprocess.TimeoutExpired as error:
            raise UserError(f"`python {' '.join(args)}` took too long; run it by itself to see why.") from error
        except (IndexError, ValueError) as error:
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise UserError(f"`python {' '.join(args)}` failed ({last}); run it by itself to see why.") from error
    return {**found, "began_s": began}


def _environ(home: str) -> dict[str, str]:
    """Nobody's remembered layout; a window on the screen where there is one."""
    environ = {**os.environ, "XDG_CONFIG_HOME": home}
    if sys.platform.startswith("linux") and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environ
