"""Arrays as pictures: gray, ink on paper, colour-mapped; nearest neighbour, so that a pixel stays a pixel."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

Bytes = NDArray[np.uint8]


def levels(values: ArrayLike, lo: float, hi: float) -> Bytes:
    """Numbers of any shape as 0..255 between `lo` and `hi`; what is not finite becomes 0."""
    data = np.asarray(values, dtype=np.float32)
    span = hi - lo if math.isfinite(hi - lo) and hi > lo else 1.0
    scaled = np.nan_to_num((data - lo) * (255.0 / span), nan=0.0, posinf=255.0, neginf=0.0)
    return np.asarray(np.clip(np.rint(scaled), 0, 255), dtype=np.uint8)


def ink(values: ArrayLike) -> Bytes:
    """Values in [0, 1] of shape (H, W) as gray bytes: 0 is white paper, 1 is black ink, in both themes."""
    return np.asarray(255 - levels(values, 0.0, 1.0), dtype=np.uint8)


def mapped(values: ArrayLike, colors: Bytes, lo: float, hi: float) -> Bytes:
    """Values (H, W) through a colour map (256, 3) as RGB bytes (H, W, 3)."""
    return np.asarray(colors[levels(values, lo, hi)], dtype=np.uint8)


def symmetric(values: ArrayLike) -> float:
    """The limit of a signed colour map centred at zero: the largest finite magnitude, at least a little."""
    data = np.abs(np.asarray(values, dtype=np.float64))
    data = data[np.isfinite(data)]
    return max(float(data.max()), 1e-12) if data.size else 1.0


def to_image(pixels: Bytes) -> QImage:
    """A QImage of its own from gray (H, W), RGB (H, W, 3) or RGBA (H, W, 4) bytes.

    Raises:
        ValueError: If the array has another shape.
    """
    data = np.ascontiguousarray(pixels, dtype=np.uint8)
    formats = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}
    channels = 1 if data.ndim == 2 else (data.shape[2] if data.ndim == 3 else 0)
    if channels not in formats:
        raise ValueError(f"cannot show an array of shape {data.shape}")
    height, width = data.shape[:2]
    if height == 0 or width == 0:
        return QImage()
    return QImage(data.data, width, height, width * channels, formats[channels]).copy()


def draw_image(painter: QPainter, image: QImage, rect: QRectF, *, vector: bool) -> None:
    """Draw an image with hard pixels.

    Args:
        painter: Where to.
        image: Any size; an empty one draws nothing.
        rect: Target, logical px.
        vector: In files each pixel is first repeated, since viewers of SVG and PDF blur what they enlarge.
    """
    if image.isNull() or rect.width() < 1 or rect.height() < 1:
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    if vector:
        times = max(1, math.ceil(2.0 * max(rect.width() / image.width(), rect.height() / image.height())))
        image = image.scaled(
            image.width() * times,
            image.height() * times,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.FastTransformation,
        )
    elif rect.width() < image.width():
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    hints = QPainter.RenderHint
    smooth_edges = bool(painter.renderHints() & hints.Antialiasing)
    painter.setRenderHint(hints.Antialiasing, False)  # whole pixels at the edges, and several times faster
    painter.drawImage(rect, image)
    painter.setRenderHint(hints.Antialiasing, smooth_edges)


def inscribed(rect: QRectF, aspect: float) -> QRectF:
    """The largest rectangle of this width : height inside another, centred."""
    width = min(rect.width(), rect.height() * aspect)
    height = width / aspect if aspect > 0 else 0.0
    return QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)
