"""The handwritten digits: 5,000 MNIST pictures with a fixed split into 4,500 to train on and 500 to test on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE_PX = 28
"""Height and width of a digit."""


@dataclass(frozen=True, slots=True)
class Digits:
    """All digits; the arrays are C-contiguous and read-only.

    Attributes:
        train_images: (4500, 28, 28) float32 in [0, 1]; 0 is paper, 1 is ink. Order shuffled once, fixed.
        train_labels: (4500,) int64 in 0..9; 450 of each.
        test_images: (500, 28, 28) float32 in [0, 1].
        test_labels: (500,) int64 in 0..9; 50 of each.
    """

    train_images: NDArray[np.float32]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.float32]
    test_labels: NDArray[np.int64]


def load_digits() -> Digits:
    """Read the digits that ship with the package (about 30 ms).

    Returns:
        Fresh arrays; nothing is cached, so whoever needs them twice keeps them.
    """
    with np.load(BytesIO(_packed()), allow_pickle=False) as archive:
        return Digits(
            train_images=_scaled(archive["train_images"]),
            train_labels=_read_only(archive["train_labels"].astype(np.int64)),
            test_images=_scaled(archive["test_images"]),
            test_labels=_read_only(archive["test_labels"].astype(np.int64)),
        )


def load_train_labels() -> NDArray[np.int64]:
    """The labels of the training digits alone, (4500,), in a millisecond."""
    with np.load(BytesIO(_packed()), allow_pickle=False) as archive:
        return _read_only(archive["train_labels"].astype(np.int64))


def digits_sha256() -> str:
    """Hash of the data file, for the cards of what was trained on it."""
    return hashlib.sha256(_packed()).hexdigest()


def _packed() -> bytes:
    return files("explorer").joinpath("resources/data/digits.npz").read_bytes()


def _scaled(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return _read_only(np.multiply(pixels, np.float32(1 / 255), dtype=np.float32))


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
