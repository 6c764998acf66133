"""How the outputs of an unrolled network look: written words, bars of classes, the answer."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from explorer.ui.theme import Theme, mix
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    Run,
    draw_frame,
    draw_runs,
    draw_text,
    runs_width,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import number
from explorer.ui.views.unrolled_layout import Mark
from explorer.ui.views.unrolled_look import Look, draw_tile, draw_tile_text, edge_of

_LEAST_TEXT_PX = 13.0


def draw_output(painter: QPainter, look: Look, mark: Mark) -> None:
    """A written word with its probability above, and above that the next best ones where there is room."""
    theme, index = look.theme, look.story.output_index(mark.step)
    if not 0 <= index < len(look.story.written):
        return
    token, s = look.story.written[index], theme.scale
    tile = tile_of_output(mark.box, theme)
    color = theme.muted if token.ends else theme.ink
    ground = mix(theme.grid, theme.card, 0.55) if token.ends else theme.accent_ground
    draw_tile(painter, look, Mark(mark.kind, mark.step, mark.layer, tile), ground)
    draw_tile_text(painter, look, tile, token.text, color, strong=not token.ends)
    y = tile.top() - 7 * s
    if not math.isfinite(token.probability):
        return
    _draw_share(painter, look, QRectF(tile.left(), y, tile.width(), 4 * s), token.probability)
    font, line = theme.font("number_small"), text_height(theme.font("number_small"))
    text = number(token.probability, 2)
    if text_width(font, text) > tile.width() + 6 * s:
        text = text.removeprefix("0")
    y -= line + 1
    if y >= mark.box.top() - 2:
        draw_text(painter, QRectF(tile.left() - 8, y, tile.width() + 16, line), text, font, theme.ink, CENTER)
    _draw_others(painter, look, mark.box, y, token.others)


def tile_of_output(box: QRectF, theme: Theme) -> QRectF:
    """Where the written word itself stands in an output's box."""
    height = min(28.0 * theme.scale, box.height())
    return QRectF(box.left(), box.bottom() - height, box.width(), height)


def _draw_share(painter: QPainter, look: Look, track: QRectF, share: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.theme.grid)
    painter.drawRoundedRect(track, 2, 2)
    painter.setBrush(look.theme.accent)
    painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * min(1.0, share), track.height()), 2, 2)


def _draw_others(
    painter: QPainter, look: Look, box: QRectF, bottom: float, others: tuple[tuple[str, float], ...]
) -> None:
    """What nearly was written, smaller and grey; the likeliest nearest."""
    theme, font = look.theme, look.theme.font("tick")
    line = text_height(font)
    for text, share in others:
        bottom -= line
        if bottom < box.top() - 1 or box.width() < 56 * theme.scale or share < 0.005:
            return
        place = QRectF(box.left() - 4, bottom, box.width() + 8, line)
        figure = number(share, 2).removeprefix("0")
        draw_text(painter, place, figure, font, theme.muted, RIGHT)
        room = place.adjusted(0, 0, -text_width(font, figure) - 3, 0)
        draw_text(painter, room, text, font, theme.muted)


def draw_belief(painter: QPainter, look: Look, mark: Mark) -> None:
    """One bar, cut into the probabilities of the classes, with the likeliest class above."""
    theme, story, s = look.theme, look.story, look.theme.scale
    if mark.step >= len(story.beliefs):
        return
    best, line = story.best(mark.step), text_height(theme.font("tick"))
    head = line * (2 if mark.box.width() >= 38 * s and mark.box.height() > 5 * line else 1)
    head = head if mark.box.height() > 2 * line else 0.0
    wide = min(mark.box.width() * 0.7, 26 * s)
    bar = QRectF(mark.box.center().x() - wide / 2, mark.box.top() + head, wide, mark.box.height() - head)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.grid)
    painter.drawRoundedRect(bar, 3, 3)
    last, active = mark.step == story.n_read - 1, mark.step == look.active
    if best >= 0:
        painter.setOpacity(mark.alpha * (1.0 if last or active else 0.55))
        y = bar.bottom()
        for index, share in enumerate(np.clip(story.beliefs[mark.step], 0.0, 1.0).tolist()):
            height = share * bar.height()
            painter.fillRect(QRectF(bar.left(), y - height, bar.width(), height), look.class_color(index))
            y -= height
        painter.setOpacity(mark.alpha)
        _draw_best(painter, look, mark, best, head, strong=last or active)
    if active or mark.key == look.hovered:
        draw_frame(painter, bar.adjusted(-1.5, -1.5, 1.5, 1.5), edge_of(look, mark).color(), 2.0 * s, 3.0)


def _draw_best(painter: QPainter, look: Look, mark: Mark, best: int, head: float, *, strong: bool) -> None:
    """The likeliest class above its bar and, where there is room, how likely it is."""
    font, line = look.theme.font("tick_strong" if strong else "tick"), text_height(look.theme.font("tick"))
    name, room = look.story.classes[best], mark.box.adjusted(-1, 0, 1, 0)
    color = text_color(look.theme, look.class_color(best))
    if not head:
        return
    if max(text_width(font, other) for other in look.story.classes) <= room.width():
        draw_text(painter, QRectF(room.left(), room.top() - 3, room.width(), line), name, font, color, CENTER)
    if head > 1.5 * line:
        share, mono = number(float(look.story.beliefs[mark.step][best]), 2), look.theme.font("number_small")
        ink_color = look.theme.ink if strong else look.theme.muted
        place = QRectF(room.left(), room.top() - 3 + line, room.width(), line)
        draw_text(painter, place, share, mono, ink_color, CENTER)


def draw_answer(painter: QPainter, look: Look, mark: Mark) -> None:
    """The whole distribution after the active step, class by class."""
    theme, story, s = look.theme, look.story, look.theme.scale
    step = min(look.active, story.n_read - 1)
    last = step == story.n_read - 1
    pen = QPen(theme.accent if last else theme.faint, (1.75 if last else 1.25) * s)
    if not last:
        pen.setDashPattern([3.0, 2.2])
    painter.setPen(pen)
    painter.setBrush(theme.card)
    painter.drawRoundedRect(mark.box, 8 * s, 8 * s)
    inner, line = mark.box.adjusted(10 * s, 7 * s, -10 * s, -8 * s), text_height(theme.font("secondary"))
    title = [Run("answer", theme.accent if last else theme.muted, theme.font("heading" if last else "secondary"))]
    if not last:
        title[0] = Run("if it stopped here", theme.muted, theme.font("secondary"))
    if runs_width(title) > inner.width() and not last:
        title = [Run("so far", theme.muted, theme.font("secondary"))]
    draw_runs(painter, QRectF(inner.left(), inner.top(), inner.width(), line), title)
    rows = inner.adjusted(0, line + 4 * s, 0, 0)
    if story.truth:
        rows = _draw_truth(painter, look, rows, story.output_of(step))
    if 0 <= step < len(story.beliefs) and story.classes:
        _draw_classes(painter, look, rows, story.beliefs[step].tolist())


def _draw_truth(painter: QPainter, look: Look, rows: QRectF, output: tuple[str, float] | None) -> QRectF:
    """Whether the answer is right, beneath the classes; returns what is left for them."""
    theme = look.theme
    line = text_height(theme.font("secondary"))
    place = QRectF(rows.left(), rows.bottom() - line, rows.width(), line)
    right = output is not None and output[0] == look.story.truth
    text = "✓ right" if right else f"✗ {look.story.truth} is right"
    draw_text(painter, place, text, theme.font("secondary"), theme.good if right else theme.bad)
    return rows.adjusted(0, 0, 0, -line - 2)


def _draw_classes(painter: QPainter, look: Look, rows: QRectF, shares: list[float]) -> None:
    theme, names = look.theme, look.story.classes
    shown = _those_that_fit(shares, int(rows.height() / (_LEAST_TEXT_PX * 0.9 * theme.scale)))
    if not shown:
        return
    high = rows.height() / len(shown)
    words, mono = theme.font("secondary"), theme.font("number_small")
    best = max(range(len(shares)), key=lambda k: shares[k]) if all(map(math.isfinite, shares)) else -1
    left = max(text_width(theme.font("strong"), name) for name in names) + 8
    right = text_width(mono, "0.00") + 6
    two_lines = left + right + 24 > rows.width()
    for line, k in enumerate(shown):
        name, share = names[k], shares[k]
        row = QRectF(rows.left(), rows.top() + line * high, rows.width(), high)
        ink_color = theme.ink if k == best else theme.muted
        label = row.adjusted(0, 0, 0, -high / 2) if two_lines else row
        draw_text(painter, label, name, theme.font("strong") if k == best else words, ink_color)
        if math.isfinite(share):
            draw_text(painter, label, number(share, 2), mono, ink_color, RIGHT)
        y = row.top() + 0.72 * high if two_lines else row.center().y()
        inset = (0.0, 0.0) if two_lines else (left, right)
        track = QRectF(row.left() + inset[0], y - 4, max(2.0, row.width() - sum(inset)), 8)
        _draw_class_bar(painter, look, track, k, share)


def _those_that_fit(shares: list[float], room: int) -> list[int]:
    """Indices of all classes in their order, or of the likeliest ones, likeliest first, where there is less room."""
    if len(shares) <= room:
        return list(range(len(shares)))
    by_share = sorted(range(len(shares)), key=lambda k: -shares[k] if math.isfinite(shares[k]) else 0.0)
    return by_share[: max(0, room)]


def _draw_class_bar(painter: QPainter, look: Look, track: QRectF, index: int, share: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.theme.grid)
    painter.drawRoundedRect(track, 3, 3)
    if math.isfinite(share):
        painter.setBrush(look.class_color(index))
        filled = QRectF(track.left(), track.top(), max(1.5, track.width() * min(1.0, share)), track.height())
        painter.drawRoundedRect(filled, min(3.0, filled.width() / 2), 3)
