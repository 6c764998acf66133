"""Between the map, which has two axes, and latent space, which may have more."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.frames import Array
from explorer.core.session import View

FIRST_PROBE = [0.5, -0.35]


@dataclass(frozen=True, eq=False)
class MapGeometry:
    """The plane that the map shows: z = centre + x * first + y * second.

    Attributes:
        centre: (L,) latent units.
        axes: (2, L), rows of length one at right angles.
    """

    centre: Array
    axes: Array

    @staticmethod
    def of(basis: Array) -> MapGeometry:
        """From the frame ``basis``, (3, L)."""
        return MapGeometry(np.asarray(basis[0], np.float64), np.asarray(basis[1:3], np.float64))

    @property
    def n_latent(self) -> int:
        """Latent size."""
        return int(self.centre.shape[0])

    def to_map(self, z: Array) -> tuple[float, float]:
        """Where a latent point (L,) lies on the map."""
        x, y = self.axes @ (np.asarray(z, np.float64) - self.centre)
        return float(x), float(y)

    def to_latent(self, x: float, y: float, near: Array | None = None) -> Array:
        """The latent point at (x, y); away from the plane it stays where ``near`` (L,) is.

        Returns:
            (L,) float64.
        """
        on_plane: Array = self.centre + x * self.axes[0] + y * self.axes[1]
        if near is None or len(near) != self.n_latent or self.n_latent == 2:
            return on_plane
        off = np.asarray(near, np.float64) - self.centre
        moved: Array = on_plane + off - (off @ self.axes.T) @ self.axes
        return moved


def ellipse(x: float, y: float, covariance: Array) -> tuple[float, float, float, float, float]:
    """The one-sigma ellipse of a posterior.

    Args:
        x: Centre on the map.
        y: Centre on the map.
        covariance: (3,) xx, xy, yy.

    Returns:
        Centre x, y, half axes, and the angle of the first one in radians.
    """
    xx, xy, yy = (float(v) for v in covariance)
    values, vectors = np.linalg.eigh(np.array([[xx, xy], [xy, yy]]))
    half = np.sqrt(np.clip(values, 0.0, None))
    return x, y, float(half[1]), float(half[0]), math.atan2(float(vectors[1, 1]), float(vectors[0, 1]))


def nearest(points: Array, x: float, y: float) -> int:
    """Index of the point (N, 2) nearest to (x, y)."""
    difference = np.asarray(points, np.float64) - (x, y)
    return int(np.argmin((difference * difference).sum(axis=1)))


def stored_cell(view: View, grid: Array) -> tuple[int, int]:
    """Row and column of the manifold's cell nearest to the probe of a stored view.

    Args:
        view: What a session says of the window; its ``probe`` is latent.
        grid: (2, n) map coordinates of columns and rows.
    """
    probe = view.get("probe", FIRST_PROBE)
    x, y = probe[:2] if isinstance(probe, list) and len(probe) >= 2 else FIRST_PROBE
    return int(np.abs(grid[1] - y).argmin()), int(np.abs(grid[0] - x).argmin())
