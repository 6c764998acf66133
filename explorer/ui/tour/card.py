"""The card of a tour: a few words, a question, and the way on. It only shows and wishes; the player decides."""

from __future__ import annotations

from string import Template

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from explorer.core.tour import Scene
from explorer.ui import fonts
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.theme import RADIUS_PX, SPACE_L, SPACE_M, SPACE_S, SPACE_XL, Theme

WIDTH_PX = 336
"""About a right-hand column, so that the hero stays free."""
_STEPS = 1000

_QSS = """
#tour-card { background: $card; border: 2px solid $accent; border-radius: ${radius}px; }
#tour-card QLabel { color: $ink; font-size: $body; }
#tour-card QLabel#tour-title { font-size: $title; font-weight: 600; }
#tour-card QLabel#tour-place, #tour-card QLabel#tour-note { color: $muted; font-size: $secondary; }
#tour-card QFrame#tour-question { background: $accent_ground; border: none; border-radius: 8px; }
#tour-card QLabel#tour-ask { font-weight: 600; }
#tour-card QProgressBar { background: $grid; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
#tour-card QProgressBar::chunk { background: $accent; border-radius: 2px; }
#tour-card QPushButton { font-size: $body; }
"""


class TourCard(QFrame):
    """One scene at a time, floating over the docks; it can be dragged out of the way.

    Signals:
        next_requested, back_requested: The buttons.
        reveal_requested: The answer is wished for.
        close_requested: The tour is to be left.
        resized: The words are others, and so is the height.
        dragged: Put somewhere else by hand.

    Args:
        theme: Colours and fonts.
        host: The widget it floats over.
    """

    next_requested = Signal()
    back_requested = Signal()
    reveal_requested = Signal()
    close_requested = Signal()
    resized = Signal()
    dragged = Signal()

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("tour-card")
        self.setAccessibleName("Tour")
        self._grip: QPoint | None = None
        self._place, self._note = self._label("tour-place"), self._label("tour-note")
        self._title, self._text = self._label("tour-title"), self._label("tour-text")
        self._ask, self._answer = self._label("tour-ask"), self._label("tour-answer")
        for label in (self._text, self._ask, self._answer):
            label.setTextFormat(Qt.TextFormat.MarkdownText)
        self._progress = QProgressBar()
        self._progress.setRange(0, _STEPS)
        self._progress.setTextVisible(False)
        self.close_button = IconButton("close", theme)
        self.close_button.setToolTip("Leave the tour (Esc); it goes on here next time")
        self.close_button.setAccessibleName("Leave the tour")
        self.back_button = _button("Back", "Page Up", "quiet")
        self.next_button = _button("Next", "Page Down", "primary")
        self.reveal_button = _button("Reveal", "Page Down", "primary")
        self._question = QFrame()
        self._question.setObjectName("tour-question")
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.hide()

    @property
    def is_revealed(self) -> bool:
        """Whether nothing is left to be revealed."""
        return self._question.isHidden() or not self._answer.isHidden()

    @property
    def note(self) -> str:
        """The small line that says how live training goes."""
        return self._note.text()

    def set_scene(self, scene: Scene, index: int, n_scenes: int) -> None:
        """Show a scene, its answer hidden."""
        self._place.setText(f"{index + 1} of {n_scenes}")
        self._title.setText(scene.title)
        self._text.setText(scene.text)
        self._ask.setText(scene.ask)
        self._answer.setText(scene.reveal)
        self._answer.hide()
        self._question.setVisible(bool(scene.ask))
        self.reveal_button.setVisible(bool(scene.ask))
        self.back_button.setEnabled(index > 0)
        self.next_button.setText("Next" if index + 1 < n_scenes else "Finish")
        self._progress.hide()
        self._note.hide()
        self._emphasize()
        self._fit()

    def reveal(self) -> None:
        """Show the answer."""
        self._answer.setVisible(not self._question.isHidden())
        self.reveal_button.hide()
        self._emphasize()
        self._fit()

    def set_note(self, text: str, fraction: float | None = None) -> None:
        """Say how live training goes; with a fraction (0 to 1), as a bar too."""
        was_there = not self._note.isHidden(), not self._progress.isHidden()
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._progress.setVisible(fraction is not None)
        self._progress.setValue(round(_STEPS * min(1.0, max(0.0, fraction or 0.0))))
        if was_there != (not self._note.isHidden(), not self._progress.isHidden()):
            self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme, or a larger one."""
        names = ("card", "accent", "ink", "muted", "accent_ground", "grid")
        colors = {name: getattr(theme, name).name() for name in names}
        roles: tuple[fonts.Role, ...] = ("body", "title", "secondary")
        sizes = {role: f"{fonts.points(role) * theme.scale:.3f}pt" for role in roles}
        self.setStyleSheet(Template(_QSS).substitute(colors, **sizes, radius=RADIUS_PX + 2))
        self.setFixedWidth(round(WIDTH_PX * theme.scale))
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the card."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry it along."""
        if self._grip is not None:
            self.move(self.mapToParent(event.position().toPoint() - self._grip))
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        self._grip = None

    def _label(self, name: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setWordWrap(name not in ("tour-place",))
        return label

    def _emphasize(self) -> None:
        """One button is the way on: Reveal while there is something to reveal, else Next."""
        kind = "primary" if self.is_revealed else "quiet"
        if self.next_button.property("kind") != kind:
            self.next_button.setProperty("kind", kind)
            self.next_button.style().unpolish(self.next_button)
            self.next_button.style().polish(self.next_button)

    def _fit(self) -> None:
        """As high as the words need."""
        layout = self.layout()
        if layout is None:
            return
        for child in self.findChildren(QWidget):
            child.ensurePolished()  # its style decides its height ...
            child.updateGeometry()  # ... which its layout remembers from before
        layout.invalidate()
        layout.activate()
        height = layout.totalHeightForWidth(self.width())  # with the border that the style adds
        if self.size() != QSize(self.width(), height):
            self.resize(self.width(), height)
        self.resized.emit()

    def _connect(self) -> None:
        self.next_button.clicked.connect(self.next_requested)
        self.back_button.clicked.connect(self.back_requested)
        self.reveal_button.clicked.connect(self.reveal_requested)
        self.close_button.clicked.connect(self.close_requested)

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        asked = QVBoxLayout(self._question)
        asked.setContentsMargins(SPACE_L, SPACE_M + 2, SPACE_L, SPACE_M + 2)
        asked.setSpacing(SPACE_M)
        asked.addWidget(self._ask)
        asked.addWidget(self._answer)
        asked.addWidget(self.reveal_button, 0, Qt.AlignmentFlag.AlignLeft)
        foot.setSpacing(SPACE_M)
        foot.addWidget(self._place, 1)
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL - 6, SPACE_L, SPACE_L + 2, SPACE_L + 2)
        column.setSpacing(SPACE_M + 2)
        column.addLayout(head)
        column.addWidget(self._text)
        column.addWidget(self._question)
        column.addWidget(self._note)
        column.addWidget(self._progress)
        column.addSpacing(SPACE_S)
        column.addLayout(foot)


def _button(text: str, key: str, kind: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(f"{text} ({key})")
    button.setProperty("kind", kind)
    return button
