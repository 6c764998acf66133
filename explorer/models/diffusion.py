"""The process that adds noise, and what a network may be asked to predict (Ho et al. 2020, arXiv:2006.11239).

    q(x_t | x_0) = N(sqrt(abar_t) x_0, (1 - abar_t) I)                                             (eq. 4)

Picture, noise and Salimans & Ho's v (2022, arXiv:2202.00512, appendix D) are one another's linear functions, given x_t:

    v = sqrt(abar_t) eps - sqrt(1 - abar_t) x_0

Times are whole numbers, 0 for the picture itself; ``signal`` is abar at times 0 .. T.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor

KINDS: Final = ("noise", "x0", "v")


class Belief(NamedTuple):
    """What is taken for picture and noise of a noisy picture; x_t = sqrt(abar_t) x0 + sqrt(1 - abar_t) noise."""

    x0: Tensor
    noise: Tensor


def noisy(x0: Tensor, noise: Tensor, signal: Tensor) -> Tensor:
    """x_t of pictures (B, ..) and noise (B, ..) where ``signal`` (B,), or one number, is left."""
    a, b = roots(signal, x0)
    return a * x0 + b * noise


def target(kind: str, x0: Tensor, noise: Tensor, signal: Tensor) -> Tensor:
    """What a network that predicts ``kind`` should say, (B, ..).

    Raises:
        KeyError: There is no such kind.
    """
    a, b = roots(signal, x0)
    return {"noise": noise, "x0": x0, "v": a * noise - b * x0}[kind]


def belief(kind: str, output: Tensor, x: Tensor, signal: Tensor, *, clip: bool = True) -> Belief:
    """Picture and noise that a network's output stands for.

    Args:
        kind: What it predicts.
        output: What it said, (B, ..).
        x: The noisy pictures, (B, ..).
        signal: What is left of the picture in them, (B,) or one number, between 0 and 1.
        clip: Whether the picture is kept within [-1, 1], and the noise follows.

    Raises:
        KeyError: There is no such kind.
    """
    a, b = roots(signal, x)
    x0 = (x - b * output) / a if kind == "noise" else {"x0": output, "v": a * x - b * output}[kind]
    if clip:
        x0 = x0.clamp(-1, 1)
    return Belief(x0, (x - a * x0) / b)


def noise_error(kind: str, error: Tensor, signal: Tensor) -> Tensor:
    """Mean squared errors of what was predicted (B,) as mean squared errors of the noise (B,)."""
    factors = {"noise": torch.ones_like(signal), "x0": signal / (1 - signal), "v": signal}
    return error * factors[kind]


def roots(signal: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
    """sqrt(abar) and sqrt(1 - abar), shaped to multiply ``like`` (B, ..)."""
    wide = signal if signal.dim() == 0 else signal.view(-1, *[1] * (like.dim() - 1))
    return wide.sqrt().to(like.dtype), (1 - wide).sqrt().to(like.dtype)
