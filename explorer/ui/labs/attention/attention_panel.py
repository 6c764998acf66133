"""What the panels of the attention lab that look at the ready-made model have in common."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal

from explorer.core.spec import PanelSpec
from explorer.specs.attention import Reading
from explorer.ui.labs.attention.attending import Attending, first_attending
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme

MODEL: Final = "all-MiniLM-L6-v2"
_MOST_LETTERS = 60
"""Of a text in a caption."""


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

    def subject(self) -> str:
        """The ready-made model, which has nothing to do with the run: its head, and what it read."""
        shown = (
            f"{MODEL} · layer {self.focus.layer + 1}, head {self.focus.head + 1} · {in_words(self.attending.reading)}"
        )
        return f"{shown} · without added tokens, rescaled" if self.focus.special_out else shown

    def _show_attending(self) -> None:
        """Draw all anew."""
        raise NotImplementedError

    def _show_focus(self, before: Focus) -> None:
        """Draw what differs from ``before``."""
        raise NotImplementedError


def quoted(text: str) -> str:
    """A text in a caption: one line, cut where it is long."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= _MOST_LETTERS else f"“{line[:_MOST_LETTERS].rstrip()} …”"


def in_words(reading: Reading) -> str:
    """What was read, and how, for a caption."""
    off = [(len(reading.tokens_off), "token"), (len(reading.heads_off), "head")]
    words = [quoted(reading.text), *(f"{n} {what}{'s' * (n > 1)} off" for n, what in off if n)]
    return ", ".join(words if reading.mask == "none" else [*words, f"{reading.mask} mask"])
