"""The command `neural-explorer`: sub-commands, with heavy imports inside each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from explorer import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments after the command's name; those of the process when None.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="neural-explorer", description="Train small neural networks live.")
    parser.add_argument("--version", action="version", version=f"neural-explorer {__version__}")
    parser.parse_args(argv)
    return 0
