"""The pictures of one moment of a film: x_t large, beside it what the network makes of it, and the step's formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.denoising import asks_twice
from explorer.core.frames import Array
from explorer.ui.labs.diffusion.denoising_film import Film
from explorer.ui.theme import Theme
from explorer.ui.views.denoising_canvas import LIMITS, DenoisingCanvas
from explorer.ui.views.denoising_samples import SamplesGrid
from explorer.ui.views.formula import FormulaView, Term
from explorer.ui.views.images import symmetric
from explorer.ui.views.painting import text_height, text_width
from explorer.ui.views.picture import PictureView
from explorer.ui.views.prose import ProseView
from explorer.ui.views.view import View

FORMULA = (
    r"x_{t'} = \sqrt{\bar\alpha'}\;\term{reconstruction}{\hat{x}_0}"
    r" + \sqrt{1 - \bar\alpha' - \sigma^2}\;\term{kl}{\hat\varepsilon} + \sigma z"
)
FORMULAS = (FORMULA,)
LEAST_PX, LEAST_LARGE_PX = 84.0, 150.0
_GAP_PX = 14.0
_LARGE_SHARE = 0.44
_WIDEST = 1.3
_NOTHING: list[list[Term]] = [[("", "muted")], [("", "muted")]]
_NOISE_LIMITS = (-3.0, 3.0)

_TITLES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "belief": (
        ("what the network believes: x̂₀", "network believes: x̂₀", "it believes: x̂₀", "x̂₀"),
        "reconstruction",
    ),
    "noise": (("the noise it sees: ε̂", "noise: ε̂", "ε̂"), "kl"),
    "change": (("what this step changes", "this step changes", "change"), "ink"),
    "end": (("the original ends in", "original ends", "original"), "ink"),
    "branch_end": (("the branch ends in", "branch ends", "branch"), "ink"),
}
"""Titles of the small pictures, of which the longest that fits is shown, and their colours."""


@dataclass(frozen=True)
class Arrangement:
    """Where the large picture, the small ones and the formula go."""

    large: QRectF
    slots: tuple[QRectF, ...]
    formula: QRectF


def arrange(
    width: float, height: float, n_slots: int, title_px: float, formula_px: float, numbers_px: float = 0.0
) -> Arrangement:
    """Make the large picture as large as the height allows, and the small ones as large as what is left allows.

    Args:
        width: All the room, logical px.
        height: All the room, logical px.
        n_slots: Small pictures wanted; the last ones are left out where they would become smaller than 84 px.
        title_px: Height of a picture's title.
        formula_px: Height of the formula; left out where the small pictures would not fit above it.
        numbers_px: Height of its numbers alone, which stay where the formula does not fit.
    """
    side = max(0.0, min(height - title_px, width * _LARGE_SHARE))
    large = QRectF(0, 0, side, height)
    left = side + _GAP_PX + 4
    room = QRectF(left, 0, max(0.0, width - left), height)
    most_px = height - 8 - LEAST_PX - title_px
    formula_px = formula_px if formula_px <= most_px else numbers_px
    with_formula = 0 < formula_px <= most_px
    formula = QRectF(left, height - formula_px, room.width(), formula_px if with_formula else 0.0)
    room.setHeight(height - (formula_px + 8 if with_formula else 0))
    slots = _slots(room, n_slots, title_px)
    if slots and with_formula:  # the formula right beneath the pictures, both in the middle together
        used = max(slot.bottom() for slot in slots) + 12 + formula_px
        down = max(0.0, (height - used) / 2)
        slots = tuple(slot.translated(0, down) for slot in slots)
        formula.moveTop(max(slot.bottom() for slot in slots) + 12)
        formula.setLeft(min(slot.left() for slot in slots))
    return Arrangement(large, slots, formula)


def _slots(room: QRectF, n: int, title_px: float) -> tuple[QRectF, ...]:
    """As many pictures as fit with 84 px, in the number of lines that makes them largest."""
    for count in range(n, 0, -1):
        lines, side = max(((k, _side(room, count, k, title_px)) for k in (1, 2)), key=lambda found: found[1])
        if side >= LEAST_PX or count == 1:
            return _grid(room, count, math.ceil(count / lines), side, title_px)
    return ()


def _grid(room: QRectF, count: int, across: int, side: float, title_px: float) -> tuple[QRectF, ...]:
    """Pictures a little apart, in the middle of the room; a single line begins at its left, as the formula does."""
    pitch = min(_WIDEST * side, (room.width() - side) / max(1, across - 1)) if across > 1 else side
    aside = (room.width() - side - pitch * (across - 1)) / 2 if across < count else 0.0
    left, down = room.left() + max(0.0, aside), side + title_px + 8
    size = QSizeF(side, side + title_px)
    return tuple(
        QRectF(QPointF(left + i % across * pitch, room.top() + i // across * down), size) for i in range(count)
    )


def _side(room: QRectF, count: int, lines: int, title_px: float) -> float:
    across = math.ceil(count / lines)
    wide = (room.width() - _GAP_PX * (across - 1)) / across
    return min(wide, (room.height() - 8 * (lines - 1)) / lines - title_px)


class DenoisingStage(QWidget):
    """Shows a film at a position; what does not fit is left out, the least important first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._branched = False
        self._empty = True
        self._n = 1
        self.canvas = DenoisingCanvas(theme, self)
        self.belief, self.noise = PictureView(theme, self), PictureView(theme, self)
        self.change = PictureView(theme, self)
        self.end, self.branch_end = PictureView(theme, self), PictureView(theme, self)
        self.grid = SamplesGrid(theme, self)
        self.formula = FormulaView(theme, self)
        self.story = ProseView(theme, self)
        self.formula.set_formula(FORMULA)
        self.formula.set_numbers(_NOTHING)
        self.noise.setToolTip("Blue is −3, white is 0, orange is 3")
        self.canvas.setAccessibleName("The picture at this step; left and right go through the film")
        self.grid.setAccessibleName("Samples; arrow keys choose the one shown large")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # What is shown -----------------------------------------------------------------------------------------------

    def show_empty(self, picture: Array | None, title: str, sentence: str) -> None:
        """Before there is a film: a finished digit (28, 28), and what is about to come."""
        self._empty = True
        self.canvas.set_title(title if picture is not None else "")
        if picture is not None:
            self.canvas.set_image(picture, "ink", LIMITS)
        self.story.set_paragraphs(
            [
                [("From noise to a digit. ", "accent")],
                [(sentence, "ink")],
            ]
        )
        self._arrange()

    def show_film(self, film: Film, position: int, sample: int) -> None:
        """Show a film at a position, one of its samples large."""
        x = film.x(position)
        if self._empty or self._n != len(x):
            self._empty, self._n = False, len(x)
            self._arrange()
        t = film.time(position)
        self.canvas.set_title(f"now: xₜ at t = {t:,}" if t else "the end: x₀")
        if not self.canvas.is_drawing:
            self.canvas.set_image(x[sample], "ink", LIMITS)
        if self.belief.isVisibleTo(self):
            self.belief.set_image(film.x0(position)[sample], "ink", LIMITS)
        if self.noise.isVisibleTo(self):
            self.noise.set_image(film.noise(position)[sample], "signed", _NOISE_LIMITS)
        if self.change.isVisibleTo(self):
            self._show_change(film.change(position)[sample])
        if self.grid.isVisibleTo(self):
            self.grid.set_title(f"{self._n} samples")
            self.grid.set_samples(x, sample)
        self.formula.set_numbers(self._numbers(film, position))

    def show_ends(self, original: Array | None, branch: Array | None, branched: bool) -> None:
        """Show what both films end in, (28, 28) each, None where it is not known yet; nothing without a branch."""
        if branched != self._branched:
            self._branched = branched
            self._arrange()
        for view, picture in ((self.end, original), (self.branch_end, branch)):
            if picture is None:
                view.clear()
            else:
                view.set_image(picture, "ink", LIMITS)

    def _show_change(self, change: Array) -> None:
        limit = symmetric(change) if change.any() else 1.0
        self.change.set_image(change, "signed", (-limit, limit))
        self.change.setToolTip(f"Blue is −{limit:.2g}, white is 0, orange is {limit:.2g}")

    def _numbers(self, film: Film, position: int) -> list[list[Term]]:
        a, b, sigma = film.weights(position)
        if math.isnan(a):
            end = film.complete and position >= film.n_steps
            return [[("the end: no step is left" if end else "denoising …", "muted")], [("", "muted")]]
        to = film.time(position + 1)
        numbers: list[Term] = [
            (f"x({to:,}) = ", "ink"),
            (f"{a:.3f} x̂₀", "reconstruction"),
            (" + ", "ink"),
            (f"{b:.3f} ε̂", "kl"),
            (f" + {sigma:.3f} z", "ink"),
        ]
        left = film.signal(position)
        twice = "   ε̂: mean of both ends" if asks_twice(film.sampling.sampler, film.time(position), to) else ""
        return [numbers, [(f"t = {film.time(position):,} → {to:,}   ᾱ = {left:.3f}{twice}", "muted")]]

    # Arrangement -------------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Other type, other room; the views are told by whoever tells this."""
        self._theme = theme
        self._arrange()

    def _wanted(self) -> list[tuple[str, View]]:
        """Small pictures, the most important first."""
        found: list[tuple[str, View]] = [("belief", self.belief), ("noise", self.noise)]
        if self._branched:
            found += [("end", self.end), ("branch_end", self.branch_end)]
        if self._n > 1:
            found.append(("grid", self.grid))
        return [*found, ("change", self.change)]

    def _arrange(self) -> None:
        title_px = text_height(self._theme.font("secondary")) + 6
        wanted = [] if self._empty else self._wanted()
        heights = self.formula.sizeHint().height(), self.formula.numbers_px()
        plan = arrange(self.width(), self.height(), len(wanted), title_px, *heights)
        self.canvas.setGeometry(plan.large.toRect())
        shown = dict(zip((name for name, _ in wanted), plan.slots, strict=False))
        views = {"belief": self.belief, "noise": self.noise, "change": self.change}
        for name, view in (views | {"end": self.end, "branch_end": self.branch_end, "grid": self.grid}).items():
            view.setVisible(name in shown)
            if name in shown:
                view.setGeometry(shown[name].toRect())
                self._set_title(name, view)
        self.formula.setVisible(not self._empty and plan.formula.height() > 0)
        self.formula.setGeometry(plan.formula.toRect())
        self.story.setVisible(self._empty)
        left = plan.large.right() + _GAP_PX + 8
        self.story.setGeometry(QRectF(left, title_px, max(1.0, self.width() - left), self.height() - title_px).toRect())

    def _set_title(self, name: str, view: View) -> None:
        if isinstance(view, PictureView):
            titles, key = _TITLES[name]
            font = self._theme.font("secondary")
            view.set_title(next((t for t in titles if text_width(font, t) <= view.width()), titles[-1]), key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        """Room for everything."""
        return QSize(860, 420)

    def minimumSizeHint(self) -> QSize:
        """The large picture alone."""
        return QSize(320, round(LEAST_LARGE_PX * np.clip(self._theme.scale, 1, 1.2)))
