"""One denoising step in a process without a window: what the window's is held against."""

from __future__ import annotations

import json
import statistics
import sys

from explorer.catalog import FIRST_SEED, PREPARE, resolve
from explorer.experiments.diffusion.drawing import denoise
from explorer.experiments.diffusion.experiment import create
from explorer.specs.diffusion import Denoise, DiffusionParams, Sampling

N_SAMPLES, N_STEPS = 16, 50


def step_ms() -> float:
    """Milliseconds of a step for 16 digits, the median over two films made one step at a time."""
    device = resolve(PREPARE)("auto")
    live = create(DiffusionParams(), FIRST_SEED, device.name).live()
    took, x = [], None
    for i in [*range(N_STEPS), *range(N_STEPS)]:
        answer = denoise(live, Denoise(Sampling(steps=N_STEPS, n=N_SAMPLES), i, x if i else None))
        took.append(answer.took_ms)
        x = answer.last
    return statistics.median(took[N_STEPS:])


if __name__ == "__main__":
    print(json.dumps({"step_ms": step_ms()}), flush=True)
    sys.exit(0)
