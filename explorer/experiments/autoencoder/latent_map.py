"""The map: a plane in latent space, the codes on it, and the grid of pictures over it.

With two latents the plane is the latent space itself. With more it is the one in which the codes spread most (PCA),
turned inside itself to lie as near as possible to the plane before: while training the map drifts but does not flip.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np

from explorer.core.frames import Array
from explorer.specs.autoencoder import GRID_SIDE

LEVELS: Final = (np.arange(GRID_SIDE) + 0.5) / GRID_SIDE
"""Probabilities at the middle of equal slices, rising."""
_NORMAL_QUANTILES: Final = np.array([NormalDist().inv_cdf(float(p)) for p in LEVELS])


def first_basis(codes: Array) -> Array:
    """Centre and two orthonormal axes, (3, L) float32, for codes (n, L).

    Each axis is turned so that its largest component is positive.
    """
    if codes.shape[1] == 2:
        return np.array([[0, 0], [1, 0], [0, 1]], np.float32)
    axes = _widest(codes)
    largest = np.abs(axes).argmax(1)
    signs = np.sign(axes[[0, 1], largest])
    return _stacked(codes, axes * signs[:, None])


def next_basis(codes: Array, before: Array) -> Array:
    """The widest plane of the codes now, its axes as close to those before as a turn in the plane can bring them."""
    if codes.shape[1] == 2 or not np.isfinite(codes).all():
        return before
    axes = _widest(codes)
    u, _, vt = np.linalg.svd(before[1:] @ axes.T)  # orthogonal Procrustes
    return _stacked(codes, u @ vt @ axes)


def on_map(codes: Array, basis: Array) -> Array:
    """Map coordinates (n, 2) float32 of codes (n, L)."""
    if codes.shape[1] == 2:
        return codes
    points: Array = ((codes - basis[0]) @ basis[1:].T).astype(np.float32)
    return points


def spreads_on_map(variances: Array, basis: Array) -> Array:
    """Covariances xx, xy, yy (n, 3) float32 on the map, of diagonal Gaussians with variances (n, L)."""
    first, second = basis[1], basis[2]
    products = np.stack([first * first, first * second, second * second], 1)
    covariances: Array = (variances @ products).astype(np.float32)
    return covariances


def prior_grid(basis: Array) -> Array:
    """Map coordinates of the prior's quantiles: (2, 13), columns rising, rows falling."""
    shift = basis[1:] @ basis[0]  # the prior is centred at z = 0, the map at the codes' mean
    return _grid(_NORMAL_QUANTILES - shift[0], _NORMAL_QUANTILES - shift[1])


def code_grid(points: Array) -> Array:
    """Map coordinates of the codes' own quantiles (n, 2): (2, 13), columns rising, rows falling."""
    quantiles = np.quantile(points, LEVELS, axis=0)
    return _grid(quantiles[:, 0], quantiles[:, 1])


def grid_codes(grid: Array, basis: Array) -> Array:
    """Latent codes of the grid's cells, row by row from the top: (169, L) float32."""
    y, x = np.meshgrid(grid[1], grid[0], indexing="ij")
    codes: Array = basis[0] + x.reshape(-1, 1) * basis[1] + y.reshape(-1, 1) * basis[2]
    return codes


def _widest(codes: Array) -> Array:
    """The two eigenvectors with the largest eigenvalues of the codes' covariance, (2, L), wider one first."""
    centred = codes.astype(np.float64) - codes.mean(0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes: Array = vectors[:, [-1, -2]].T
    return axes


def _stacked(codes: Array, axes: Array) -> Array:
    return np.concatenate([codes.mean(0, keepdims=True), axes]).astype(np.float32)


def _grid(columns: Array, rows: Array) -> Array:
    return np.stack([columns, rows[::-1]]).astype(np.float32)
