"""The arrows of an unrolled network: into a cell, from cell to cell, out of it, and back in."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from explorer.ui.theme import Theme, mix
from explorer.ui.views.unrolled_layout import LinkKey, Scene
from explorer.ui.views.unrolled_look import Look
from explorer.ui.views.unrolled_outputs import tile_of_output

_BEND_PX = 7.0


def draw_links(painter: QPainter, look: Look, scene: Scene) -> None:
    """Draw every arrow, the active step's last and in the accent."""
    active = [key for key in scene.links if is_active(key, look.active)]
    for key in [k for k in scene.links if k not in active] + active:
        if key[1] in scene.marks and key[2] in scene.marks:
            painter.setOpacity(scene.links[key])
            _draw_link(painter, look, scene, key, lit=key in active)
    painter.setOpacity(1.0)
    _draw_ends(painter, look, scene)


def _draw_ends(painter: QPainter, look: Look, scene: Scene) -> None:
    """Where the chain goes on beyond the picture."""
    (begin, end), color = scene.shown, mix(look.cell_color, look.theme.card, 0.4)
    long = 14 * look.theme.scale
    for layer in range(look.story.n_layers):
        head, tail = scene.marks.get(("state", begin, layer)), scene.marks.get(("state", end - 1, layer))
        if begin > 0 and head is not None:
            box = head.box
            line = QLineF(box.left() - long - 2, box.center().y(), box.left() - 2, box.center().y())
            draw_arrow(painter, line, color, 2.0 * look.theme.scale, dashed=True)
        if end < look.story.n_steps and tail is not None:
            box = tail.box
            short = min(long, 0.5 * (scene.pitch - box.width()))
            line = QLineF(box.right() + 2, box.center().y(), box.right() + 2 + short, box.center().y())
            draw_arrow(painter, line, color, 2.0 * look.theme.scale, dashed=True)


def is_active(key: LinkKey, step: int) -> bool:
    """Whether an arrow leads into the cell of a step, through it or out of it."""
    kind, source, target = key
    if kind in ("feed", "in", "recur", "up"):
        return target[1] == step
    if kind == "context":
        return step == 0
    return source[1] == step


def _draw_link(painter: QPainter, look: Look, scene: Scene, key: LinkKey, *, lit: bool) -> None:
    kind, source, target = key
    theme, a, b = look.theme, scene.marks[source].box, scene.marks[target].box
    color, width = _pen(look, key, lit)
    if kind == "feed":
        _draw_feed(painter, theme, tile_of_output(a, theme), b, color, width, lit=lit)
    elif kind in ("recur", "context", "answer"):
        for share in (0.36, 0.64) if kind == "recur" and look.story.cell == "lstm" else (0.5,):
            draw_arrow(painter, _across(a, b, share, kind), color, width)
    else:
        # A little beside the middle, so that the word "out" and the tile do not touch the arrow.
        gap = 3.0 * theme.scale
        x = (a.center().x() + b.center().x()) / 2
        draw_arrow(painter, QLineF(x, a.top() - gap, x, b.bottom() + gap), color, width, dashed=_ghost(look, key))


def _across(a: QRectF, b: QRectF, share: float, kind: str) -> QLineF:
    """A level arrow between two boxes, at this share of the lower one's height."""
    low = min(a, b, key=lambda box: box.height())
    y = low.top() + share * low.height()
    if kind == "answer":
        y = min(max(a.center().y(), b.top() + 12), b.bottom() - 12)
        return QLineF(a.center().x() + min(a.width() / 2, 16), y, b.left() - 3, y)
    inset = min(2.0, 0.12 * (b.left() - a.right()))
    return QLineF(a.right() + inset, y, b.left() - inset, y)


def _pen(look: Look, key: LinkKey, lit: bool) -> tuple[QColor, float]:
    theme = look.theme
    if lit:
        return theme.accent, 2.5 * theme.scale
    if key[0] == "recur":
        return mix(look.cell_color, theme.card, 0.15), 2.0 * theme.scale
    if key[0] in ("context", "answer"):
        return theme.muted, 2.0 * theme.scale
    return mix(theme.faint, theme.card, 0.2 if key[0] != "feed" else 0.35), 1.25 * theme.scale


def _ghost(look: Look, key: LinkKey) -> bool:
    """An output that many-to-one does not ask for."""
    return key[0] == "out" and look.story.answers and key[1][1] != look.story.n_read - 1


def _draw_feed(
    painter: QPainter, theme: Theme, a: QRectF, b: QRectF, color: QColor, width: float, *, lit: bool
) -> None:
    """What was written goes down between two columns and into the next cell as its input."""
    middle = a.right() + 0.36 * (b.left() - a.right())
    points = [(a.right() + 1, a.center().y()), (middle, a.center().y()), (middle, b.center().y())]
    end = QPointF(b.left() - 2, b.center().y())
    pen = QPen(color, width if lit else 1.25 * theme.scale)
    pen.setDashPattern([3.0, 2.5])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    head = min(6.0 * theme.scale, 0.5 * abs(end.x() - middle) + 2)
    painter.drawPath(_bent([*(QPointF(*p) for p in points), QPointF(end.x() - 0.7 * head, end.y())]))
    _draw_head(painter, end, QPointF(1.0, 0.0), head, color)


def _bent(points: Sequence[QPointF]) -> QPainterPath:
    """A line through points with round corners."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = QLineF(before, corner), QLineF(corner, after)
        radius = min(_BEND_PX, into.length() / 2, out.length() / 2)
        path.lineTo(_toward(corner, before, radius))
        path.quadTo(corner, _toward(corner, after, radius))
    path.lineTo(points[-1])
    return path


def _toward(start: QPointF, end: QPointF, distance: float) -> QPointF:
    line = QLineF(start, end)
    return line.pointAt(distance / line.length()) if line.length() > 1e-6 else QPointF(start)


def draw_arrow(painter: QPainter, line: QLineF, color: QColor, width: float, *, dashed: bool = False) -> None:
    """A straight arrow; shorter ones have smaller heads."""
    length = line.length()
    if length < 2 or not math.isfinite(length):
        return
    size = min(3.5 + 2.0 * width, 0.8 * length)
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.drawLine(QLineF(line.p1(), line.pointAt(max(0.0, 1.0 - 0.8 * size / length))))
    _draw_head(painter, line.p2(), QPointF(line.dx(), line.dy()) / length, size, color)


def _draw_head(painter: QPainter, tip: QPointF, way: QPointF, size: float, color: QColor) -> None:
    side = QPointF(-way.y(), way.x()) * size * 0.5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF([tip, tip - way * size + side, tip - way * size - side]))
