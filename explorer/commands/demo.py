"""`neural-explorer demo`: the window, the tour and every panel, drawn into a folder without a display."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.arguments import DEVICES, Parser

if TYPE_CHECKING:  # help is answered without loading numpy
    from explorer.core.spec import LabSpec

STILLS = (".png", ".svg", ".pdf", ".csv", ".npz")
FILM_STEPS = 600
FILM_FRAMES = 24


def run(args: list[str]) -> int:
    """Write screenshots of every lab and of each scene of its tour, and each of its panels in each format."""
    parser = Parser("demo", "Draw window, tour and panels of every lab into a folder; no display is needed.")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to write to; made where it is missing")
    parser.add_argument("--device", choices=DEVICES, default="auto", help="where torch computes (default: auto)")
    chosen = parser.parse_args(args)
    from explorer.catalog import LABS, spec
    from explorer.commands.offscreen import draw_offscreen
    from explorer.commands.progress import Progress
    from explorer.core.files import make_folder

    draw_offscreen()
    labs = [spec(entry.id) for entry in LABS]
    n_files = sum(_n_files(lab) for lab in labs)
    progress, n_written = Progress("Drawing"), 0
    for lab in labs:
        for path in _draw(lab, make_folder(Path(chosen.out) / lab.id), chosen.device):
            n_written += 1
            progress.show(n_written / n_files, path.name)
    progress.close()
    print(f"{n_written} files in {chosen.out}")
    return 0


def _n_files(lab: LabSpec) -> int:
    from explorer.ui.photographs import SHOTS
    from explorer.ui.tour.demo import n_pictures

    return len(SHOTS) + n_pictures(lab.id) + len(lab.panels) * (len(STILLS) + 1)


def _draw(lab: LabSpec, folder: Path, device: str) -> Iterator[Path]:
    from explorer.core.files import make_folder
    from explorer.ui.photographs import photograph
    from explorer.ui.tour.demo import photograph_tour

    yield from photograph(lab.id, folder, device)
    yield from photograph_tour(lab.id, make_folder(folder / "tour"), device)
    yield from _stills(lab, make_folder(folder / "panels"), device)
    yield from _films(lab, make_folder(folder / "panels"), device)


def _stills(lab: LabSpec, folder: Path, device: str) -> Iterator[Path]:
    """Every panel of the stored run, or of a new one where none is stored."""
    from explorer.commands import runs
    from explorer.core.mailbox import Mailbox
    from explorer.ui.darkroom import Darkroom

    mailbox = Mailbox()
    plan = runs.stored_plan(lab, device) if lab.stored else runs.Plan(lab, lab.params(), device=device)
    runner, words = runs.start_run(plan, mailbox)
    room = Darkroom(runner, mailbox, words, session=plan.session)
    for path, panel_id in ((folder / f"{p.id}{suffix}", p.id) for p in lab.panels for suffix in STILLS):
        room.write(panel_id, path, overwrite=True)
        yield path
    room.close()


def _films(lab: LabSpec, folder: Path, device: str) -> Iterator[Path]:
    """Every panel over the first steps of a new run."""
    from explorer.commands import runs
    from explorer.core.mailbox import Mailbox
    from explorer.ui.darkroom import Darkroom

    mailbox = Mailbox()
    runner, words = runs.start_run(runs.Plan(lab, lab.params(), device=device), mailbox)
    for _ in range(FILM_FRAMES):
        runner.step(math.ceil(FILM_STEPS / FILM_FRAMES))
    room = Darkroom(runner, mailbox, words)
    for panel in lab.panels:
        path = folder / f"{panel.id}.gif"
        room.write(panel.id, path, 1.0, overwrite=True)
        yield path
    room.close()
