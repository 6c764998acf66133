"""Two colour maps: viridis for magnitudes, blue - white - orange for signed values centred at zero.

They are stored rather than asked of a library, since reading 1.6 kB is faster than any import.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@cache
def viridis() -> NDArray[np.uint8]:
    """Viridis, (256, 3) uint8, read-only: perceptually even, and legible to the colour-blind."""
    raw = files("explorer").joinpath("resources/themes/viridis.rgb").read_bytes()
    return np.frombuffer(raw, np.uint8).reshape(256, 3)


@cache
def blue_white_orange() -> NDArray[np.uint8]:
    """A diverging map, (256, 3) uint8, read-only: blue below zero, white at zero, orange above.

    Its two ends and middles have equal lightness step by step, so neither sign looks larger than the other.
    """
    at = [0.0, 0.25, 0.5, 0.75, 1.0]
    stops = np.array([[8, 81, 156], [107, 174, 214], [255, 255, 255], [247, 150, 70], [180, 72, 4]], float)
    x = np.linspace(0.0, 1.0, 256)
    table = np.stack([np.interp(x, at, stops[:, channel]) for channel in range(3)], axis=1).round().astype(np.uint8)
    table.setflags(write=False)
    return table
