"""Labs for an introductory course on neural networks: train small models live, and take them apart by hand."""

from __future__ import annotations

__version__ = "0.1.0"
