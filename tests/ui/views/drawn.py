"""What stands in a view's drawing as text."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from explorer.ui.views.view import View


def svg_texts(view: View, size: QSize) -> str:
    """The texts of a view drawn as SVG, one per line."""
    store = QBuffer()
    store.open(QIODevice.OpenModeFlag.WriteOnly)
    target = QSvgGenerator()
    target.setOutputDevice(store)
    target.setSize(size)
    target.setViewBox(QRect(0, 0, size.width(), size.height()))
    painter = QPainter(target)
    view.paint(painter, QRectF(0, 0, size.width(), size.height()), vector=True)
    painter.end()
    found = re.findall(r"<text[^>]*>(.*?)</text>", bytes(store.data().data()).decode(), re.DOTALL)
    return "\n".join(html.unescape(text).replace("\u00a0", " ").strip() for text in found)
