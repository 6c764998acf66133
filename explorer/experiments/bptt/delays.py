"""How the three cells fare at other delays than the one they are trained on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch

from explorer.core.frames import frozen
from explorer.experiments.bptt.learner import Learner
from explorer.experiments.bptt.task import Task
from explorer.specs.bptt import CELLS, DelaysMeasured, MeasureDelays

N_SEQUENCES: Final = 200
N_DELAYS: Final = 10
SHORTEST, LONGEST = 5, 400
DELAYS: Final = 2
"""First number of the keys of batches at other delays."""

Learners = Mapping[str, Learner]


def measure_delays(
    learners: Learners, task: Task, device: torch.device, step: int, request: MeasureDelays
) -> DelaysMeasured:
    """Accuracies at delays from 5 to twice the trained one, on the same sequences each time."""
    delays = delays_around(task.params.delay)
    shares = np.zeros((len(CELLS), len(delays)), np.float32)
    for column, delay in enumerate(delays):
        other = task.at(delay)
        batch = other.batch(N_SEQUENCES, (DELAYS, delay), device)
        for row, name in enumerate(CELLS):
            shares[row, column] = other.share_right(learners[name].answers(batch.x, other.n_asked), batch.y)
    return DelaysMeasured(
        request=request,
        step=step,
        delays=frozen(np.array(delays, np.int64)),
        accuracy=frozen(shares),
        chance=task.chance,
        n_sequences=N_SEQUENCES,
        generation=request.generation,
    )


def delays_around(delay: int) -> list[int]:
    """About ten delays up to twice ``delay``, in even ratios, ``delay`` among them."""
    longest = min(2 * delay, LONGEST)
    even = np.geomspace(min(SHORTEST, longest), longest, N_DELAYS).round().astype(int)
    return sorted({*even.tolist(), delay})
