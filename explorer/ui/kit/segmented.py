"""An exclusive choice of a few, all visible: the segmented control."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class _Segment(QPushButton):
    """Leaves the arrow keys to the control it is part of."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything but the arrows."""
        if event.key() in _KEYS:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Segmented(QFrame):
    """A few labelled segments of which one is chosen, by mouse or arrow keys.

    Signals:
        chosen: The value a person chose.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str, str]], label: str, parent: QWidget | None = None) -> None:
        """Makes the segments.

        Args:
            choices: Value, text on the segment and tooltip of each.
            label: What is being chosen, for assistive technology.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self.setProperty("surface", "segmented")
        self.setAccessibleName(label)
        self._values = [value for value, _, _ in choices]
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for index, (_, text, tip) in enumerate(choices):
            row.addWidget(self._segment(index, text, tip, label), 1)
        self._group.buttonClicked.connect(self._on_button_clicked)
        self.set_value(self._values[0])

    @property
    def value(self) -> str:
        """The value chosen now."""
        return self._values[self._group.checkedId()]

    def set_value(self, value: str) -> None:
        """Chooses without saying so.

        Raises:
            ValueError: It is not one of the choices.
        """
        self._group.button(self._values.index(value)).setChecked(True)

    def offers(self, value: str) -> bool:
        """Whether it is one of the choices."""
        return value in self._values

    def choose(self, value: str) -> None:
        """Chooses as a person does, and says so.

        Raises:
            ValueError: It is not one of the choices.
        """
        self._group.button(self._values.index(value)).click()

    def segments(self) -> list[QAbstractButton]:
        """The segments from left to right."""
        return self._group.buttons()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose the neighbour, round the ends."""
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
            return
        button = self._group.button((self._group.checkedId() + step) % len(self._values))
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()

    def _segment(self, index: int, text: str, tip: str, label: str) -> QPushButton:
        button = _Segment(text, self)
        button.setProperty("kind", "segment")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        button.toggled.connect(self._on_button_toggled)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + 18)
        button.setToolTip(tip)
        button.setAccessibleName(f"{label}: {text}")
        self._group.addButton(button, index)
        return button

    @Slot()
    def _on_button_toggled(self) -> None:
        """The Tab key comes to the chosen segment only; the arrow keys go on from there."""
        for button in self._group.buttons():
            policy = Qt.FocusPolicy.StrongFocus if button.isChecked() else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(policy)

    @Slot(QAbstractButton)
    def _on_button_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(self._values[self._group.id(button)])
