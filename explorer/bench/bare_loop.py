"""Baseline of training: the same experiment's loop in a process without Qt, with the same torch threads."""

from __future__ import annotations

import argparse
import json
import sys
import time

from explorer.catalog import FIRST_SEED, PREPARE, resolve, spec


def steps_per_s(lab_id: str, warm_s: float, seconds: float) -> float:
    """Steps a second of a bare ``while`` around ``experiment.step()``, after ``warm_s`` seconds."""
    lab = spec(lab_id)
    device = resolve(PREPARE)("auto")
    step = resolve(lab.experiment)(lab.params(), FIRST_SEED, device.name).step
    end = time.perf_counter() + warm_s
    while time.perf_counter() < end:
        step()
    n, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        step()
        n += 1
    return n / (time.perf_counter() - began)


def main() -> int:
    """Read the arguments, train, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lab")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--warm", type=float, default=2.0)
    chosen = parser.parse_args()
    print(json.dumps({"steps_per_s": steps_per_s(chosen.lab, chosen.warm, chosen.seconds)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
