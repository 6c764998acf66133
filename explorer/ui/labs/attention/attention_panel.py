"""What the panels of the attention lab that look at the ready-made model have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal

from explorer.core.spec import PanelSpec
from explorer.specs.attention import Reading
from explorer.ui.labs.attention.attending import Attending, first_attending
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme


class AttentionPanel(Panel):
    """A panel that shows the attention in one text and what is looked at in it.

    Subclasses draw in :meth:`_show_attending` (another text, or another way to read it) and :meth:`_show_focus`
    (another head, token or cell, which the pointer changes many times a second).

    Signals:
        focus_wished: A :class:`Focus` that the panel wishes all panels to have.
        reading_wished: A :class:`Reading` that the panel wishes to be read.
    """

    focus_wished = Signal(object)
    reading_wished = Signal(object)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self.focus = Focus()
        self.attending = first_attending()
        self.reading = self.attending.reading

    def set_reading(self, reading: Reading) -> None:
        """The text that is being read; its attention comes a moment later."""
        self.reading = reading

    def set_attending(self, attending: Attending, focus: Focus) -> None:
        """Show the attention in another text."""
        self.attending, self.focus = attending, focus
        self._show_attending()

    def set_focus(self, focus: Focus) -> None:
        """Look at something else in the same text."""
        before, self.focus = self.focus, focus
        if focus != before:
            self._show_focus(before)

    def _show_attending(self) -> None:
        """Draw all anew."""
        raise NotImplementedError

    def _show_focus(self, before: Focus) -> None:
        """Draw what differs from ``before``."""
        raise NotImplementedError
