"""How the things in an unrolled network look: what is read, the states, the picture."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.ui.theme import legible, mix
from explorer.ui.views.images import draw_image, ink, levels, to_image
from explorer.ui.views.painting import CENTER, draw_frame, draw_text, text_height, with_alpha
from explorer.ui.views.unrolled_layout import Mark
from explorer.ui.views.unrolled_look import Look, draw_tile, draw_tile_text, edge_of, mosaic_rect
from explorer.ui.views.unrolled_outputs import draw_answer, draw_belief, draw_output


def draw_mark(painter: QPainter, look: Look, mark: Mark) -> None:
    """Draw one thing."""
    if mark.alpha <= 0.01 or mark.box.width() < 1 or mark.box.height() < 1:
        return
    painters = {
        "input": _draw_input,
        "state": _draw_state,
        "first": _draw_state,
        "output": draw_output,
        "belief": draw_belief,
        "picture": _draw_picture,
        "answer": draw_answer,
    }
    painter.setOpacity(mark.alpha)
    painters[mark.kind](painter, look, mark)
    painter.setOpacity(1.0)


# Inputs --------------------------------------------------------------------------------------------------------------


def _draw_input(painter: QPainter, look: Look, mark: Mark) -> None:
    if mark.step >= look.story.n_steps:
        return
    if look.story.reads_rows:
        _draw_row(painter, look, mark)
        return
    theme, given = look.theme, look.story.inputs[mark.step]
    quiet = given.kind in ("start", "fed")
    ground = mix(theme.grid, theme.card, 0.55) if quiet else theme.grid
    ground, color = _by_strength(look, mark.step, ground, theme.muted if quiet else theme.ink)
    unknown = given.kind == "unknown"
    draw_tile(painter, look, mark, ground, dashed=unknown or given.kind == "fed")
    draw_tile_text(painter, look, mark.box, given.text, color, strong=not quiet)
    line = text_height(theme.font("tick"))
    if unknown and look.story.noun != "characters":
        beneath = QRectF(mark.box.left() - 6, mark.box.bottom() + 1, mark.box.width() + 12, line)
        draw_text(painter, beneath, "<unk>", theme.font("tick"), theme.warn, CENTER)


def _by_strength(look: Look, step: int, ground: QColor, color: QColor) -> tuple[QColor, QColor]:
    """Ground and text of an input by its influence; as they were where there is none."""
    if step not in look.strengths:
        return ground, color
    ground = mix(look.theme.card, look.theme.accent, 0.08 + 0.92 * look.strengths[step])
    return ground, legible(look.theme.ink, ground, 4.5)


def _draw_row(painter: QPainter, look: Look, mark: Mark) -> None:
    """A row of the picture, at the height it has there."""
    picture, theme = look.story.picture, look.theme
    if picture is None or mark.step >= len(picture):
        return
    draw_image(painter, to_image(ink(picture[mark.step : mark.step + 1])), mark.box, vector=look.vector)
    if mark.step in look.strengths:
        painter.fillRect(mark.box, with_alpha(theme.accent, 0.7 * look.strengths[mark.step]))
    width = 2.0 * theme.scale if mark.step == look.active else 1.0
    painter.setPen(QPen(edge_of(look, mark).color(), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(mark.box.adjusted(-width / 2, -width / 2, width / 2, width / 2))


def _draw_picture(painter: QPainter, look: Look, mark: Mark) -> None:
    """The whole picture; of one read by rows, what has not been read is veiled."""
    picture, theme = look.story.picture, look.theme
    if picture is None:
        return
    pixels = levels(picture, 0.0, 1.0) if picture.ndim == 3 else ink(picture)
    draw_image(painter, to_image(pixels), mark.box, vector=look.vector)
    if look.story.reads_rows:
        row = mark.box.height() / max(1, look.story.n_read)
        done = row * min(look.active + 1, look.story.n_read)
        veil = mark.box.adjusted(0, done, 0, 0)
        painter.fillRect(veil, with_alpha(theme.card, 0.72))
        painter.setPen(QPen(theme.accent, 2.0 * theme.scale))
        y = mark.box.top() + done
        painter.drawLine(QLineF(mark.box.left() - 3, y, mark.box.right() + 3, y))
    draw_frame(painter, mark.box.adjusted(-0.5, -0.5, 0.5, 0.5), theme.border, 1.0, 4.0)


# States --------------------------------------------------------------------------------------------------------------


def _draw_state(painter: QPainter, look: Look, mark: Mark) -> None:
    theme, box = look.theme, mark.box
    quiet = mix(look.cell_color, theme.card, 0.35 if mark.kind == "state" else 0.7)
    painter.setPen(edge_of(look, mark, quiet=quiet))
    painter.setBrush(theme.card)
    radius = min(8.0 * theme.scale, 0.28 * box.width())
    painter.drawRoundedRect(box, radius, radius)
    inner = mosaic_rect(box, theme)
    story = look.story
    if mark.step >= len(story.states) or inner.height() < 2:
        return
    if mark.kind == "first" and mark.layer < len(story.first) and not story.first[mark.layer].any():
        draw_text(painter, box, "0", theme.font("number_small"), theme.muted, CENTER)
        return
    image = look.mosaics.image(mark.step, mark.layer, inner.width() / inner.height())
    if image.isNull():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.grid)
        painter.drawRoundedRect(inner, 3, 3)
    else:
        draw_image(painter, image, inner, vector=look.vector)
