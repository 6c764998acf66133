"""The words around an unrolled network: formula, legends, names of rows, what the step under the eye does."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from explorer.ui.theme import Theme, mix
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    Run,
    draw_runs,
    draw_text,
    runs_width,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import number, reading
from explorer.ui.views.unrolled_layout import Mark, Scene
from explorer.ui.views.unrolled_look import Look
from explorer.ui.views.unrolled_story import Story

RULES = {"lstm": "hₜ, cₜ = f(xₜ, hₜ₋₁, cₜ₋₁)", "gru": "hₜ = f(xₜ, hₜ₋₁)", "rnn": "hₜ = f(xₜ, hₜ₋₁)"}
CELL_NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LEGEND_PX = 64.0


def sub(name: str, step: int) -> str:
    """A letter with the number of its time step, counted from one: "h₁₂"."""
    return name + str(step).translate(_SUBSCRIPTS)


# Head: the rule, and what colours mean -----------------------------------------------------------------------------


def draw_head(painter: QPainter, look: Look, rect: QRectF, strongest: float | None) -> None:
    """The rule of every arrow at the left; at the right the legends of states and of influence."""
    if rect.height() < 8:
        return
    theme, s = look.theme, look.theme.scale
    right = _draw_state_legend(painter, look, rect) if look.story.known else rect.width()
    if strongest is not None:
        right = _draw_influence_legend(painter, theme, QRectF(rect.left(), rect.top(), right, rect.height()), strongest)
    color = text_color(theme, look.cell_color)
    runs = [
        Run(f"{CELL_NAMES[look.story.cell]}  ", color, theme.font("heading")),
        Run(RULES[look.story.cell], theme.ink, theme.font("strong")),
        Run("   the same weights at every step", theme.muted, theme.font("tick")),
    ]
    room = right - 16 * s
    while len(runs) > 1 and runs_width(runs) > room:
        runs.pop()
    if runs_width(runs) <= room:
        draw_runs(painter, QRectF(rect.left(), rect.top(), room, rect.height()), runs)


def _draw_state_legend(painter: QPainter, look: Look, rect: QRectF) -> float:
    """Colour bar of the states; returns what is left of the width."""
    theme, limit = look.theme, look.story.limit()
    wide = _LEGEND_PX * theme.scale
    bar = QRectF(rect.right() - wide - _number_px(theme, limit), rect.center().y() - 4, wide, 8)
    shades = QLinearGradient(bar.topLeft(), bar.topRight())
    for k in range(0, 256, 15):
        shades.setColorAt(k / 255, _shade(theme, k))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades)
    painter.drawRoundedRect(bar, 2, 2)
    return _legend_words(painter, theme, rect, bar, "units of h", number(-limit, 2), number(limit, 2))


def _shade(theme: Theme, k: int) -> QColor:
    return QColor(*theme.signed[k].tolist())


def _draw_influence_legend(painter: QPainter, theme: Theme, rect: QRectF, strongest: float) -> float:
    wide, most = _LEGEND_PX * theme.scale, reading(strongest)
    left = rect.right() - 20 * theme.scale - wide - text_width(theme.font("number_small"), most) - 8
    bar = QRectF(left, rect.center().y() - 4, wide, 8)
    shades = QLinearGradient(bar.topLeft(), bar.topRight())
    shades.setColorAt(0.0, mix(theme.card, theme.accent, 0.08))
    shades.setColorAt(1.0, theme.accent)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades)
    painter.drawRoundedRect(bar, 2, 2)
    return _legend_words(painter, theme, rect, bar, "influence", "0", most)


def _number_px(theme: Theme, limit: float) -> float:
    return text_width(theme.font("number_small"), number(limit, 2)) + 8


def _legend_words(painter: QPainter, theme: Theme, rect: QRectF, bar: QRectF, name: str, low: str, high: str) -> float:
    """Numbers at the ends of a bar and its name before them; returns where they begin, from the left."""
    font, mono = theme.font("tick"), theme.font("number_small")
    after = QRectF(bar.right() + 5, rect.top(), text_width(mono, high) + 2, rect.height())
    draw_text(painter, after, high, mono, theme.muted)
    left = bar.left() - 5 - text_width(mono, low)
    draw_text(painter, QRectF(left, rect.top(), text_width(mono, low) + 1, rect.height()), low, mono, theme.muted)
    left -= text_width(font, name) + 8
    draw_text(painter, QRectF(left, rect.top(), text_width(font, name) + 1, rect.height()), name, font, theme.muted)
    return left - rect.left()


# Names of rows and columns -------------------------------------------------------------------------------------------


def draw_names(painter: QPainter, look: Look, scene: Scene) -> None:
    """What each row is, at the left; the numbers of the steps beneath."""
    _draw_row_names(painter, look, scene)
    _draw_index(painter, look, scene)
    _draw_bands(painter, look, scene)


def _draw_row_names(painter: QPainter, look: Look, scene: Scene) -> None:
    theme, names, rows = look.theme, scene.names, scene.rows
    if names.width() < 20:
        return
    line, many = text_height(theme.font("tick")), look.story.n_layers > 1
    box_of = look.story.picture is not None and not look.story.reads_rows
    where = [(rows.index, "time t"), (rows.outputs, "output yₜ"), (rows.inputs, "input xₜ")]
    if not box_of:
        states = [(zone, f"layer {k + 1}  hₜ" if many else "state hₜ") for k, zone in enumerate(rows.layers)]
        where += states
    for (top, bottom), text in where:
        if bottom - top < 8:
            continue
        middle = (top + bottom) / 2
        if text.startswith("input"):
            middle = min(middle, top + 14 * theme.scale) if not look.story.reads_rows else top + line / 2
        if text.startswith("output") and look.story.writes:
            middle = bottom - 14 * theme.scale
        box = QRectF(names.left() + 2, middle - line / 2, names.width() - 8, line)
        draw_text(painter, box, text, theme.font("tick"), theme.muted)


def _draw_index(painter: QPainter, look: Look, scene: Scene) -> None:
    theme, (top, bottom) = look.theme, scene.rows.index
    if bottom - top < 8:
        return
    every = max(1, math.ceil(20 * theme.scale / max(1.0, scene.pitch)))
    for step in range(*scene.shown):
        lit = step == look.active
        near = 0 < abs(step - look.active) < every
        if step >= look.story.n_steps or not (lit or (step % every == 0 and not near)):
            continue
        box = scene.column(step)
        place = QRectF(box.left() - 10, top, box.width() + 20, bottom - top)
        font = theme.font("tick_strong" if lit else "tick")
        draw_text(painter, place, str(step + 1), font, theme.accent if lit else theme.muted, CENTER)


def draw_band_grounds(painter: QPainter, look: Look, scene: Scene) -> None:
    """A quiet ground behind the reader and one behind the writer."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(look.theme.card, look.theme.ground, 0.7))
    for band in scene.bands:
        painter.drawRoundedRect(band, 8, 8)


def _draw_bands(painter: QPainter, look: Look, scene: Scene) -> None:
    theme, (top, bottom) = look.theme, scene.rows.titles
    begin = scene.shown[0]
    titles = ["reader", "writer"][-len(scene.bands) :] if scene.bands and begin else ["reader", "writer"]
    for band, title in zip(scene.bands, titles, strict=False):
        box = QRectF(band.left() + 8, top, band.width() - 12, bottom - top)
        if box.height() > 8 and text_width(theme.font("group"), title) <= box.width():
            draw_text(painter, box, title, theme.font("group"), theme.muted)


# Foot: the step under the eye ----------------------------------------------------------------------------------------


def draw_foot(painter: QPainter, look: Look, scene: Scene, line: QRectF, pointed: tuple[Mark | None, int]) -> None:
    """What happens at the active step, with numbers; at the right what is not visible, or was never read.

    Args:
        painter: Where to.
        look: The story and its looks.
        scene: The picture above.
        line: Where the line stands.
        pointed: The mark under the pointer, and the unit of it.
    """
    theme, top = look.theme, line.top()
    if line.height() < 8 or not look.story.n_steps:
        return
    aside = aside_of(look.story, scene)
    font = theme.font("tick")
    wide = min(text_width(font, aside), 0.5 * line.width())
    draw_text(painter, QRectF(line.right() - wide - 2, top, wide + 2, line.height()), aside, font, theme.muted, RIGHT)
    runs = unit_runs(look, *pointed) or step_runs(look)
    draw_runs(painter, QRectF(line.left(), top, line.width() - wide - 16, line.height()), runs)


def aside_of(story: Story, scene: Scene) -> str:
    """Which steps are visible, where not all are; what was cut off."""
    begin, end = scene.shown
    hidden = f"steps {begin + 1}–{end} of {story.n_steps}" if end - begin < story.n_steps else ""
    return " · ".join(part for part in (story.left_out, hidden) if part)


def unit_runs(look: Look, hovered: Mark | None, unit: int) -> list[Run]:
    """The unit under the pointer and its value."""
    if hovered is None or unit < 0 or hovered.kind not in ("state", "first"):
        return []
    story, step = look.story, hovered.step
    values = story.first if step < 0 else story.states[step]
    layer = f"layer {hovered.layer + 1}, " if story.n_layers > 1 else ""
    value = float(values[hovered.layer][unit])
    return [
        Run(f"{sub('h', step + 1)}  ", look.theme.ink, look.theme.font("tick_strong")),
        Run(f"{layer}unit {unit + 1}: ", look.theme.muted, look.theme.font("tick")),
        Run(number(value, 3), look.theme.ink, look.theme.font("number_small")),
    ]


def step_runs(look: Look) -> list[Run]:
    """Input, old state, new state and output of the active step, in words and numbers."""
    story, t, theme = look.story, look.active, look.theme
    words, bold, mono = theme.font("secondary"), theme.font("strong"), theme.font("number_small")
    if not 0 <= t < story.n_steps:
        return []
    runs = [
        Run(f"{sub('x', t + 1)} ", theme.muted, words),
        Run(f"{story.inputs[t].text}", theme.ink, bold),
    ]
    after = story.mean_state(t)
    if math.isfinite(after):
        runs.append(Run(f"    mean |h|  {sub('h', t)} ", theme.muted, words))
        runs.append(Run(number(story.mean_state(t - 1), 3), theme.ink, mono))
        runs.append(Run(f" → {sub('h', t + 1)} ", theme.muted, words))
        runs.append(Run(number(after, 3), theme.ink, mono))
    output = story.output_of(t)
    if output is not None and math.isfinite(output[1]):
        runs.append(Run(f"    {sub('y', t + 1)} ", theme.muted, words))
        runs.append(Run(f"{output[0]} ", theme.ink, bold))
        runs.append(Run(number(output[1], 2), theme.ink, mono))
    return runs
