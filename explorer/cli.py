"""The command `neural-explorer`: finds the sub-command, and says in one line what a person can put right."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from explorer.commands import COMMANDS
from explorer.core.errors import UserError

PROGRAM = "neural-explorer"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments after the command's name; those of the process when None.

    Returns:
        The exit code: 2 after something that a person can put right.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(args)
    except UserError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{PROGRAM}: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; what is left to flush at exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(args: list[str]) -> int:
    name = args[0] if args and args[0] in COMMANDS else "window"
    module = importlib.import_module(f"explorer.commands.{name}")
    code: int = module.run(args[1:] if name in COMMANDS else args)
    return code
