"""What the sub-commands have in common when they read their arguments."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from explorer.core.errors import UserError

DEVICES = ("auto", "cpu", "cuda", "mps")


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are :class:`UserError`.

    Args:
        command: Name of the sub-command; empty for the app itself.
        description: What it does, in a sentence.
        epilog: Text after the help on arguments.
    """

    def __init__(self, command: str, description: str, epilog: str = "") -> None:
        self.command = f"neural-explorer {command}".strip()
        layout = argparse.RawDescriptionHelpFormatter
        super().__init__(self.command, description=description, epilog=epilog, formatter_class=layout)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        raise UserError(f"{message}; see `{self.command} --help`.")


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that describe a run: parameters, seed, device, session."""
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="parameters, as beta=4 latent=8 (`neural-explorer labs LAB` lists them)",
    )
    parser.add_argument("--seed", type=whole_number, metavar="N", help="seed of the run (default: 7)")
    parser.add_argument("--device", choices=DEVICES, default="auto", help="where torch computes (default: auto)")
    parser.add_argument("--session", metavar="FILE", help="go on from a saved session")


def settings(pairs: Iterable[str]) -> dict[str, str]:
    """Names and values from ``NAME=VALUE`` texts.

    Raises:
        UserError: One of them has no equals sign.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UserError(f"“{pair}” is not NAME=VALUE; write a parameter as beta=4.")
        found[name.strip()] = value
    return found


def whole_number(text: str) -> int:
    """A whole number from 0 up, for argparse."""
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number < 2**53:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from 0 up")
    return number


def positive_number(text: str) -> float:
    """A number above 0, for argparse."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number above 0")
    return number


def unknown(what: str, name: str, known: Sequence[str]) -> UserError:
    """The error for a name that is none of those known; it suggests the closest one."""
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(known)}."
    return UserError(f"There is no {what} called {name}; {hint}")


def listing(rows: Mapping[str, str], indent: str = "  ") -> str:
    """Names and what they mean, in two columns."""
    width = max(len(name) for name in rows)
    return "\n".join(f"{indent}{name:<{width}}  {meaning}" for name, meaning in rows.items())
