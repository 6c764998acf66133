"""What the labs of diffusion have in common: how times are counted, and the parameters that they share."""

from __future__ import annotations

from typing import Final

from explorer.core.params import Choice, ParamInfo

N_LEVELS: Final = 1000
"""Times that a network is trained at, 1 to 1000 (Ho et al. 2020); 0 is without noise."""
N_BINS: Final = 20
"""Stretches of time in which the loss is measured."""
SAMPLER_WORDS: Final = (
    ("ddpm", "DDPM", "Fresh noise at every step (Ho et al. 2020)"),
    ("ddim", "DDIM", "No fresh noise, or a share η of it (Song et al. 2021)"),
    ("heun", "Heun", "An ODE solved to second order: most steps ask the network twice (Karras et al. 2022)"),
)
"""Each with its name and what it does."""
SAMPLER_NAMES: Final = {sampler: name for sampler, name, _ in SAMPLER_WORDS}
SAMPLERS: Final = tuple(SAMPLER_NAMES)

SCHEDULE: Final = ParamInfo(
    "Noise schedule",
    "How much of the data is left at each time.",
    choices=(
        Choice("linear", "Linear", "Variances of the steps rise evenly (Ho et al. 2020)."),
        Choice("cosine", "Cosine", "Keeps more of the data in the middle (Nichol & Dhariwal 2021)."),
        Choice("sigmoid", "Sigmoid", "Fast in the middle, slow at both ends (Jabri et al. 2023)."),
    ),
)
AVERAGED: Final = ParamInfo(
    "Averaged weights", "Draw with the average of the last weights: fewer odd strokes and stray points.", live=True
)


def asks_twice(sampler: str, t: int, s: int, n_levels: int = N_LEVELS) -> bool:
    """Whether a step from time t to time s asks the network at both ends: Heun's between the first and the last."""
    return sampler == "heun" and t < n_levels and s > 0


def prediction(of: str) -> ParamInfo:
    """What the network predicts, where data are called ``of`` ("picture", "point")."""
    return ParamInfo(
        "The network predicts",
        "What the loss compares; each can be turned into the others.",
        choices=(
            Choice("noise", "Noise", "The noise that was added (Ho et al. 2020)."),
            Choice("x0", of.capitalize(), f"The {of} without noise."),
            Choice("v", "v", "A mixture that is well-behaved at every time (Salimans & Ho 2022)."),
        ),
    )
