"""The arithmetic of one cell: query and key, dimension by dimension, the scaled score, the softmax of its row."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout

from explorer.core.figures import Column, FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.attention import Trace, Traced
from explorer.ui.labs.attention.attention_panel import AttentionPanel
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.products import ProductsView
from explorer.ui.views.prose import ProseView
from explorer.ui.views.ticks import number

Pair = tuple[int, int]


class CellPanel(AttentionPanel):
    """For the cell under the pointer, or the strongest one of the word looked at."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._traced: Traced | None = None
        self.products, self.words = ProductsView(theme), ProseView(theme)
        self.products.setAccessibleName("Products of query and key, one for each dimension")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(16)
        self._row.addWidget(self.products, 5)
        self._row.addWidget(self.words, 3)
        self.column.addLayout(self._row, 1)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._show()

    @property
    def wants_trace(self) -> bool:
        """Whether somebody looks: without a window the panel is about to be written to a file."""
        return self.isVisible() or self.parentWidget() is None

    def set_traced(self, traced: Traced) -> None:
        """The stages of a head."""
        self._traced = traced
        self._show()

    @property
    def pair(self) -> Pair | None:
        """Query and key that are shown."""
        focus, n = self.focus, len(self.attending.tokens)
        if focus.cell is not None and max(focus.cell) < n:
            return focus.cell
        token = focus.shown
        if token is None or token >= n:
            return None
        shares = np.nan_to_num(
            self.attending.shares(focus.layer, focus.head, token, focus.towards, focus.special_out), nan=-1.0
        )
        other = int(shares.argmax())
        return (other, token) if focus.towards else (token, other)

    def subject(self) -> str:
        """Whose products these are."""
        return f"{super().subject()} · {self.subtitle}" if self.subtitle else super().subject()

    def figure_data(self) -> FigureData:
        """Query, key and their products."""
        pair, traced = self.pair, self._traced
        if pair is None or traced is None or max(pair) >= len(traced.tokens):
            return self._figure({"dimension": np.zeros(0)}, {})
        q, k = traced.Q[pair[0]], traced.K[pair[1]]
        table: dict[str, Column] = {"dimension": np.arange(1, len(q) + 1), "q": q, "k": k, "product": q * k}
        return self._figure(table, {}, ())

    def _show_attending(self) -> None:
        self._show()

    def _show_focus(self, before: Focus) -> None:
        self._show()

    def _is_stale(self, traced: Traced) -> bool:
        asked = traced.request
        here = (self.attending.reading, self.focus.layer, self.focus.head)
        return not isinstance(asked, Trace) or (asked.reading, asked.layer, asked.head) != here

    def _show(self) -> None:
        pair, traced = self.pair, self._traced
        if pair is None:
            self.products.set_factors([], [], ("q", "k"))
            self.words.set_paragraphs([[("Point at a cell of the matrix, or at a word.", "muted")]])
            self.set_subtitle("")
            return
        tokens = self.attending.tokens
        self.set_subtitle(f"query “{tokens[pair[0]]}” · key “{tokens[pair[1]]}”")
        if traced is None or max(pair) >= len(traced.tokens) or self._is_stale(traced):
            old = traced is not None and max(pair) < len(traced.tokens)
            q, k = (traced.Q[pair[0]], traced.K[pair[1]]) if old and traced is not None else ([], [])
            self.products.set_factors(q, k, ("q", "k"), stale=True)
            self.words.set_paragraphs([[("The numbers of this head come in a moment.", "muted")]])
            return
        self.products.set_factors(traced.Q[pair[0]], traced.K[pair[1]], ("q", "k"))
        self.words.set_paragraphs(arithmetic(traced, pair))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside one another where it is wide."""
        upright = self.width() < 1.4 * self.height() or self.width() < self.theme.px(420)
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight)
        super().resizeEvent(event)


def arithmetic(traced: Traced, pair: Pair) -> list[list[tuple[str, str]]]:
    """From the dot product to the weight, in the numbers of this cell."""
    i, j = pair
    d = traced.Q.shape[1]
    score, scaled, masked = (float(part[i, j]) for part in (traced.scores, traced.scaled, traced.masked))
    weight = float(traced.weights[i, j])
    lines = [
        [("q · k = ", "muted"), (number(score, 2), "ink")],
        [(f"÷ √{d} = ", "muted"), (number(scaled, 2), "ink")],
    ]
    if not math.isfinite(masked):
        return [*lines, [("masked: −∞, so the weight is ", "muted"), ("0", "accent")]]
    row = traced.masked[i].astype(np.float64)
    total = float(np.exp(row[np.isfinite(row)]).sum())
    lines.append(
        [
            (f"softmax: e^{number(masked, 2)} ÷ Σ = {math.exp(masked):.3g} ÷ {total:.3g} = ", "muted"),
            (f"{weight:.3f}", "accent"),
        ]
    )
    return lines
