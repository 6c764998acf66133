"""Habits that no linter knows: names that say nothing, files that grew too long, rooms that nobody enters."""

from __future__ import annotations

import re
from pathlib import Path

import grimp
import pytest

from explorer import catalog

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "explorer").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "start.py"])
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "stuff"}
MAX_LINES = 400
LAB_IDS = {entry.id for entry in catalog.LABS}


def lab_of(path: Path) -> str:
    """The lab a file belongs to by its name: "autoencoder-digits.safetensors" to "autoencoder"."""
    return path.name.split("-")[0].split(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_has_a_telling_name_and_a_readable_length(path: Path):
    words = {word for part in path.relative_to(ROOT).with_suffix("").parts for word in re.split(r"[_\W]+", part)}
    assert not words & NAMES_THAT_SAY_NOTHING
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= MAX_LINES


@pytest.mark.parametrize("folder", ["specs", "experiments", "ui/labs", "resources/tours", "pretrained"])
def test_every_lab_file_belongs_to_a_lab_of_the_catalogue(folder: str):
    files = [
        path for path in (ROOT / "explorer" / folder).glob("*") if path.name[0] not in "_." and path.name[0].islower()
    ]
    strays = sorted(str(path.relative_to(ROOT)) for path in files if lab_of(path) not in LAB_IDS)
    assert not strays


def test_every_shared_part_is_reached_by_somebody():
    graph = grimp.build_graph("explorer")
    shared = [
        name for name in graph.modules if name.startswith(("explorer.models.", "explorer.data.", "explorer.core."))
    ]
    by_string = {catalog.PREPARE.partition(":")[0]}  # the catalogue names it so that torch is imported on the worker
    unreached = sorted(n for n in shared if n not in by_string and not graph.find_modules_that_directly_import(n))
    assert not unreached
