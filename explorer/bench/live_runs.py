"""Which runs of each lab are trained live and then judged, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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


LIVE_RUNS: Mapping[str, tuple[LiveRun, ...]] = {
    "autoencoder": (LiveRun("live", 30.0),),
    "bptt": (LiveRun("live_t100", 40.0, ("delay=100",)),),
    "diffusion": (LiveRun("live_60s", 60.0), LiveRun("live_150s", 150.0)),
    "sequences": (
        LiveRun("live_sentiment", 60.0),
        LiveRun("live_digits", 120.0, ("reading=digits",)),
        LiveRun("live_caption", 120.0, ("wiring=one_to_many",)),
    ),
}
