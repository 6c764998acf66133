"""The window half of the lab of sequence tasks."""

from explorer.ui.labs.sequences.lab import SequencesLab

__all__ = ["SequencesLab"]
