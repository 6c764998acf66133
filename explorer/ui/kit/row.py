"""What the rows of a form share: label, badge, the mark that takes it back to its default, and a refusal beneath."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from explorer.ui import icons
from explorer.ui.kit.badge import Badge
from explorer.ui.tokens import Theme

_MARK_PX = 14


class RowHead(QWidget):
    """Label, badge and reset mark at the left; what the row edits, or its exact value, at the right.

    Signals:
        reset_requested: The mark was pressed, or the label double-clicked.
    """

    reset_requested = Signal()

    def __init__(self, theme: Theme, label: str, *, live: bool | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = ElidedLabel(label, self)
        self.badge = Badge("live" if live else "restarts", parent=self)
        self.badge.setVisible(live is not None)
        self._mark = QToolButton(self)
        self._mark.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._mark.setFixedSize(20, 20)
        self._mark.setIconSize(QSize(_MARK_PX, _MARK_PX))
        self._mark.setAccessibleName(f"Reset {label} to its default")
        self._mark.clicked.connect(self.reset_requested)
        self._mark.hide()
        self._lay_out()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.label)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._mark)
        row.addStretch(1)
        self._row = row

    def set_trailing(self, widget: QWidget) -> None:
        """Puts ``widget`` at the right end."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_changed(self, changed: bool, default_text: str) -> None:
        """Shows the mark when the value differs from its default, which the tooltip names."""
        self._mark.setVisible(changed)
        self._mark.setToolTip(f"Reset to the default, {default_text} (or double-click the label)")

    def set_theme(self, theme: Theme) -> None:
        """Tints the mark."""
        self._mark.setIcon(icons.icon("reset-default", theme.muted, _MARK_PX))

    def mouseDoubleClickEvent(self, event: object) -> None:
        """A double click on the label asks for the default."""
        self.reset_requested.emit()


class ElidedLabel(QLabel):
    """A label that ends in an ellipsis where there is no room, and then says all of itself in its tooltip."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._full = text
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @property
    def full_text(self) -> str:
        """The text, however much of it fits."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Another text."""
        self._full = text
        self._elide()

    def sizeHint(self) -> QSize:
        """Room for all of the text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for the first letters."""
        return QSize(min(40, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the text into the room there is now."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        fitted = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(fitted)
        self.setToolTip(self._full if fitted != self._full else "")
        self.updateGeometry()


def refusal_label(parent: QWidget) -> QLabel:
    """The hidden line under a row in which a refusal is explained."""
    label = QLabel(parent)
    label.setProperty("role", "secondary")
    label.setProperty("tone", "bad")
    label.setWordWrap(True)
    label.hide()
    return label
