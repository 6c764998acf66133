"""Which keys stay with the widget that has the keyboard, though a shortcut of the window has them too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QButtonGroup, QComboBox


def keep_from_shortcuts(event: QEvent) -> bool:
    """Whether a key about to become a shortcut was meant for a button; the event is accepted then.

    Text boxes see to themselves; Qt's buttons leave Space to whoever claims it.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    is_space = event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier
    if is_space and _takes_space():
        event.accept()
        return True
    return False


def _takes_space() -> bool:
    """A segment that is chosen already would do nothing with it."""
    focus = QApplication.focusWidget()
    if not isinstance(focus, QAbstractButton):
        return isinstance(focus, QComboBox)
    group: QButtonGroup | None = focus.group()
    return group is None or not group.exclusive() or not focus.isChecked()
