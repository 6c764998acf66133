"""PDF: a figure on a page of its own size, with embedded fonts, text that can be searched, and shapes as shapes."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

import explorer
from explorer.ui.export.figure import (
    PX_PER_INCH,
    ExportOptions,
    FileTheme,
    dressed,
    figure_px,
    figure_theme,
    font_dpi,
    paint_figure,
)
from explorer.ui.panel import FigureSource

POINTS_PER_PX = 72.0 / PX_PER_INCH
_TABLE = re.compile(rb"begincmap.*?endcmap", re.DOTALL)


def pdf_bytes(source: FigureSource, options: ExportOptions) -> bytes:
    """The figure as a PDF file of one page, 72 points for 96 logical pixels."""
    size_px, theme = figure_px(source, options), FileTheme.of(figure_theme(source, options))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _writer(buffer, size_px)
    writer.setTitle(source.title)
    with dressed(source, theme):
        painter = QPainter(writer)
        painter.scale(writer.resolution() / PX_PER_INCH, writer.resolution() / PX_PER_INCH)
        paint_figure(painter, source, size_px, theme, caption=options.caption, vector=True)
        painter.end()
    return readable(bytes(buffer.data().data()))


def _writer(buffer: QBuffer, size_px: tuple[int, int]) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(round(font_dpi()))
    points = QSizeF(size_px[0] * POINTS_PER_PX, size_px[1] * POINTS_PER_PX)
    page = QPageSize(points, QPageSize.Unit.Point, "figure", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageSize(page)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setCreator(f"Neural Explorer {explorer.__version__}")
    return writer


def readable(content: bytes) -> bytes:
    """A PDF of Qt's in which spaces are spaces.

    Qt names each glyph by the first character that wears it; for the space that is the tab, and a search for two words
    finds nothing. The tables are plain text and keep their length, so nothing else in the file moves.
    """
    return _TABLE.sub(lambda table: table.group().replace(b"<0009>", b"<0020>"), content)
