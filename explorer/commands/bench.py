"""`neural-explorer bench`: the figures that the app is held to, each beside its baseline in the same run."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from explorer.commands.arguments import Parser
from explorer.core.errors import UserError

EXAMPLES = """examples:
  neural-explorer bench --quick          everything, in about three minutes
  neural-explorer bench startup ask      what begins with startup or ask
  neural-explorer bench attention        all figures of a lab
  neural-explorer bench --json FILE      everything, in about a quarter of an hour, as JSON too"""


def run(args: list[str]) -> int:
    """Measure and print a table.

    Returns:
        0 when every bar is kept, else 1.
    """
    parser = Parser("bench", "Measure start-up, training, smoothness, memory and quality.", EXAMPLES)
    parser.add_argument("names", nargs="*", metavar="NAME", help="labs, or beginnings of names (default: all)")
    parser.add_argument("--json", metavar="FILE", help="write name, value, unit, baseline and ratio")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and shorter runs")
    chosen = parser.parse_args(args)
    for package in ("pyqtgraph", "psutil"):
        if find_spec(package) is None:
            raise UserError(f"The benchmark needs {package}; run `pip install neural-explorer[bench]`.")
    from explorer.bench.entries import QUICK, Effort, entries, is_named
    from explorer.bench.figures import as_json, as_table, passed
    from explorer.commands.progress import Progress
    from explorer.core.files import write_atomically

    wanted = [entry for entry in entries() if entry.is_wanted(chosen.names)]
    if not wanted:
        raise UserError("No figure has such a name; `neural-explorer bench` without names measures all of them.")
    progress, figures = Progress("Measuring"), []
    for i, entry in enumerate(wanted):
        progress.show(i / len(wanted), entry.names[0])
        found = entry.measure(QUICK if chosen.quick else Effort())
        figures += [figure for figure in found if is_named(figure.name, chosen.names)]
        if chosen.json:
            write_atomically(Path(chosen.json), as_json(figures).encode())
    progress.close()
    print(as_table(figures))
    missed = [figure.name for figure in figures if not passed(figure)]
    if missed:
        print(f"neural-explorer: {len(missed)} of {len(figures)} missed.", file=sys.stderr)
    return 1 if missed else 0
