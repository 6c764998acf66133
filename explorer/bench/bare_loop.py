"""Training in a process without Qt, with the same torch threads: the baseline of training in the window.

With ``--frames`` the lab's default panels are served as in the window, only that nobody paints them; with ``--create``
another experiment trains in the place of the lab's own.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from explorer.catalog import FIRST_SEED, PREPARE, resolve, spec
from explorer.core.runner import Runner
from explorer.core.spec import LabSpec

SLICE_MS = 15.0


def bare_steps(lab: LabSpec, create: str, device: str) -> Callable[[], int]:
    """Takes one step of the experiment at each call; returns the steps taken in all."""
    experiment = resolve(create)(lab.params(), FIRST_SEED, device)
    n_steps = 0

    def step() -> int:
        nonlocal n_steps
        experiment.step()
        n_steps += 1
        return n_steps

    return step


def framed_steps(lab: LabSpec, create: str, device: str) -> Callable[[], int]:
    """Trains a slice at each call, every frame of the lab taken at its own rate; returns the steps taken in all."""
    make = resolve(create)
    runner = Runner(lab, lambda params, seed: make(params, seed, device), lab.params(), FIRST_SEED)
    runner.set_wanted(frozenset(frame.name for frame in lab.frames))
    runner.play()

    def train() -> int:
        runner.run_for(SLICE_MS)
        return runner.head

    return train


def steps_per_s(work: Callable[[], int], warm_s: float, seconds: float) -> float:
    """Steps a second of calling ``work`` in a loop, after ``warm_s`` seconds of it."""
    before, end = 0, time.perf_counter() + warm_s
    while time.perf_counter() < end:
        before = work()
    after, began = before, time.perf_counter()
    while time.perf_counter() - began < seconds:
        after = work()
    return (after - before) / (time.perf_counter() - began)


def main() -> int:
    """Read the arguments, train, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lab")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--warm", type=float, default=2.0)
    parser.add_argument("--create", default="", help="module:name of another experiment's maker")
    parser.add_argument("--frames", action="store_true", help="take the lab's frames")
    chosen = parser.parse_args()
    lab, device = spec(chosen.lab), resolve(PREPARE)("auto")
    made = (framed_steps if chosen.frames else bare_steps)(lab, chosen.create or lab.experiment, device.name)
    print(json.dumps({"steps_per_s": steps_per_s(made, chosen.warm, chosen.seconds)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
