"""The attention lab's window half."""

from explorer.ui.labs.attention.lab import AttentionLab

__all__ = ["AttentionLab"]
