"""How widgets that paint themselves learn of another theme."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from explorer.ui.tokens import Theme


@runtime_checkable
class Themed(Protocol):
    """A widget that paints with tokens, or tints icons, and so has to be told of a new theme."""

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme from now on."""


def wear(root: QWidget, theme: Theme) -> None:
    """Tells ``root`` and every widget in it that paints itself."""
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, Themed):
            widget.set_theme(theme)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Sets a dynamic property the stylesheet looks at, and lets the widget wear what follows from it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
