"""Checks that pass before the user's eyes: a sign, a name, a number, and the bound it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.ui import icons
from explorer.ui.theme import SPACE_S, Theme
from explorer.ui.views.painting import LEFT, RIGHT, draw_text, text_height, text_width
from explorer.ui.views.view import View

_SIGN_PX = 15.0
_LEAST_FACTOR = 0.8


@dataclass(frozen=True)
class CheckRow:
    """One line of the list.

    Attributes:
        name: What is compared.
        value: The number as text.
        bound: The bound as text, as ``"< 1 %"``.
        passed: Whether it holds; None while it is not known.
        detail: For the tooltip.
    """

    name: str
    value: str
    bound: str
    passed: bool | None
    detail: str = ""


class ChecklistView(View):
    """Lines of checks."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._rows: tuple[CheckRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @property
    def rows(self) -> tuple[CheckRow, ...]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: Sequence[CheckRow]) -> None:
        """Show these checks."""
        self._rows = tuple(rows)
        self.setAccessibleDescription("; ".join(f"{r.name}: {r.value}, {r.bound}" for r in rows))
        self.updateGeometry()
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the list from the top down."""
        height, theme = self._row_height(), self._fitting(rect.width())
        for i, row in enumerate(self._rows):
            line = QRectF(rect.left(), rect.top() + i * height, rect.width(), height)
            if line.bottom() > rect.bottom() + 0.5:
                break
            self._paint_row(painter, line, row, theme)

    def _fitting(self, width: float) -> Theme:
        """Type as large as the longest line allows, down to the least that can be read."""
        name, number = self.theme.font("secondary"), self.theme.font("number_small")
        room = width - _SIGN_PX - 2 * SPACE_S
        needs = [text_width(name, row.name) + text_width(number, row.value) for row in self._rows]
        return self.theme.scaled(self.theme.scale * min(1.0, max(_LEAST_FACTOR, room / max(1.0, *needs, 1.0))))

    def _paint_row(self, painter: QPainter, line: QRectF, row: CheckRow, theme: Theme) -> None:
        sign = QRectF(line.left(), line.center().y() - _SIGN_PX / 2, _SIGN_PX, _SIGN_PX)
        signs = {True: ("check", theme.good), False: ("error", theme.bad), None: ("info", theme.faint)}
        name, color = signs[row.passed]
        icons.paint(painter, sign, name, color)
        number_font, small = theme.font("number_small"), theme.font("tick")
        value = f"{row.value}"
        width = text_width(number_font, value)
        draw_text(painter, line, value, number_font, theme.ink, RIGHT)
        bound_width = text_width(small, row.bound) + SPACE_S
        if line.width() > 300 * theme.scale:
            beside = line.adjusted(0, 0, -width - SPACE_S, 0)
            draw_text(painter, beside, row.bound, small, theme.muted, RIGHT)
            width += bound_width
        text = line.adjusted(_SIGN_PX + SPACE_S, 0, -width - SPACE_S, 0)
        draw_text(painter, text, row.name, theme.font("secondary"), theme.ink, LEFT)

    def event(self, event: QEvent) -> bool:
        """Tell in full what a line compares."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            i = int(event.pos().y() / self._row_height())
            if i < len(self._rows):
                row = self._rows[i]
                QToolTip.showText(event.globalPos(), f"{row.detail}\n{row.value}, to pass {row.bound}", self)
            return True
        return super().event(event)

    def _row_height(self) -> float:
        return text_height(self.theme.font("secondary")) + SPACE_S

    def sizeHint(self) -> QSize:
        """All lines."""
        return QSize(220, max(1, len(self._rows)) * round(self._row_height()))

    def minimumSizeHint(self) -> QSize:
        """All lines, narrow."""
        return QSize(120, self.sizeHint().height())
