"""Panels: one dockable view of a lab, and all that export, clipboard, drag-out and tours need of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.core.figures import Column, FigureData, Provenance
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.kit.themed import Themed
from explorer.ui.theme import Theme
from explorer.ui.views.view import View

Where = Callable[[str], Provenance]
"""Gives the provenance of a panel's figure from the panel's title."""


class FigureSource(Protocol):
    """What can be exported."""

    @property
    def title(self) -> str:
        """Title in words."""

    def figure_data(self) -> FigureData:
        """The numbers behind the picture."""

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the picture into ``rect`` (logical pixels); with ``vector`` as real shapes and text."""


class Panel(QWidget):
    """One view of a lab with its own controls. Its dock draws title and frame around it.

    Subclasses fill ``self.column`` with views and controls, paint their picture and name their numbers.

    Signals:
        subtitle_changed: A new grey sentence beside the title.
        asked: A request for the live model, without a number.

    Args:
        spec: What it is.
        theme: Colours and fonts.
        where: Gives the provenance for its figures.
    """

    subtitle_changed = Signal(str)
    asked = Signal(object)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__()
        self.spec = spec
        self.setObjectName(f"panel-{spec.id}")
        self._theme = theme
        self._where = where
        self._subtitle = ""
        self.controls: list[QWidget] = []
        """Small controls that the title bar shows at its right."""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 4, 12, 12)
        self.column.setSpacing(8)

    @property
    def title(self) -> str:
        """Title in words."""
        return self.spec.title

    @property
    def subtitle(self) -> str:
        """The grey sentence beside the title."""
        return self._subtitle

    @property
    def theme(self) -> Theme:
        """The colours and fonts in use."""
        return self._theme

    def set_subtitle(self, text: str) -> None:
        """Say what is shown."""
        if text != self._subtitle:
            self._subtitle = text
            self.subtitle_changed.emit(text)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        self._theme = theme
        for child in self.findChildren(QWidget):
            if isinstance(child, Themed):
                child.set_theme(theme)

    def views(self) -> list[View]:
        """The panel's pictures that are not hidden, in the order they were made."""
        return [v for v in self.findChildren(View) if v.isVisibleTo(self)]

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the pictures, without title and controls, into ``rect``, arranged as in the panel."""
        if not self.isVisible():
            self._arrange()
        places = {view: QRectF(QRect(view.mapTo(self, QPoint(0, 0)), view.size())) for view in self.views()}
        whole = QRectF()
        for place in places.values():
            whole = whole.united(place)
        for view, place in places.items():
            view.paint(painter, _moved(place, whole, rect), vector=vector)

    def figure_data(self) -> FigureData:
        """The numbers behind the picture."""
        raise NotImplementedError

    def complete(self) -> None:
        """Ask for what a person would press a button for, before a panel without a window is written."""

    def subject(self) -> str:
        """What a figure shows now where that is not the run, in words for its caption; empty for the run."""
        return ""

    def _arrange(self) -> None:
        """Lay out a panel that was never shown, at its default size."""
        if not self.testAttribute(Qt.WidgetAttribute.WA_WState_Created) and self.parentWidget() is None:
            self.resize(*self.spec.size_px)
        self.grab(QRect(0, 0, 1, 1))  # Qt arranges everything within, and says so, before it draws a corner

    def _figure(
        self,
        table: Mapping[str, Column],
        arrays: Mapping[str, Array],
        labels: Sequence[str] = (),
        n_points: int | None = None,
    ) -> FigureData:
        """Figure data under this panel's title and provenance."""
        provenance = replace(self._where(self.title), subject=self.subject())
        return FigureData(self.title, provenance, table, arrays, tuple(labels), n_points)


def _moved(place: QRectF, whole: QRectF, target: QRectF) -> QRectF:
    """``place`` within ``whole``, as the same part of ``target``."""
    if whole.isEmpty():
        return QRectF(target)
    across, down = target.width() / whole.width(), target.height() / whole.height()
    left, top = (place.left() - whole.left()) * across, (place.top() - whole.top()) * down
    return QRectF(target.left() + left, target.top() + top, place.width() * across, place.height() * down)
