"""On or off: a switch, and a row of a form that has one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.ui.kit.row import RowHead
from explorer.ui.tokens import Theme, mix


class Switch(QAbstractButton):
    """On or off, as a switch."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """A pill, and room for the focus ring around it."""
        return QSize(42, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pill and its knob."""
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = QRectF(3, 3, self.width() - 6, self.height() - 6)
        if self.hasFocus():
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(pill.adjusted(-2, -2, 2, 2), pill.height() / 2 + 2, pill.height() / 2 + 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground(on))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setBrush(theme.accent_ink if on else theme.card)
        knob = pill.height() / 2 - 3
        x = pill.right() - knob - 3 if on else pill.left() + knob + 3
        painter.drawEllipse(QPointF(x, pill.center().y()), knob, knob)
        painter.end()

    def _ground(self, on: bool) -> QColor:
        if not self.isEnabled():
            return self._theme.border
        return self._theme.accent if on else mix(self._theme.border, self._theme.faint, 0.6)


class SwitchRow(QWidget):
    """A labelled switch.

    Signals:
        toggled: Whether a person switched it on or off.
    """

    toggled = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        label: str,
        default: bool,
        *,
        live: bool | None = None,
        help_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._default = default
        self.head = RowHead(theme, label, live=live, parent=self)
        self.switch = Switch(theme, self)
        self.switch.setAccessibleName(label)
        self.switch.setAccessibleDescription(help_text)
        self.setToolTip(help_text)
        self.head.set_trailing(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.head)
        self.switch.clicked.connect(self._on_switch_clicked)
        self.head.reset_requested.connect(self.reset)
        self.set_value(default)

    @property
    def value(self) -> bool:
        """Whether it is on."""
        return self.switch.isChecked()

    def set_value(self, value: bool) -> None:
        """Switches without saying so."""
        self.switch.setChecked(value)
        self.head.set_changed(value != self._default, "on" if self._default else "off")

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self.head.set_theme(theme)
        self.switch.set_theme(theme)

    @Slot()
    def reset(self) -> None:
        """Back to the default."""
        if self.value != self._default:
            self._on_switch_clicked(self._default)

    @Slot(bool)
    def _on_switch_clicked(self, on: bool) -> None:
        self.set_value(on)
        self.toggled.emit(on)
