"""A film of rows: time across, training step up, log10 of a norm as colour; strips share one axis and one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Range
from explorer.ui.views.film_cells import draw_cells
from explorer.ui.views.film_image import FilmSums, Halves, Integers, Words, image, palette, repeated, stretches
from explorer.ui.views.film_layout import FilmLayout, Mark, Strip, lay_out, row_of
from explorer.ui.views.film_legend import Legend, draw_legend, zero_color
from explorer.ui.views.film_marks import draw_bad_rows, draw_stop
from explorer.ui.views.film_pointer import FilmHandling
from explorer.ui.views.images import draw_image
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    draw_frame,
    draw_text,
    hair,
    named_color,
    text_color,
    text_height,
    text_width,
    with_alpha,
)
from explorer.ui.views.raster import Layer, device_scale, layer
from explorer.ui.views.ticks import number, significant

MOST_DECADES = 14
"""A fitted scale reaches no further below its upper end; what is darker is said to be so in the legend."""
HIGHEST = 4
"""Values above this decade make a fitted scale longer, so that what explodes leaves the others their colours."""
EMPTY_WORDS = "No steps yet. Press Space to train: every step adds a row, from the bottom up."
ODD_ROWS = 0.02
"""Share of the rows that a fitted scale leaves out at each end; the legend says so."""
_TICK_PX = 64.0
_VECTOR_LINES = 3.0


class FilmView(FilmHandling):
    """Strips of a film over one axis of time. See its base for the signals."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._sums = FilmSums()
        self._cuts: Integers = np.zeros(0, np.int64)
        self._strips: tuple[Strip, ...] = ()
        self._tracks: tuple[int, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._title, self._letter, self._measure = "", "h", ""
        self._fixed: Range | None = None
        self._linked = 0
        self._trouble: int | None = None
        self._version = 0
        self._layer: Layer | None = None
        self._palette: tuple[Theme, Words] | None = None

    # What is shown -----------------------------------------------------------------------------------------------

    def set_film(self, values: Halves, steps: Integers, cuts: Integers) -> None:
        """Show the film as it is now; only new rows cost time.

        Args:
            values: (R, S, T) float16, log10; -inf for exact zeros. Kept, and not to be changed any more.
            steps: Training step of each row, (R,) rising.
            cuts: How far back gradients went at each row, 0 for all the way, (R,).

        Raises:
            ValueError: If the shapes do not fit.
        """
        if values.ndim != 3 or not len(values) == len(steps) == len(cuts):
            raise ValueError(f"{len(steps)} steps and {len(cuts)} cuts do not fit a film of shape {values.shape}")
        if values.shape[2] != self._n_times:
            self._times = None
        rows = self._rows_by_step(np.asarray(steps))
        if self._sums.put(values) == len(values) == len(self._steps) and np.array_equal(cuts, self._cuts):
            return
        self._steps, self._cuts = np.asarray(steps, np.int64), np.asarray(cuts, np.int64)
        self._n_times, self._hover = values.shape[2], None
        self._show_part(self._times, rows)
        self._redraw()

    def set_strips(self, strips: Sequence[Strip], tracks: Sequence[int]) -> None:
        """Say which tracks of the film are stacked, from the top down, and how they are called.

        Raises:
            ValueError: If there are not as many tracks as strips.
        """
        if len(strips) != len(tracks):
            raise ValueError(f"{len(strips)} strips cannot show {len(tracks)} tracks")
        if (tuple(strips), tuple(tracks)) != (self._strips, self._tracks):
            self._strips, self._tracks, self._hover = tuple(strips), tuple(tracks), None
            self._redraw()

    def set_words(self, title: str, measure: str, letter: str = "h") -> None:
        """Words beneath the axis, what the colours measure, and the letter of a cell's state."""
        self._title, self._measure, self._letter = title, measure, letter
        self._redraw()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Say over the unrolled cells what happens when."""
        self._marks = tuple(marks)
        self._redraw()

    def set_scale(self, scale: Range | None) -> None:
        """Fix the ends of the colours, log10; None fits them to the film in whole decades."""
        self._fixed = scale
        self._redraw()

    def set_cursor(self, step: int | None) -> None:
        """Mark the row of a step; None for the newest, which needs no mark."""
        if step != self._cursor:
            self._cursor = step
            self.update()

    def set_trouble(self, step: int | None) -> None:
        """Mark the end of the film as the place where the run broke, at a step; None for none."""
        if step != self._trouble:
            self._trouble = step
            self._redraw()

    def set_time(self, time: int) -> None:
        """Light a time step that is read elsewhere, counted from one; 0 for none."""
        if time != self._linked:
            self._linked = time
            self.update()

    @property
    def scale(self) -> Range:
        """Ends of the colours, log10."""
        if self._fixed is not None:
            return self._fixed
        found = self._sums.range(ODD_ROWS) or Range(-8.0, 0.0)
        hi = math.ceil(found.hi - 1e-3)
        lo = math.floor(found.lo + 1e-3)
        return Range(float(max(min(lo, hi - 1), min(hi, HIGHEST) - MOST_DECADES)), float(hi))

    # Geometry ----------------------------------------------------------------------------------------------------

    def layout_in(self, rect: QRectF) -> FilmLayout:
        """Where everything stands in a rectangle."""
        strips = self._strips or (Strip("", "", "ink"),)
        ends = self._end_labels()
        return lay_out(rect, self.theme, strips, ends, self.shown_times, self.shown_rows, self._title)

    def _end_labels(self) -> tuple[str, str]:
        """The first and the last step shown."""
        if not len(self._steps):
            return "", ""
        first, last = math.floor(self.shown_rows.lo), math.ceil(self.shown_rows.hi) - 1
        top = min(max(last, 0), len(self._steps) - 1)
        return f"{self._steps[min(first, top)]:,}", f"step {self._steps[top]:,}"

    def _rows_by_step(self, steps: Integers) -> Range | None:
        """The part shown, as rows of a film with other steps."""
        if self._rows is None or not len(steps):
            return None
        at = np.arange(len(self._steps) + 1)
        ends = np.r_[self._steps, 2 * self._steps[-1] - self._steps[-2] if len(self._steps) > 1 else self._steps[-1]]
        lo, hi = (float(np.interp(row, at, ends)) for row in (self._rows.lo, self._rows.hi))
        new = np.r_[steps, 2 * steps[-1] - steps[-2] if len(steps) > 1 else steps[-1] + 1]
        found = [float(np.interp(step, new, np.arange(len(new)))) for step in (lo, hi)]
        return Range(*found) if found[1] - found[0] >= 1.0 else None

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the strips and all around them, then what moves."""
        if rect.width() < 60 or rect.height() < 40:
            return
        if not len(self._steps) or not self._strips or not self._n_times:
            draw_text(painter, rect, EMPTY_WORDS, self.theme.font("secondary"), self.theme.muted, CENTER)
            return
        layout = self.layout_in(rect)
        if vector:
            self._paint_still(painter, layout, vector=True)
        else:
            key = (self._version, rect.getRect(), self.theme)
            self._layer = layer(self._layer, key, rect, device_scale(painter), self.theme.card, self._draw_still)
            painter.drawImage(rect.topLeft(), self._layer[1])
        self._paint_cursor(painter, layout)
        self._paint_hover(painter, rect, layout)

    def _draw_still(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_still(painter, self.layout_in(rect), vector=False)

    def _paint_still(self, painter: QPainter, layout: FilmLayout, *, vector: bool) -> None:
        for index, place in enumerate(layout.strips):
            self._paint_strip(painter, layout, place, self._tracks[index], vector=vector)
            self._paint_names(painter, layout, place, self._strips[index])
            if self._trouble is not None and layout.rows.hi >= len(self._steps):
                words = f"stopped at step {self._trouble:,}" if index == 0 else ""
                draw_stop(painter, place, self.theme, words)
        draw_legend(painter, layout.legend, self.theme, self._legend(), layout.plot.left(), layout.plot.right())
        if not layout.cells.isEmpty():
            draw_cells(painter, layout, self.theme, self._letter, self._marks, self._n_times)
        self._paint_axis(painter, layout)

    def _legend(self) -> Legend:
        scale, found = self.scale, self._sums.range()
        return Legend(
            self._measure,
            scale,
            below=found is not None and found.lo < scale.lo - 1e-3,
            above=found is not None and found.hi > scale.hi + 1e-3,
            zeros=self._sums.has_zeros,
            cut=bool(self._cuts.any()),
            bad=bool(self._sums.bad_rows.any()),
        )

    def _paint_strip(self, painter: QPainter, layout: FilmLayout, place: QRectF, track: int, *, vector: bool) -> None:
        rows, times = layout.rows, layout.times
        first, last = math.floor(times.lo), min(self._n_times, math.ceil(times.hi))
        lines = place.height() * (_VECTOR_LINES if vector else device_scale(painter))
        exact = vector and rows.span <= lines and rows == Range(0.0, float(len(self._steps)))
        n_lines = len(self._steps) if exact else max(1, round(lines))
        starts, ends = stretches(rows, len(self._steps), n_lines)
        picture = image(self._sums.means(track, starts, ends, slice(first, last)), self.scale, self._pixels())
        target = QRectF(layout.edge(first), place.top(), layout.edge(last) - layout.edge(first), place.height())
        painter.save()
        painter.setClipRect(place)
        picture = repeated(picture, target.width(), target.height()) if vector else picture
        draw_image(painter, picture, target, vector=False)
        self._paint_cuts(painter, layout, place, track)
        painter.restore()
        draw_bad_rows(painter, layout, place, self.theme, self._sums.bad_rows[:, track])
        draw_frame(painter, place.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 1.0)

    def _pixels(self) -> Words:
        if self._palette is None or self._palette[0] is not self.theme:
            self._palette = (self.theme, palette(self.theme.magnitude, zero_color(self.theme), self.theme.bad))
        return self._palette[1]

    def _paint_cuts(self, painter: QPainter, layout: FilmLayout, place: QRectF, track: int) -> None:
        """A line where the gradient ends, in the rows that were truncated."""
        if not self._cuts.any():
            return
        first = np.where(self._cuts > 0, self._sums.first_given[:, track], 0)
        first[first >= self._n_times] = 0
        edges = np.flatnonzero(np.diff(np.r_[-1, first, -1]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((self.theme.card, 4.0), (self.theme.ink, 2.0)):
            painter.setPen(QPen(color, width * self.theme.scale))
            for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
                if first[start] > 0:
                    x = layout.edge(float(first[start]))
                    painter.drawLine(QLineF(x, layout.y(place, start), x, layout.y(place, end)))

    def _paint_names(self, painter: QPainter, layout: FilmLayout, place: QRectF, strip: Strip) -> None:
        strong, plain = self.theme.font("tick_strong"), self.theme.font("tick")
        line, middle = text_height(plain), place.center().y()
        width = place.left() - 12 - layout.left
        if width > 10:
            color = text_color(self.theme, named_color(self.theme, strip.color))
            both = bool(strip.detail) and place.height() >= 2 * line
            top = middle - line if both else middle - line / 2
            draw_text(painter, QRectF(layout.left, top, width, line), strip.name, strong, color, RIGHT)
            if both:
                below = QRectF(layout.left, middle, width, line)
                draw_text(painter, below, strip.detail, plain, self.theme.muted, RIGHT)
        left = place.right() + 10
        width = layout.right - left
        if width > 10:
            first, last = self._end_labels()
            at_ends = place.height() >= (3.2 if strip.note else 2.0) * line
            if at_ends and first and last != f"step {first}":
                draw_text(painter, QRectF(left, place.top() - 1, width, line), last, plain, self.theme.muted)
                draw_text(painter, QRectF(left, place.bottom() - line + 1, width, line), first, plain, self.theme.muted)
            draw_text(painter, QRectF(left, middle - line / 2, width, line), strip.note, strong, self.theme.ink)

    def _paint_axis(self, painter: QPainter, layout: FilmLayout) -> None:
        font, color = self.theme.font("tick"), self.theme.muted
        taken = -math.inf
        for tick in layout.time_ticks(_TICK_PX * self.theme.scale):
            text = f"{tick:,}"
            width, x = text_width(font, text), layout.x(tick)
            if x - width / 2 > taken + 6 and layout.plot.left() <= x <= layout.plot.right():
                draw_text(painter, QRectF(x - width / 2, layout.ticks.top(), width + 1, layout.ticks.height()), text,
                          font, color, CENTER)  # fmt: skip
                taken = x + width / 2
        if layout.words.isEmpty():
            return
        fits = text_width(font, self._title) <= layout.words.width()
        words = self._title if fits else self._title.partition(":")[0]
        width = text_width(font, words)
        left = min(max(layout.plot.center().x() - width / 2, layout.words.left()), layout.words.right() - width)
        left = max(left, layout.words.left())
        box = QRectF(left, layout.words.top(), layout.words.right() - left, layout.words.height())
        draw_text(painter, box, words, font, self.theme.ink)

    # What moves --------------------------------------------------------------------------------------------------

    def _paint_cursor(self, painter: QPainter, layout: FilmLayout) -> None:
        if self._cursor is None:
            return
        row = row_of(self._steps, self._cursor)
        size = 5.0 * self.theme.scale
        for place in layout.strips:
            y = layout.y(place, row + 0.5)
            if place.top() - 1 <= y <= place.bottom() + 1:
                for color, width in ((self.theme.card, 4.0), (self.theme.accent, 2.0)):
                    painter.setPen(QPen(color, width * self.theme.scale))
                    painter.drawLine(QLineF(place.left(), y, place.right() + 2, y))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.theme.accent)
                x = place.right() + 1.5
                points = [QPointF(x, y), QPointF(x + size, y - size), QPointF(x + size, y + size)]
                painter.drawPolygon(QPolygonF(points))

    def _paint_hover(self, painter: QPainter, rect: QRectF, layout: FilmLayout) -> None:
        time = self._hover[2] + 1 if self._hover is not None else self._linked
        if 0 < time <= self._n_times and layout.times.lo <= time - 0.5 <= layout.times.hi:
            left, right = layout.edge(time - 1), layout.edge(time)
            for place in layout.strips:
                self._light(painter, QRectF(left, place.top(), right - left, place.height()).intersected(place))
        if self._hover is None:
            return
        for place in layout.strips:
            top, bottom = layout.y(place, self._hover[1] + 1), layout.y(place, self._hover[1])
            self._light(painter, QRectF(place.left(), top, place.width(), bottom - top).intersected(place))
        self._paint_reading(painter, rect, layout, *self._hover)

    def _light(self, painter: QPainter, area: QRectF) -> None:
        """Outline a row or a column, or draw a line where it is thin; readable on every colour of the map."""
        thin = min(area.width(), area.height()) < 3
        center = area.center()
        if thin and area.width() > area.height():
            lines = [QLineF(area.left(), hair(center.y()), area.right(), hair(center.y()))]
        elif thin:
            lines = [QLineF(hair(center.x()), area.top(), hair(center.x()), area.bottom())]
        else:
            corners = (area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft())
            lines = [
                QLineF(corners[i], corners[(i + 1) % 4]) for i in ((0, 2) if area.width() > area.height() else (1, 3))
            ]
        for color, width in ((with_alpha(self.theme.ink if not self.theme.is_dark else self.theme.card, 0.55), 2.5),
                             (self.theme.paper, 1.0)):  # fmt: skip
            painter.setPen(QPen(color, width))
            painter.drawLines(lines)

    def _paint_reading(
        self, painter: QPainter, rect: QRectF, layout: FilmLayout, strip: int, row: int, column: int
    ) -> None:
        """A small card with time, step and norm beside the pointer."""
        mono, words = self.theme.font("number_small"), self.theme.font("tick")
        place, line = layout.strips[strip], text_height(mono) + 2
        head, body = f"t {column + 1:,} · step {self._steps[row]:,}", self.reading(strip, row, column)
        width = max(text_width(words, head), text_width(mono, body)) + 18
        x, y = layout.x(column + 1), layout.y(place, row + 0.5)
        left = x + 14 if x + 14 + width <= rect.right() - 2 else x - 14 - width
        top = min(max(y - 2 * line - 18, rect.top() + 2), rect.bottom() - 2 * line - 12)
        box = QRectF(max(rect.left() + 2, left), top, width, 2 * line + 8)
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.setBrush(with_alpha(self.theme.card, 0.96))
        painter.drawRoundedRect(box, 6, 6)
        draw_text(painter, QRectF(box.left() + 9, box.top() + 4, width, line), head, words, self.theme.muted)
        color = text_color(self.theme, named_color(self.theme, self._strips[strip].color))
        draw_text(painter, QRectF(box.left() + 9, box.top() + 4 + line, width, line), body, mono, color)

    def reading(self, strip: int, row: int, column: int) -> str:
        """The number of one cell in words: what is measured and how large it is."""
        value = float(self._sums.values[row, self._tracks[strip], column])
        if value == -math.inf:
            text = "0, cut off" if self._cuts[row] else "0"
        else:
            text = significant(10.0**value, 2) if math.isfinite(value) else number(value, 0)
        return f"‖{self._strips[strip].detail}‖ = {text}"

    def _redraw(self) -> None:
        self._version += 1
        self.update()

    def _on_theme_changed(self) -> None:
        self._layer = None

    def sizeHint(self) -> QSize:
        """The large picture of a lab."""
        return QSize(760, 520)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(240, 160)
