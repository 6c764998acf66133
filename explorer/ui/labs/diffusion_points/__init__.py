"""The window half of diffusion in the plane."""

from explorer.ui.labs.diffusion_points.lab import DiffusionPointsLab

__all__ = ["DiffusionPointsLab"]
