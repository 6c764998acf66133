"""Small runs of the autoencoder's experiment, for its tests."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.errors import UserError
from explorer.core.questions import RunChecks
from explorer.core.session import Session
from explorer.experiments.autoencoder import AutoencoderExperiment, create
from explorer.specs.autoencoder import (
    SPEC,
    AutoencoderParams,
    Decode,
    Encode,
    Interpolate,
    PathEnd,
    Trick,
)

ALL_FRAMES = frozenset(f.name for f in SPEC.frames)
SMALL = AutoencoderParams(hidden=32, batch_size=32)
SMALL_AE = replace(SMALL, kind="autoencoder")
FAMILY = [
    AutoencoderParams(network=network, kind=kind, likelihood=likelihood, latent=latent, hidden=32, batch_size=32)
    for network, kind, likelihood, latent in itertools.product(
        ("mlp", "conv"), ("autoencoder", "variational"), ("bernoulli", "gaussian"), (2, 5)
    )
]
REQUESTS = [
    Decode((0.3, -0.2)),
    Encode(np.full((28, 28), 0.5, np.float32)),
    Interpolate(PathEnd(3), PathEnd(z=(0.5, 0.5)), 5),
    Trick((0.5,), (0.8,), (0.3,), (1.0,), 50),
    RunChecks(),
]


def nothing_shipped(stem: str) -> Session:
    raise UserError(f"{stem} is not there.")


def run(params: AutoencoderParams = SMALL, seed: int = 0) -> AutoencoderExperiment:
    return create(params, seed, "cpu", nothing_shipped)


def trained(n: int, params: AutoencoderParams = SMALL, seed: int = 0) -> AutoencoderExperiment:
    experiment = run(params, seed)
    for _ in range(n):
        experiment.step()
    return experiment


def same(a: dict[str, NDArray[Any]], b: dict[str, NDArray[Any]]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)
