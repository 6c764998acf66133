"""Which runs of each lab are trained live and then judged, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.data.point_sets import encode


@dataclass(frozen=True)
class LiveRun:
    """One run, trained from scratch in the window.

    Attributes:
        name: Its figures begin so.
        seconds: Of training.
        settings: Parameters that differ from the defaults, as ``"delay=100"``.
    """

    name: str
    seconds: float
    settings: tuple[str, ...] = ()


def heart() -> str:
    """A heart of 1,200 drawn points, as text."""
    rng = np.random.default_rng(5)
    angle = 2 * np.pi * rng.random(1200)
    up = sum(a * np.cos(k * angle) for k, a in enumerate((0, 13, -5, -2, -1)))
    outline = np.stack([16 * np.sin(angle) ** 3, up + 2], 1) / 8
    return encode(outline + 0.06 * rng.standard_normal((1200, 2)))


LIVE_RUNS: Mapping[str, tuple[LiveRun, ...]] = {
    "attention": (LiveRun("live_60s", 60.0),),
    "autoencoder": (LiveRun("live", 30.0),),
    "bptt": (LiveRun("live_t100", 40.0, ("delay=100",)),),
    "diffusion": (LiveRun("live_60s", 60.0), LiveRun("live_150s", 150.0)),
    "diffusion_points": (LiveRun("live_drawn", 30.0, ("shape=drawn", f"drawn={heart()}")),),
    "sequences": (
        LiveRun("live_sentiment", 60.0),
        LiveRun("live_digits", 120.0, ("reading=digits",)),
        LiveRun("live_caption", 120.0, ("wiring=one_to_many",)),
    ),
}
