"""How the stored run is made: the live experiment with its default parameters, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import numpy as np
import torch

import explorer
from explorer.core.frames import Array
from explorer.core.params import values_of
from explorer.core.scalars import ScalarLog, thinned
from explorer.core.session import Session
from explorer.core.stored import Card
from explorer.experiments.bptt.experiment import HELD_OUT, N_HELD_OUT, BpttExperiment
from explorer.experiments.bptt.task import Task
from explorer.specs.bptt import SPEC, TRACKS, BpttParams

SEED: Final = 7
N_STEPS: Final = 750
N_CURVE_VALUES: Final = 750
SLOPES: Final = {"rnn/h": "rnn", "lstm/c": "lstm", "gru/h": "gru"}

Progress = Callable[[int, int], None]
"""(steps taken, steps in all)."""


def pretrain(stem: str, progress: Progress, n_steps: int = N_STEPS) -> tuple[Session, Card]:
    """Make the stored run again; under a minute on one core.

    Args:
        stem: Name of the run.
        progress: Told now and then.
        n_steps: Length of the run.

    Returns:
        The session and its card.
    """
    params = BpttParams()
    experiment, log = BpttExperiment(params, SEED), ScalarLog()
    for step in range(n_steps):
        log.append(step + 1, experiment.step())
        if step % 50 == 0:
            progress(step, n_steps)
    progress(n_steps, n_steps)
    session = Session(
        lab=SPEC.id,
        params=values_of(params),
        seed=SEED,
        step=experiment.n_steps,
        state=experiment.state(),
        frames=experiment.frames(frozenset(f.name for f in SPEC.frames), exact=True),
        series=thinned(log.series(), N_CURVE_VALUES),
        app_version=explorer.__version__,
    )
    return session, _card(stem, experiment)


def quality(experiment: BpttExperiment) -> dict[str, float]:
    """Accuracies on the held-out sequences, and how the gradients' norms change in ten steps back."""
    figures = {f"{name}_accuracy_percent": 100 * share for name, share in experiment.accuracies().items()}
    norms = experiment.frames(frozenset({"norms"}), exact=True)["norms"]
    for track, name in SLOPES.items():
        figures[f"{name}_slope_decades"] = -10 * decades_per_step(norms[TRACKS.index(track)])
    return {name: round(float(value), 3) for name, value in figures.items()}


def decades_per_step(norms: Array) -> float:
    """Slope of log10 of the norms (T,) over time, by least squares; NaN when fewer than two are positive."""
    t = np.flatnonzero(np.isfinite(norms) & (norms > 0))
    return float(np.polyfit(t, np.log10(norms[t].astype(np.float64)), 1)[0]) if len(t) > 1 else float("nan")


def data_sha256(task: Task) -> str:
    """Hash of the sequences that the accuracies are measured on."""
    batch = task.batch(N_HELD_OUT, (HELD_OUT, 0), torch.device("cpu"))
    return hashlib.sha256(batch.x.numpy().tobytes() + batch.y.numpy().tobytes()).hexdigest()


def _card(stem: str, experiment: BpttExperiment) -> Card:
    return Card(
        lab=SPEC.id,
        title=next(run.title for run in SPEC.stored if run.stem == stem),
        command=f"neural-explorer pretrain {SPEC.id}",
        params=values_of(experiment.params),
        seed=SEED,
        steps=experiment.n_steps,
        data="sequences drawn from the seed: a symbol to remember, then fillers",
        data_sha256=data_sha256(experiment.task),
        quality=quality(experiment),
        app_version=explorer.__version__,
        licence="MIT",
        note="Accuracies on 256 held-out sequences; slopes: decades that a gradient's norm changes in ten steps back.",
    )
