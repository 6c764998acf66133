"""Learn it live: a small model of attention alone learns which colour belongs to which noun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLayout, QLineEdit, QPushButton, QVBoxLayout

from explorer.core.errors import UserError
from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.binding import CHANCE, COLOURS, GUESSING
from explorer.data.binding_reading import EXAMPLE, Reading, ask, read
from explorer.specs.attention import AttentionParams, Bind, BoundTo
from explorer.ui.kit.row import refusal_label
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.attention_arcs import ArcsView, Fan, Token
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.head_maps import HeadMapsView, HeadMark
from explorer.ui.views.prose import ProseView

NOUN, QUESTION = "accent", "lstm"
_LOW_PX = 320
CLEAR = 0.5
"""A head that looks at a word more than this is named for it."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What the model did with a sentence.

    Attributes:
        reading: The sentence.
        weights: (L, H, T, T).
        probabilities: Of each colour, (8,).
    """

    reading: Reading
    weights: Array
    probabilities: Array


class LearnPanel(Panel):
    """The sentence with its two jumps, the maps of all heads, and the answer."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._params = AttentionParams()
        self._example = self._reading = read(EXAMPLE)
        self._noun = ""
        self._frames: dict[str, Array] = {}
        self._bound: BoundTo | None = None
        self._off: tuple[tuple[int, int], ...] = ()
        self._numbers: Mapping[str, float] = {}
        self._ready = self._playing = False
        self._step = 0
        self.text, self.refusal = QLineEdit(EXAMPLE), refusal_label(self)
        self.arcs, self.maps = ArcsView(theme), HeadMapsView(theme)
        self.answers, self.words = BarsView(theme), ProseView(theme)
        self.all_on = QPushButton("All on")
        self.names = QLabel()
        self._lay_out()
        self._connect()
        self._show()

    # What others say ---------------------------------------------------------------------------------------------

    def set_run(self, params: AttentionParams) -> None:
        """The model that learns is another one."""
        if (params.layers, params.heads, params.width) != (self._params.layers, self._params.heads, self._params.width):
            self._off, self._bound = (), None
        self._params = params
        self._show()

    def set_frame(self, name: str, frame: Array, step: int) -> None:
        """What the run does with its example, at a step."""
        self._frames[name] = frame
        if not self._is_own or self._playing:
            self._show()

    def set_numbers(self, numbers: Mapping[str, float]) -> None:
        """The run's numbers at the step shown."""
        self._numbers = numbers
        self._show_words()

    def set_step(self, step: int, playing: bool) -> None:
        """The step that is shown, and whether training goes on."""
        moved = step != self._step
        self._step, self._playing = step, playing
        if moved:
            self._bound = None
        if not playing:
            self.ask_again()
        self._show()

    def set_ready(self, ready: bool) -> None:
        """Whether the live model answers."""
        self._ready = ready
        self.ask_again()

    def ask_again(self) -> None:
        """Ask about the sentence, where the frames of the run do not show it."""
        if self._ready and (self._is_own or self._off) and (self.isVisible() or self.parentWidget() is None):
            self.asked.emit(Bind(self.text.text(), self._noun, self._off))

    def take(self, answer: BoundTo) -> None:
        """What the model says of the sentence that was asked about."""
        asked = answer.request
        if (asked.text, asked.noun, asked.heads_off) == (self.text.text(), self._noun, self._off):
            self._bound = answer
            self._show()

    @property
    def _is_own(self) -> bool:
        """Whether another sentence than the run's example is asked about."""
        return self._reading.words != self._example.words

    @property
    def shown(self) -> Shown | None:
        """What is shown; None where nothing is known yet."""
        if self._bound is not None:
            return Shown(self._reading, self._bound.weights, self._bound.probabilities)
        if self._is_own or self._off or "attention" not in self._frames or "answer" not in self._frames:
            return None
        weights = self._frames["attention"]
        if weights.shape[:2] != (self._params.layers, int(self._params.heads)):
            return None
        return Shown(self._example, weights, self._frames["answer"])

    def figure_data(self) -> FigureData:
        """Probabilities of the colours; attention of all heads as an array."""
        shown = self.shown
        if shown is None:
            return self._figure({"colour": list(COLOURS), "probability": np.zeros(len(COLOURS))}, {})
        table: dict[str, Column] = {"colour": list(COLOURS), "probability": shown.probabilities}
        return self._figure(table, {"attention": shown.weights}, ())

    # Showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        shown, reading = self.shown, self._reading
        self.arcs.set_tokens([Token(word, special=word == ".") for word in reading.words])
        self._fit()
        self.all_on.setVisible(bool(self._off))
        if shown is None:
            self.arcs.set_fans([])
        else:
            self._show_jumps(shown)
            self.maps.set_maps(np.rint(255 * shown.weights).astype(np.uint8))
            self._show_answer(shown)
            self._show_marks()
        self._show_words()

    def _show_answer(self, shown: Shown) -> None:
        bars, right = zip(COLOURS, shown.probabilities.tolist(), strict=True), shown.reading.answer
        named = [(f"{name} ✓" if name == right else name, p, name == right) for name, p in bars]
        self.answers.set_bars([Bar(label, p, NOUN if is_right else "muted") for label, p, is_right in named], limit=1.0)

    def _show_jumps(self, shown: Shown) -> None:
        """The two jumps: from the noun to its colour, and from the question's end to the noun."""
        reading, last = shown.reading, len(shown.reading.words) - 1
        of_noun = shown.weights[0, :, reading.asked_noun]
        of_question = shown.weights[-1, :, last]
        best = int(of_noun[:, reading.asked_colour].argmax())
        finds = int(of_question[:, reading.asked_noun].argmax())
        fans = [Fan(reading.asked_noun, tuple(of_noun[best].tolist()), NOUN)]
        if len(shown.weights) > 1:
            fans.append(Fan(last, tuple(of_question[finds].tolist()), QUESTION))
        self.arcs.set_fans(fans)

    def _show_marks(self) -> None:
        n_layers, n_heads = self._params.layers, int(self._params.heads)
        heads = [(layer, head) for layer in range(n_layers) for head in range(n_heads)]
        everything_off = not self._params.attention_on
        self.maps.set_marks({at: HeadMark(off=everything_off or at in self._off) for at in heads})

    def _show_words(self) -> None:
        shown, numbers = self.shown, self._numbers
        lines: list[list[tuple[str, str]]] = []
        accuracy = self._bound.accuracy_percent if self._bound is not None else numbers.get("test_accuracy")
        if accuracy is not None and np.isfinite(accuracy):
            words = f" of 500 held-out sentences right; guessing among the colours named {100 * GUESSING:.0f} %, "
            words += f"knowing nothing {100 * CHANCE:.1f} %. No sentence that says just this was in training."
            lines.append([(f"{accuracy:.1f} %", NOUN), (words, "muted")])
        if not self._params.attention_on:
            words = "Attention is off: nothing reaches the last word from before it, so it can only guess."
            lines.append([(words, "warn")])
        elif self._params.layers == 1:
            lines.append([("With one layer the colour and the question never meet: it stays near 47 %.", "muted")])
        elif shown is not None:
            lines.append(self._jump_words(shown))
        if self._off:
            lines.append([("Heads are off: one carries the binding, and its neighbour is hardly missed.", "muted")])
        self.words.set_paragraphs(lines or [[("Press Space to train it.", "muted")]])
        self.set_subtitle(f"which colour belongs to which noun? step {self._step:,}")

    def _jump_words(self, shown: Shown) -> list[tuple[str, str]]:
        reading = shown.reading
        noun, last = reading.words[reading.asked_noun], len(reading.words) - 1
        to_colour = float(shown.weights[0, :, reading.asked_noun, reading.asked_colour].max())
        to_noun = float(shown.weights[-1, :, last, reading.asked_noun].max())
        return [
            (f"Layer 1: “{noun}” looks at its colour, ", "muted"),
            (f"{to_colour:.2f}", NOUN),
            (f". Last layer: the “{noun}” of the question finds it, ", "muted"),
            (f"{to_noun:.2f}", QUESTION),
            (".", "muted"),
        ]

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        try:
            self._reading = read(text)
        except UserError as error:
            self._refuse(str(error))
            return
        self._refuse("")
        self._noun, self._bound = "", None
        self.ask_again()
        self._show()

    @Slot(int, bool)
    def _on_token_clicked(self, token: int, _added: bool) -> None:
        """Ask for the noun that was clicked."""
        reading = self._reading
        if token not in reading.noun_places:
            return
        noun = reading.words[token]
        try:
            self._reading = ask(self.text.text(), noun)
        except UserError as error:
            self._refuse(str(error))
            return
        self._refuse("")
        self._noun, self._bound = noun, None
        self.ask_again()
        self._show()

    @Slot(int, int)
    def switch_head(self, layer: int, head: int) -> None:
        """Switch a head off, or on again."""
        self._off = tuple(sorted(set(self._off) ^ {(layer, head)}))
        self._bound = None
        self.ask_again()
        self._show()

    @Slot()
    def switch_all_on(self) -> None:
        """All heads take part again."""
        self._off, self._bound = (), None
        self.ask_again()
        self._show()

    def _refuse(self, sentence: str) -> None:
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))

    # Widget ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the arcs give way."""
        super().resizeEvent(event)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self._fit()

    def _fit(self) -> None:
        low = self.height() < self.theme.px(_LOW_PX)
        needed = self.arcs.needed_px(max(self.width() - 24, 40))
        self.arcs.setFixedHeight(round(max(needed, (0.16 if low else 0.3) * self.height())))
        self.names.setVisible(not low)
        self.words.setMaximumHeight(round(0.24 * self.height()))

    def minimumSizeHint(self) -> QSize:
        """The least in which maps can be told apart."""
        return QSize(280, 180)

    def _lay_out(self) -> None:
        self.text.setAccessibleName("A sentence and its question")
        self.text.setToolTip("A sentence and its question; click a noun to ask for it")
        self.arcs.setAccessibleName("The sentence; click a noun to ask for its colour")
        self.maps.setAccessibleName("Attention of each head; two clicks switch one off")
        self.maps.setToolTip("Rows = queries, columns = keys; click a head twice to switch it off")
        self.answers.setAccessibleName("Probability of each colour")
        self.all_on.setToolTip("Switch all heads on again")
        self.names.setText("layers down, heads across; rows = queries, columns = keys")
        self.names.setProperty("role", "tick")
        top = QHBoxLayout()
        top.addWidget(self.text, 1)
        top.addWidget(self.all_on)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.maps, 1)
        left.addWidget(self.names)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.addLayout(left, 0, 0)
        grid.addWidget(self.answers, 0, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.column.setSpacing(6)
        self.column.addLayout(top)
        self.column.addWidget(self.refusal)
        self.column.addWidget(self.arcs)
        self.column.addLayout(grid, 1)
        self.column.addWidget(self.words)

    def _connect(self) -> None:
        self.text.textEdited.connect(self._on_text_edited)
        self.arcs.token_clicked.connect(self._on_token_clicked)
        self.maps.head_switched.connect(self.switch_head)
        self.all_on.clicked.connect(self.switch_all_on)
