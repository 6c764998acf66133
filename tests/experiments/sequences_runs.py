"""Small runs of the sequence tasks' experiment, for its tests."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.questions import RunChecks
from explorer.experiments.sequences import SequencesExperiment, create
from explorer.specs.sequences import (
    EXAMPLE_SCENE,
    EXAMPLES,
    SPEC,
    TASKS,
    Decoding,
    Influence,
    Read,
    SequenceParams,
)

ALL_FRAMES = frozenset(f.name for f in SPEC.frames)
CELLS = ("rnn_tanh", "rnn_relu", "lstm", "gru")
N_GATES = {"rnn_tanh": 0, "rnn_relu": 0, "lstm": 4, "gru": 3}
WRITING = ("caption", "translate", "dates")
GRAY = np.full((28, 28), 0.5, np.float32)


def params_of(task: str, **more: Any) -> SequenceParams:
    """Small parameters of a task."""
    chosen: dict[str, dict[str, str]] = {
        "sentiment": {"wiring": "many_to_one", "reading": "sentiment"},
        "digits": {"wiring": "many_to_one", "reading": "digits"},
        "caption": {"wiring": "one_to_many"},
        "translate": {"wiring": "many_to_many", "writing": "translate"},
        "dates": {"wiring": "many_to_many", "writing": "dates"},
    }
    small = {"hidden": 16, "batch_size": 8}
    return SequenceParams(**(small | chosen[task] | more))


FAMILY = [
    params_of(task, cell=cell, layers=1 + (i + j) % 2)
    for (i, task), (j, cell) in itertools.product(enumerate(TASKS), enumerate(CELLS))
]


def asked(task: str, decoding: Decoding | None = None) -> Read:
    """An input of a task."""
    chosen = decoding or Decoding()
    if task == "digits":
        return Read(picture=GRAY, decoding=chosen, generation=3)
    if task == "caption":
        return Read(scene=EXAMPLE_SCENE, decoding=chosen, generation=3)
    return Read(text=EXAMPLES[task], decoding=chosen, generation=3)


def requests(task: str) -> list[Any]:
    """Every kind of question."""
    reads = [asked(task, Decoding(how, 1.3, 2, 5)) for how in ("greedy", "sample", "beam")]
    return [*reads, Influence(reads[0], 1, 4), RunChecks()]


def run(params: SequenceParams, seed: int = 0) -> SequencesExperiment:
    return create(params, seed, "cpu")


def trained(n: int, params: SequenceParams, seed: int = 0) -> SequencesExperiment:
    experiment = run(params, seed)
    for _ in range(n):
        experiment.step()
    return experiment


def same(a: dict[str, NDArray[Any]], b: dict[str, NDArray[Any]]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)
