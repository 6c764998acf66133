"""Fréchet distance of two clouds of points, each taken for a Gaussian (Heusel et al. 2017, arXiv:1706.08500)."""

from __future__ import annotations

import numpy as np

from explorer.core.frames import Array


def frechet_distance(a: Array, b: Array) -> float:
    """|mu_a - mu_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)) of the clouds' means and covariances.

    Args:
        a: (n, F), n at least 2.
        b: (m, F), m at least 2.

    Raises:
        ValueError: The clouds do not fit each other, or one has fewer than two points.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"clouds of shapes {a.shape} and {b.shape} cannot be compared")
    a, b = a.astype(np.float64), b.astype(np.float64)
    apart = a.mean(0) - b.mean(0)
    of_a, of_b = np.atleast_2d(np.cov(a.T)), np.atleast_2d(np.cov(b.T))
    root = _root(of_a)
    middle = np.linalg.eigvalsh(root @ of_b @ root)  # those of S_a S_b, which is not symmetric itself
    cross = np.sqrt(np.maximum(middle, 0.0)).sum()
    return float(apart @ apart + np.trace(of_a) + np.trace(of_b) - 2 * cross)


def _root(symmetric: Array) -> Array:
    """Square root of a positive semi-definite matrix."""
    values, vectors = np.linalg.eigh(symmetric)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
