"""A sheet of paper to draw a digit on."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.images import inscribed, levels, to_image
from explorer.ui.views.painting import CENTER, draw_frame, draw_text, draw_title, title_height
from explorer.ui.views.view import View

SIDE = 112
"""Pixels of the sheet in each direction: four for each of MNIST's 28."""
_STROKE = 0.088 * SIDE
_ERASER = 0.18 * SIDE
_THROTTLE_MS = 60
_PENCIL = QColor("#5C6670")  # on paper, which is white in both themes


class DigitPad(View):
    """Draw with the left button, erase with the right one; Delete clears; pictures can be dropped on it.

    Signals:
        drawing_changed: The drawing, (112, 112) float32 in [0, 1] with 1 for ink, of the receiver's own; while
            drawing at most every 60 ms, and once more at the end of a stroke.
        file_dropped: Path of a file that was dropped.
    """

    drawing_changed = Signal(object)
    file_dropped = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._sheet = _blank()
        self._is_sample = False
        self._points: list[QPointF] = []
        self._erasing = False
        self._hint = "Draw a digit"
        self._title = ""
        self._title_key = "ink"
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_THROTTLE_MS)
        self._timer.timeout.connect(self._emit)

    @property
    def drawing(self) -> NDArray[np.float32]:
        """The drawing, (112, 112) float32 in [0, 1], a copy."""
        rows = np.frombuffer(self._sheet.constBits(), np.uint8).reshape(SIDE, self._sheet.bytesPerLine())
        return (rows[:, :SIDE] / np.float32(255.0)).astype(np.float32)

    def set_drawing(self, values: ArrayLike, *, is_sample: bool = False) -> None:
        """Put a picture (H, W) in [0, 1] on the sheet, 1 for ink; no signal.

        Args:
            values: The picture.
            is_sample: Whether it only shows what such a drawing is like: the first stroke of the pen takes a new sheet.

        Raises:
            ValueError: If it is not two-dimensional.
        """
        data = np.asarray(values)
        if data.ndim != 2:
            raise ValueError(f"a drawing has two dimensions, not {data.ndim}")
        smooth = Qt.TransformationMode.SmoothTransformation
        image = to_image(levels(data, 0.0, 1.0))
        scaled = image.scaled(SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        self._sheet = _blank() if image.isNull() else scaled.convertToFormat(QImage.Format.Format_Grayscale8)
        self._is_sample = is_sample
        self.update()

    def clear(self) -> None:
        """Take a new sheet, and say so."""
        self._sheet = _blank()
        self._points = []
        self.update()
        self._emit()

    def set_hint(self, text: str) -> None:
        """What stands on the empty sheet."""
        self._hint = text
        self.update()

    def set_title(self, text: str, color_key: str = "ink") -> None:
        """Say above the sheet what it is, as above a picture."""
        self._title, self._title_key = text, color_key
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the sheet, ink on paper."""
        where = self.sheet_rect(rect)
        if where.width() < 4:
            return
        draw_title(painter, rect, where, self._title, self._title_key, self.theme)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ink = self._sheet.copy()
        ink.invertPixels()
        painter.drawImage(where, ink)
        draw_frame(painter, where.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 3.0)
        if self._hint and not self._points and not self.drawing.any():
            draw_text(painter, where, self._hint, self.theme.font("secondary"), _PENCIL, CENTER)

    def sheet_rect(self, rect: QRectF) -> QRectF:
        """Where the sheet lies inside a rectangle, logical px."""
        return inscribed(rect.adjusted(1, title_height(rect, self._title, self.theme) + 1, -1, -1), 1.0)

    # Drawing -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down."""
        self._erasing = event.button() == Qt.MouseButton.RightButton
        if self._is_sample and not self._erasing:
            self._sheet = _blank()
        self._is_sample = False
        self._points = [self._on_sheet(event.position())]
        self._draw(_dot(self._points[0]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, smoothly: curves from middle to middle of the positions heard of."""
        if not self._points:
            return
        self._points = [*self._points[-2:], self._on_sheet(event.position())]
        self._draw(_smooth(self._points))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen: this is the drawing now."""
        if self._points:
            path = QPainterPath((self._points[-1] + self._points[max(-2, -len(self._points))]) / 2)
            path.lineTo(self._on_sheet(event.position()))
            self._draw(path)
            self._points = []
            self._emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Backspace take a new sheet."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which file it was."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.file_dropped.emit(paths[0])

    def _on_sheet(self, at: QPointF) -> QPointF:
        where = self.sheet_rect(self.area())
        side = max(where.width(), 1e-6)
        return QPointF((at.x() - where.left()) / side * SIDE, (at.y() - where.top()) / side * SIDE)

    def _draw(self, path: QPainterPath) -> None:
        """Draw a path in one thickness, and promise to tell within 60 ms."""
        tone = Qt.GlobalColor.black if self._erasing else Qt.GlobalColor.white
        pen = QPen(tone, _ERASER if self._erasing else _STROKE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter = QPainter(self._sheet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawPath(path)
        painter.end()
        self.update()
        if not self._timer.isActive():
            self._timer.start()

    def _emit(self) -> None:
        self._timer.stop()
        self.drawing_changed.emit(self.drawing)

    def sizeHint(self) -> QSize:
        """Large enough for a hand."""
        return QSize(196, 196)

    def minimumSizeHint(self) -> QSize:
        """Still large enough to draw on."""
        return QSize(84, 84)


def _blank() -> QImage:
    sheet = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
    sheet.fill(Qt.GlobalColor.black)
    return sheet


def _dot(at: QPointF) -> QPainterPath:
    path = QPainterPath(at)
    path.lineTo(at + QPointF(0.01, 0.0))
    return path


def _smooth(points: list[QPointF]) -> QPainterPath:
    """The part of a stroke that the newest of two or three points adds."""
    if len(points) == 2:
        path = QPainterPath(points[0])
        path.lineTo((points[0] + points[1]) / 2)
        return path
    path = QPainterPath((points[0] + points[1]) / 2)
    path.quadTo(points[1], (points[1] + points[2]) / 2)
    return path
