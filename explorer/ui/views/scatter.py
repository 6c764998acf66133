"""The map of a latent space: classed points or digits, a probe to drag, and what belongs to the point under it."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.images import Bytes
from explorer.ui.views.map_marks import (
    Ellipse,
    LegendEntry,
    Ring,
    draw_ellipses,
    draw_highlight,
    draw_legend,
    draw_path,
    draw_probe,
    draw_reading,
    draw_ring_labels,
    draw_rings,
    legend_entries,
    probe_bounds,
)
from explorer.ui.views.map_pointer import MapView
from explorer.ui.views.painting import RIGHT, Titles, draw_axes, draw_frame, draw_text, fit_axes, text_height
from explorer.ui.views.raster import Layer, device_scale, layer
from explorer.ui.views.ticks import number

Mode = Literal["points", "digits"]


class ScatterView(MapView):
    """A map of points with classes.

    Signals:
        probe_moved: x and y in data units; the ring was dragged, put down by a click, or moved by an arrow key.
        point_hovered: Index of the point under the pointer, -1 when there is none.
        point_clicked: Index of the point that was clicked.
        class_toggled: Number of the class clicked in the legend.
        path_end_moved: 0 for A or 1 for B, and where to, in data units.
        range_changed: The part of the plane shown has changed.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._mode: Mode = "points"
        self._titles = Titles("latent z₁", "latent z₂")
        self._names: tuple[str, ...] = ()
        self._note = ""
        self._highlight: int | None = None
        self._rings: tuple[Ring, ...] = ()
        self._ellipses: tuple[Ellipse, ...] = ()
        self._version = 0
        self._geometry: tuple[object, Axes] | None = None
        self._ground: Layer | None = None
        self._overlay: Layer | None = None
        self._ring: Layer | None = None
        self._layer: Layer | None = None

    # What is shown -----------------------------------------------------------------------------------------------

    def set_points(self, xy: ArrayLike, classes: ArrayLike) -> None:
        """Show points at `xy` (N, 2), data units, with `classes` (N,) of 0-9; the range follows them unless chosen."""
        self._cloud.set_points(xy, classes)
        if self._shown.follow(self._cloud.xy):
            self.range_changed.emit()
        self._redraw()

    def set_thumbnails(self, images: Bytes | None) -> None:
        """Give each point a picture, (N, 28, 28) uint8 with 255 for ink, for the mode "digits"."""
        self._cloud.thumbnails = images
        self._redraw()

    def set_mode(self, mode: Mode) -> None:
        """Show markers ("points") or as many thumbnails as fit without overlap ("digits")."""
        self._mode = mode
        self._redraw()

    def set_class_names(self, names: Sequence[str]) -> None:
        """Name the classes in a legend above the plot; none hides it."""
        self._names = tuple(names)
        self._redraw()

    def set_titles(self, x: str, y: str) -> None:
        """Say in words what the axes are."""
        self._titles = Titles(x, y)
        self._redraw()

    def set_note(self, text: str) -> None:
        """Write a remark at the right of the legend."""
        self._note = text
        self._redraw()

    def set_range(self, xmin: float, xmax: float, ymin: float, ymax: float) -> None:
        """Show at least this part of the plane from now on; one axis shows more so that units are equal."""
        self._shown.choose(Range.between(xmin, xmax), Range.between(ymin, ymax))
        self._on_range_changed()

    def set_probe(self, x: float | None, y: float | None = None) -> None:
        """Put the ring at (x, y), data units; None hides it. Only what it covers is painted again."""
        before = self._probe_rect()
        self._probe = None if x is None or y is None else (x, y)
        for rect in (before, self._probe_rect()):
            self.update(rect.toAlignedRect())

    def set_rings(self, rings: Sequence[tuple[float, str]]) -> None:
        """Draw dashed circles around the origin: (radius in data units, label)."""
        self._rings = tuple(Ring(*ring) for ring in rings)
        self._redraw()

    def set_ellipses(self, ellipses: Sequence[tuple[float, float, float, float, float, str]]) -> None:
        """Draw ellipses over the points: (cx, cy, rx, ry, angle in radians, label), data units."""
        self._ellipses = tuple(Ellipse(*ellipse) for ellipse in ellipses)
        self.update()

    def set_path(self, xy: ArrayLike) -> None:
        """Draw a line through points (M, 2), data units, with handles A and B at its ends; empty hides it."""
        self._path = np.array(xy, dtype=np.float64).reshape(-1, 2)
        self.update()

    def set_highlight(self, index: int | None) -> None:
        """Ring one point; None or -1 for no point."""
        self._highlight = None if index is None or index < 0 else index
        self.update()

    def set_dimmed_classes(self, classes: Set[int]) -> None:
        """Let these classes stand back."""
        self._cloud.dimmed = frozenset(classes)
        self._redraw()

    @property
    def probe(self) -> tuple[float, float] | None:
        """Where the ring is, in data units; None while hidden."""
        return self._probe

    @property
    def shown_range(self) -> tuple[Range, Range]:
        """The part of the plane on the screen, x and y."""
        axes = self.axes(self.area())
        return axes.x, axes.y

    def point_at(self, axes: Axes, at: QPointF) -> int:
        """The point near a position, or the one whose thumbnail is there."""
        if self._digits and axes.contains(at.x(), at.y()):
            return self._cloud.tile_at(axes, self.devicePixelRatioF(), at.x(), at.y())
        return super().point_at(axes, at)

    # Painting ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle; a unit is as long across as up."""
        key = (rect.getRect(), self._shown.x, self._shown.y, self._titles, self._names, self._note, self.theme)
        if self._geometry is None or self._geometry[0] != key:
            axes = fit_axes(self._room(rect), self.theme, self._shown.x, self._shown.y, self._titles).equal()
            self._geometry = (key, axes)
        return self._geometry[1]

    def _room(self, rect: QRectF) -> QRectF:
        """The rectangle beneath the legend."""
        return rect.adjusted(4, self._head(rect) + 4, 0, -2)

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the map: points as pixels at once, or each as a shape in files."""
        if rect.width() < 40 or rect.height() < 40:
            return
        axes = self.axes(rect)
        if vector:
            self._paint_ground(painter, rect, axes)
            painter.save()
            painter.setClipRect(_plot(axes))
            (self._cloud.draw_tiles if self._digits else self._cloud.draw_points)(painter, axes, self.theme)
            painter.restore()
            self._paint_overlay(painter, axes)
        else:
            scale = device_scale(painter)
            painter.drawImage(rect.topLeft(), self._points_image(rect, axes, scale))
            painter.drawImage(rect.topLeft(), self._overlay_image(rect, axes, scale))
        self._paint_marks(painter, axes, vector=vector)

    @property
    def _digits(self) -> bool:
        return self._mode == "digits" and self._cloud.thumbnails is not None

    def _paint_ground(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        """All that stays while points and probe move."""
        draw_axes(painter, self._room(rect), axes, self.theme, self._titles, square=True)
        painter.save()
        painter.setClipRect(_plot(axes))
        draw_rings(painter, axes, self.theme, self._rings)
        painter.restore()
        frame = _plot(axes).toAlignedRect().adjusted(0, 0, -1, -1)
        draw_frame(painter, QRectF(frame).translated(0.5, 0.5), self.theme.border, 1.0, 2.0)
        entries = self.legend(rect)
        draw_legend(painter, self.theme, entries, self._cloud.dimmed)
        if self._note:
            left = entries[-1].rect.right() + 12 if entries else axes.left
            box = QRectF(left, rect.top(), axes.right - left, max(self._head(rect), 1.0))
            draw_text(painter, box, self._note, self.theme.font("secondary"), self.theme.muted, RIGHT)

    def _paint_overlay(self, painter: QPainter, axes: Axes) -> None:
        """What stays too, but lies over the points."""
        painter.save()
        painter.setClipRect(_plot(axes))
        if self._digits:
            draw_rings(painter, axes, self.theme, self._rings)
        draw_ring_labels(painter, axes, self.theme, self._rings)
        painter.restore()

    def _paint_marks(self, painter: QPainter, axes: Axes, *, vector: bool) -> None:
        painter.save()
        painter.setClipRect(_plot(axes))
        draw_ellipses(painter, axes, self.theme, self._ellipses)
        draw_path(painter, axes, self.theme, self._path)
        at = self._point_at(axes, self._highlight)
        if at is not None and self._highlight is not None:
            draw_highlight(painter, self.theme, at, int(self._cloud.classes[self._highlight]))
        if self.cursor_data is not None:
            x, y = self.cursor_data
            draw_reading(painter, self.theme, axes, f"({number(x, 2)}, {number(y, 2)})")
        if self._probe is not None and all(math.isfinite(v) for v in self._probe):
            painter.setClipRect(_plot(axes).adjusted(-8, -8, 8, 8))
            self._paint_probe(painter, QPointF(*axes.point(*self._probe)), vector=vector)
        painter.restore()

    def _paint_probe(self, painter: QPainter, at: QPointF, *, vector: bool) -> None:
        """As a shape in files; on the screen as pixels kept, since it is drawn again with every frame."""
        if vector:
            draw_probe(painter, self.theme, at, held=self.probe_held)
            return
        bounds = probe_bounds(self.theme, QPointF(0.0, 0.0)).toAlignedRect().toRectF()
        scale, see_through = device_scale(painter), QColor(0, 0, 0, 0)

        def draw(onto: QPainter, _rect: QRectF) -> None:
            draw_probe(onto, self.theme, QPointF(0.0, 0.0), held=self.probe_held)

        self._ring = layer(self._ring, (self.theme, self.probe_held), bounds, scale, see_through, draw)
        corner = (at + bounds.topLeft()) * scale
        painter.drawImage(QPointF(round(corner.x()) / scale, round(corner.y()) / scale), self._ring[1])

    def _points_image(self, rect: QRectF, axes: Axes, scale: float) -> QImage:
        """Ground and points as pixels, kept until either changes."""
        key = (rect.width(), rect.height(), axes, scale, self._version, self.theme)
        if self._layer is None or self._layer[0] != key:
            image = self._ground_image(rect, axes, scale).copy()
            write = self._cloud.write_tiles if self._digits else self._cloud.write_points
            write(image, axes, rect.topLeft(), scale, self.theme)
            self._layer = (key, image)
        return self._layer[1]

    def _ground_image(self, rect: QRectF, axes: Axes, scale: float) -> QImage:
        names = (self._names, self._note, self._titles, self._rings, self._cloud.dimmed)
        key = (rect.getRect(), axes, self.theme, names)
        self._ground = layer(self._ground, key, rect, scale, self.theme.card, self._draw_ground)
        return self._ground[1]

    def _overlay_image(self, rect: QRectF, axes: Axes, scale: float) -> QImage:
        key = (rect.getRect(), axes, self.theme, self._rings, self._digits)
        self._overlay = layer(self._overlay, key, rect, scale, QColor(0, 0, 0, 0), self._draw_overlay)
        return self._overlay[1]

    def _draw_overlay(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_overlay(painter, self.axes(rect))

    def _draw_ground(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_ground(painter, rect, self.axes(rect))

    def legend(self, rect: QRectF) -> list[LegendEntry]:
        """Where the legend's entries are inside a rectangle; empty without names or room."""
        height = self._head(rect)
        if height <= 0:
            return []
        return legend_entries(QRectF(rect.left() + 12, rect.top(), rect.width() - 24, height), self.theme, self._names)

    def _head(self, rect: QRectF) -> float:
        """Height kept above the plot for legend and note."""
        if not (self._names or self._note) or rect.height() < 140:
            return 0.0
        return text_height(self.theme.font("tick_strong")) + 8

    def _point_at(self, axes: Axes, index: int | None) -> QPointF | None:
        if index is None or index >= len(self._cloud.xy) or not np.isfinite(self._cloud.xy[index]).all():
            return None
        return QPointF(*axes.point(*self._cloud.xy[index].tolist()))

    def _probe_rect(self) -> QRectF:
        if self._probe is None or not all(math.isfinite(v) for v in self._probe):
            return QRectF()
        at = QPointF(*self.axes(self.area()).point(*self._probe))
        return probe_bounds(self.theme, at) & self.area()

    def _redraw(self) -> None:
        self._version += 1
        self.update()

    def _on_theme_changed(self) -> None:
        self._ground = self._layer = self._overlay = None

    def sizeHint(self) -> QSize:
        """Half a window."""
        return QSize(720, 520)

    def minimumSizeHint(self) -> QSize:
        """Enough for the legend and a plot."""
        return QSize(240, 180)


def _plot(axes: Axes) -> QRectF:
    return QRectF(axes.left, axes.top, axes.width, axes.height)
