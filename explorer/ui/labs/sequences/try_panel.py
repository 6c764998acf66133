"""One's own input for the task of the run, and what the network makes of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import MAX_WORDS, MAX_WRITTEN, UNKNOWN, SceneObject, Token, Trace
from explorer.ui.kit.row import ElidedLabel
from explorer.ui.labs.sequences.digit_input import DigitInput
from explorer.ui.labs.sequences.grammar import MOST_CHARACTERS, TEXT_TASKS, joined, shown
from explorer.ui.labs.sequences.reader_panel import Reader
from explorer.ui.labs.sequences.scene_input import SceneInput
from explorer.ui.labs.sequences.text_input import TextInput
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.tokens import Chip, TokensView
from explorer.ui.views.verdict import Verdict, VerdictView

SUBTITLES = {
    "sentiment": "is this review good or bad?",
    "digits": "which digit is it? Draw one",
    "caption": "click a place to put or take an object",
    "translate": "English to Italian",
    "dates": "any spelling to ISO 8601",
}
_CUT_SHOWN, _HIGH_PX = 24, 150


class TryPanel(Reader):
    """Type a sentence, draw a digit, or compose a scene.

    Signals:
        text_entered: A text to read.
        picture_chosen: A digit (28, 28) float32 in [0, 1] to read.
        scene_chosen: The objects of a scene to caption.
        digit_requested: A test digit chosen at random.
        notice: A sentence for the user.
    """

    text_entered = Signal(str)
    picture_chosen = Signal(object)
    scene_chosen = Signal(object)
    digit_requested = Signal()
    notice = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._task = ""
        self._trace: Trace | None = None
        self._n_dropped = 0
        self._told = ""
        self.text: TextInput | None = None
        self.digit: DigitInput | None = None
        self.scene: SceneInput | None = None
        self.verdict = VerdictView(theme)
        self.tokens = TokensView(theme)
        self.tokens.hide()
        self.note = ElidedLabel("")
        self.note.setProperty("role", "secondary")
        self.note.hide()
        self.column.setSpacing(6)
        self.column.addWidget(self.tokens)
        self.column.addWidget(self.note)
        self.column.addWidget(self.verdict, 1)

    # What is read ------------------------------------------------------------------------------------------------

    def set_task(self, task: str) -> None:
        """Offer the input of a task."""
        if task == self._task:
            return
        self._task = task
        self.set_subtitle(SUBTITLES[task])
        made = self._input_of(task)
        for one in (self.text, self.digit, self.scene):
            if one is not None:
                one.setVisible(one is made)
        if isinstance(made, TextInput):
            made.set_task(task)
        self._place_verdict(task)
        self._told, self._n_dropped = "", 0

    def set_text(self, text: str) -> None:
        """Show what is typed; says nothing."""
        if self.text is not None:
            self.text.set_text(text)

    def set_picture(self, picture: Array | None, number: int) -> None:
        """Show a digit; ``number`` is that of a test digit, -1 for one of the user's own."""
        if self.digit is not None:
            self.digit.set_picture(picture, is_sample=number >= 0)
            self.set_subtitle(f"test digit {number}, row by row" if number >= 0 else "your own digit, row by row")

    def set_scene(self, scene: tuple[SceneObject, ...]) -> None:
        """Show a scene."""
        if self.scene is not None:
            self.scene.set_scene(scene)

    def choose_example(self, index: int) -> None:
        """Take one of the examples of a task that reads text; a scene at random for captions."""
        if self._task in TEXT_TASKS and self.text is not None:
            self.text.choose(index)
        elif self.scene is not None:
            self.scene.draw_at_random()

    def _input_of(self, task: str) -> QWidget:
        """The input of a task, made when first needed."""
        if task in TEXT_TASKS:
            if self.text is None:
                self.text = TextInput()
                self.text.text_entered.connect(self.text_entered)
                self.text.text_cut.connect(self._on_text_cut)
                self.text.refused.connect(self.notice)
                self.column.insertWidget(0, self.text)
            return self.text
        if task == "digits":
            if self.digit is None:
                self.digit = DigitInput(self.theme)
                self.digit.picture_chosen.connect(self._on_picture_chosen)
                self.digit.digit_requested.connect(self.digit_requested)
                self.digit.refused.connect(self.notice)
                self.digit.told.connect(self._on_told)
                self.column.insertWidget(0, self.digit, 1)
            return self.digit
        if self.scene is None:
            self.scene = SceneInput(self.theme)
            self.scene.scene_chosen.connect(self.scene_chosen)
            self.scene.refused.connect(self.notice)
            self.column.insertWidget(0, self.scene, 3)
        return self.scene

    def _place_verdict(self, task: str) -> None:
        """Beside a drawn digit, else beneath."""
        self.verdict.set_centred(task == "digits")
        if task == "digits" and self.digit is not None:
            self.digit.side.insertWidget(0, self.verdict, 1)
        else:
            self.column.addWidget(self.verdict, 0 if task == "caption" else 1)

    def _on_picture_chosen(self, picture: Array) -> None:
        self.set_subtitle("your own digit, row by row")
        self.picture_chosen.emit(picture)

    def _on_text_cut(self, n_dropped: int) -> None:
        self._n_dropped = n_dropped
        self._show_note()

    def _on_told(self, text: str) -> None:
        self._told = text
        self._show_note()

    # What comes out ----------------------------------------------------------------------------------------------

    def set_trace(self, trace: Trace | None) -> None:
        """Show what the network answers."""
        self._trace = trace
        self.verdict.set_verdict(verdict_of(trace) if trace is not None else Verdict("…"))
        tokens = trace.tokens if trace is not None and trace.task in TEXT_TASKS else ()
        self.tokens.set_tokens([Chip(shown(t.text), f"read as {t.read_as}", marked=_is_unknown(t)) for t in tokens])
        self._show_note()

    def _share_room(self) -> None:
        """What is read stands between the line and the answer: in a low panel only where a word of it is not known."""
        trace = self._trace
        has_words = trace is not None and trace.task in TEXT_TASKS and bool(trace.tokens)
        unknown = trace is not None and any(map(_is_unknown, trace.tokens))
        self.tokens.setVisible(has_words and (unknown or self.height() >= self.theme.px(_HIGH_PX)))
        margins, shown = self.column.contentsMargins(), [self.verdict.sizeHint()]
        shown += [one.sizeHint() for one in (self.text, self.note) if one is not None and not one.isHidden()]
        used = sum(one.height() + self.column.spacing() for one in shown)
        self.tokens.set_room(max(0, self.height() - margins.top() - margins.bottom() - used))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low panel keeps to the answer."""
        super().resizeEvent(event)
        self._share_room()

    def _show_note(self) -> None:
        text = self._note()
        self.note.set_full_text(text)
        self.note.setVisible(bool(text))
        self._share_room()

    def _note(self) -> str:
        """What was cut, what is not known, or how a picture was scaled."""
        notes = []
        trace = self._trace
        if trace is not None and trace.cut:
            what = "characters" if trace.task == "dates" else "words"
            left_out = " ".join(trace.cut[: 4 * _CUT_SHOWN].split())
            left_out = left_out if len(left_out) <= _CUT_SHOWN else left_out[: _CUT_SHOWN - 1] + "…"
            notes.append(f"Reads {MAX_WORDS} {what}; left out: {left_out}")
        if self._n_dropped:
            notes.append(f"Only the first {MOST_CHARACTERS:,} characters are kept.")
        if trace is not None and any(map(_is_unknown, trace.tokens)):
            notes.append("Dotted: not in the vocabulary, read as <unk>")
        return " ".join(notes) or self._told

    def figure_data(self) -> FigureData:
        """What was read and what was answered."""
        trace = self._trace
        table: dict[str, Column] = {"token": [], "read as": []}
        arrays: dict[str, Array] = {}
        if trace is not None:
            table = {"token": [t.text for t in trace.tokens], "read as": [t.read_as for t in trace.tokens]}
            if not trace.tokens:
                table = {"written": list(trace.written)}
            arrays = {"probabilities": trace.probabilities}
            if trace.picture is not None:
                arrays["picture"] = trace.picture
        return self._figure(table, arrays or {"probabilities": np.zeros((0, 0))})


def verdict_of(trace: Trace) -> Verdict:
    """The answer in words, how sure it is, and whether it is right."""
    if trace.writer is None and not len(trace.probabilities):
        return Verdict("–", truth="nothing to read yet")
    text = joined(trace.task, trace.written)
    detail = "" if trace.ended else f"stopped after {MAX_WRITTEN} tokens"
    if trace.writer is None:
        detail = f"{100 * float(trace.probabilities[-1].max()):.0f} %"
    if not trace.truth:
        return Verdict(text or "(nothing)", detail, None, _why_unknown(trace))
    right = text == trace.truth
    return Verdict(text or "(nothing)", detail, right, "" if right else f"right would be: {trace.truth}")


def _is_unknown(token: Token) -> bool:
    return token.read_as == UNKNOWN


def _why_unknown(trace: Trace) -> str:
    """Why nobody says what would be right."""
    if trace.task == "digits":
        return "a drawing has no label"
    return "outside the grammar: no right answer is known" if trace.tokens or trace.task == "caption" else ""
