"""A cloud of classed points: found under the cursor, written into pixels at once, or drawn as real shapes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from explorer.ui.theme import Theme, mix
from explorer.ui.views.axes import Axes, Floats
from explorer.ui.views.images import Bytes, draw_image, to_image
from explorer.ui.views.markers import N_MARKERS, Stamps, draw_marker, make_stamps, marker_radius, pixel_view, stamp_rows

THUMBNAIL_PX = 28
_DIMMED = 0.82


class PointCloud:
    """Points with classes, and a small picture each if wanted.

    Attributes:
        xy: Data positions, (N, 2) float64; rows that are not finite are kept but never drawn.
        classes: Class of each, (N,) intp.
        thumbnails: Gray bytes (N, 28, 28), 255 is ink; or None.
        dimmed: Classes that stand back.
    """

    def __init__(self) -> None:
        self.xy: Floats = np.zeros((0, 2))
        self.classes: NDArray[np.intp] = np.zeros(0, np.intp)
        self.thumbnails: Bytes | None = None
        self.dimmed: frozenset[int] = frozenset()
        self._stamps: tuple[object, Stamps] | None = None
        self._inks: tuple[object, NDArray[np.uint32]] | None = None

    def set_points(self, xy: ArrayLike, classes: ArrayLike) -> None:
        """Replace all points.

        Raises:
            ValueError: If `xy` is not (N, 2) or `classes` not (N,).
        """
        places, kinds = np.array(xy, dtype=np.float64), np.array(classes, dtype=np.intp)
        if places.ndim != 2 or places.shape[1] != 2 or kinds.shape != (len(places),):
            raise ValueError(f"points need shapes (N, 2) and (N,), not {places.shape} and {kinds.shape}")
        self.xy, self.classes = places, kinds

    def nearest(self, axes: Axes, px: float, py: float, within_px: float) -> int:
        """Index of the point closest to a pixel position, or -1 if none is within reach; dimmed ones do not count."""
        if not len(self.xy):
            return -1
        with np.errstate(all="ignore"):
            away = (axes.px(self.xy[:, 0]) - px) ** 2 + (axes.py(self.xy[:, 1]) - py) ** 2
        away[~np.isfinite(away) | self.dim_mask()] = np.inf
        best = int(np.argmin(away))
        return best if away[best] <= within_px**2 else -1

    def dim_mask(self) -> NDArray[np.bool_]:
        """Which points stand back, (N,) bool."""
        if not self.dimmed:
            return np.zeros(len(self.classes), np.bool_)
        return np.isin(self.classes, list(self.dimmed))

    def inside(self, axes: Axes) -> NDArray[np.bool_]:
        """Which points lie on the plot, (N,) bool."""
        x, y = self.xy[:, 0], self.xy[:, 1]
        with np.errstate(invalid="ignore"):
            return np.asarray((x >= axes.x.lo) & (x <= axes.x.hi) & (y >= axes.y.lo) & (y <= axes.y.hi))

    def order(self, axes: Axes) -> NDArray[np.intp]:
        """Indices of the visible points in the order they are drawn: dimmed ones first, later ones on top."""
        shown = np.flatnonzero(self.inside(axes))
        if not self.dimmed:
            return shown
        return np.asarray(shown[np.argsort(~self.dim_mask()[shown], kind="stable")])

    def write_points(self, image: QImage, axes: Axes, origin: QPointF, scale: float, theme: Theme) -> None:
        """Stamp all points into a 32-bit image in one write.

        Args:
            image: Its pixel (0, 0) stands at `origin`.
            axes: In logical px.
            origin: Logical px.
            scale: Device pixels per logical pixel.
            theme: For colours, and for the size of markers.
        """
        pixels = pixel_view(image)
        stamps = self._stamps_for(theme, marker_radius(len(self.xy), axes.width * axes.height) * theme.scale * scale)
        which = self.order(axes)
        x = (axes.px(self.xy[which, 0]) - origin.x()) * scale
        y = (axes.py(self.xy[which, 1]) - origin.y()) * scale
        reach, (height, width) = stamps.reach, pixels.shape
        column, row = np.floor(x), np.floor(y)
        fits = (column >= reach) & (row >= reach) & (column < width - reach) & (row < height - reach)
        if not fits.all():
            which, x, y, column, row = (part[fits] for part in (which, x, y, column, row))
        kind = stamp_rows(x - column, y - row, self.classes[which], self.dim_mask()[which])
        stride = image.bytesPerLine() // 4
        place = (stamps.dy * stride + stamps.dx)[kind]
        place += (row * stride + column).astype(np.intp)[:, None]
        whole = np.frombuffer(image.bits(), np.uint32)
        whole[place.ravel()] = stamps.colors[kind].ravel()

    def draw_points(self, painter: QPainter, axes: Axes, theme: Theme) -> None:
        """Draw each point as a path of its own, for files."""
        radius = marker_radius(len(self.xy), axes.width * axes.height) * theme.scale
        colors = [(mix(c, theme.card, _DIMMED) if i in self.dimmed else c) for i, c in enumerate(theme.classes)]
        for i in self.order(axes).tolist():
            kind = int(self.classes[i]) % N_MARKERS
            at = QPointF(*axes.point(self.xy[i, 0], self.xy[i, 1]))
            draw_marker(painter, kind, at, radius, colors[kind])

    def tiles(self, axes: Axes, side: float) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """One point per cell of a grid of `side` px laid over the plot from its top left: index, column, row.

        The point with the lowest index wins its cell, so that the choice does not flicker while points move.
        """
        which = self.order(axes)
        which = which[~self.dim_mask()[which]]
        columns, rows = max(1, int(axes.width // side)), max(1, int(axes.height // side))
        column = ((axes.px(self.xy[which, 0]) - axes.left) // side).astype(np.intp)
        row = ((axes.py(self.xy[which, 1]) - axes.top) // side).astype(np.intp)
        ok = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        _, first = np.unique(row[ok] * columns + column[ok], return_index=True)
        return which[ok][first], column[ok][first], row[ok][first]

    def tile_at(self, axes: Axes, scale: float, px: float, py: float) -> int:
        """Index of the point whose thumbnail is at a pixel position, or -1; `scale` as in `write_tiles`."""
        side = THUMBNAIL_PX * max(1, round(scale)) / scale
        which, column, row = self.tiles(axes, side)
        here = (column == (px - axes.left) // side) & (row == (py - axes.top) // side)
        return int(which[here][0]) if here.any() else -1

    def write_tiles(self, image: QImage, axes: Axes, origin: QPointF, scale: float, theme: Theme) -> None:
        """Write as many thumbnails as fit without overlap into a 32-bit image, each tinted with its class's colour."""
        if self.thumbnails is None:
            return
        pixels, times = pixel_view(image), max(1, round(scale))
        side = THUMBNAIL_PX * times
        which, column, row = self.tiles(axes, side / scale)
        left = int((axes.left - origin.x()) * scale)
        top = int((axes.top - origin.y()) * scale)
        n_columns, n_rows = (pixels.shape[1] - left) // side, (pixels.shape[0] - top) // side
        fits = (column < n_columns) & (row < n_rows)
        which, column, row = which[fits], column[fits], row[fits]
        if not len(which):
            return
        grid = pixels[top : top + n_rows * side, left : left + n_columns * side]
        cells = grid.reshape(n_rows, side, n_columns, side).swapaxes(1, 2)
        cells[row, column] = self._tinted(which, theme).repeat(times, axis=1).repeat(times, axis=2)

    def draw_tiles(self, painter: QPainter, axes: Axes, theme: Theme) -> None:
        """Draw the thumbnails as images, for files."""
        if self.thumbnails is None:
            return
        side, left, top = float(THUMBNAIL_PX), math.floor(axes.left), math.floor(axes.top)
        which, column, row = self.tiles(axes, side)
        for picture, c, r in zip(self._tinted(which, theme), column.tolist(), row.tolist(), strict=True):
            image = to_image(picture.astype("<u4").view(np.uint8).reshape(*picture.shape, 4)[:, :, 2::-1])
            draw_image(painter, image, QRectF(left + c * side, top + r * side, side, side), vector=True)

    def _tinted(self, which: NDArray[np.intp], theme: Theme) -> NDArray[np.uint32]:
        """Thumbnails as 0xffRRGGBB, (len(which), 28, 28)."""
        if self._inks is None or self._inks[0] is not theme:
            self._inks = (theme, np.stack([_ink(theme, kind) for kind in range(N_MARKERS)]))
        pictures = np.zeros((0, 1, 1), np.uint8) if self.thumbnails is None else self.thumbnails[which]
        first = (self.classes[which] % N_MARKERS * 256).astype(np.int32)  # one flat look-up: a third of the time of two
        return np.asarray(np.take(self._inks[1].ravel(), pictures + first[:, None, None]), dtype=np.uint32)

    def _stamps_for(self, theme: Theme, radius: float) -> Stamps:
        key = (theme, round(radius, 3))
        if self._stamps is None or self._stamps[0] != key:
            self._stamps = (key, make_stamps(theme, radius))
        return self._stamps[1]


def _ink(theme: Theme, kind: int) -> NDArray[np.uint32]:
    """Colours from the card (0) to the class's own (255), (256,) uint32."""
    color, card = theme.classes[kind], theme.card
    parts = [
        np.linspace(a, b, 256).round().astype(np.uint32)
        for a, b in ((card.red(), color.red()), (card.green(), color.green()), (card.blue(), color.blue()))
    ]
    return np.asarray(np.uint32(0xFF000000) | parts[0] << 16 | parts[1] << 8 | parts[2], dtype=np.uint32)
