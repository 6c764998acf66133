"""`neural-explorer [LAB]`: the window."""

from __future__ import annotations

import sys
from pathlib import Path

from explorer import __version__
from explorer.commands import COMMANDS
from explorer.commands.arguments import DEVICES, Parser, listing, unknown
from explorer.core.errors import UserError

NO_DISPLAY = (
    "There is no display to open the window on; start it from a desktop, "
    "or let `neural-explorer demo --out demo` draw everything into files."
)


def run(args: list[str]) -> int:
    """Open the window and stay until it is closed."""
    chosen = _parser().parse_args(args)
    from explorer import system_libraries
    from explorer.catalog import LABS, PREPARE, resolve

    known = [entry.id for entry in LABS]
    if chosen.lab is not None and chosen.lab not in known:
        raise unknown("lab or command", chosen.lab, [*known, *COMMANDS])
    session = Path(chosen.session) if chosen.session else None
    lab = chosen.lab or (_lab_of(session) if session else None)
    if not system_libraries.has_display():
        raise UserError(NO_DISPLAY)
    missing = system_libraries.missing_packages(system_libraries.qt_platform())
    if missing:
        raise UserError(f"Qt needs system libraries that are missing; run `{system_libraries.apt_line(missing)}`.")
    if sys.platform == "win32":
        resolve(PREPARE)  # loaded after Qt, torch's libraries fail there (WinError 1114)
    from explorer.ui.app import run as open_window

    return open_window(lab, device=chosen.device, session=session)


def _parser() -> Parser:
    commands = "commands (each has its own --help):\n" + listing(COMMANDS)
    parser = Parser("", "Train small neural networks live, and drag, click and step through them.", commands)
    parser.add_argument("--version", action="version", version=f"neural-explorer {__version__}")
    parser.add_argument(
        "lab",
        nargs="?",
        metavar="LAB",
        help="the lab to open (default: the one open last), or a command",
    )
    parser.add_argument("--device", choices=DEVICES, default="auto", help="where torch computes (default: auto)")
    parser.add_argument("--session", metavar="FILE", help="open a saved session")
    return parser


def _lab_of(session: Path) -> str:
    from explorer.core.session import lab_of

    return lab_of(session)
