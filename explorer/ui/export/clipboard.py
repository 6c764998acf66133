"""Copying a figure or its numbers, for pasting into another program."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard

from explorer.ui.export.figure import ExportOptions
from explorer.ui.export.numbers import tsv_text
from explorer.ui.export.png import encoded, render_image
from explorer.ui.export.svg import svg_bytes
from explorer.ui.panel import FigureSource

PNG_MIME = "image/png"
SVG_MIME = "image/svg+xml"


def copy_figure(source: FigureSource, clipboard: QClipboard, options: ExportOptions | None = None) -> None:
    """Put a figure on the clipboard: as pixels, as SVG, and its caption as text; each program takes what it can.

    Raises:
        UserError: It would be larger than an image may be.
    """
    clipboard.setMimeData(figure_mime(source, options or ExportOptions()))


def copy_numbers(source: FigureSource, clipboard: QClipboard) -> None:
    """Put the table behind a figure on the clipboard, as spreadsheets take it."""
    clipboard.setText(tsv_text(source.figure_data()))


def figure_mime(source: FigureSource, options: ExportOptions) -> QMimeData:
    """A figure as pixels, as SVG and as text.

    Raises:
        UserError: It would be larger than an image may be.
    """
    image, mime = render_image(source, options), QMimeData()
    mime.setImageData(image)
    mime.setData(PNG_MIME, encoded(image))
    mime.setData(SVG_MIME, svg_bytes(source, options))
    mime.setText(source.figure_data().provenance.caption())
    return mime
