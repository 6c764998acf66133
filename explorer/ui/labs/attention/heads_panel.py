"""All heads of the ready-made model as small maps: chosen, ordered by what they do, switched off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.head_patterns import PATTERNS
from explorer.specs.attention import N_HEADS, N_LAYERS
from explorer.ui.kit.menus import Choice
from explorer.ui.labs.attention.attention_panel import MODEL, AttentionPanel, in_words
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.head_maps import Head, HeadMapsView, HeadMark
from explorer.ui.views.prose import ProseView

BY_LAYER, BY_PAIR = "layers", "pair"
FOLLOWS = 0.3
"""A head that follows a pattern less than this stands back when ordered by it."""
HEADS: tuple[Head, ...] = tuple((layer, head) for layer in range(N_LAYERS) for head in range(N_HEADS))


class HeadsPanel(AttentionPanel):
    """Six layers of twelve heads."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self.order = Choice(theme)
        self.all_on = QPushButton("All on")
        self.view, self.words = HeadMapsView(theme), ProseView(theme)
        self._hovered: Head | None = None
        self.controls = [self.all_on, self.order]
        self._lay_out()
        self._show_attending()

    def subject(self) -> str:
        """All heads, and what they read."""
        return f"{MODEL} · {in_words(self.attending.reading)}"

    def figure_data(self) -> FigureData:
        """How far each head follows each pattern."""
        flat = self.attending.patterns.reshape(len(HEADS), -1)
        table: dict[str, Column] = {
            "layer": np.array([layer + 1 for layer, _ in HEADS]),
            "head": np.array([head + 1 for _, head in HEADS]),
        }
        table |= {pattern.name: flat[:, i] for i, pattern in enumerate(PATTERNS)}
        return self._figure(table, {"attention": self.attending.weights}, ())

    # What is shown -----------------------------------------------------------------------------------------------

    def _show_attending(self) -> None:
        self.view.set_maps(self.attending.shades)
        self.all_on.setVisible(bool(self.attending.reading.heads_off))
        self._show_order()

    def _show_focus(self, before: Focus) -> None:
        now = self.focus
        self.view.set_chosen((now.layer, now.head))
        if self.order.currentData() == BY_PAIR and (now.token, now.other) != (before.token, before.other):
            self._show_order()
        elif (now.layer, now.head) != (before.layer, before.head):
            self._show_words()

    @Slot()
    def _show_order(self) -> None:
        values = self._values()
        off, changed = set(self.attending.reading.heads_off), self._changed()
        order = None if values is None else sorted(HEADS, key=lambda at: -float(values[at]))
        marks = {}
        for at in HEADS:
            caption = "" if values is None else f"{values[at]:.2f}"
            dim = values is not None and values[at] < FOLLOWS
            marks[at] = HeadMark(caption, dim, at in off, 0.0 if changed is None else float(changed[at]))
        self.view.set_order(order)
        self.view.set_marks(marks)
        self.view.set_chosen((self.focus.layer, self.focus.head))
        self._show_words()

    def _values(self) -> Array | None:
        """What the heads are ordered by, (6, 12); None for their layers."""
        chosen = self.order.currentData()
        if chosen == BY_PAIR:
            a, b = self.focus.token, self.focus.other
            if a is None or b is None or max(a, b) >= len(self.attending.tokens):
                return None
            found: Array = self.attending.weights[:, :, a, b]
            return found
        if chosen == BY_LAYER:
            return None
        values: Array = self.attending.patterns[..., int(chosen)]
        return values

    def _changed(self) -> Array | None:
        """By how much each head's rows have changed through switching off: mean total variation, (6, 12)."""
        whole = self.attending.whole
        if whole is None:
            return None
        away: Array = 0.5 * np.abs(self.attending.weights - whole).sum(-1).mean(-1)
        return away

    def _show_words(self) -> None:
        at = self._hovered or (self.focus.layer, self.focus.head)
        patterns = self.attending.patterns[at]
        strongest = np.argsort(-patterns, kind="stable")[:2].tolist()
        measured = ", ".join(f"{PATTERNS[i].name} {patterns[i]:.2f}" for i in strongest)
        changed = self._changed()
        if changed is not None:
            measured += f", changed by {changed[at]:.2f}"
        lines = [[(f"Layer {at[0] + 1}, head {at[1] + 1}: ", "ink"), (f"{measured}.", "muted")]]
        chosen = self.order.currentData()
        if chosen == BY_PAIR:
            lines.append([(self._pair_words(), "muted")])
        elif chosen != BY_LAYER:
            lines.append([(PATTERNS[int(chosen)].meaning, "muted")])
        else:
            resting = int((self.attending.patterns[..., _FIRST] > 0.5).sum())
            lines.append([(f"{resting} of 72 heads give [CLS] more than half of their attention.", "muted")])
        self.words.set_paragraphs(lines)
        self.set_subtitle("6 layers × 12 heads")

    def _pair_words(self) -> str:
        a, b, tokens = self.focus.token, self.focus.other, self.attending.tokens
        if a is None or b is None:
            return "Click a word and another one with Ctrl: heads are ordered by how much the one looks at the other."
        return f"Ordered by how much “{tokens[a]}” looks at “{tokens[b]}”."

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(int, int)
    def _on_head_chosen(self, layer: int, head: int) -> None:
        self.focus_wished.emit(self.focus.at_head(layer, head))

    @Slot(int, int)
    def _on_head_hovered(self, layer: int, head: int) -> None:
        self._hovered = (layer, head) if layer >= 0 else None
        self._show_words()

    @Slot(int, int)
    def switch_head(self, layer: int, head: int) -> None:
        """Switch a head off, or on again."""
        off = set(self.reading.heads_off) ^ {(layer, head)}
        self.reading_wished.emit(replace(self.reading, heads_off=tuple(sorted(off))))

    @Slot()
    def switch_all_on(self) -> None:
        """All heads take part again."""
        self.reading_wished.emit(replace(self.reading, heads_off=()))

    def _lay_out(self) -> None:
        self.order.addItem("by layer", BY_LAYER)
        for i, pattern in enumerate(PATTERNS):
            self.order.addItem(pattern.name, str(i))
            self.order.setItemData(i + 1, pattern.meaning, 3)  # the item's tooltip
        self.order.addItem("word → word", BY_PAIR)
        self.order.setToolTip("Order the heads by what they do")
        self.order.setAccessibleName("Order of the heads")
        self.all_on.setToolTip("Switch all heads on again")
        self.view.setAccessibleName("All heads; click one to enlarge it, twice to switch it off")
        self.view.setToolTip("Click a head to enlarge it; a double click, or Delete, switches it off")
        self.column.addWidget(self.view, 1)
        self.column.addWidget(self.words)
        self.order.activated.connect(self._show_order)
        self.all_on.clicked.connect(self.switch_all_on)
        self.view.head_chosen.connect(self._on_head_chosen)
        self.view.head_hovered.connect(self._on_head_hovered)
        self.view.head_switched.connect(self.switch_head)


_FIRST = [pattern.name for pattern in PATTERNS].index("first")
