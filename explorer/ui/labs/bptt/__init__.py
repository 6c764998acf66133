"""The window half of the lab of gradients through time."""

from explorer.ui.labs.bptt.lab import BpttLab

__all__ = ["BpttLab"]
