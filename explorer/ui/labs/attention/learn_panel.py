"""Learn it live: a small model of attention alone learns which colour belongs to which noun."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout

from explorer.core.errors import UserError
from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.binding import COLOURS
from explorer.data.binding_reading import EXAMPLE, ask, read
from explorer.specs.attention import AttentionParams, Bind, BoundTo
from explorer.ui.kit.row import refusal_label
from explorer.ui.labs.attention.answer_bars import answer_bars
from explorer.ui.labs.attention.learn_shown import NOUN, QUESTION, Jump, Run, Shown, paragraphs
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.attention_arcs import ArcsView, Fan, Token
from explorer.ui.views.bars import BarsView
from explorer.ui.views.binding_maps import BindingMapsView, Ring
from explorer.ui.views.color_scale import ColorScale, ColorScaleView
from explorer.ui.views.head_maps import Head, HeadMark
from explorer.ui.views.painting import text_height
from explorer.ui.views.prose import ProseView
from explorer.ui.views.ticks import number

_LOW_PX, _NARROW_PX, _LEAST_PX = 320, 480, 30
_QUESTION_START = re.compile(r"\b(?:which|what)\b", re.IGNORECASE)
_NO_MAPS = np.zeros((0, 0, 0, 0), np.uint8)


class LearnPanel(Panel):
    """The sentence with its two jumps, the maps of all heads, and the answer.

    What is shown is replaced as a whole, by a frame of the run or by an answer: until the next one comes, tokens, maps
    and bars stay those of one sentence, of one step and with the same heads off.
    """

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._params = AttentionParams()
        self._example = self._reading = read(EXAMPLE)
        self._sentence = EXAMPLE  # the last one that could be read
        self._frames: dict[str, tuple[int, Array]] = {}
        self._shown: Shown | None = None
        self._off: frozenset[Head] = frozenset()
        self._numbers: Mapping[str, float] = {}
        self._whole: tuple[int, float] | None = None  # step, and accuracy measured there with all heads on
        self._ready = self._playing = self._in_the_past = False
        self._step = 0
        self.text, self.refusal = QLineEdit(EXAMPLE), refusal_label(self)
        self.arcs, self.maps, self.legend = ArcsView(theme), BindingMapsView(theme), ColorScaleView(theme)
        self.answers, self.words = BarsView(theme), ProseView(theme)
        self.all_on = QPushButton("All on")
        self._lay_out()
        self._connect()
        self._show()

    # What others say ---------------------------------------------------------------------------------------------

    def set_run(self, params: AttentionParams) -> None:
        """The model that learns is another one, or works differently from now on."""
        before, self._params = self._params, params
        form = (params.layers, params.heads)
        if form != (before.layers, before.heads):
            self._off = frozenset()
        if (*form, params.width, params.attention_on) != (
            before.layers,
            before.heads,
            before.width,
            before.attention_on,
        ):
            self._shown = self._whole = None  # what was shown is not true of it
            self._frames.clear()
        self._show()

    def set_frame(self, name: str, frame: Array, step: int) -> None:
        """What the run does with its example, at a step."""
        self._frames[name] = step, frame
        if not self._is_own and not self._off:
            self._take_frames()

    def set_numbers(self, numbers: Mapping[str, float]) -> None:
        """The run's numbers at the step shown."""
        self._numbers = numbers
        self._show_words()

    def set_step(self, step: int, playing: bool, in_the_past: bool = False) -> None:
        """The step the run stands at, whether training goes on, and whether it has been further already."""
        self._step, self._playing = step, playing
        if in_the_past != self._in_the_past:
            self._in_the_past = in_the_past
            self._show()

    def set_ready(self, ready: bool) -> None:
        """Whether the live model answers; it is asked what it makes of the sentence at a standing step."""
        self._ready = ready
        if ready and self._is_seen:
            self._ask()

    def ask_again(self) -> None:
        """Ask while training goes on, where the frames of the run do not show it."""
        if self._ready and self._is_seen and (self._is_own or self._off):
            self._ask()

    def take(self, answer: BoundTo) -> None:
        """What the model says of the sentence that was asked about; an answer of another step or form is left."""
        asked, form = answer.request, (self._params.layers, int(self._params.heads))
        is_wished = asked.text == self._sentence and frozenset(asked.heads_off) == self._off
        is_now = self._playing or answer.step == self._step
        if is_wished and is_now and answer.weights.shape[:2] == form:
            self._shown = Shown(
                self._reading,
                answer.step,
                answer.weights,
                answer.probabilities,
                answer.to_colour,
                self._off,
                answer.accuracy_percent,
            )
            if not self._off:
                self._whole = answer.step, answer.accuracy_percent
            self._show()

    @property
    def shown(self) -> Shown | None:
        """What is shown; None where nothing is known yet."""
        return self._shown

    @property
    def _is_own(self) -> bool:
        """Whether another sentence than the run's example is asked about."""
        return self._reading.words != self._example.words

    @property
    def _is_seen(self) -> bool:
        return self.isVisible() or self.parentWidget() is None

    def _ask(self) -> None:
        self.asked.emit(Bind(self._sentence, heads_off=tuple(sorted(self._off))))

    def _take_frames(self) -> None:
        """Show the run's frames, once those of one step are there."""
        if not {"attention", "answer"} <= {*self._frames}:
            return
        (step, weights), (other, probabilities) = self._frames["attention"], self._frames["answer"]
        if step != other or weights.shape[:2] != (self._params.layers, int(self._params.heads)):
            return
        to_colour = self._frames.get("to_colour")
        means = to_colour[1] if to_colour is not None and to_colour[0] == step else None
        measured = self._whole[1] if self._whole is not None and self._whole[0] == step else None
        self._shown = Shown(self._example, step, weights, probabilities, to_colour=means, accuracy_percent=measured)
        self._show()

    def figure_data(self) -> FigureData:
        """Probabilities of the colours; attention of all heads as an array."""
        shown = self._shown
        if shown is None:
            return self._figure({"colour": list(COLOURS), "probability": np.full(len(COLOURS), np.nan)}, {})
        table: dict[str, Column] = {"colour": list(COLOURS), "probability": shown.probabilities}
        arrays = {"attention": shown.weights} | ({} if shown.to_colour is None else {"to_colour": shown.to_colour})
        return self._figure(table, arrays, ())

    # Showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        shown = self._shown
        reading = self._reading if shown is None else shown.reading
        self.arcs.set_tokens([Token(word, special=word == ".") for word in reading.words])
        self.maps.set_words(reading.words)
        self.all_on.setVisible(bool(self._off))
        self.maps.set_maps(_NO_MAPS if shown is None else np.rint(255 * shown.weights).astype(np.uint8))
        self._show_jumps()
        self._show_marks()
        self._show_answer()
        self._show_words()
        self._show_title()

    def _show_jumps(self) -> None:
        """Arcs over the sentence and rings in the maps."""
        shown, jumps = self._shown, list[tuple[Jump, Fan]]()
        if shown is not None and not self._is_attention_off:
            for jump, key in ((shown.noun_jump, NOUN), (shown.question_jump, QUESTION)):
                if jump is not None:
                    row = shown.weights[jump.head][jump.query]
                    jumps.append((jump, Fan(jump.query, tuple(row.tolist()), key)))
        self.arcs.set_fans([fan for _, fan in jumps])
        self.maps.set_rings({jump.head: Ring(jump.query, jump.key, fan.color_key) for jump, fan in jumps})

    def _show_marks(self) -> None:
        n_layers, n_heads = self._params.layers, int(self._params.heads)
        means = None if self._shown is None else self._shown.to_colour
        marks = dict[Head, HeadMark]()
        for at in np.ndindex(n_layers, n_heads):
            head = at[0], at[1]
            caption = "" if means is None else number(float(means[head]), 2)
            marks[head] = HeadMark(caption, off=self._is_attention_off or head in self._off)
        self.maps.set_marks(marks)

    def _show_answer(self) -> None:
        shown = self._shown
        if shown is None:
            self.answers.set_bars([])
            return
        room_for = self.answers.n_fitting(self.answers.maximumHeight())
        bars = answer_bars(shown.probabilities, shown.reading.answer, self.theme, room_for)
        self.answers.set_bars(bars, limit=1.0)

    def _show_words(self) -> None:
        run = Run(self._params, self._in_the_past, self._whole_percent)
        self.words.set_paragraphs(paragraphs(self._shown, run, short=self._is_small))

    @property
    def _whole_percent(self) -> float | None:
        """Held-out accuracy with all heads on: measured at the step shown, else the run's own number of about then."""
        if self._shown is None:
            return None
        if self._whole is not None and self._whole[0] == self._shown.step:
            return self._whole[1]
        is_of_now = self._playing or self._shown.step == self._step
        return self._numbers.get("test_accuracy") if is_of_now else None

    @property
    def _is_attention_off(self) -> bool:
        """Whether it is in what is shown: a past step is shown as it was, parameters act on the steps to come."""
        return not self._params.attention_on and not self._in_the_past

    def _show_title(self, words: str = "which colour belongs to which noun?") -> None:
        step = self._step if self._shown is None else self._shown.step
        self.set_subtitle(f"{words} step {step:,}" if words.endswith("?") else words)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        try:
            self._reading = read(text)
        except UserError as error:
            self._refuse(str(error))
        else:
            self._sentence = text
            self._refuse("")
            self._ask_or_take()

    @Slot(int, bool)
    def _on_token_clicked(self, token: int, _added: bool) -> None:
        """Ask for the noun that was clicked."""
        reading = self._reading if self._shown is None else self._shown.reading
        if token in reading.noun_places:
            self.ask_for(reading.words[token])

    def ask_for(self, noun: str) -> None:
        """Put the question for this noun behind the sentence."""
        told = _QUESTION_START.split(self._sentence, maxsplit=1)[0].rstrip(" ,.?!")
        try:
            question = " ".join(ask(told, noun).words[-5:]).capitalize()
        except UserError as error:
            self._refuse(str(error))
            return
        self.text.setText(f"{told}. {question}?")
        self._on_text_edited(self.text.text())

    @Slot(int, int)
    def switch_head(self, layer: int, head: int) -> None:
        """Switch a head off, or on again."""
        self._off ^= {(layer, head)}
        self._ask_or_take()

    @Slot()
    def switch_all_on(self) -> None:
        """All heads take part again."""
        self._off = frozenset()
        self._ask_or_take()

    def _ask_or_take(self) -> None:
        """Show what the run's frames show of it, if they do; else ask."""
        if not self._is_own and not self._off:
            self._take_frames()
        if self._ready:
            self._ask()
        self.all_on.setVisible(bool(self._off))
        self._show_marks()

    @Slot(int, int)
    def _on_head_chosen(self, layer: int, head: int) -> None:
        self.maps.set_chosen((layer, head))

    @Slot(int, int, int, int)
    def _on_cell_hovered(self, layer: int, head: int, row: int, column: int) -> None:
        shown = self._shown
        if layer < 0 or shown is None:
            self._show_title()
            return
        words, value = shown.reading.words, float(shown.weights[layer, head, row, column])
        where = f"layer {layer + 1}, head {head + 1}; from “{words[row]}” to “{words[column]}”"
        self._show_title(f"{where}: {number(value, 3)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right ask for another noun."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        coloured = list(self._reading.told)
        if not step or not coloured:
            super().keyPressEvent(event)
            return
        now = self._reading.words[self._reading.asked_noun]
        self.ask_for(coloured[(coloured.index(now) + step) % len(coloured)])

    def _refuse(self, sentence: str) -> None:
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))
        self._fit()

    # Widget ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the arcs give way, in a small one words and legend too."""
        super().resizeEvent(event)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self._fit()

    @property
    def _is_small(self) -> bool:
        return self.height() < self.theme.px(_LOW_PX) or self.width() < self.theme.px(_NARROW_PX)

    def _fit(self) -> None:
        low, width = self.height() < self.theme.px(_LOW_PX), max(self.width() - 24, 40)
        self.legend.setVisible(not self._is_small)
        others = self.text.sizeHint().height() + 34  # the field, margins and gaps
        others += self.legend.sizeHint().height() + 6 if not self._is_small else 0
        others += self.refusal.heightForWidth(width) + 6 if self.refusal.text() else 0
        wished = max(self.arcs.needed_px(width), (0.24 if low else 0.26) * self.height())
        arcs_px = round(max(_LEAST_PX, min(wished, self.height() - others - 2 * _LEAST_PX)))
        self.arcs.setFixedHeight(arcs_px)
        row_px = text_height(self.theme.font("secondary")) + 8
        room = max(self.height() - arcs_px - others, _LEAST_PX)
        self.answers.setFixedHeight(round(min(len(COLOURS) * row_px, (0.5 if low else 0.6) * room)))
        self._show_answer()
        self._show_words()

    def minimumSizeHint(self) -> QSize:
        """The least in which maps can be told apart."""
        return QSize(280, 180)

    def _lay_out(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.text.setAccessibleName("A sentence and its question")
        self.text.setToolTip("A sentence and its question; click a noun to ask for it")
        self.arcs.setAccessibleName("The sentence; click a noun to ask for its colour")
        self.maps.setAccessibleName("Attention of each head; a click or Return switches one off")
        self.answers.setAccessibleName("Probability of each colour")
        self.answers.setToolTip("Probability of each colour; ✓ is the right one")
        self.all_on.setToolTip("Switch all heads on again")
        words = "number: mean attention of the noun asked for to its colour, 500 held-out sentences"
        self.legend.set_scale(ColorScale("magnitude", 0.0, 1.0), words)
        self.maps.setToolTip(f"Click a head to switch it off, or on again; {words}")
        self.legend.setToolTip(words)
        self.maps.setMinimumHeight(_LEAST_PX)
        self.words.setMinimumHeight(8)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # what the bars leave
        top, right, grid = QHBoxLayout(), QVBoxLayout(), QGridLayout()
        top.addWidget(self.text, 1)
        top.addWidget(self.all_on)
        right.setSpacing(8)
        right.addWidget(self.answers)
        right.addWidget(self.words, 1)
        grid.setHorizontalSpacing(16)
        grid.addWidget(self.maps, 0, 0)
        grid.addLayout(right, 0, 1)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 3)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.column.setSpacing(6)
        self.column.addLayout(top)
        self.column.addWidget(self.refusal)
        self.column.addWidget(self.arcs)
        self.column.addLayout(grid, 1)
        self.column.addWidget(self.legend)

    def _connect(self) -> None:
        self.text.textEdited.connect(self._on_text_edited)
        self.arcs.token_clicked.connect(self._on_token_clicked)
        self.maps.head_switched.connect(self.switch_head)
        self.maps.head_chosen.connect(self._on_head_chosen)
        self.maps.cell_hovered.connect(self._on_cell_hovered)
        self.all_on.clicked.connect(self.switch_all_on)
