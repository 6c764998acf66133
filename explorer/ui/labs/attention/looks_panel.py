"""What one word looks at, or who looks at it, as bars; two words side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Slot

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.labs.attention.attention_panel import AttentionPanel
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.labs.attention.tokens_panel import SECOND
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.prose import ProseView

ROW_PX = 21


class LooksPanel(AttentionPanel):
    """Shares of one token, the largest first; those of a second one beneath each, where two are compared."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self.bars, self.words = BarsView(theme), ProseView(theme)
        self.bars.setAccessibleName("Shares of attention; click one to look from there")
        self.column.addWidget(self.bars, 1)
        self.column.addWidget(self.words)
        self._places: list[int] = []
        self.bars.bar_clicked.connect(self._on_bar_clicked)
        self._show_attending()

    def figure_data(self) -> FigureData:
        """Shares of the words looked at."""
        table: dict[str, Column] = {"token": list(self.attending.tokens)}
        for token in self._chosen():
            table[f"{self.attending.tokens[token]} ({token})"] = self._shares(token)
        return self._figure(table, {}, ())

    def _chosen(self) -> list[int]:
        n = len(self.attending.tokens)
        return [i for i in (self.focus.shown, self.focus.other) if i is not None and i < n]

    def _shares(self, token: int) -> Array:
        focus = self.focus
        return self.attending.shares(focus.layer, focus.head, token, focus.towards, focus.special_out)

    def _show_attending(self) -> None:
        tokens, chosen = self.attending.tokens, self._chosen()
        if not chosen:
            self._places = []
            self.bars.set_bars([])
            self.words.set_paragraphs([[("Point at a word, or click it.", "muted")]])
            self.set_subtitle("")
            return
        shares = [np.nan_to_num(self._shares(token), nan=0.0) for token in chosen]
        most = max(2, int((self.height() - 60) / self.theme.px(ROW_PX)) // len(chosen)) if self.isVisible() else 8
        order = np.argsort(-np.max(shares, axis=0), kind="stable")[:most].tolist()
        keys = ("accent", SECOND)
        self._places = [i for i in order for _ in chosen]
        self.bars.set_bars(
            [
                Bar(tokens[i] if k == 0 else "", float(share[i]), keys[k])
                for i in order
                for k, share in enumerate(shares)
            ],
            limit=1.0,
        )
        names = [f"“{tokens[token]}”" for token in chosen]
        self.set_subtitle((" and ".join(names) + " looked at by") if self.focus.towards else " and ".join(names))
        self.words.set_paragraphs([self._sentence(chosen, shares)])

    def _sentence(self, chosen: list[int], shares: list[Array]) -> list[tuple[str, str]]:
        tokens, focus = self.attending.tokens, self.focus
        if len(chosen) == 2:
            away = shares[0] - shares[1]
            i = int(np.abs(away).argmax())
            return [
                (f"They differ most at “{tokens[i]}”: ", "muted"),
                (f"{shares[0][i]:.2f}", "accent"),
                (" against ", "muted"),
                (f"{shares[1][i]:.2f}", SECOND),
                (".", "muted"),
            ]
        if focus.towards:
            rescaled = ", rescaled without the added tokens" if focus.special_out else ""
            return [
                (f"A column adds up to what it gets: {shares[0].sum():.2f}{rescaled}; only rows add up to 1.", "muted")
            ]
        if focus.special_out:
            kept = self.attending.kept_share(focus.layer, focus.head, chosen[0])
            return [(f"Rescaled: {100 * kept:.0f} % of its attention goes to these words.", "muted")]
        return [("They add up to 1.", "muted")]

    def _show_focus(self, before: Focus) -> None:
        if replace(before, cell=None) != replace(self.focus, cell=None):
            self._show_attending()

    @Slot(int)
    def _on_bar_clicked(self, number: int) -> None:
        if 0 <= number < len(self._places):
            self.focus_wished.emit(replace(self.focus, token=self._places[number], other=None))
