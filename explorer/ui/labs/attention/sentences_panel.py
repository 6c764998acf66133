"""Two sentences: how alike the ready-made model finds them, token by token and as a whole."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QLineEdit

from explorer.core.figures import Column, FigureData
from explorer.core.spec import PanelSpec
from explorer.data.known_sentences import load_known_sentences
from explorer.specs.attention import Reading, Relate, Related
from explorer.ui.labs.attention.attention_panel import MODEL, AttentionPanel, in_words, quoted
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.matrix import MatrixView, MatrixWords
from explorer.ui.views.prose import ProseView

FIRST = "The azure animal has wings of gold."
WORDS = MatrixWords("", "rows = the first", "columns = the second; colour = cosine")
_WIDE_PX, _LOW_PX = 640, 200


class SentencesPanel(AttentionPanel):
    """The other sentence, the cosine, the matrix of tokens, and the nearest of twenty known sentences.

    Signals:
        second_changed: The other sentence.
    """

    second_changed = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._ready = False
        self._asked: tuple[Reading, str] | None = None
        self._related: Related | None = None
        self.second = QLineEdit(FIRST)
        self.words, self.matrix, self.known = ProseView(theme), MatrixView(theme), BarsView(theme)
        self._texts: list[int] = []
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._show()

    def set_second(self, text: str) -> None:
        """Compare with this; nothing leaves the sentence that is there."""
        if text:
            self.second.setText(text)
            self._ask()

    def set_ready(self, ready: bool) -> None:
        """Whether the live model answers."""
        self._ready = ready
        self._ask()

    def set_reading(self, reading: Reading) -> None:
        """The first sentence."""
        super().set_reading(reading)
        self._ask()

    def take(self, related: Related) -> None:
        """Show how alike they are."""
        self._related = related
        self._show()

    def subject(self) -> str:
        """Both sentences."""
        if self._related is None:
            return MODEL
        asked = self._related.request
        return f"{MODEL} · {in_words(asked.reading)} and {quoted(asked.second)}"

    def figure_data(self) -> FigureData:
        """Cosines of all pairs of tokens, and of the known sentences."""
        related = self._related
        if related is None:
            return self._figure({"token": [], "second token": [], "cosine": np.zeros(0)}, {})
        rows, columns = np.indices(related.alike.shape)
        table: dict[str, Column] = {
            "token": [related.tokens[i] for i in rows.ravel()],
            "second token": [related.second_tokens[i] for i in columns.ravel()],
            "cosine": related.alike.ravel(),
        }
        return self._figure(table, {"alike": related.alike, "known": related.known}, related.tokens[:1])

    def _show_attending(self) -> None:
        self._ask()

    def _show_focus(self, before: Focus) -> None:
        """Nothing here depends on a head."""

    @Slot()
    def _ask(self) -> None:
        wished = (self.reading, self.second.text())
        seen = self.isVisible() or self.parentWidget() is None
        if self._ready and seen and wished != self._asked and wished[1].strip():
            self._asked = wished
            self.asked.emit(Relate(*wished))

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.second_changed.emit(text)
        self._ask()
        if not text.strip():
            self._related, self._asked = None, None
            self._show()

    @Slot(int)
    def _on_known_clicked(self, number: int) -> None:
        if 0 <= number < len(self._texts):
            text = load_known_sentences().texts[self._texts[number]]
            self.second.setText(text)
            self._on_text_edited(text)

    def _show(self) -> None:
        related = self._related
        for view in (self.matrix, self.known):
            view.setVisible(related is not None)
        if related is None:
            words = "Type a second sentence." if not self.second.text().strip() else "The comparison comes in a moment."
            self.words.set_paragraphs([[(words, "muted")]])
            return
        self._fit()
        self.matrix.set_matrix(
            related.alike, related.tokens, related.second_tokens, ColorScale("signed", -1.0, 1.0, "cosine")
        )
        order = np.argsort(-related.known, kind="stable")[:8].tolist()
        texts = load_known_sentences().texts
        self._texts = order
        self.known.set_bars([Bar(texts[i], float(related.known[i])) for i in order], limit=1.0)
        self.words.set_paragraphs(self._paragraphs(related))
        self.set_subtitle("each is the mean of its tokens, brought to length 1")

    def _paragraphs(self, related: Related) -> list[list[tuple[str, str]]]:
        best = np.unravel_index(int(np.abs(_words_only(related)).argmax()), related.alike.shape)
        one, other = related.tokens[best[0]], related.second_tokens[best[1]]
        lines = [
            [("cosine ", "ink"), (f"{related.cosine:.3f}", "accent"), (f": {_meaning(related.cosine)}.", "muted")],
            [(f"Most alike: “{one}” and “{other}”, {related.alike[best]:.2f}.", "muted")],
        ]
        if related.request.reading.tokens_off or related.request.reading.heads_off:
            lines.append([("The first is read with tokens or heads switched off.", "warn")])
        return lines

    def showEvent(self, event: QShowEvent) -> None:
        """What is needed is asked for."""
        super().showEvent(event)
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside one another where it is wide; the known sentences give way first."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= self.theme.px(_WIDE_PX)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.known.setVisible(self._related is not None and wide)
        low = self.height() < self.theme.px(_LOW_PX)
        self.matrix.set_words(MatrixWords() if low else WORDS)

    def _lay_out(self) -> None:
        self.second.setPlaceholderText("A second sentence")
        self.second.setAccessibleName("The second sentence")
        self.second.setClearButtonEnabled(True)
        self.matrix.setAccessibleName("Cosine of each token of the first with each of the second")
        self.known.setAccessibleName("The nearest of twenty known sentences; click one to compare with it")
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.second, 3)
        top.addWidget(self.words, 4)
        self.words.setMinimumHeight(round(self.theme.px(34)))
        self._row.setSpacing(16)
        self._row.addWidget(self.matrix, 4)
        self._row.addWidget(self.known, 5)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.column.addLayout(top)
        self.column.addLayout(self._row, 1)
        self.second.textEdited.connect(self._on_text_edited)
        self.known.bar_clicked.connect(self._on_known_clicked)
        self.known.setCursor(Qt.CursorShape.PointingHandCursor)


def _words_only(related: Related) -> np.ndarray:
    """The matrix with zeros for added tokens."""
    kept = [np.array([not t.startswith("[") for t in tokens]) for tokens in (related.tokens, related.second_tokens)]
    return np.where(kept[0][:, None] & kept[1], related.alike, 0.0)


def _meaning(cosine: float) -> str:
    """What a cosine says, in words."""
    bounds = ((0.8, "nearly the same meaning"), (0.5, "the same subject"), (0.25, "something in common"))
    return next((words for bound, words in bounds if cosine >= bound), "nothing in common")
