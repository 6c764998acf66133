"""The torch half of the attention lab: a ready-made transformer that reads any text, and a small one that learns."""

from __future__ import annotations

from explorer.experiments.attention.experiment import AttentionExperiment, create

__all__ = ["AttentionExperiment", "create"]
