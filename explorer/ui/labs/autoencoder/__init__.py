"""The autoencoder lab's window half."""

from explorer.ui.labs.autoencoder.lab import AutoencoderLab

__all__ = ["AutoencoderLab"]
