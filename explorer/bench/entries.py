"""The entries of the benchmark: what is run for each, and what becomes of the numbers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from explorer.bench.children import run_module, run_python
from explorer.bench.figures import Figure
from explorer.bench.live_runs import LIVE_RUNS, LiveRun
from explorer.catalog import DEFAULT_LAB, LABS, spec
from explorer.core.stored import stored_path

IMPORT_TORCH = "import torch, time, json; print(json.dumps({'answered_s': time.monotonic()}))"
DENOISING = ("cost/diffusion/step", "views/diffusion/film_p95", "views/diffusion/film_mb", "views/diffusion/playing")
READING = (
    "cost/attention/forward",
    "cost/attention/forward_1_thread",
    "weights/attention/mb",
    "weights/attention/loaded",
    "views/attention/edit_p95",
    "views/attention/hover_p95",
)
PLAIN = "explorer.experiments.bptt.plain:create"
UNITS = {"nats": "nats", "percent": "%", "accuracy": "", "distance": "", "decades": "decades"}
"""Last words of a figure's name, and how they are written."""


@dataclass(frozen=True)
class Effort:
    """How long the benchmark takes.

    Attributes:
        repeats: Pairs of app and baseline in alternation.
        train_s: Seconds of training in each measurement.
        moves: Movements of the pointer.
        memory_s: Seconds of training before memory is read.
    """

    repeats: int = 5
    train_s: float = 10.0
    moves: int = 200
    memory_s: float = 300.0


QUICK = Effort(repeats=3, train_s=5.0, moves=60, memory_s=60.0)


@dataclass(frozen=True)
class Entry:
    """Figures that are measured together.

    Attributes:
        names: What it measures; a name ending in ``/`` stands for all that begin so.
        measure: Does it.
    """

    names: tuple[str, ...]
    measure: Callable[[Effort], list[Figure]]

    def is_wanted(self, wanted: Sequence[str]) -> bool:
        """Whether a figure that is wanted is among its own."""
        return any(
            is_named(n, wanted) or (n.endswith("/") and any(w.startswith(n) for w in wanted)) for n in self.names
        )


def is_named(name: str, wanted: Sequence[str]) -> bool:
    """Whether a figure's name begins with one of those wanted, or is of a lab that is; all are when none is."""
    return not wanted or any(name.startswith(w) or name.split("/")[1:2] == [w] for w in wanted)


def entries() -> tuple[Entry, ...]:
    """All of them, the labs' in the order of the catalogue."""
    found = [
        Entry(("startup/first_paint",), first_paint),
        Entry(("startup/torch_ready", "startup/worst_stall"), torch_ready),
    ]
    for lab in (entry.id for entry in LABS):
        names = (f"training/{lab}", f"frames/{lab}/p99", f"frames/{lab}/worst")
        found.append(Entry(names, partial(training, lab)))
        found.append(Entry((f"ask/{lab}/idle", f"ask/{lab}/training"), partial(ask, lab)))
        found.append(Entry((f"quality/{lab}/",), partial(quality, lab)))
    found.append(Entry(("cost/bptt/norms",), cost_of_norms))
    found.append(Entry(("views/bptt/film_p95",), film))
    found.append(Entry(DENOISING, denoising))
    found.append(Entry(READING, ready_made))
    found.append(Entry((*(f"memory/{entry.id}" for entry in LABS), "memory/growth"), memory))
    return tuple(found)


# ------------------------------------------------------------------------------------------------- start-up


def first_paint(effort: Effort) -> list[Figure]:
    """From process start to the first painted window, app and bare window in alternation."""
    app, bare, torch = [], [], False
    for i in range(effort.repeats + 1):
        one = run_module("explorer.ui.bench.bare_window")
        other = run_module("explorer.ui.bench.first_paint", DEFAULT_LAB)
        torch = torch or other["torch"]
        if i:  # the first pair fills the disk's cache
            bare.append(one["painted_s"] - one["began_s"])
            app.append(other["painted_s"] - other["began_s"])
    note = "torch was imported before it" if torch else "torch not imported"
    return [Figure("startup/first_paint", median(app), "s", median(bare), note)]


def torch_ready(effort: Effort) -> list[Figure]:
    """From process start to the live model's first answer; a bare ``import torch`` in alternation."""
    app, bare, stalls = [], [], []
    for i in range(effort.repeats + 1):
        one = run_python(["-c", IMPORT_TORCH])
        other = run_module("explorer.ui.bench.opening", DEFAULT_LAB)
        if i:
            bare.append(one["answered_s"] - one["began_s"])
            app.append(other["answered_s"] - other["began_s"])
            stalls.append(other["stall_ms"])
    difference = median(app) - median(bare)
    return [
        Figure("startup/torch_ready", median(app), "s", median(bare), f"difference {difference:.2f} s"),
        Figure("startup/worst_stall", median(stalls), "ms", None, f"worst of all {max(stalls):.0f} ms"),
    ]


# ------------------------------------------------------------------------------------------------- each lab


def training(lab: str, effort: Effort) -> list[Figure]:
    """Steps per second in the window and in a bare loop, in alternation; lateness of the main thread meanwhile."""
    seconds = ("--seconds", str(effort.train_s))
    app: list[dict[str, Any]] = []
    bare: list[float] = []
    for _ in range(effort.repeats):
        bare.append(run_module("explorer.bench.bare_loop", lab, *seconds)["steps_per_s"])
        app.append(run_module("explorer.ui.bench.live", lab, *seconds))
    redraws = median(run["redraws_per_s"] for run in app)
    speed = median(run["steps_per_s"] for run in app)
    return [
        Figure(f"training/{lab}", speed, "steps/s", median(bare), f"first panel redrawn {redraws:.1f} times a second"),
        Figure(f"frames/{lab}/p99", median(run["p99_ms"] for run in app), "ms"),
        Figure(f"frames/{lab}/worst", median(run["worst_ms"] for run in app), "ms", None, _worst(app)),
    ]


def _worst(runs: list[dict[str, Any]]) -> str:
    return f"worst of all {max(run['worst_ms'] for run in runs):.0f} ms"


def ask(lab: str, effort: Effort) -> list[Figure]:
    """From a movement of the pointer to the painted answer, 95th percentile."""
    found = run_module("explorer.ui.bench.pointer", lab, "--moves", str(effort.moves))
    return [
        Figure(f"ask/{lab}/{when}", found[f"{when}_ms"], "ms", None, f"median {found[f'{when}_median_ms']:.1f} ms")
        for when in ("idle", "training")
    ]


def cost_of_norms(effort: Effort) -> list[Figure]:
    """Time of a step that finds and draws the gradient of every state, and of one that trains only, in alternation."""
    seconds = ("--seconds", str(effort.train_s))
    looked, plain = [], []
    for _ in range(effort.repeats):
        plain.append(run_module("explorer.bench.bare_loop", "bptt", *seconds, "--create", PLAIN)["steps_per_s"])
        looked.append(run_module("explorer.bench.bare_loop", "bptt", *seconds, "--frames")["steps_per_s"])
    took = 1000 / median(looked)
    return [Figure("cost/bptt/norms", took, "ms/step", 1000 / median(plain), "norms, film and frames at their rates")]


def film(effort: Effort) -> list[Figure]:
    """From wheel or drag to the painted frame of a film of 2,000 steps and 300 times, 95th percentile."""
    found = run_module("explorer.ui.bench.film")
    return [Figure("views/bptt/film_p95", found["p95_ms"], "ms", None, f"worst {found['worst_ms']:.1f} ms")]


def denoising(effort: Effort) -> list[Figure]:
    """A denoising step in the window and in a bare call, in alternation; a film played, and a long one gone through."""
    bare, app = [], []
    for _ in range(effort.repeats):
        bare.append(run_module("explorer.experiments.diffusion.bare")["step_ms"])
        app.append(run_module("explorer.ui.bench.denoising"))
    worst = max(run["worst_ms"] for run in app)
    return [
        Figure("cost/diffusion/step", median(run["step_ms"] for run in app), "ms", median(bare), "16 digits"),
        Figure(
            "views/diffusion/film_p95", median(r["p95_ms"] for r in app), "ms", None, f"worst of all {worst:.0f} ms"
        ),
        Figure("views/diffusion/film_mb", app[-1]["film_mb"], "MB", None, "1,000 steps of 16 digits"),
        Figure("views/diffusion/playing", median(run["frames_per_s"] for run in app), "frames/s"),
    ]


def ready_made(effort: Effort) -> list[Figure]:
    """The ready-made transformer: its forward pass against torch's, its file, its maps and its pointer."""
    bare = [run_module("explorer.experiments.attention.bare") for _ in range(effort.repeats)]
    app = run_module("explorer.ui.bench.attention", "--moves", str(effort.moves))
    middle = {name: median(run[name] for run in bare) for name in bare[0]}
    note = "128 tokens; torch's encoder keeps no weights"
    edited, hovered = f"median {app['edit_median_ms']:.0f} ms", f"worst {app['hover_worst_ms']:.1f} ms"
    return [
        Figure("cost/attention/forward", middle["forward_ms"], "ms", middle["reference_ms"], note),
        Figure(
            "cost/attention/forward_1_thread",
            middle["forward_1_thread_ms"],
            "ms",
            middle["reference_1_thread_ms"],
            note,
        ),
        Figure("weights/attention/mb", middle["megabytes"], "MB"),
        Figure("weights/attention/loaded", middle["loaded_s"], "s", None, "to the first answer"),
        Figure("views/attention/edit_p95", app["edit_p95_ms"], "ms", None, f"128 tokens, all 72 maps; {edited}"),
        Figure("views/attention/hover_p95", app["hover_p95_ms"], "ms", None, f"256 tokens; {hovered}"),
    ]


def memory(effort: Effort) -> list[Figure]:
    """Resident memory at the end of a long run, and how much it grew over the last three fifths of it."""
    figures, growths = [], []
    for lab in (entry.id for entry in LABS):
        found = run_module("explorer.ui.bench.live", lab, "--seconds", str(effort.memory_s), "--warm", "0")
        samples: list[tuple[float, float]] = found["memory_mb"]
        figures.append(Figure(f"memory/{lab}", samples[-1][1], "MB", None, f"after {effort.memory_s:.0f} s"))
        late = [mb for at, mb in samples if at >= 0.4 * effort.memory_s]
        growths.append(100 * (late[-1] / late[0] - 1))
    return [*figures, Figure("memory/growth", max(growths), "%", None, "over the last three fifths")]


def quality(lab: str, effort: Effort) -> list[Figure]:
    """The figures of live training in the window, and of every stored run."""
    figures = [figure for run in LIVE_RUNS[lab] for figure in _live(lab, run)]
    for stored in spec(lab).stored:
        figures += _qualities(lab, f"shipped_{stored.stem.removeprefix(lab + '-')}", stored_path(stored.stem), "")
    return figures


def _live(lab: str, run: LiveRun) -> list[Figure]:
    settings = [word for setting in run.settings for word in ("--set", setting)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.safetensors"
        arguments = ("--seconds", str(run.seconds), "--warm", "0", "--save", str(path), *settings)
        found = run_module("explorer.ui.bench.live", lab, *arguments)
        return _qualities(lab, run.name, path, f"{found['n_steps']:,} steps in {run.seconds:.0f} s")


def _qualities(lab: str, prefix: str, path: Path, note: str) -> list[Figure]:
    found = run_module("explorer.bench.quality", str(path))
    del found["began_s"]
    figures = []
    for name, value in found.items():
        stem, _, unit = name.rpartition("_")
        words = (stem, UNITS[unit]) if unit in UNITS else (name, "")
        figures.append(Figure(f"quality/{lab}/{prefix}_{words[0]}", value, words[1], None, note))
    return figures
