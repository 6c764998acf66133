"""`neural-explorer train`: the same run as in the window, bit for bit, without one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.arguments import Parser, add_run_arguments, positive_number, whole_number
from explorer.core.errors import UserError

if TYPE_CHECKING:  # help is answered without loading numpy
    from explorer.core.runner import Runner

DEFAULT_SECONDS = 30.0


def run(args: list[str]) -> int:
    """Train, print the numbers reached, save where asked to.

    Returns:
        0, also when Ctrl-C ended it; 1 when the run came to grief.
    """
    chosen = _parser().parse_args(args)
    from explorer.catalog import spec
    from explorer.commands import runs
    from explorer.core.params import summary

    lab = spec(chosen.lab)
    plan, out = runs.plan_of(lab, chosen), _target(chosen)
    runner, device = runs.start_run(plan)
    print(f"{lab.title} · {summary(runner.params)} · seed {runner.seed} · {device}", file=sys.stderr)
    seconds = chosen.seconds or DEFAULT_SECONDS
    if not runs.train(runner, chosen.steps, seconds):
        print(f"Stopped at step {runner.head:,}.", file=sys.stderr)
    if runner.trouble is not None:
        print(f"neural-explorer: {runner.trouble.sentence}", file=sys.stderr)
    print(results(runner))
    if out is not None:
        _save(runner, out)
    return 0 if runner.trouble is None else 1


def _parser() -> Parser:
    parser = Parser("train", "Train a lab's model without a window and print the numbers it reaches.")
    parser.add_argument("lab", metavar="LAB", help="see `neural-explorer labs`")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=whole_number, metavar="N", help="steps to take")
    length.add_argument(
        "--seconds", type=positive_number, metavar="S", help=f"seconds to train (default: {DEFAULT_SECONDS:.0f})"
    )
    add_run_arguments(parser)
    parser.add_argument("--out", metavar="FILE", help="save the session, to be opened in the window or gone on with")
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
    return parser


def _target(chosen: argparse.Namespace) -> Path | None:
    """Where to save, found to be possible before training begins."""
    if not chosen.out:
        return None
    out = Path(chosen.out)
    if out.is_dir():
        raise UserError(f"{out} is a folder; choose a file name.")
    if out.exists() and not chosen.force:
        raise UserError(f"{out} exists already; choose another name, or add --force to replace it.")
    if not out.absolute().parent.is_dir():
        raise UserError(f"There is no folder {out.absolute().parent}; make it first or choose another one.")
    return out


def _save(runner: Runner, out: Path) -> None:
    import explorer
    from explorer.core.session import save_session

    save_session(runner.session(version=explorer.__version__), out)
    print(f"Saved {out}", file=sys.stderr)


def results(runner: Runner) -> str:
    """The newest numbers of a run as a small table."""
    reached = runner.scalars.at_or_before(runner.head)
    rows = [("step", f"{runner.head:,}", "")]
    rows += [(i.label, f"{reached[i.name]:,.6g}", i.unit) for i in runner.spec.scalars if i.name in reached]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{label:<{widths[0]}}  {value:>{widths[1]}} {unit}".rstrip() for label, value, unit in rows)
