"""The walk: attention one matrix at a time, with numbers set by hand or with those of the ready-made model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QInputDialog, QLayout

from explorer.core.figures import FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.attention import MASKS, Trace, Traced
from explorer.ui.labs.attention.attention_panel import MODEL, AttentionPanel, in_words
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.labs.attention.hand_model import DIMS, HandModel
from explorer.ui.labs.attention.walk_stage import WalkStage
from explorer.ui.labs.attention.walk_stages import STAGES, factors, product_of, written
from explorer.ui.panel import Where
from explorer.ui.theme import Theme

HAND, REAL = "hand", "real"
FIRST = next(i for i, stage in enumerate(STAGES) if stage.id == "scores")
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1, Qt.Key.Key_Backspace: -1}


class WalkPanel(AttentionPanel):
    """One stage at a time, forward and back.

    Signals:
        trace_wished: The stages of the head looked at are wanted.
    """

    trace_wished = Signal()

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._ready = False
        self._mode = HAND
        self._stage = FIRST
        self._cell: tuple[int, int] | None = None
        self._hand, self._undo, self._redo = HandModel(), list[HandModel](), list[HandModel]()
        self._held: HandModel | None = None
        self._seed = 0
        self._by_hand: Traced | None = None
        self._real: Traced | None = None
        self.stage = WalkStage(theme, [stage.title for stage in STAGES])
        self.controls = [self.stage.model, self.stage.masks]
        self.column.addWidget(self.stage, 1)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._connect()
        self._show()

    # What others say ---------------------------------------------------------------------------------------------

    @property
    def wants_trace(self) -> bool:
        """Whether the ready-made model's numbers are shown, to somebody."""
        return self._mode == REAL and (self.isVisible() or self.parentWidget() is None)

    @property
    def traced(self) -> Traced | None:
        """The numbers that are shown."""
        return self._real if self._mode == REAL else self._by_hand

    @property
    def hand(self) -> HandModel:
        """The model that is set by hand."""
        return self._hand

    def set_ready(self, ready: bool) -> None:
        """Whether the live model answers."""
        self._ready = ready
        self._ask()

    def set_traced(self, traced: Traced) -> None:
        """The stages of the head looked at."""
        self._real = traced
        if self._mode == REAL:
            self._show()

    def take_by_hand(self, traced: Traced) -> None:
        """The stages of the model that is set by hand."""
        self._by_hand = traced
        if self._mode == HAND:
            self._show()

    def go_to(self, number: int) -> None:
        """Show a stage, by its number from 0."""
        self._stage, self._cell = min(max(number, 0), len(STAGES) - 1), None
        self._show()

    def set_mode(self, mode: str) -> None:
        """``"hand"`` or ``"real"``."""
        self._mode, self._cell = mode, None
        self.stage.model.set_value(mode)
        self._ask()
        self._show()

    def subject(self) -> str:
        """The stage, and whose numbers these are."""
        stage, asked = f"stage {self._stage + 1} of {len(STAGES)}", self.traced.request if self.traced else None
        if not isinstance(asked, Trace):
            return f"{stage} · four numbers per token, set by hand"
        return f"{stage} · {MODEL} · layer {asked.layer + 1}, head {asked.head + 1} · {in_words(asked.reading)}"

    def figure_data(self) -> FigureData:
        """The matrix of this stage; all matrices as arrays."""
        traced = self.traced
        if traced is None:
            return self._figure({"row": np.zeros(0), "column": np.zeros(0), "value": np.zeros(0)}, {})
        values = product_of(STAGES[self._stage].id, traced).result.values
        rows, columns = np.indices(values.shape)
        table = {"row": rows.ravel() + 1, "column": columns.ravel() + 1, "value": values.ravel()}
        names = ("E", "W_Q", "W_K", "W_V", "Q", "K", "V", "scores", "scaled", "masked", "weights", "output")
        arrays = {name: getattr(traced, name) for name in (*names, "side_by_side", "W_O", "projected", "attended")}
        return self._figure(table, arrays, ())

    def _show_attending(self) -> None:
        self.stage.masks.setCurrentIndex(MASKS.index(self.reading.mask if self._mode == REAL else self._hand.mask))
        self._show_title()

    def _show_focus(self, before: Focus) -> None:
        self._show_title()

    # What is asked -----------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        if not self._ready:
            return
        if self._mode == REAL:
            self.trace_wished.emit()
        else:
            self.asked.emit(self._hand.request())

    # Showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        stage, traced = STAGES[self._stage], self.traced
        by_hand = self._mode == HAND
        self.stage.show_stage(self._stage, stage.formula, stage.words)
        self.stage.show_tools(by_hand=by_hand, can_undo=bool(self._undo), can_redo=bool(self._redo))
        self.stage.masks.setCurrentIndex(MASKS.index(self._hand.mask if by_hand else self.reading.mask))
        if traced is None:
            self.stage.show_nothing("Loading the model …" if not self._ready else "The numbers come in a moment …")
        else:
            is_wide = traced.E.shape[1] > 8
            product = product_of(stage.id, traced, () if is_wide else DIMS)
            self.stage.show_product(product, editable=by_hand)
            self._show_cell()
        self._show_title()

    def _show_cell(self) -> None:
        traced, stage = self.traced, STAGES[self._stage].id
        if traced is None:
            return
        shape = product_of(stage, traced).result.values.shape
        cell = self._cell if self._cell is not None and self._cell[0] < shape[0] and self._cell[1] < shape[1] else None
        if cell is None:
            self.stage.show_arithmetic(None, None, [("Point at a number: what makes it lights up.", "muted")])
            return
        self.stage.show_arithmetic(cell, factors(stage, traced, cell), written(stage, traced, cell))

    def _show_title(self) -> None:
        step = f"stage {self._stage + 1} of {len(STAGES)}"
        if self._mode == HAND:
            heads = "one head" if self._hand.n_heads == 1 else f"head {self._hand.head + 1} of 2"
            self.set_subtitle(f"{step}; four numbers per token, {heads}: drag them, or type")
        else:
            asked = self._real.request if self._real is not None else None
            at = asked if isinstance(asked, Trace) else Trace(self.reading, self.focus.layer, self.focus.head)
            self.set_subtitle(f"{step}; MiniLM, layer {at.layer + 1}, head {at.head + 1}")

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(int)
    def _on_moved(self, steps: int) -> None:
        self.go_to(self._stage + steps)

    @Slot(int, int)
    def _on_cell_hovered(self, row: int, column: int) -> None:
        self._cell = (row, column) if row >= 0 else None
        self._show_cell()

    @Slot(str, int, int, float, bool)
    def _on_value_edited(self, name: str, row: int, column: int, value: float, final: bool) -> None:
        if self._held is None:
            self._held = self._hand
        self._hand = self._hand.with_value(name, row, column, value)
        if final:
            self._undo.append(self._held)
            self._redo.clear()
            self._held = None
        self._ask()

    @Slot(int)
    def _on_mask_activated(self, index: int) -> None:
        if self._mode == REAL:
            self.reading_wished.emit(replace(self.reading, mask=MASKS[index]))
        else:
            self._change(replace(self._hand, mask=MASKS[index]))

    @Slot(str)
    def _on_tool_used(self, tool: str) -> None:
        hand = self._hand
        match tool:
            case "undo" if self._undo:
                self._redo.append(hand)
                self._hand = self._undo.pop()
            case "redo" if self._redo:
                self._undo.append(hand)
                self._hand = self._redo.pop()
            case "reset":
                self._change(HandModel())
            case "random":
                self._seed += 1
                self._change(hand.at_random(self._seed))
            case "heads":
                self._change(replace(hand, n_heads=3 - hand.n_heads, head=0))
            case "other head" if hand.n_heads == 2:
                self._change(replace(hand, head=1 - hand.head))
            case "add":
                text, taken = QInputDialog.getText(self, "Another token", "Its text; [PAD] for padding")
                self._change(hand.with_token(text.strip()[:12]) if taken else hand)
            case "remove":
                self._change(hand.without_last())
        self._ask()
        self._show()

    def _change(self, changed: HandModel) -> None:
        if changed is not self._hand:
            self._undo.append(self._hand)
            self._redo.clear()
            self._hand = changed
            self._ask()
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go through the stages, Home and End to the ends."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self._on_moved(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(0 if key == Qt.Key.Key_Home else len(STAGES) - 1)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What is needed is asked for."""
        super().showEvent(event)
        self._ask()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self.stage.wear(theme)

    def minimumSizeHint(self) -> QSize:
        """The least in which a matrix can be read."""
        return QSize(280, 180)

    def _connect(self) -> None:
        stage = self.stage
        stage.moved.connect(self._on_moved)
        stage.stage_chosen.connect(self.go_to)
        stage.cell_hovered.connect(self._on_cell_hovered)
        stage.value_edited.connect(self._on_value_edited)
        stage.tool_used.connect(self._on_tool_used)
        stage.model.chosen.connect(self.set_mode)
        stage.masks.activated.connect(self._on_mask_activated)
