"""Layers of pixels that views keep between repaints."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

Layer = tuple[object, QImage]


def device_scale(painter: QPainter) -> float:
    """Device pixels per logical pixel, whatever the painter paints on."""
    return max(0.25, min(8.0, painter.deviceTransform().m11()))


def layer(
    kept: Layer | None,
    key: object,
    rect: QRectF,
    scale: float,
    ground: QColor,
    draw: Callable[[QPainter, QRectF], None],
) -> Layer:
    """The layer kept if it is still right, else a new one.

    Args:
        kept: The layer of last time.
        key: Equal as long as the same would be drawn.
        rect: What it shows, logical px.
        scale: Device pixels per logical pixel.
        ground: Colour it is filled with.
        draw: Draws it into the rectangle.

    Returns:
        The key with the scale, and an opaque image to draw at `rect.topLeft()`.
    """
    whole = (key, scale)
    if kept is not None and kept[0] == whole:
        return kept
    image = QImage(QSize(math.ceil(rect.width() * scale), math.ceil(rect.height() * scale)), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-rect.topLeft())
    draw(painter, rect)
    painter.end()
    return whole, image
