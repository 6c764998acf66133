"""A matrix whose numbers can be dragged up and down, or typed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.matrix import Cell, MatrixView
from explorer.ui.views.ticks import number

PER_PX, FINE_PER_PX = 0.02, 0.002


class EditableMatrixView(MatrixView):
    """As long as it is editable, dragging a cell changes its number (with Shift finely), Enter or two clicks type it.

    Signals:
        value_edited: Row, column, the new number, and whether the change is over.
    """

    value_edited = Signal(int, int, float, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._editable = False
        self._held: tuple[Cell, float, QPointF] | None = None
        self._editor = QLineEdit(self)
        self._editor.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._editor.hide()
        self._editor.returnPressed.connect(self._on_typed)
        self._editor.editingFinished.connect(self._on_left)
        self._edited: Cell | None = None

    @property
    def editable(self) -> bool:
        """Whether numbers can be changed."""
        return self._editable

    def set_editable(self, editable: bool) -> None:
        """Whether numbers can be changed."""
        self._editable = editable
        self.setCursor(Qt.CursorShape.SizeVerCursor if editable else Qt.CursorShape.ArrowCursor)
        if not editable:
            self._held = None
            self._editor.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a number."""
        found = self.cell_at(event.position())
        if self._editable and found is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = found, float(self._values[found]), event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._held is None:
            super().mouseMoveEvent(event)
            return
        self._tell(event, final=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        if self._held is not None and event.button() == Qt.MouseButton.LeftButton:
            if (event.position() - self._held[2]).manhattanLength() > 2:
                self._tell(event, final=True)
            self._held = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type it."""
        found = self.cell_at(event.position())
        if found is not None:
            self.open_editor(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter types the number of the cell that is lit up."""
        cell = self._cell or self._hovered
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._editable and cell is not None:
            self.open_editor(cell)
        else:
            super().keyPressEvent(event)

    def open_editor(self, cell: Cell) -> None:
        """A small field over a cell, while numbers can be changed."""
        if not self._editable:
            return
        self._held = None
        self._edited = cell
        place = self.place_of(self.area(), *cell).toAlignedRect()
        width = max(place.width(), round(self.theme.px(58)))
        self._editor.setGeometry(place.center().x() - width // 2, place.top(), width, max(place.height(), 24))
        self._editor.setText(number(float(self._values[cell]), 2).replace("−", "-"))
        self._editor.show()
        self._editor.selectAll()
        self._editor.setFocus()

    @Slot()
    def _on_left(self) -> None:
        """The keyboard is elsewhere: nothing is typed any more."""
        if not self._editor.hasFocus():
            self._editor.hide()

    @Slot()
    def _on_typed(self) -> None:
        text = self._editor.text().strip().replace("−", "-").replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            self._editor.selectAll()  # what is no number is not taken, and stays to be put right
            return
        if self._edited is not None and value == value and abs(value) != float("inf"):
            self.value_edited.emit(*self._edited, value, True)
        self._editor.hide()
        self.setFocus()

    def _tell(self, event: QMouseEvent, *, final: bool) -> None:
        if self._held is None:
            return
        cell, value, start = self._held
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        moved = (start.y() - event.position().y()) * (FINE_PER_PX if fine else PER_PX)
        self.value_edited.emit(*cell, round(value + moved, 3 if fine else 2), final)
