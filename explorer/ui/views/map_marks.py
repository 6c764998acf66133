"""What lies on a map beside its points: rings, ellipses, a path, the probe, the legend, a reading."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from typing import NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme, mix
from explorer.ui.views.axes import Axes, Floats
from explorer.ui.views.lines import curve_pen, draw_curve
from explorer.ui.views.markers import draw_marker
from explorer.ui.views.painting import CENTER, draw_haloed, draw_text, text_height, text_width, with_alpha
from explorer.ui.views.ticks import number

PROBE_PX = 13.0
HANDLE_PX = 9.0
_LABEL_ANGLES = (0.85, 0.45, 2.3, 0.1, -0.85)


class Ring(NamedTuple):
    """A circle around the origin, in data units."""

    radius: float
    label: str


class Ellipse(NamedTuple):
    """An ellipse in data units; `angle` in radians, anticlockwise."""

    cx: float
    cy: float
    rx: float
    ry: float
    angle: float
    label: str


class LegendEntry(NamedTuple):
    """One class in the legend and where it stands, logical px."""

    kind: int
    name: str
    rect: QRectF


def draw_rings(painter: QPainter, axes: Axes, theme: Theme, rings: Sequence[Ring]) -> None:
    """Draw dashed circles around the origin."""
    pen = QPen(mix(theme.faint, theme.card, 0.35), 1.25)
    pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ring in rings:
        painter.drawPath(ellipse_path(axes, Ellipse(0.0, 0.0, ring.radius, ring.radius, 0.0, "")))


def draw_ring_labels(painter: QPainter, axes: Axes, theme: Theme, rings: Sequence[Ring]) -> None:
    """Name each ring near the upper right, at the first of a few angles that is on the plot."""
    font, line = theme.font("tick"), text_height(theme.font("tick"))
    for ring in rings:
        width = text_width(font, ring.label) + 8
        for angle in _LABEL_ANGLES:
            x, y = axes.point(ring.radius * math.cos(angle), ring.radius * math.sin(angle))
            if axes.contains(x - width, y - line) and axes.contains(x + width, y + line):
                box = QRectF(x - width / 2, y - line / 2, width, line)
                draw_haloed(painter, box, ring.label, font, theme.muted, theme.card)
                break


def draw_ellipses(painter: QPainter, axes: Axes, theme: Theme, ellipses: Sequence[Ellipse]) -> None:
    """Draw ellipses as a light fill with a firm outline, and what they are beside them."""
    font, line = theme.font("tick_strong"), text_height(theme.font("tick_strong"))
    for ellipse in ellipses:
        if not all(math.isfinite(v) for v in ellipse[:5]):
            continue
        outline = ellipse_path(axes, ellipse)
        painter.setPen(QPen(theme.ink, COMPANY_PX * theme.scale))
        painter.setBrush(with_alpha(theme.ink, 0.10))
        painter.drawPath(outline)
        if ellipse.label:
            bounds = outline.boundingRect()
            width = text_width(font, ellipse.label) + 8
            left = min(max(bounds.center().x() - width / 2, axes.left), axes.right - width)
            top = bounds.top() - line - 4 if bounds.top() - line - 4 > axes.top else bounds.bottom() + 4
            box = QRectF(left, top, width, line)
            draw_haloed(painter, box, ellipse.label, font, theme.ink, theme.card)


def ellipse_path(axes: Axes, ellipse: Ellipse) -> QPainterPath:
    """An ellipse of data units as a path; the axes may stretch it."""
    turns = [2 * math.pi * i / 72 for i in range(73)]
    cos, sin = math.cos(ellipse.angle), math.sin(ellipse.angle)
    xs = [ellipse.cx + ellipse.rx * math.cos(t) * cos - ellipse.ry * math.sin(t) * sin for t in turns]
    ys = [ellipse.cy + ellipse.rx * math.cos(t) * sin + ellipse.ry * math.sin(t) * cos for t in turns]
    points = [QPointF(x, y) for x, y in zip(axes.px(xs).tolist(), axes.py(ys).tolist(), strict=True)]
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    path.closeSubpath()
    return path


def draw_path(painter: QPainter, axes: Axes, theme: Theme, xy: Floats) -> None:
    """Draw a way through the map with its ends as handles A and B."""
    if not len(xy):
        return
    x, y = axes.px(xy[:, 0]), axes.py(xy[:, 1])
    draw_curve(painter, x, y, curve_pen(theme.card, (SUBJECT_PX + 3) * theme.scale))
    draw_curve(painter, x, y, curve_pen(theme.accent, SUBJECT_PX * theme.scale))
    for at, name in ((0, "A"), (-1, "B")):
        if math.isfinite(x[at]) and math.isfinite(y[at]):
            _draw_handle(painter, theme, QPointF(float(x[at]), float(y[at])), name)


def _draw_handle(painter: QPainter, theme: Theme, at: QPointF, name: str) -> None:
    radius = HANDLE_PX * theme.scale
    painter.setPen(QPen(theme.card, 2.0))
    painter.setBrush(theme.accent)
    painter.drawEllipse(at, radius, radius)
    box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
    draw_text(painter, box, name, theme.font("tick_strong"), theme.accent_ink, CENTER)


def draw_probe(painter: QPainter, theme: Theme, at: QPointF, *, held: bool) -> None:
    """Draw the ring that can be grabbed, with four ticks like a sight; fuller while it is held."""
    radius = PROBE_PX * theme.scale
    painter.setBrush(with_alpha(theme.accent, 0.16 if held else 0.06))
    ticks = [
        QLineF(at.x() + a * radius * x, at.y() + a * radius * y, at.x() + b * radius * x, at.y() + b * radius * y)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
        for a, b in ((0.62, 1.5),)
    ]
    for color, width in ((with_alpha(theme.card, 0.9), 6.0), (theme.accent, SUBJECT_PX)):
        painter.setPen(QPen(color, width * theme.scale))
        painter.drawEllipse(at, radius, radius)
        painter.drawLines(ticks)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def probe_bounds(theme: Theme, at: QPointF) -> QRectF:
    """All that `draw_probe` may touch."""
    reach = 1.5 * PROBE_PX * theme.scale + 6
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def draw_highlight(painter: QPainter, theme: Theme, at: QPointF, kind: int) -> None:
    """Draw one point larger, in a ring of ink, so that the eye finds it."""
    radius = 5.0 * theme.scale
    painter.setPen(QPen(theme.ink, 2.0 * theme.scale))
    painter.setBrush(theme.card)
    painter.drawEllipse(at, 2.1 * radius, 2.1 * radius)
    draw_marker(painter, kind, at, radius, theme.classes[kind % len(theme.classes)])


def legend_entries(rect: QRectF, theme: Theme, names: Sequence[str]) -> list[LegendEntry]:
    """Places of the legend's entries in a row of the rectangle, as wide apart as fits; empty if they do not fit."""
    font = theme.font("tick_strong")
    widths = [text_width(font, name) + 28 * theme.scale for name in names]
    gap = min(16.0, (rect.width() - sum(widths)) / max(1, len(names)))
    if gap < -8 or not names:
        return []
    entries, x = [], rect.left()
    for kind, (name, width) in enumerate(zip(names, widths, strict=True)):
        entries.append(LegendEntry(kind, name, QRectF(x, rect.top(), width, rect.height())))
        x += width + gap
    return entries


def draw_legend(painter: QPainter, theme: Theme, entries: Sequence[LegendEntry], dimmed: Set[int]) -> None:
    """Draw marker and name of each class; those that stand back are pale."""
    font = theme.font("tick_strong")
    for entry in entries:
        away = entry.kind in dimmed
        color = theme.classes[entry.kind % len(theme.classes)]
        at = QPointF(entry.rect.left() + 8 * theme.scale, entry.rect.center().y())
        draw_marker(painter, entry.kind, at, 4.0 * theme.scale, mix(color, theme.card, 0.75) if away else color)
        box = entry.rect.adjusted(18 * theme.scale, 0, 8, 0)
        draw_text(painter, box, entry.name, font, theme.faint if away else theme.ink)


def draw_reading(painter: QPainter, theme: Theme, axes: Axes, text: str) -> None:
    """Write the position under the cursor in the lower right corner of the plot."""
    draw_haloed(painter, reading_rect(theme, axes), text, theme.font("number_small"), theme.muted, theme.card)


def reading_rect(theme: Theme, axes: Axes) -> QRectF:
    """Where `draw_reading` writes."""
    width = text_width(theme.font("number_small"), f"({number(-88.88, 2)}, {number(-88.88, 2)})") + 12
    height = text_height(theme.font("number_small")) + 4
    return QRectF(axes.right - width - 6, axes.bottom - height - 6, width, height)
