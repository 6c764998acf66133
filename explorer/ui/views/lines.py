"""Curves as QPolygonF: thinned to the pixels that can be seen, cut where the data have gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from explorer.ui.views.axes import Floats

_FAR_PX = 1e6


def polygon(points: Floats) -> QPolygonF:
    """A QPolygonF of points (N, 2), in logical px, filled through its memory: no Python object per point."""
    if len(points) == 0:
        return QPolygonF()
    shape = QPolygonF()
    shape.resize(len(points))
    pointer: Any = shiboken6.VoidPtr  # its type hints leave out the object it takes and the buffer it is
    memory = pointer(shape.data(), len(points) * 16, True)
    np.frombuffer(memory, np.float64).reshape(-1, 2)[:] = points
    return shape


def thinned(x: Floats, y: Floats, column_px: float = 2.0) -> tuple[Floats, Floats]:
    """A curve with at most four points per pixel column: first, lowest, highest and last.

    Args:
        x: Horizontal px (N,), finite and not decreasing.
        y: Vertical px (N,), finite.
        column_px: Width of a column.

    Returns:
        The x and y kept, in their old order; the very points, nothing averaged.
    """
    if len(x) < 5:
        return x, y
    column = np.floor((x - x[0]) / column_px).astype(np.int64)
    starts = np.flatnonzero(np.r_[True, column[1:] != column[:-1]])
    if len(x) <= 2 * len(starts):
        return x, y
    ends = np.r_[starts[1:], len(x)] - 1
    order = np.lexsort((y, column))
    keep = np.unique(np.concatenate([starts, ends, order[starts], order[ends]]))
    return x[keep], y[keep]


def runs(x: Floats, y: Floats) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each stretch in which x and y are both finite."""
    good = np.isfinite(x) & np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.r_[False, good, False].astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def curve_pen(color: QColor, width: float, *, dashed: bool = False) -> QPen:
    """The pen of a curve: bevelled corners, which have no thorns and take two thirds of the time of round ones."""
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([3.0, 2.5])
    return pen


def draw_curve(painter: QPainter, x: Floats, y: Floats, pen: QPen) -> None:
    """Draw a curve through pixel positions; gaps where they are not finite, a dot where a point stands alone."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = np.clip(x, -_FAR_PX, _FAR_PX), np.clip(y, -_FAR_PX, _FAR_PX)
    for start, end in runs(x, y):
        if end - start == 1:
            radius = max(1.5, pen.widthF())
            painter.drawEllipse(QPointF(float(x[start]), float(y[start])), radius / 2, radius / 2)
            continue
        xs, ys = thinned(x[start:end], y[start:end])
        painter.drawPolyline(polygon(np.column_stack([xs, ys])))


def spread(wanted: list[float], gap: float, lo: float, hi: float) -> list[float]:
    """Positions as close as may be to the wanted ones, at least `gap` apart and inside [lo, hi] if they fit.

    Args:
        wanted: Centres of labels, px, in any order.
        gap: Least distance between neighbours, px.
        lo: Least position.
        hi: Greatest position.

    Returns:
        One position per wanted one, in the same order. When they do not all fit the gap shrinks.
    """
    if not wanted:
        return []
    room = max(0.0, hi - lo)
    gap = min(gap, room / max(1, len(wanted) - 1)) if len(wanted) > 1 else gap
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    # Taking off i * gap turns "at least gap apart" into "not decreasing": pool neighbours that are out of order.
    pools: list[list[float]] = []
    for rank, index in enumerate(order):
        pools.append([wanted[index] - rank * gap])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    flat = [_mean(pool) for pool in pools for _ in pool]
    top = max(lo, hi - gap * (len(wanted) - 1))
    placed = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        placed[index] = min(max(flat[rank], lo), top) + rank * gap
    return placed


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
