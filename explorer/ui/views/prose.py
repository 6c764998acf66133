"""A few sentences as a picture: wrapped, with words in the colours of what they name, and real text in files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.painting import Run, draw_runs, named_color, text_color, text_height, text_width
from explorer.ui.views.view import View

Piece = tuple[str, str]
"""Some text and the name of its colour; what is not ink or muted is set in bold."""

Paragraphs = tuple[tuple[Piece, ...], ...]

_LINE, _BETWEEN = 1.3, 0.4
_SMALLEST, _FEW_LINES = 0.8, 7.4
_MORE = "…"


class ProseView(View):
    """Paragraphs one below the other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._paragraphs: Paragraphs = ()
        self._heights: dict[tuple[Paragraphs, float, float], float] = {}

    def set_paragraphs(self, paragraphs: Sequence[Sequence[Piece]]) -> None:
        """Show these."""
        found = tuple(tuple(paragraph) for paragraph in paragraphs)
        if found != self._paragraphs:
            self._paragraphs = found
            self._heights.clear()
            self.updateGeometry()
            self.update()

    def text(self) -> list[str]:
        """The paragraphs without their colours."""
        return ["".join(text for text, _ in paragraph) for paragraph in self._paragraphs]

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the lines; a little smaller where they would not fit, and then fewer."""
        if rect.width() < 40 or rect.height() < 12:
            return
        factor, shown = self._fitting(rect)
        line, y = self._line(factor), rect.top()
        for paragraph in shown:
            for runs in self._lines(paragraph, rect.width(), factor):
                draw_runs(painter, QRectF(rect.left(), y, rect.width() + 2, line), runs)
                y += line
            y += _BETWEEN * line

    def _fitting(self, rect: QRectF) -> tuple[float, Paragraphs]:
        """Size of the letters and what is shown: everything if it can be, else as many whole sentences as fit."""
        factor = 1.0
        while factor > _SMALLEST and self._height(self._paragraphs, rect.width(), factor) > rect.height():
            factor -= 0.02
        shown = self._paragraphs
        while self._height(shown, rect.width(), factor) > rect.height() + 2:
            fewer = _without_last_sentence(shown)
            if not fewer:
                break
            shown = fewer
        return factor, shown

    def heightForWidth(self, width: int) -> int:
        """As high as the lines need."""
        return round(self._height(self._paragraphs, float(width), 1.0)) + 2

    def _height(self, paragraphs: Paragraphs, width: float, factor: float) -> float:
        """Found once for a text: layouts ask again and again."""
        key = paragraphs, width, factor
        if key not in self._heights:
            lines = sum(len(self._lines(paragraph, width, factor)) for paragraph in paragraphs)
            self._heights[key] = self._line(factor) * (lines + _BETWEEN * max(0, len(paragraphs) - 1))
        return self._heights[key]

    def _line(self, factor: float) -> float:
        return _LINE * text_height(self._fonts(factor)[0]) / 1.2

    def _fonts(self, factor: float) -> tuple[QFont, QFont]:
        """Plain and strong."""
        theme = self.theme.scaled(self.theme.scale * factor)
        return theme.font("body"), theme.font("strong")

    def _lines(self, paragraph: Sequence[Piece], width: float, factor: float) -> list[list[Run]]:
        """The paragraph in lines of at most this width; a word is never cut in two."""
        lines: list[list[Run]] = [[]]
        taken, fonts = 0.0, self._fonts(factor)
        for text, key in paragraph:
            color, font = text_color(self.theme, named_color(self.theme, key)), fonts[key not in ("ink", "muted")]
            for word in re.findall(r"[^ ]+ *| +", text):
                bare = text_width(font, word.rstrip(" "))
                if taken and taken + bare > width and not word.startswith((",", ".", ";")):
                    lines.append([])
                    taken = 0.0
                lines[-1].append(Run(word, color, font))
                taken += text_width(font, word)
        return [_joined(line) for line in lines]

    def _on_theme_changed(self) -> None:
        self._heights.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width is another height."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._heights.clear()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for the text at a usual width."""
        return QSize(300, self.heightForWidth(300))

    def minimumSizeHint(self) -> QSize:
        """A few lines of the smallest letters."""
        return QSize(140, round(_FEW_LINES * self._line(_SMALLEST)))


def _without_last_sentence(paragraphs: Paragraphs) -> Paragraphs:
    """The paragraphs up to the end of the sentence before the last one, with dots after it; empty if there is none."""
    pieces = [list(paragraph) for paragraph in paragraphs]
    last = [piece for piece in pieces[-1] if piece[0].strip() != _MORE]
    last = last[:-1]
    while last and not last[-1][0].rstrip().endswith("."):
        last.pop()
    kept = [*pieces[:-1], last] if last else pieces[:-1]
    if not kept:
        return ()
    kept[-1] = [*kept[-1], (" " + _MORE, "muted")]
    return tuple(tuple(paragraph) for paragraph in kept)


def _joined(line: list[Run]) -> list[Run]:
    """Neighbouring words of one look as one run, so that a file keeps them together; no space at the end."""
    joined: list[Run] = []
    for run in line:
        last = joined[-1] if joined else None
        if last is not None and last.color == run.color and last.font == run.font:
            joined[-1] = Run(last.text + run.text, run.color, run.font)
        else:
            joined.append(run)
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(" "), joined[-1].color, joined[-1].font)
    return joined
