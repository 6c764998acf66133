"""The torch half of the diffusion lab: a network that learns to see the noise in digits, and what is drawn with it."""

from __future__ import annotations

from explorer.experiments.diffusion.experiment import DiffusionExperiment, create

__all__ = ["DiffusionExperiment", "create"]
