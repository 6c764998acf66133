"""PNG: a figure as pixels, with its size in inches and its caption in the file."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage, QPainter

import explorer
from explorer.core.errors import UserError
from explorer.ui.export.figure import (
    PX_PER_INCH,
    ExportOptions,
    dressed,
    figure_px,
    figure_theme,
    font_dpi,
    paint_figure,
)
from explorer.ui.panel import FigureSource

MAX_SIDE_PX = 16_384
_METRES_PER_INCH = 0.0254


def render_image(source: FigureSource, options: ExportOptions) -> QImage:
    """The figure as an opaque image of ``scale`` times its size, with resolution and texts for a file.

    Raises:
        UserError: It would be larger than an image may be.
    """
    size_px, theme = figure_px(source, options), figure_theme(source, options)
    image = _blank(size_px, options.scale)
    with dressed(source, theme):
        painter = QPainter(image)
        paint_figure(painter, source, size_px, theme, caption=options.caption, vector=False)
        painter.end()
    image.setDevicePixelRatio(1.0)
    _set_resolution(image, PX_PER_INCH * options.scale)
    _describe(image, source)
    return image


def png_bytes(source: FigureSource, options: ExportOptions) -> bytes:
    """The figure as a PNG file.

    Raises:
        UserError: It would be larger than an image may be.
    """
    return encoded(render_image(source, options))


def encoded(image: QImage) -> bytes:
    """An image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs leave out the device it takes
    return bytes(buffer.data().data())


def _blank(size_px: tuple[int, int], scale: float) -> QImage:
    size = QSize(round(size_px[0] * scale), round(size_px[1] * scale))
    if max(size.width(), size.height()) > MAX_SIDE_PX:
        raise UserError(
            f"A picture of {size.width():,} \N{MULTIPLICATION SIGN} {size.height():,} pixels is too large; "
            f"choose a smaller size or scale, at most {MAX_SIDE_PX:,} pixels a side."
        )
    image = QImage(size, QImage.Format.Format_RGB32)
    if image.isNull():
        raise UserError("There is not enough memory for a picture of that size; choose a smaller size or scale.")
    _set_resolution(image, font_dpi())
    image.setDevicePixelRatio(scale)
    return image


def _set_resolution(image: QImage, dpi: float) -> None:
    per_metre = round(dpi / _METRES_PER_INCH)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)


def _describe(image: QImage, source: FigureSource) -> None:
    image.setText("Title", source.title)
    image.setText("Description", source.figure_data().provenance.caption())
    image.setText("Software", f"Neural Explorer {explorer.__version__}")
