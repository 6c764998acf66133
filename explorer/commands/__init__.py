"""One module per sub-command of `neural-explorer`: `run(args)` gives the exit code. Heavy imports inside functions."""

from __future__ import annotations

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "labs": "list the labs, or the parameters and panels of one",
    "train": "train a lab's model without a window",
    "export": "write a panel's figure to a file, without a window",
    "pretrain": "make the stored runs again",
    "bench": "measure start-up, training, smoothness, memory and quality",
    "demo": "draw every panel and the window into a folder",
    "doctor": "see whether everything the app needs is there",
}
"""Sub-commands in the order of the help text; each is the module of its name in this package."""
