"""A small word on a coloured ground: what a change of a parameter does, or what state something is in."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QLabel, QWidget

from explorer.ui.kit.themed import restyle

BadgeKind = Literal["live", "restarts", "good", "warn", "bad", "quiet"]

_MEANING = {
    "live": "Takes effect on the next step",
    "restarts": "Starts the run again with the same seed",
}


class Badge(QLabel):
    """A word such as ``live`` (a change takes effect on the next step) or ``restarts`` (it starts the run again)."""

    def __init__(self, kind: BadgeKind, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text or kind, parent)
        self.set_kind(kind, text)

    def set_kind(self, kind: BadgeKind, text: str = "") -> None:
        """Another kind, with its own word unless ``text`` gives one."""
        restyle(self, "badge", kind)
        self.setText(text or kind)
        self.setToolTip(_MEANING.get(kind, ""))
