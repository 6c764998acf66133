"""The buttons under the pictures: a film is moved, painted on, and branched."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from explorer.ui import icons
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.segmented import Segmented
from explorer.ui.theme import Theme

_BUTTON_PX, _ICON_PX = 30, 16
_LEAST_PX, _WORDS_PX = 500, 640
_SIGNS = (
    ("first", "to-start", "To the noise (Home)"),
    ("back", "step-back", "One denoising step back (Left)"),
    ("play", "play", "Play the film (P)"),
    ("forward", "step-forward", "One denoising step (Right)"),
    ("last", "to-end", "To the end (End)"),
)


class FilmTransport(QWidget):
    """Moves through a film, and changes it.

    Signals:
        moved: Steps to go, negative for back.
        edge_wished: False for the beginning, True for the end.
        play_toggled: Play or pause.
        paint_toggled: Whether the picture may be painted on.
        noise_wished: Add noise to the picture.
        film_chosen: Whether the branch is to be shown.
        clear_wished: Forget the branch.
    """

    moved = Signal(int)
    edge_wished = Signal(bool)
    play_toggled = Signal()
    paint_toggled = Signal(bool)
    noise_wished = Signal()
    film_chosen = Signal(bool)
    clear_wished = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._playing = self._branched = False
        self.buttons = {name: self._tool(tip) for name, _, tip in _SIGNS}
        self.buttons["play"].setProperty("kind", "primary")
        self.words = QLabel()
        self.words.setProperty("role", "number")
        self.words.setProperty("tone", "muted")
        self.paint = QPushButton("Paint")
        self.paint.setCheckable(True)
        self.noise = QPushButton("Add noise")
        self.film = Segmented(
            (("original", "Original", "The film as it was"), ("branch", "Branch", "What became of the change")),
            "Which film is shown",
        )
        self.clear = IconButton("close", theme)
        self._finish()
        self.set_branched(False, False)
        self.set_theme(theme)

    def set_playing(self, playing: bool) -> None:
        """Turn the middle button into Pause, or back."""
        self._playing = playing
        self._show_play()

    def set_branched(self, branched: bool, shows_branch: bool) -> None:
        """Offer both films, if there are two."""
        self._branched = branched
        self.film.setVisible(branched)
        self.clear.setVisible(branched)
        self.film.set_value("branch" if shows_branch else "original")
        self._fit()

    def set_words(self, text: str) -> None:
        """Say which step it is."""
        self.words.setText(text)
        self.words.setMinimumWidth(max(self.words.minimumWidth(), self.words.sizeHint().width()))

    def set_able(self, able: bool) -> None:
        """Whether there is a film."""
        for button in (*self.buttons.values(), self.paint, self.noise):
            button.setEnabled(able)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        for name, sign, _ in _SIGNS:
            self.buttons[name].setIcon(icons.icon(sign, theme.ink, _ICON_PX))
        self.clear.set_theme(theme)
        self._show_play()

    def minimumSizeHint(self) -> QSize:
        """Without the words, which give way."""
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words give way to the buttons."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.words.setVisible(not self._branched or self.width() >= _WORDS_PX)

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

    def _finish(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.words)
        row.addStretch(1)
        for widget in (self.film, self.clear, self.paint, self.noise):
            row.addWidget(widget)
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus if widget is not self.film else Qt.FocusPolicy.NoFocus)
        self.paint.setToolTip("Paint on the picture: left button ink, right button paper; letting go makes a branch")
        self.noise.setToolTip("Add noise to the picture and go on from there, as a branch")
        self.clear.setToolTip("Clear the branch")
        self.clear.setAccessibleName("Clear the branch")
        self._connect()

    def _connect(self) -> None:
        self.buttons["first"].clicked.connect(self._on_first_clicked)
        self.buttons["back"].clicked.connect(self._on_back_clicked)
        self.buttons["play"].clicked.connect(self.play_toggled)
        self.buttons["forward"].clicked.connect(self._on_forward_clicked)
        self.buttons["last"].clicked.connect(self._on_last_clicked)
        self.paint.toggled.connect(self.paint_toggled)
        self.noise.clicked.connect(self.noise_wished)
        self.film.chosen.connect(self._on_film_chosen)
        self.clear.clicked.connect(self.clear_wished)

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

    @Slot(str)
    def _on_film_chosen(self, film: str) -> None:
        self.film_chosen.emit(film == "branch")
