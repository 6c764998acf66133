"""The diffusion lab's window half."""

from explorer.ui.labs.diffusion.lab import DiffusionLab

__all__ = ["DiffusionLab"]
