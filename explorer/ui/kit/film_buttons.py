"""To the beginning, back, play, forward, to the end: the buttons of a film, and where it stands."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from explorer.ui import icons
from explorer.ui.theme import Theme

_BUTTON_PX, _ICON_PX = 30, 16
_SIGNS = (
    ("first", "to-start", "To the noise (Home)"),
    ("back", "step-back", "One denoising step back (Left)"),
    ("play", "play", "Play the film (P)"),
    ("forward", "step-forward", "One denoising step (Right)"),
    ("last", "to-end", "To the end (End)"),
)


class FilmButtons(QWidget):
    """Moves through a film of denoising.

    Signals:
        moved: Steps to go, negative for back.
        edge_wished: False for the beginning, True for the end.
        play_toggled: Play or pause.

    Args:
        theme: Colours and fonts.
    """

    moved = Signal(int)
    edge_wished = Signal(bool)
    play_toggled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._playing = False
        self.buttons = {name: self._tool(tip) for name, _, tip in _SIGNS}
        self.buttons["play"].setProperty("kind", "primary")
        self.words = QLabel()
        self.words.setProperty("role", "number")
        self.words.setProperty("tone", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.words)
        self.buttons["first"].clicked.connect(self._on_first_clicked)
        self.buttons["back"].clicked.connect(self._on_back_clicked)
        self.buttons["play"].clicked.connect(self.play_toggled)
        self.buttons["forward"].clicked.connect(self._on_forward_clicked)
        self.buttons["last"].clicked.connect(self._on_last_clicked)
        self.set_theme(theme)

    def set_playing(self, playing: bool) -> None:
        """Turn the middle button into Pause, or back."""
        self._playing = playing
        self._show_play()

    def set_words(self, text: str) -> None:
        """Say which step it is."""
        self.words.setText(text)
        self.words.setMinimumWidth(max(self.words.minimumWidth(), self.words.sizeHint().width()))

    def set_able(self, able: bool) -> None:
        """Whether there is a film."""
        for button in self.buttons.values():
            button.setEnabled(able)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        for name, sign, _ in _SIGNS:
            self.buttons[name].setIcon(icons.icon(sign, theme.ink, _ICON_PX))
        self._show_play()

    def _show_play(self) -> None:
        sign, words = ("pause", "Pause (P)") if self._playing else ("play", "Play the film (P)")
        self.buttons["play"].setIcon(icons.icon(sign, self._theme.accent_ink, _ICON_PX, self._theme.faint))
        self.buttons["play"].setToolTip(words)
        self.buttons["play"].setAccessibleName(words)

    def _tool(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "transport")
        button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click, Space still trains
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    @Slot()
    def _on_first_clicked(self) -> None:
        self.edge_wished.emit(False)

    @Slot()
    def _on_back_clicked(self) -> None:
        self.moved.emit(-1)

    @Slot()
    def _on_forward_clicked(self) -> None:
        self.moved.emit(1)

    @Slot()
    def _on_last_clicked(self) -> None:
        self.edge_wished.emit(True)
