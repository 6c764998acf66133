"""A formula with its live numbers beneath, each term in the colour of the thing it means."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRectF, QSize, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.formula_svg import colored_svg, rendered, stored
from explorer.ui.views.painting import Run, draw_runs, named_color, runs_width, text_color, text_height
from explorer.ui.views.view import View

_LOG = logging.getLogger(__name__)

_LEAST_RATIO = 0.4
"""A formula that would become smaller than this share of itself is not drawn."""

Term = tuple[str, str]
"""A piece of text and the name of its colour."""


class FormulaView(View):
    """One formula and lines of numbers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._latex = ""
        self._svg: str | None = None
        self._renderer: QSvgRenderer | None = None
        self._numbers: tuple[tuple[Term, ...], ...] = ()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._render)

    def set_formula(self, latex: str) -> None:
        r"""Show LaTeX; `\term{colour name}{...}` colours a term. One that is not stored appears a moment later."""
        self._latex, self._svg, self._renderer = latex, stored(latex) if latex else None, None
        self._apply()

    def set_numbers(self, lines: Sequence[Sequence[Term]]) -> None:
        """Write lines of numbers beneath, each as pieces of text with the names of their colours."""
        if len(lines) != len(self._numbers):
            self.updateGeometry()
        self._numbers = tuple(tuple(line) for line in lines)
        self.update()

    def formula_rect(self, rect: QRectF) -> QRectF:
        """Where the formula stands in a rectangle: smaller in less room, nowhere where its numbers need all of it."""
        nowhere = QRectF(rect.left(), rect.top(), 0.0, 0.0)
        if self._renderer is None:
            return nowhere
        wanted = self._renderer.viewBoxF().size() * self.theme.scale
        room = rect.height() - self.numbers_px() - (6 if self._numbers else 0)
        ratio = min(1.0, rect.width() / max(wanted.width(), 1.0), room / max(wanted.height(), 1.0))
        if ratio < _LEAST_RATIO:
            return nowhere
        return QRectF(rect.left(), rect.top(), wanted.width() * ratio, wanted.height() * ratio)

    def numbers_px(self) -> int:
        """Height of the numbers alone."""
        return round((text_height(self.theme.font("number")) + 2) * len(self._numbers))

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the formula as outlines and the numbers as text."""
        if self._renderer is None and (vector or painter.device() is not self):
            self._render()  # only the screen can wait: a file is drawn once
        if self._latex and self._renderer is None and not self._later.isActive():
            self._later.start(0)
        where = self.formula_rect(rect)
        if self._renderer is not None and where.width() >= 1 and where.height() >= 1:
            self._renderer.render(painter, where)
        self._paint_numbers(painter, rect, where.bottom() + (6 if where.height() >= 1 else 1))

    def _paint_numbers(self, painter: QPainter, rect: QRectF, top: float) -> None:
        height = text_height(self.theme.font("number"))
        for i, line in enumerate(self._numbers):
            runs = self._runs(line, 1.0)
            if runs_width(runs) > rect.width():  # smaller is better than cut off
                runs = self._runs(line, max(0.6, 0.98 * rect.width() / runs_width(runs)))
            draw_runs(painter, QRectF(rect.left(), top + i * (height + 2), rect.width(), height), runs)

    def _runs(self, line: Sequence[Term], factor: float) -> list[Run]:
        font = self.theme.scaled(self.theme.scale * factor).font("number")
        return [Run(text, text_color(self.theme, named_color(self.theme, key)), font) for text, key in line]

    def _render(self) -> None:
        """Render what is not stored; a formula that cannot be read stays blank and is logged."""
        if self._svg is None and self._latex:
            try:
                self._svg = rendered(self._latex)
            except ValueError:
                _LOG.exception("formula")
                self._latex = ""
        self._apply()

    def _apply(self) -> None:
        if self._svg is not None:
            text = colored_svg(self._svg, self._latex, self.theme)
            self._renderer = QSvgRenderer(QByteArray(text.encode()))
        self.updateGeometry()
        self.update()

    def _on_theme_changed(self) -> None:
        self._apply()

    def sizeHint(self) -> QSize:
        """The formula as it is, and its lines of numbers."""
        height = self._renderer.viewBoxF().height() if self._renderer else 22.0
        above = height * self.theme.scale + 8 if self._latex else 2.0
        return QSize(240, round(above) + self.numbers_px())

    def minimumSizeHint(self) -> QSize:
        """As high as wanted, but narrow."""
        return QSize(120, self.sizeHint().height())
