"""The torch half of the lab of gradients through time: three cells that learn side by side from the same batches."""

from __future__ import annotations

from explorer.experiments.bptt.experiment import BpttExperiment, create

__all__ = ["BpttExperiment", "create"]
