"""`neural-explorer export`: a panel's figure in a file, without a window."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.arguments import Parser, add_run_arguments, whole_number

if TYPE_CHECKING:  # help is answered without loading numpy
    from explorer.commands.runs import Plan
    from explorer.core.spec import LabSpec

DEFAULT_STEPS = 1_000
FILM_FRAMES = 60
THEMES = ("light", "dark")


def run(args: list[str]) -> int:
    """Write one panel of the stored run, of a saved one, or of one trained now."""
    chosen = _parser().parse_args(args)
    from explorer.catalog import spec
    from explorer.commands.offscreen import draw_offscreen

    lab = spec(chosen.lab)
    panel, out = lab.panel(chosen.panel), Path(chosen.out)
    draw_offscreen()
    from explorer.ui.darkroom import check_file

    is_film = check_file(out, overwrite=chosen.force) == ".gif"
    plan, n_steps = _plan(lab, chosen, is_film)
    if not _write(plan, n_steps, chosen, is_film):
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    print(f"Wrote {panel.title} to {out}", file=sys.stderr)
    return 0


def _plan(lab: LabSpec, chosen: argparse.Namespace, is_film: bool) -> tuple[Plan, int]:
    """What to begin with, and how many steps to take."""
    from explorer.commands import runs

    asks_for_own = bool(chosen.set or chosen.session) or chosen.seed is not None or chosen.steps is not None
    if lab.stored and not asks_for_own and not is_film:
        return runs.stored_plan(lab, chosen.device), 0
    plan = runs.plan_of(lab, chosen)
    if chosen.steps is not None:
        return plan, chosen.steps
    return plan, 0 if plan.session else DEFAULT_STEPS


def _write(plan: Plan, n_steps: int, chosen: argparse.Namespace, is_film: bool) -> bool:
    """Make the run, show it to the lab, write the panel; False when Ctrl-C ended the training."""
    from explorer.commands import runs
    from explorer.core.errors import UserError
    from explorer.core.mailbox import Mailbox
    from explorer.ui.darkroom import Darkroom

    mailbox = Mailbox()
    runner, device = runs.start_run(plan, mailbox)
    chunk = max(1, math.ceil(n_steps / FILM_FRAMES)) if is_film else 1
    if n_steps and not runs.train(runner, n_steps, None, chunk=chunk, record=is_film):
        return False
    if runner.trouble is not None:
        raise UserError(runner.trouble.sentence)
    room = Darkroom(runner, mailbox, device, chosen.theme, plan.session)
    room.write(chosen.panel, Path(chosen.out), chosen.scale, overwrite=chosen.force)
    return True


def _parser() -> Parser:
    parser = Parser(
        "export",
        "Write a panel's figure to a file, without a window.",
        "Without --session, --set, --seed or --steps it shows the stored run; a GIF shows a run as it is trained.",
    )
    parser.add_argument("lab", metavar="LAB", help="see `neural-explorer labs`")
    parser.add_argument("panel", metavar="PANEL", help="see `neural-explorer labs LAB`")
    parser.add_argument("--out", required=True, metavar="FILE", help="name ending in .png .svg .pdf .csv .npz or .gif")
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
    parser.add_argument("--steps", type=whole_number, metavar="N", help=f"steps to train (default: {DEFAULT_STEPS:,})")
    parser.add_argument("--scale", type=_scale, default=2.0, metavar="X", help="pixels per point, 1 to 4 (default: 2)")
    parser.add_argument("--theme", choices=THEMES, default="light", help="colours (default: light)")
    add_run_arguments(parser)
    return parser


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 1 <= scale <= 4:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 4")
    return scale
