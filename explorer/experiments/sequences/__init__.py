"""The torch half of the lab of sequence tasks: networks that read, look and write, in training on exact grammars."""

from __future__ import annotations

from explorer.experiments.sequences.experiment import SequencesExperiment, create

__all__ = ["SequencesExperiment", "create"]
