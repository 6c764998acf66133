"""Drawing primitives that all pictures share: text, frames, axes. Any QPainter will do."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QPen

from explorer.ui.fonts import line_height, line_width
from explorer.ui.theme import GRID_PX, Theme, legible
from explorer.ui.views.axes import Axes, Range

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Run:
    """A stretch of text in one colour and font."""

    text: str
    color: QColor
    font: QFont


@dataclass(frozen=True)
class Titles:
    """What the axes are, in words with units; empty for none."""

    x: str = ""
    y: str = ""


def text_width(font: QFont, text: str) -> float:
    """Width of a line of text, logical px."""
    return line_width(font, text)


def text_height(font: QFont) -> float:
    """Height of a line of text, logical px."""
    return line_height(font)


def elided(font: QFont, text: str, width: float) -> str:
    """The text, cut with an ellipsis if it is wider than `width` px."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, math.ceil(max(0.0, width)))


def first_fitting(font: QFont, texts: Sequence[str], width: float) -> str:
    """The first of some texts, the fullest one, that is no wider than `width` px; the last one if none is."""
    return next((text for text in texts if text_width(font, text) <= width), texts[-1])


def with_room(n: int, apart: float, lit: Collection[int] = ()) -> list[int]:
    """Which of n names in a row have room: those that are lit, and of the others as many as touch none of them.

    Args:
        n: How many there are, evenly spaced.
        apart: So many places a name is wide.
        lit: Names that are shown whatever happens.
    """
    always = [i for i in lit if 0 <= i < n]
    chosen, last = set(always), -math.inf
    for i in range(n):
        if i - last >= apart and all(abs(i - other) >= apart for other in always):
            chosen.add(i)
            last = i
    return sorted(chosen)


def draw_text(
    painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor, align: Qt.AlignmentFlag = LEFT
) -> None:
    """Draw one line of text inside a rectangle, cut with an ellipsis if it is too long."""
    shown = elided(font, text, rect.width()) if text_width(font, text) > rect.width() else text
    painter.setFont(_searchable(painter, font))
    painter.setPen(color)
    painter.drawText(rect, int(align | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip), shown)


def _searchable(painter: QPainter, font: QFont) -> QFont:
    """The font for this painter: in a PDF without variants of glyphs, which would be copied out as other characters.

    Tabular digits are such, and the minus sign that Inter puts beside them in context.
    """
    engine = painter.paintEngine()
    if engine.type() != QPaintEngine.Type.Pdf:
        return font
    plain = QFont(font)
    for feature in ("tnum", "calt"):
        plain.setFeature(QFont.Tag(feature), 0)
    return plain


def draw_text_down(painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor) -> None:
    """Draw one line of text turned to read upwards, centred in a rectangle."""
    painter.save()
    painter.translate(rect.center())
    painter.rotate(-90.0)
    turned = QRectF(-rect.height() / 2, -rect.width() / 2, rect.height(), rect.width())
    draw_text(painter, turned, text, font, color, CENTER)
    painter.restore()


def runs_width(runs: Sequence[Run]) -> float:
    """Width of runs of text set one after the other, logical px."""
    return sum(text_width(run.font, run.text) for run in runs)


def draw_runs(painter: QPainter, rect: QRectF, runs: Sequence[Run]) -> None:
    """Draw runs of text on one base line from the left; what does not fit is cut with an ellipsis."""
    if not runs:
        return
    metrics = [QFontMetricsF(run.font) for run in runs]
    ascent = max(m.ascent() for m in metrics)
    height = ascent + max(m.descent() for m in metrics)
    x, base = rect.left(), rect.center().y() - height / 2 + ascent
    for run in runs:
        room = rect.right() - x
        if room < 4:
            return
        shown = elided(run.font, run.text, room)
        painter.setFont(_searchable(painter, run.font))
        painter.setPen(run.color)
        painter.drawText(QPointF(x, base), shown)
        x += text_width(run.font, shown)


def draw_haloed(painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor, ground: QColor) -> None:
    """Draw one line of text centred on a patch of the ground colour, so that it reads over points."""
    size = min(rect.width(), text_width(font, text) + 6), min(rect.height(), text_height(font))
    patch = QRectF(rect.center().x() - size[0] / 2, rect.center().y() - size[1] / 2, *size)
    veil = QColor(ground)
    veil.setAlphaF(0.82)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(veil)
    painter.drawRoundedRect(patch, 3, 3)
    draw_text(painter, rect, text, font, color, CENTER)


def title_height(rect: QRectF, title: str, theme: Theme) -> float:
    """Height kept for the title above a picture in a rectangle; none where there is too little room."""
    return text_height(theme.font("secondary")) + 4 if title and rect.height() > 60 else 0.0


def draw_title(painter: QPainter, rect: QRectF, picture: QRectF, title: str, color_key: str, theme: Theme) -> None:
    """Draw the title of a picture right above it, in the colour of the thing it shows."""
    height = title_height(rect, title, theme)
    if height:
        box = QRectF(rect.left(), picture.top() - height, rect.width(), height - 2)
        color, font = text_color(theme, named_color(theme, color_key)), theme.font("secondary")
        if text_width(font, title) > box.width() > 1:  # smaller is better than cut off
            factor = max(0.7, 0.97 * box.width() / text_width(font, title))
            font = theme.scaled(theme.scale * factor).font("secondary")
        draw_text(painter, box, title, font, color, CENTER)


def draw_frame(painter: QPainter, rect: QRectF, color: QColor, width: float = 1.0, radius: float = 4.0) -> None:
    """Draw a rounded outline centred on the edge of a rectangle."""
    painter.setPen(QPen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, radius, radius)


def hair(value: float) -> float:
    """The nearest place at which a 1 px line is crisp."""
    return math.floor(value) + 0.5


def with_alpha(color: QColor, alpha: float) -> QColor:
    """The colour made transparent; alpha in [0, 1]."""
    faded = QColor(color)
    faded.setAlphaF(alpha)
    return faded


def named_color(theme: Theme, key: str) -> QColor:
    """The colour of a thing by its name: a series ("kl"), a class ("class 3") or a token ("accent").

    Raises:
        KeyError: If the theme knows no such name.
    """
    if key.startswith("class "):
        return theme.classes[int(key.removeprefix("class ")) % len(theme.classes)]
    found = getattr(theme.series, key, None) or getattr(theme, key, None)
    if not isinstance(found, QColor):
        raise KeyError(key)
    return found


def text_color(theme: Theme, color: QColor) -> QColor:
    """The colour moved in lightness until text in it can be read on the card; remembered, since it is searched for."""
    return QColor(_readable(color.rgb(), theme.card.rgb()))


@cache
def _readable(color: int, card: int) -> int:
    return legible(QColor(color), QColor(card), 4.5).rgb()


def fit_axes(
    rect: QRectF, theme: Theme, x: Range, y: Range, titles: Titles, *, right: float = 12.0, log_y: bool = False
) -> Axes:
    """Axes as large as a rectangle allows beside their tick labels and titles.

    Args:
        rect: All the room there is, logical px.
        theme: For the fonts.
        x: Data range across.
        y: Data range up, above zero if `log_y`.
        titles: Words at the axes; dropped where there is no room for them.
        right: Room kept at the right, for labels of curves.
        log_y: Whether y is logarithmic.
    """
    tick = theme.font("tick")
    line = text_height(tick)
    bottom = line + 6 + (line + 2 if _has_x_title(rect, titles) else 0)
    top = line / 2 + 2 + (line if _y_title(rect, theme, titles) == "above" else 0)
    height = max(1.0, rect.height() - top - bottom)
    draft = Axes(x, y, 0.0, 0.0, 1.0, height, log_y=log_y)
    widest = max((text_width(tick, label) for _, label in draft.y_ticks(_y_spacing(theme))), default=0.0)
    left = math.ceil(widest) + 10 + (line + 4 if _y_title(rect, theme, titles) == "upright" else 0)
    width = max(1.0, rect.width() - left - right)
    return Axes(x, y, rect.left() + left, rect.top() + top, width, height, log_y=log_y)


def square_axes(rect: QRectF, theme: Theme, span: Range, titles: Titles) -> Axes:
    """Axes of one range both ways, on the largest square in the middle of a rectangle."""
    draft = fit_axes(rect, theme, span, span, titles, right=4.0)
    side = min(draft.width, draft.height)
    left, top = draft.left + (draft.width - side) / 2, draft.top + (draft.height - side) / 2
    return replace(draft, left=left, top=top, width=side, height=side)


def draw_axes(
    painter: QPainter, rect: QRectF, axes: Axes, theme: Theme, titles: Titles, *, square: bool = False
) -> None:
    """Draw grid lines, tick labels and titles of axes made by `fit_axes` for the same rectangle.

    Args:
        painter: Where to.
        rect: The rectangle given to `fit_axes`.
        axes: Its result.
        theme: Colours and fonts.
        titles: Words at the axes.
        square: Grid lines both ways with the same spacing, for maps; else only level ones, for curves.
    """
    across = _y_spacing(theme, square) if square else _x_spacing(theme)
    x_ticks, y_ticks = axes.x_ticks(across), axes.y_ticks(_y_spacing(theme, square))
    _draw_grid(painter, axes, theme, [x for x, _ in x_ticks] if square else [], [y for y, _ in y_ticks])
    tick, line = theme.font("tick"), text_height(theme.font("tick"))
    for y, label in y_ticks:
        box = QRectF(rect.left(), y - line / 2, axes.left - 8 - rect.left(), line)
        draw_text(painter, box, label, tick, theme.muted, RIGHT)
    _draw_x_labels(painter, rect, axes, theme, x_ticks)
    if _has_x_title(rect, titles):
        box = QRectF(axes.left, axes.bottom + line + 6, axes.width, line)
        draw_text(painter, box, titles.x, tick, theme.ink, CENTER)
    place = _y_title(rect, theme, titles)
    if place == "upright":
        draw_text_down(painter, QRectF(rect.left(), axes.top, line, axes.height), titles.y, tick, theme.ink)
    elif place == "above":
        box = QRectF(rect.left(), rect.top(), rect.width(), line)
        draw_text(painter, box, titles.y, tick, theme.ink)


def _draw_grid(painter: QPainter, axes: Axes, theme: Theme, xs: list[float], ys: list[float]) -> None:
    lines = [QLineF(axes.left, hair(y), axes.right, hair(y)) for y in ys]
    lines += [QLineF(hair(x), axes.top, hair(x), axes.bottom) for x in xs]
    painter.setPen(QPen(theme.grid, GRID_PX))
    if lines:
        painter.drawLines(lines)


def _draw_x_labels(painter: QPainter, rect: QRectF, axes: Axes, theme: Theme, ticks: list[tuple[float, str]]) -> None:
    tick, line = theme.font("tick"), text_height(theme.font("tick"))
    taken = -math.inf
    for x, label in ticks:
        width = text_width(tick, label)
        left = min(max(x - width / 2, rect.left()), rect.right() - width)
        if left < taken + 6:
            continue
        taken = left + width
        draw_text(painter, QRectF(left, axes.bottom + 5, width + 1, line), label, tick, theme.muted, CENTER)


def _x_spacing(theme: Theme) -> float:
    return 72.0 * max(1.0, theme.scale)


def _y_spacing(theme: Theme, square: bool = False) -> float:
    return (46.0 if square else 30.0) * max(1.0, theme.scale)


def _has_x_title(rect: QRectF, titles: Titles) -> bool:
    return bool(titles.x) and rect.height() >= 110


def _y_title(rect: QRectF, theme: Theme, titles: Titles) -> Literal["none", "upright", "above"]:
    """Where the title of the y axis goes: along the axis, above it when that is too short, nowhere without room."""
    if not titles.y or rect.width() < 200 or rect.height() < 80:
        return "none"
    along = rect.height() - (80 if titles.x else 50) * theme.scale
    return "upright" if text_width(theme.font("tick"), titles.y) <= along else "above"
