"""Where the keyboard goes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from explorer.ui.views.view import View


def focus_first(dock: QWidget, *, by_keyboard: bool = False) -> None:
    """Give the keyboard to the first picture of a dock, or to its first control.

    Args:
        dock: Where to look.
        by_keyboard: Whether somebody came by keyboard, and so sees where it is.
    """
    reason = Qt.FocusReason.TabFocusReason if by_keyboard else Qt.FocusReason.OtherFocusReason
    for child in (*dock.findChildren(View), *dock.findChildren(QWidget)):
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled():
            child.setFocus(reason)
            return
