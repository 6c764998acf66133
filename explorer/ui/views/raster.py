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
        ground: Colour it is filled with; a transparent one gives a layer to lie over others.
        draw: Draws it into the rectangle.

    Returns:
        The key with the scale, and an image to draw at `rect.topLeft()`.
    """
    whole = (key, scale)
    if kept is not None and kept[0] == whole:
        return kept
    size = QSize(math.ceil(rect.width() * scale), math.ceil(rect.height() * scale))
    kinds = QImage.Format
    image = QImage(size, kinds.Format_RGB32 if ground.alpha() == 255 else kinds.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-rect.topLeft())
    draw(painter, rect)
    painter.end()
    return whole, image
