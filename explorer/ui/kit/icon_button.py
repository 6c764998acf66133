"""A small flat button with one of the app's own signs."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton

from explorer.ui import icons
from explorer.ui.theme import Theme

ICON_PX = 16


class IconButton(QToolButton):
    """A sign that can be pressed and follows the theme.

    Args:
        name: Name of the icon.
        theme: Colours and fonts.
    """

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._name = name
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Tint the sign."""
        self.setIcon(icons.icon(self._name, theme.muted, ICON_PX))
