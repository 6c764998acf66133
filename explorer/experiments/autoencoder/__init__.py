"""The autoencoder lab's torch half: an autoencoder or a variational one, in training on 4,500 digits."""

from __future__ import annotations

from explorer.experiments.autoencoder.experiment import AutoencoderExperiment, create

__all__ = ["AutoencoderExperiment", "create"]
