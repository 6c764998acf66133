"""`neural-explorer pretrain`: the stored runs made again, from a fixed seed, with their cards."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.commands.arguments import Parser, whole_number

if TYPE_CHECKING:  # help is answered without loading numpy
    from explorer.core.spec import LabSpec

HOOK = "explorer.experiments.{lab}.pretraining:pretrain"
"""(stem, progress, n_steps) -> (session, card); progress is told (steps taken, steps in all)."""
COMPANIONS = "explorer.experiments.{lab}.pretraining"
"""Module that may have ``companions``: progress -> {file stem: (arrays, card)}."""


def run(args: list[str]) -> int:
    """Make the stored runs of some labs, or of all, again."""
    parser = Parser("pretrain", "Make the stored runs again, each with its card; minutes each.")
    parser.add_argument("labs", nargs="*", metavar="LAB", help="labs (default: all)")
    parser.add_argument("--out", metavar="DIR", help="folder to write to (default: where the app keeps them)")
    parser.add_argument("--steps", type=whole_number, metavar="N", help="a shorter run, to try it")
    chosen = parser.parse_args(args)
    from explorer.catalog import LABS, PREPARE, resolve, spec
    from explorer.core.files import make_folder
    from explorer.core.stored import pretrained_folder

    labs = [spec(lab_id) for lab_id in chosen.labs or [entry.id for entry in LABS]]
    folder = make_folder(Path(chosen.out) if chosen.out else pretrained_folder())
    resolve(PREPARE)("cpu")  # the same arithmetic for everyone who makes them again
    more = {} if chosen.steps is None else {"n_steps": chosen.steps}
    for lab in labs:
        _make_companions(lab, folder)
        for stored in lab.stored:
            _make(lab, stored.stem, folder, more)
    return 0


def _make_companions(lab: LabSpec, folder: Path) -> None:
    """What a lab ships beside its runs, first: the runs' quality may be measured with it."""
    import importlib

    from safetensors.numpy import save

    from explorer.commands.progress import Progress
    from explorer.core.files import write_atomically
    from explorer.core.stored import write_card

    make = getattr(importlib.import_module(COMPANIONS.format(lab=lab.id)), "companions", None)
    if make is None:
        return
    progress = Progress(f"{lab.id}: what it needs beside its runs")
    found = make(lambda n, of: progress.show(n / max(1, of)))
    progress.close()
    for stem, (arrays, card) in found.items():
        write_atomically(folder / f"{stem}.safetensors", save(dict(arrays)))
        write_card(card, folder / f"{stem}.card.json")


def _make(lab: LabSpec, stem: str, folder: Path, more: dict[str, Any]) -> None:
    from explorer.catalog import resolve
    from explorer.commands.progress import Progress
    from explorer.core.session import save_session
    from explorer.core.stored import write_card

    progress = Progress(stem)
    session, card = resolve(HOOK.format(lab=lab.id))(stem, lambda n, of: progress.show(n / max(1, of)), **more)
    progress.close()
    save_session(session, folder / f"{stem}.safetensors")
    write_card(card, folder / f"{stem}.card.json")
    figures = ", ".join(f"{name} {value:g}" for name, value in card.quality.items())
    print(f"{folder / stem}: {figures}", file=sys.stderr)
