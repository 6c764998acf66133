"""The inside of one recurrent cell at one step: its gates as bars, its states as strips, or its small diagram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from explorer.core.frames import Array
from explorer.ui.theme import Theme, mix
from explorer.ui.views.images import draw_image, mapped, symmetric, to_image
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    draw_frame,
    draw_text,
    named_color,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import number, reading
from explorer.ui.views.unrolled_links import draw_arrow
from explorer.ui.views.unrolled_look import grid_columns
from explorer.ui.views.view import View

N_BINS = 40
_LEAST_ROW_PX = 12.0
_ARROW_PX = 12.0


@dataclass(frozen=True, eq=False)
class Gate:
    """A value between 0 and 1 for each unit, or between -1 and 1 if it is signed.

    Attributes:
        label: Name and letter: "forget f".
        values: (H,).
        color_key: Its colour, the same as in the formula.
        signed: Whether it runs from -1 to 1.
        spread: Whether it is worth showing how the units are spread; not for what is only true or false.
    """

    label: str
    values: Array
    color_key: str
    signed: bool = False
    spread: bool = True

    @property
    def mean(self) -> float:
        """Mean over the units."""
        return float(np.mean(self.values)) if self.values.size else 0.0


@dataclass(frozen=True, eq=False)
class Strip:
    """A state with one value per unit, by its name: "h₄"."""

    name: str
    values: Array

    @property
    def norm(self) -> float:
        """Euclidean norm."""
        return float(np.linalg.norm(np.asarray(self.values, np.float64)))


@dataclass(frozen=True)
class Diagram:
    """A plain cell: what it reads, the names of its states, and the function in it."""

    given: str
    before: str
    after: str
    function: str


@dataclass(frozen=True, eq=False)
class Inside:
    """Everything about one cell at one step.

    Attributes:
        color_key: Colour of this kind of cell.
        gates: From top to bottom.
        strips: States before and after; all on one colour scale.
        diagram: For cells without gates.
    """

    color_key: str = "gru"
    gates: tuple[Gate, ...] = ()
    strips: tuple[Strip, ...] = ()
    diagram: Diagram | None = None


class CellView(View):
    """Gates as bars of their mean over how their units are spread; states as strips with their norms."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._inside = Inside()

    @property
    def inside(self) -> Inside:
        """What is shown."""
        return self._inside

    def set_inside(self, inside: Inside) -> None:
        """Show one cell at one step."""
        self._inside = inside
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw diagram, gates and states, larger or smaller as there is room."""
        shown = self._inside
        if rect.width() < 60 or rect.height() < 24 or not shown.strips:
            return
        s = self.theme.scale
        wanted = len(shown.strips) * 18 * s + len(shown.gates) * 30 * s + (112 * s if shown.diagram else 0.0)
        scale = min(1.15, rect.height() / max(1.0, wanted))
        y = rect.top()
        if shown.diagram is not None:
            high = 112 * s * scale
            self._draw_diagram(painter, QRectF(rect.left(), y, rect.width(), high), vector)
            y += high
        strips, gate_px, strip_px = self._fitted(rect.bottom() - y)
        left = self._label_px(rect)
        for gate in shown.gates:
            self._draw_gate(painter, QRectF(rect.left(), y, rect.width(), gate_px), gate, left)
            y += gate_px
        for strip in strips:
            self._draw_strip(painter, QRectF(rect.left(), y, rect.width(), strip_px), strip, left, vector)
            y += strip_px

    def _fitted(self, room: float) -> tuple[tuple[Strip, ...], float, float]:
        """The states that there is room for beneath the gates, and the heights of a gate and a state.

        Where all of them would lie upon each other, those before the step are left out, then those after it.
        """
        s, n_gates = self.theme.scale, len(self._inside.gates)
        line = float(text_height(self.theme.font("number_small")))
        for strips in (self._inside.strips, self._inside.strips[1::2]):
            scale = min(1.15, room / (18 * s * len(strips) + 30 * s * n_gates))
            strip_px = max(line, 18 * s * scale)
            gate_px = min(30 * s * scale, (room - strip_px * len(strips)) / max(1, n_gates))
            if gate_px >= line:
                return strips, gate_px, strip_px
        return (), min(34 * s, room / max(1, n_gates)), 0.0

    def _label_px(self, rect: QRectF) -> float:
        font = self.theme.font("secondary")
        labels = [gate.label for gate in self._inside.gates] + [strip.name for strip in self._inside.strips]
        return min(max((text_width(font, label) for label in labels), default=0.0), 0.4 * rect.width()) + 10

    # Gates -----------------------------------------------------------------------------------------------------------

    def _draw_gate(self, painter: QPainter, row: QRectF, gate: Gate, left: float) -> None:
        """Name, bar of the mean, its number; beneath the bar how the units are spread on the same scale."""
        if row.height() < _LEAST_ROW_PX:
            return
        theme, mono = self.theme, self.theme.font("number_small")
        color, line = named_color(theme, gate.color_key), min(row.height(), text_height(theme.font("secondary")))
        right = text_width(mono, "−0.00") + 6
        high = max(5.0, min(9.0 * theme.scale, 0.36 * row.height()))
        spread = max(3.0, min(7.0 * theme.scale, 0.26 * row.height())) if gate.spread else 0.0
        track = QRectF(row.left() + left, row.center().y() - (high + spread + 2) / 2, row.width() - left - right, high)
        text = QRectF(row.left(), max(row.top(), track.center().y() - line / 2), row.width(), line)
        name = text.adjusted(0, 0, left - row.width() - 6, 0)
        draw_text(painter, name, gate.label, theme.font("secondary"), text_color(theme, color))
        draw_text(painter, text, number(gate.mean, 2), mono, theme.ink, RIGHT)
        _draw_bar(painter, theme, track, gate)
        if gate.spread:
            _draw_spread(painter, theme, QRectF(track.left(), track.bottom() + 2, track.width(), spread), gate)

    # States ----------------------------------------------------------------------------------------------------------

    def _draw_strip(self, painter: QPainter, row: QRectF, strip: Strip, left: float, vector: bool) -> None:
        """One square per unit, and the norm of them all."""
        if row.height() < _LEAST_ROW_PX - 2 or not strip.values.size:
            return
        theme, mono = self.theme, self.theme.font("number_small")
        text = f"norm {reading(strip.norm)}"
        right = text_width(mono, "norm 00.0") + 10
        line = min(row.height(), text_height(theme.font("secondary")))
        band = QRectF(row.left(), row.center().y() - line / 2, row.width(), line)
        draw_text(painter, band.adjusted(0, 0, left - row.width(), 0), strip.name, theme.font("secondary"), theme.muted)
        draw_text(painter, band, text, mono, theme.muted, RIGHT)
        high = max(6.0, 0.6 * row.height())
        place = QRectF(row.left() + left, row.center().y() - high / 2, row.width() - left - right, high)
        draw_image(painter, self._picture(strip.values, 1), place, vector=vector)
        draw_frame(painter, place.adjusted(-0.5, -0.5, 0.5, 0.5), theme.border, 1.0, 2.0)

    def _picture(self, values: Array, rows: int) -> QImage:
        limit = max(symmetric(strip.values) for strip in self._inside.strips)
        columns = -(-values.size // rows)
        cells = np.zeros((rows * columns, 4), np.uint8)
        cells[: values.size, :3] = mapped(np.asarray(values)[None], self.theme.signed, -limit, limit)[0]
        cells[: values.size, 3] = 255
        return to_image(cells.reshape(rows, columns, 4))

    # Diagram ---------------------------------------------------------------------------------------------------------

    def _draw_diagram(self, painter: QPainter, rect: QRectF, vector: bool) -> None:
        """Old state and input, weighted and added, through the function, into the new state."""
        diagram, s, theme = self._inside.diagram, self.theme.scale, self.theme
        if diagram is None or rect.height() < 60:
            return
        color = named_color(theme, self._inside.color_key)
        line = text_height(theme.font("secondary"))
        below = 9 * s + _ARROW_PX * s + line + 8 * s  # half of the sum, the arrow and what is read
        box = max(18 * s, min(44 * s, 0.17 * rect.width(), 2 * (rect.height() - line - 2 - below)))
        y = rect.top() + line + 2 + box / 2
        old = QRectF(rect.left() + 2, y - box / 2, box, box)
        new = QRectF(rect.right() - box - 2, y - box / 2, box, box)
        middle = rect.left() + 0.42 * rect.width()
        plus = QRectF(middle - 9 * s, y - 9 * s, 18 * s, 18 * s)
        width = text_width(theme.font("strong"), diagram.function) + 16 * s
        function = QRectF((plus.right() + new.left()) / 2 - width / 2, y - 14 * s, width, 28 * s)
        tile = QRectF(middle - 48 * s, rect.bottom() - line - 8 * s, 96 * s, line + 5 * s)
        self._draw_arrows(painter, (old, plus, function, new, tile))
        for name, place, strip in ((diagram.before, old, 0), (diagram.after, new, -1)):
            self._draw_mosaic(painter, place, self._inside.strips[strip].values, vector)
            above = QRectF(place.left() - 10, rect.top(), place.width() + 20, line)
            draw_text(painter, above, name, theme.font("secondary"), theme.ink, CENTER)
        for place, text, radius in ((plus, "+", 9 * s), (function, diagram.function, 6 * s)):
            painter.setPen(QPen(color, 1.75 * s))
            painter.setBrush(mix(theme.card, color, 0.08))
            painter.drawRoundedRect(place, radius, radius)
            draw_text(painter, place, text, theme.font("strong"), text_color(theme, color), CENTER)
        painter.setPen(QPen(theme.border, 1.25 * s))
        painter.setBrush(theme.grid)
        painter.drawRoundedRect(tile, 5 * s, 5 * s)
        draw_text(painter, tile.adjusted(4, 0, -4, 0), diagram.given, theme.font("strong"), theme.ink, CENTER)

    def _draw_arrows(self, painter: QPainter, boxes: tuple[QRectF, QRectF, QRectF, QRectF, QRectF]) -> None:
        old, plus, function, new, tile = boxes
        theme, y, wide = self.theme, old.center().y(), 1.75 * self.theme.scale
        for a, b in ((old, plus), (plus, function), (function, new)):
            draw_arrow(painter, QLineF(a.right() + 2, y, b.left() - 2, y), theme.faint, wide)
        x = plus.center().x()
        draw_arrow(painter, QLineF(x, tile.top() - 2, x, plus.bottom() + 2), theme.faint, wide)
        font, line = theme.font("strong"), text_height(theme.font("strong"))
        over = QPointF((old.right() + plus.left()) / 2, y - line - 1)
        draw_text(painter, QRectF(over.x() - 14, over.y(), 28, line), "U", font, theme.ink, CENTER)
        beside = QRectF(x + 6, (tile.top() + plus.bottom()) / 2 - line / 2, 20, line)
        if tile.top() - plus.bottom() < line:  # no room beside the arrow: beside what it comes from
            beside = QRectF(tile.right() + 6, tile.center().y() - line / 2, 20, line)
        draw_text(painter, beside, "W", font, theme.ink)
        draw_text(
            painter, QRectF(x - 34, plus.top() - line - 2, 68, line), "+ b", theme.font("tick"), theme.muted, CENTER
        )

    def _draw_mosaic(self, painter: QPainter, place: QRectF, values: Array, vector: bool) -> None:
        columns = grid_columns(values.size, place.width() / max(1.0, place.height()))
        inner = place.adjusted(3, 3, -3, -3)
        draw_image(painter, self._picture(values, -(-values.size // columns)), inner, vector=vector)
        draw_frame(painter, place, named_color(self.theme, self._inside.color_key), 1.25, 5.0)

    def sizeHint(self) -> QSize:
        """As wide as the left column."""
        return QSize(260, 190)

    def minimumSizeHint(self) -> QSize:
        """A few rows."""
        return QSize(160, 110)


def _draw_bar(painter: QPainter, theme: Theme, track: QRectF, gate: Gate) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.grid)
    painter.drawRoundedRect(track, 3, 3)
    zero, end = _place(track, gate, 0.0), _place(track, gate, gate.mean)
    painter.setBrush(named_color(theme, gate.color_key))
    filled = QRectF(min(zero, end), track.top(), max(1.5, abs(end - zero)), track.height())
    painter.drawRoundedRect(filled, min(3.0, filled.width() / 2), 3)
    if gate.signed:
        painter.fillRect(QRectF(zero - 0.5, track.top() - 1, 1, track.height() + 2), theme.faint)


def _place(track: QRectF, gate: Gate, value: float) -> float:
    share = (value + 1.0) / 2.0 if gate.signed else value
    return track.left() + max(0.0, min(1.0, share)) * track.width()


def _draw_spread(painter: QPainter, theme: Theme, track: QRectF, gate: Gate) -> None:
    """How many units lie where, darker for more."""
    low = -1.0 if gate.signed else 0.0
    counts, _ = np.histogram(np.clip(gate.values, low, 1.0), bins=N_BINS, range=(low, 1.0))
    wide, most = track.width() / N_BINS, max(1, int(counts.max()))
    color = named_color(theme, gate.color_key)
    for k, count in enumerate(counts.tolist()):
        if count:
            place = QRectF(track.left() + k * wide, track.top(), wide + 0.5, track.height())
            painter.fillRect(place, mix(theme.card, color, 0.18 + 0.82 * (count / most) ** 0.5))
