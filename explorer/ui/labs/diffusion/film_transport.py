"""The buttons under the pictures: a film is moved, painted on, and branched."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.ui.kit.film_buttons import FilmButtons
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.segmented import Segmented
from explorer.ui.theme import Theme

_LEAST_PX, _WORDS_PX = 500, 640


class FilmTransport(QWidget):
    """Moves through a film, and changes it.

    Signals:
        paint_toggled: Whether the picture may be painted on.
        noise_wished: Add noise to the picture.
        film_chosen: Whether the branch is to be shown.
        clear_wished: Forget the branch.
    """

    paint_toggled = Signal(bool)
    noise_wished = Signal()
    film_chosen = Signal(bool)
    clear_wished = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._branched = False
        self.film_buttons = FilmButtons(theme)
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

    def set_branched(self, branched: bool, shows_branch: bool) -> None:
        """Offer both films, if there are two."""
        self._branched = branched
        self.film.setVisible(branched)
        self.clear.setVisible(branched)
        self.film.set_value("branch" if shows_branch else "original")
        self._fit()

    def set_able(self, able: bool) -> None:
        """Whether there is a film."""
        self.film_buttons.set_able(able)
        for button in (self.paint, self.noise):
            button.setEnabled(able)

    def minimumSizeHint(self) -> QSize:
        """Without the words, which give way."""
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words give way to the buttons."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.film_buttons.words.setVisible(not self._branched or self.width() >= _WORDS_PX)

    def _finish(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.film_buttons)
        row.addStretch(1)
        for widget in (self.film, self.clear, self.paint, self.noise):
            row.addWidget(widget)
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus if widget is not self.film else Qt.FocusPolicy.NoFocus)
        self.paint.setToolTip("Paint on the picture: left button ink, right button paper; letting go makes a branch")
        self.noise.setToolTip("Add noise to the picture and go on from there, as a branch")
        self.clear.setToolTip("Clear the branch")
        self.clear.setAccessibleName("Clear the branch")
        self.paint.toggled.connect(self.paint_toggled)
        self.noise.clicked.connect(self.noise_wished)
        self.film.chosen.connect(self._on_film_chosen)
        self.clear.clicked.connect(self.clear_wished)

    @Slot(str)
    def _on_film_chosen(self, film: str) -> None:
        self.film_chosen.emit(film == "branch")
