"""The markers of the ten classes: colour and shape both differ, as paths for files and as stamps for pixels.

Five shapes, then five variations of them: classes that share a family of shapes never share a colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from explorer.ui.theme import Theme, mix
from explorer.ui.views.axes import Floats

N_MARKERS = 10
_PHASES = 4
_HALO_PX = 0.5
_DIMMED = 0.82


@lru_cache(maxsize=128)
def marker_path(shape: int, radius: float) -> QPainterPath:
    """The outline of marker `shape` (0-9) around the origin, to be filled.

    Args:
        shape: Class number; larger ones wrap around.
        radius: Radius of a circle of about the same weight, px.

    Returns:
        A path shared by all who ask: to be moved by `translated`, not changed.
    """
    return QTransform.fromScale(radius, radius).map(_unit_path(shape % N_MARKERS))


def marker_radius(n_points: int, area_px: float) -> float:
    """Radius that keeps a cloud of so many points on so large a plot readable, logical px."""
    crowding = max(n_points, 1) / 1500.0 * min(4.0, 330_000.0 / max(area_px, 1.0))
    return min(3.3, max(1.9, 3.3 - 0.55 * math.log2(crowding)))


def _unit_path(shape: int) -> QPainterPath:
    if shape == 0 or shape == 5:
        return _holed(_circle(1.0), _circle(0.42)) if shape == 5 else _circle(1.0)
    if shape == 1 or shape == 6:
        return _holed(_square(0.9), _square(0.36)) if shape == 6 else _square(0.9)
    if shape == 2 or shape == 7:
        return _regular(3, 1.25, 0.0 if shape == 2 else math.pi)
    if shape == 3 or shape == 8:
        return _holed(_regular(4, 1.25, 0.0), _regular(4, 0.5, 0.0)) if shape == 8 else _regular(4, 1.25, 0.0)
    return _cross(1.2, 0.36, 45.0 if shape == 4 else 0.0)


def _circle(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), radius, radius)
    return path


def _square(half: float) -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(-half, -half, 2 * half, 2 * half))
    return path


def _regular(corners: int, radius: float, turn: float) -> QPainterPath:
    angles = [turn + 2 * math.pi * i / corners for i in range(corners)]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(radius * math.sin(a), -radius * math.cos(a)) for a in angles]))
    path.closeSubpath()
    return path


def _cross(arm: float, half: float, degrees: float) -> QPainterPath:
    corners = [(half, half), (arm, half), (arm, -half), (half, -half), (half, -arm), (-half, -arm)]
    corners += [(-x, -y) for x, y in corners]
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return QTransform().rotate(degrees).map(path)


def _holed(outer: QPainterPath, inner: QPainterPath) -> QPainterPath:
    return outer.subtracted(inner)


def draw_marker(painter: QPainter, shape: int, at: QPointF, radius: float, color: QColor) -> None:
    """Draw one marker as a filled path."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(marker_path(shape, radius).translated(at))


@dataclass(frozen=True)
class Stamps:
    """Markers as pixels, already blended with the card, one per class, sub-pixel phase and dimming.

    Attributes:
        dx: Columns from the pixel a point lies in, (n_stamps, K) intp.
        dy: Rows from it, (n_stamps, K) intp.
        colors: 0xffRRGGBB, (n_stamps, K) uint32. Short stamps repeat their last pixel up to K.
        reach: Largest |dx| or |dy|.
    """

    dx: NDArray[np.intp]
    dy: NDArray[np.intp]
    colors: NDArray[np.uint32]
    reach: int


def make_stamps(theme: Theme, radius: float) -> Stamps:
    """Draw every marker once, `radius` in device px, at 4 x 4 places within a pixel; first plain, then dimmed."""
    reach = math.ceil(1.3 * radius + _HALO_PX + 1)
    side, white = 2 * reach + 1, [QColor("white")] * N_MARKERS
    cover = _sheet(radius, reach, white, QColor("black"), 2 * _HALO_PX) & 0xFF
    found = [np.nonzero(stamp.reshape(side, side) > 96) for stamp in cover]
    longest = max(len(rows) for rows, _ in found)
    # Short stamps repeat their last pixel, so that all are of one length.
    dy, dx = (
        np.stack([part[i][np.minimum(np.arange(longest), len(part[i]) - 1)] for part in found]).astype(np.intp)
        for i in range(2)
    )
    colors = []
    for share in (0.0, _DIMMED):
        tints = [mix(color, theme.card, share) for color in theme.classes]
        shown = _sheet(radius, reach, tints, theme.card, 0.0)
        colors.append(np.take_along_axis(shown, dy * side + dx, axis=1))
    return Stamps(np.tile(dx - reach, (2, 1)), np.tile(dy - reach, (2, 1)), np.concatenate(colors), reach)


def _places() -> list[tuple[float, float]]:
    """Centres of the phases of a pixel, (x, y), row by row."""
    steps = [(i + 0.5) / _PHASES for i in range(_PHASES)]
    return [(x, y) for y in steps for x in steps]


def _sheet(radius: float, reach: int, colors: Sequence[QColor], ground: QColor, stroke: float) -> NDArray[np.uint32]:
    """Every marker at every phase, drawn on one image: a row of pixels per stamp, (N_MARKERS * phases, side * side)."""
    side, places = 2 * reach + 1, _places()
    image = QImage(side * len(places), side * N_MARKERS, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for shape in range(N_MARKERS):
        painter.setPen(QPen(colors[shape], stroke) if stroke > 0 else Qt.PenStyle.NoPen)
        painter.setBrush(colors[shape])
        path = marker_path(shape, radius)
        for column, (x, y) in enumerate(places):
            painter.drawPath(path.translated(column * side + reach + x, shape * side + reach + y))
    painter.end()
    cells = pixel_view(image).reshape(N_MARKERS, side, len(places), side).swapaxes(1, 2)
    return cells.reshape(N_MARKERS * len(places), side * side)


def pixel_view(image: QImage) -> NDArray[np.uint32]:
    """The pixels of a 32-bit image as a writeable (H, W) array; valid while the image lives."""
    rows = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()]


def pixel_copy(image: QImage) -> NDArray[np.uint32]:
    """The pixels of a 32-bit image, 0xffRRGGBB, as a (H, W) array of their own."""
    return pixel_view(image).copy()


def stamp_rows(
    fraction_x: Floats, fraction_y: Floats, classes: NDArray[np.intp], dimmed: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Which stamp each point takes, from its place within its pixel (in [0, 1)), class and dimming."""
    column = np.minimum((fraction_x * _PHASES).astype(np.intp), _PHASES - 1)
    row = np.minimum((fraction_y * _PHASES).astype(np.intp), _PHASES - 1)
    marker = classes % N_MARKERS + N_MARKERS * dimmed
    return np.asarray((marker * _PHASES + row) * _PHASES + column, dtype=np.intp)
