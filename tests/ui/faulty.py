"""A lab whose model fails on request: what its learning rate says, its next step does."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from explorer.experiments import autoencoder
from explorer.specs.autoencoder import SPEC, AutoencoderParams, Decode

RAISES, NOT_A_NUMBER, INFINITE = 0.1, 0.09, 0.08
UNLUCKY = 3.25
"""A probe whose first coordinate is this cannot be decoded."""
WORDS = "mat1 and mat2 shapes cannot be multiplied (64x784 and 128x2)"

FAULTY = replace(SPEC, experiment="tests.ui.faulty:create", stored=())


class Faulty:
    """The autoencoder, which follows wherever it is not told to fail."""

    def __init__(self, params: AutoencoderParams, seed: int, device: str) -> None:
        self.inner = autoencoder.create(params, seed, device)

    def step(self) -> Any:
        rate = self.inner.params.learning_rate
        if rate == RAISES:
            raise RuntimeError(WORDS)
        scalars = self.inner.step()
        broken = {NOT_A_NUMBER: math.nan, INFINITE: math.inf}.get(rate)
        return scalars if broken is None else {**scalars, "total": broken}

    def answer(self, request: Any) -> Any:
        if isinstance(request, Decode) and request.z[0] == UNLUCKY:
            raise RuntimeError(WORDS)
        return self.inner.answer(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def create(params: AutoencoderParams, seed: int, device: str = "cpu") -> Faulty:
    """A new run."""
    return Faulty(params, seed, device)
