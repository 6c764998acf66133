"""A short message that comes, says one thing, and goes: saved, copied, could not."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.ui import icons
from explorer.ui.tokens import MOTION_MS, SPACE_L, SPACE_M, SPACE_XL, Theme

_ICONS = {"info": "info", "good": "check", "bad": "warning"}


class Toast(QFrame):
    """A message at the lower middle of its parent; it rises into place and leaves by itself.

    Signals:
        action_requested: The button in it was pressed.
    """

    action_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget, *, motion_ms: int = MOTION_MS, stay_ms: int = 4000) -> None:
        super().__init__(parent)
        self._theme, self._tone, self._motion_ms = theme, "info", motion_ms
        self._host = parent
        self.setProperty("surface", "toast")
        self._sign = QLabel(self)
        self._text = QLabel(self)
        self._button = QPushButton(self)
        self._button.setProperty("kind", "quiet")
        self._button.clicked.connect(self._on_button_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        row.setSpacing(SPACE_M)
        for widget in (self._sign, self._text, self._button):
            row.addWidget(widget)
        self._stay = QTimer(self)
        self._stay.setSingleShot(True)
        self._stay.setInterval(stay_ms)
        self._stay.timeout.connect(self.hide)
        self._rise = QPropertyAnimation(self, b"pos", self)
        self._rise.setEasingCurve(QEasingCurve.Type.OutCubic)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def say(self, text: str, tone: str = "info", action: str = "") -> None:
        """Shows ``text``; ``tone`` is ``info``, ``good`` or ``bad``, ``action`` the word on a button."""
        self._tone = tone
        self._text.setText(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.set_theme(self._theme)
        self.adjustSize()
        self.show()
        self.raise_()
        self._stay.start()
        self._move_in()

    def set_theme(self, theme: Theme) -> None:
        """Tints the sign."""
        self._theme = theme
        color = {"info": theme.accent, "good": theme.good, "bad": theme.bad}[self._tone]
        self._sign.setPixmap(icons.pixmap(_ICONS[self._tone], color, 18, self.devicePixelRatioF()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays at the lower middle when the parent changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._rise.stop()
            self.move(self._place())
        return False

    def hideEvent(self, event: QEvent) -> None:
        """Stops everything that moves."""
        self._stay.stop()
        self._rise.stop()

    def _place(self) -> QPoint:
        room = self._host.rect()
        return QPoint((room.width() - self.width()) // 2, room.height() - self.height() - SPACE_XL)

    def _move_in(self) -> None:
        place = self._place()
        self.move(place)
        if self._motion_ms > 0:
            self._rise.setDuration(self._motion_ms)
            self._rise.setStartValue(place + QPoint(0, 12))
            self._rise.setEndValue(place)
            self._rise.start()

    @Slot()
    def _on_button_clicked(self) -> None:
        self.hide()
        self.action_requested.emit()
