"""An answer, large, with how sure it is, and whether it is right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.painting import Run, draw_runs, draw_text, runs_width, text_height, text_width
from explorer.ui.views.view import View

_SMALLEST = 0.62


@dataclass(frozen=True)
class Verdict:
    """What was answered.

    Attributes:
        answer: The answer.
        detail: Grey words beside or beneath it, as ``"98 %"``.
        right: Whether it is right; None where nobody knows.
        truth: The right answer where the one given is wrong, or a remark where nobody knows.
    """

    answer: str = ""
    detail: str = ""
    right: bool | None = None
    truth: str = ""


class VerdictView(View):
    """The answer on one or two lines, as large as fits, and beneath it a sign and the truth."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._verdict = Verdict()
        self._centred = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def verdict(self) -> Verdict:
        """What is shown."""
        return self._verdict

    def set_verdict(self, verdict: Verdict) -> None:
        """Show an answer."""
        self._verdict = verdict
        self.setToolTip(verdict.answer)
        self.setAccessibleName(f"Answer: {verdict.answer}. {self._sign()[0]} {verdict.truth}")
        self.update()

    def set_centred(self, centred: bool) -> None:
        """Whether it stands in the middle of the room there is, beside a picture, or at its top."""
        self._centred = centred
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the answer, then whether it is right."""
        if rect.width() < 30 or rect.height() < 14 or not self._verdict.answer:
            return
        below = text_height(self.theme.font("secondary")) + 2
        below = below if rect.height() > 2 * below and self._beneath() else 0.0
        lines, theme = self._fitted(QRectF(rect.left(), rect.top(), rect.width(), rect.height() - below))
        font = theme.font("title")
        height = text_height(font)
        total = height * len(lines) + below
        room = max(0.0, rect.height() - total)
        top = rect.top() + (room / 2 if self._centred else min(room, 4.0))
        for i, line in enumerate(lines):
            runs = [Run(line, self.theme.ink, font)]
            last = i == len(lines) - 1
            if last and self._verdict.detail:
                runs.append(Run(f"  {self._verdict.detail}", self.theme.muted, self.theme.font("number")))
            box = QRectF(rect.left(), top + i * height, rect.width(), height)
            if runs_width(runs) <= rect.width() or len(runs) == 1:
                draw_runs(painter, box, runs)
            else:
                draw_text(painter, box, line, font, self.theme.ink)
        if below:
            self._paint_beneath(painter, QRectF(rect.left(), top + len(lines) * height + 1, rect.width(), below))

    def _beneath(self) -> str:
        return self._verdict.truth or self._sign()[0]

    def _sign(self) -> tuple[str, str]:
        """Words for right and wrong, and their colour."""
        if self._verdict.right is None:
            return "", "muted"
        return ("✓ right", "good") if self._verdict.right else ("✗ wrong", "bad")

    def _paint_beneath(self, painter: QPainter, box: QRectF) -> None:
        sign, key = self._sign()
        words = self.theme.font("secondary")
        runs = [Run(sign + "  ", getattr(self.theme, key), words)] if sign else []
        runs.append(Run(self._verdict.truth, self.theme.muted, words))
        draw_runs(painter, box, runs)

    def _fitted(self, rect: QRectF) -> tuple[list[str], Theme]:
        """The answer on one line at full size, on two, or smaller."""
        answer = self._verdict.answer
        for factor in (1.25, 1.0, 0.85, 0.72, _SMALLEST):
            theme = self.theme.scaled(self.theme.scale * factor)
            font = theme.font("title")
            room = int(rect.height() // text_height(font))
            lines = _wrapped(answer, lambda text, font=font: text_width(font, text), rect.width())
            if len(lines) <= min(room, 3) and all(text_width(font, line) <= rect.width() for line in lines):
                return lines, theme
        return lines[: max(1, room)], theme

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(240, self.minimumSizeHint().height() + 12)

    def minimumSizeHint(self) -> QSize:
        """The answer and whether it is right."""
        return QSize(100, round(text_height(self.theme.font("title")) + text_height(self.theme.font("secondary"))) + 2)


def _wrapped(text: str, width_of: object, most: float) -> list[str]:
    """Words on as few lines as hold them."""
    measure = width_of if callable(width_of) else len
    lines: list[str] = []
    for word in text.split():
        if lines and measure(f"{lines[-1]} {word}") <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [text]
