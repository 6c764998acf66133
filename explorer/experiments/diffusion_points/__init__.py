"""The torch half of diffusion in the plane: a small network that learns where points come from."""

from __future__ import annotations

from explorer.experiments.diffusion_points.experiment import PointsExperiment, create

__all__ = ["PointsExperiment", "create"]
