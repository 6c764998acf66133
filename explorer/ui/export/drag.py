"""Dragging a figure out of a panel into another program."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from explorer.ui import icons
from explorer.ui.export.clipboard import PNG_MIME, SVG_MIME
from explorer.ui.export.export import WRITERS, export_figure
from explorer.ui.export.figure import ExportOptions
from explorer.ui.export.png import render_image
from explorer.ui.panel import FigureSource
from explorer.ui.theme import Theme

URLS_MIME = "text/uri-list"
THUMBNAIL_PX = 220
_BYTES = {PNG_MIME: ".png", SVG_MIME: ".svg"}

Start = Callable[[QDrag], Any]


class FigureFolder:
    """A folder for files that are dragged out; it goes when the app ends, or with :meth:`clear`."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._finalizer: weakref.finalize[..., Any] | None = None

    def place(self, title: str, suffix: str) -> Path:
        """A path for a figure with this title; the folder is made when first asked for."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="neural-explorer-"))
            self._finalizer = weakref.finalize(self, shutil.rmtree, self._path, ignore_errors=True)
        return self._path / (file_stem(title) + suffix)

    def clear(self) -> None:
        """Delete the folder with everything in it."""
        if self._finalizer is not None:
            self._finalizer()
        self._path = self._finalizer = None


class FigureDrag(QMimeData):
    """A figure under way: as file, PNG and SVG, each made only when a program takes it.

    Args:
        source: The picture.
        folder: Where the file goes.
        options: How it is made.
        suffix: Ending of the file, ``".png"`` or ``".svg"``; there is one file, since most programs insert every one.
    """

    def __init__(self, source: FigureSource, folder: FigureFolder, options: ExportOptions, suffix: str) -> None:
        super().__init__()
        self._source = source
        self._folder = folder
        self._options = options
        self._suffix = suffix
        self._made: dict[str, QByteArray | list[QUrl]] = {}

    def formats(self) -> list[str]:
        """What it can be taken as, the best first."""
        return [URLS_MIME, PNG_MIME, SVG_MIME]

    def hasFormat(self, mimetype: str) -> bool:
        """Whether it can be taken as this."""
        return mimetype in self.formats()

    def retrieveData(self, mimetype: str, preferred_type: Any) -> Any:
        """The figure as this type, made now and kept."""
        if mimetype not in self.formats():
            return None
        if mimetype not in self._made:
            self._made[mimetype] = self._make(mimetype)
        return self._made[mimetype]

    def _make(self, mimetype: str) -> QByteArray | list[QUrl]:
        if mimetype in _BYTES:
            return QByteArray(WRITERS[_BYTES[mimetype]](self._source, self._options))
        path = self._folder.place(self._source.title, self._suffix)
        export_figure(self._source, path, self._options, overwrite=True)
        return [QUrl.fromLocalFile(str(path))]


class DragHandle(QToolButton):
    """A small button that is dragged to take the figure out, and clicked for whatever its owner connects.

    Args:
        theme: For its sign.
        source: Gives the picture to take.
        folder: For the files.
        options: How the picture is made; asked when the drag begins.
        start: Runs the drag; replaced in tests.
    """

    def __init__(
        self,
        theme: Theme,
        source: FigureSource,
        folder: FigureFolder,
        options: Callable[[], ExportOptions] = ExportOptions,
        start: Start = lambda drag: drag.exec(Qt.DropAction.CopyAction),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._folder = folder
        self._options = options
        self._start = start
        self._pressed: QPointF | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("Drag the picture out")
        self.setToolTip("Drag the picture into another program; with Shift as SVG")
        self.setIconSize(QSize(16, 16))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.setIcon(icons.icon("export", theme.muted, 16))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may begin."""
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin the drag once the pointer has gone far enough."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if (event.position() - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        self._pressed = None
        self.setDown(False)
        svg = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._start(self.drag(".svg" if svg else ".png"))

    def drag(self, suffix: str) -> QDrag:
        """The drag of the figure as it is now."""
        drag = QDrag(self)
        drag.setMimeData(FigureDrag(self._source, self._folder, self._options(), suffix))
        drag.setPixmap(thumbnail(self._source, self._options()))
        drag.setHotSpot(QPoint(12, 12))
        return drag


def thumbnail(source: FigureSource, options: ExportOptions) -> QPixmap:
    """A small picture of the figure, to hang under the pointer."""
    image = render_image(source, ExportOptions(1.0, options.theme, False, options.size_px, options.type_scale))
    ways = (Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QPixmap.fromImage(image.scaled(THUMBNAIL_PX, THUMBNAIL_PX, *ways))


def file_stem(title: str) -> str:
    """A title as a file name that every system takes: "Latent map" becomes "latent-map"."""
    plain = re.sub(r"[^\w]+", "-", title.lower()).strip("-_")
    return plain[:60] or "figure"
