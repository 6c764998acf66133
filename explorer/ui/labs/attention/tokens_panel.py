"""The sentence: its tokens, what one of them is related to, and the matrix of the head that says so."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLayout, QLineEdit, QPushButton

from explorer.core.errors import UserError
from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.head_patterns import PATTERNS
from explorer.data.text_files import read_text
from explorer.specs.attention import EXAMPLE, MASKS, Reading
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.menus import Choice, MenuButton
from explorer.ui.kit.segmented import Segmented
from explorer.ui.labs.attention.attention_panel import AttentionPanel
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.attention_arcs import ArcsView, Fan, Token
from explorer.ui.views.color_scale import ColorScale, ColorScaleView
from explorer.ui.views.matrix import MatrixView, MatrixWords
from explorer.ui.views.ticks import number

EXAMPLES = (
    EXAMPLE,
    "The animal did not cross the street because it was too tired.",
    "The animal did not cross the street because it was too wide.",
    "La volpe azzurra con le ali dorate sorride.",
    "She poured the milk into the cup until it was full.",
    "The keys to the old cabinet are on the table.",
)
WORDS = MatrixWords(rows="rows = queries: the words that look", columns="columns = keys: the words looked at")
SIDES = (
    ("from", "looks at", "What the chosen word looks at: its row, which adds up to 1"),
    ("towards", "is looked at by", "Who looks at the chosen word: its column, which need not add up to 1"),
)
MASK_WORDS = {"none": "no mask", "causal": "causal mask", "padding": "padding mask"}
TEXTS = "Texts (*.txt *.md);;All files (*)"
STRONG = 0.5
SECOND = "lstm"
"""Colour of the token that is compared."""
_LOW_PX = 400


class TokensPanel(AttentionPanel):
    """Text, arcs over its tokens, and the head's matrix beneath, sharing columns.

    Signals:
        notice: A sentence for the user.
    """

    notice = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self.text = QLineEdit(EXAMPLE)
        self.examples, self.open = MenuButton(theme), IconButton("folder", theme)
        self.facts = QLabel()
        self.arcs, self.matrix, self.legend = ArcsView(theme), MatrixView(theme), ColorScaleView(theme)
        self.side = Segmented(SIDES, "Direction")
        self.masks = Choice(theme)
        self.special = _switch("no [CLS], [SEP]", "Leave the added tokens out and bring each row to 1 again")
        self.change = _switch("change", "Colour the matrix by what switching off has changed")
        self.controls = [self.side, self.masks]
        self._lay_out()
        self._connect()
        self._show_attending()

    # What is shown -----------------------------------------------------------------------------------------------

    def set_reading(self, reading: Reading) -> None:
        """The text that is being read; what is being typed is left alone."""
        super().set_reading(reading)
        if self.text.text() != reading.text and not self.text.hasFocus():
            self.text.setText(reading.text)
        self.masks.setCurrentIndex(MASKS.index(reading.mask))

    def figure_data(self) -> FigureData:
        """The head's attention as it is shown, one row for each pair of tokens."""
        matrix, tokens = self._matrix(), self.attending.tokens
        rows, columns = np.indices(matrix.shape)
        table: dict[str, Column] = {
            "query": [tokens[i] for i in rows.ravel()],
            "key": [tokens[i] for i in columns.ravel()],
            "change of attention" if self._shows_change else "attention": matrix.ravel(),
        }
        return self._figure(table, {"attention": matrix, "all_heads": self.attending.weights}, tokens[:1])

    def _matrix(self) -> Array:
        focus, attending = self.focus, self.attending
        if self._shows_change and attending.whole is not None:
            difference: Array = attending.weights[focus.layer, focus.head] - attending.whole[focus.layer, focus.head]
            return difference
        return attending.matrix(focus.layer, focus.head, focus.special_out)

    @property
    def _shows_change(self) -> bool:
        return self.attending.whole is not None and self.change.isChecked()

    def _show_attending(self) -> None:
        attending = self.attending
        off = attending.reading.tokens_off
        self.arcs.set_tokens(
            [
                Token(token.removeprefix("##"), token.startswith("##"), i in attending.special, i in off)
                for i, token in enumerate(attending.tokens)
            ]
        )
        self.change.setVisible(attending.whole is not None)
        self._show_facts()
        self._show_matrix()
        self._show_fans()

    def _show_focus(self, before: Focus) -> None:
        now = self.focus
        if (now.layer, now.head, now.special_out) != (before.layer, before.head, before.special_out):
            self._show_matrix()
        self.side.set_value("towards" if now.towards else "from")
        self.special.setChecked(now.special_out)
        self._show_fans()

    @property
    def _says_much(self) -> bool:
        """Whether there is more to say than how many tokens there are."""
        return bool(self.attending.cut) or self.attending.whole is not None

    def _show_facts(self) -> None:
        attending = self.attending
        n = len(attending.tokens)
        words = [f"{n:,} tokens"]
        if attending.cut:
            words = [f"the first {n:,} tokens; cut off: “{attending.cut.strip()[:60]} …”"]
        if any(token.startswith("##") for token in attending.tokens):
            words.append("rare words are cut into pieces")
        if attending.whole is not None:
            words.append(f"cosine of the sentence with that of the whole one: {attending.cosine:.3f}")
        self.facts.setText("; ".join(words))
        self.facts.setToolTip(attending.cut)
        self.facts.setProperty("tone", "warn" if attending.cut else "muted")

    @Slot()
    def _show_matrix(self) -> None:
        matrix, tokens = self._matrix(), self.attending.tokens
        signed = self._shows_change
        scale = ColorScale.of(matrix, "signed") if signed else ColorScale("magnitude", 0.0, 1.0)
        self.matrix.set_matrix(matrix, tokens, tokens, scale)
        self.matrix.set_sums(not signed)
        if signed:
            words = "change of the weight"
        elif self.focus.special_out:
            words = "attention weight, rescaled without the added tokens"
        else:
            words = "attention weight (softmax: each row adds up to 1)"
        self.legend.set_scale(scale, words)
        self._fit()

    def _show_fans(self) -> None:
        focus, n = self.focus, len(self.attending.tokens)
        lit = [place for place in (focus.shown, focus.other) if place is not None and place < n]
        keys = ("accent", SECOND)
        fans = [Fan(token, tuple(self._shares(token)), key) for token, key in zip(lit, keys, strict=False)]
        self.arcs.set_fans(fans, towards=focus.towards)
        colors = dict(zip(lit, keys, strict=False))
        rows, columns = ({}, colors) if focus.towards else (colors, {})
        self.matrix.set_lit(rows, columns, focus.cell)
        self._show_title()

    def _shares(self, token: int) -> list[float]:
        focus = self.focus
        shares = self.attending.shares(focus.layer, focus.head, token, focus.towards, focus.special_out)
        found: list[float] = shares.tolist()
        return found

    def _show_title(self) -> None:
        focus, attending = self.focus, self.attending
        words = f"layer {focus.layer + 1}, head {focus.head + 1} of MiniLM"
        if focus.cell is not None and max(focus.cell) < len(attending.tokens):
            query, key = (attending.tokens[i] for i in focus.cell)
            value = float(self._matrix()[focus.cell])
            kind = "changed by " if self._shows_change else "rescaled " if focus.special_out else ""
            words += f"; from “{query}” to “{key}”: {kind}{number(value, 3) if value == value else 'left out'}"
        elif focus.special_out and focus.shown is not None and not focus.towards:
            kept = attending.kept_share(focus.layer, focus.head, focus.shown)
            words += f"; rescaled: {100 * kept:.0f} % of what “{attending.tokens[focus.shown]}” gives is shown"
        else:
            patterns = attending.patterns[focus.layer, focus.head]
            strongest = int(patterns[:-1].argmax())
            if patterns[strongest] >= STRONG:
                words += f"; {_HABITS[PATTERNS[strongest].name]}: {patterns[strongest]:.2f} on average"
            else:
                words += "; click a word"
        self.set_subtitle(words)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.reading_wished.emit(replace(self.reading, text=text))

    def read_aloud(self, text: str, _checked: bool = False) -> None:
        """Take another text, as if it had been typed."""
        self.text.setText(text)
        self._on_text_edited(text)

    @Slot()
    def _on_open_clicked(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open a text", str(Path.home()), TEXTS)
        if name:
            self.load(Path(name))

    def load(self, path: Path) -> None:
        """Read a text file; a bad one is explained."""
        try:
            self.read_aloud(read_text(path))
        except UserError as error:
            self.notice.emit(str(error))

    @Slot(int, bool)
    def _on_token_clicked(self, token: int, added: bool) -> None:
        focus = self.focus
        if added and focus.token is not None and token != focus.token:
            wished = replace(focus, other=None if focus.other == token else token)
        elif token == focus.token and focus.other is None:
            wished = replace(focus, token=None)
        else:
            wished = replace(focus, token=token, other=None)
        self.focus_wished.emit(wished)

    @Slot(int)
    def _on_token_hovered(self, token: int) -> None:
        self.focus_wished.emit(replace(self.focus, hovered=token if token >= 0 else None))

    @Slot(int)
    def switch_token(self, token: int) -> None:
        """Switch a token off, or on again."""
        off = self.reading.tokens_off
        changed = tuple(i for i in off if i != token) if token in off else (*off, token)
        self.reading_wished.emit(replace(self.reading, tokens_off=tuple(sorted(changed))))

    @Slot(int, int)
    def _on_cell_hovered(self, row: int, column: int) -> None:
        cell = (row, column) if row >= 0 else None
        hovered = None if cell is None else column if self.focus.towards else row
        self.focus_wished.emit(replace(self.focus, hovered=hovered, cell=cell))

    @Slot(int, int, bool)
    def _on_cell_clicked(self, row: int, column: int, added: bool) -> None:
        self._on_token_clicked(column if self.focus.towards else row, added)

    @Slot(int, int)
    def _on_cell_moved(self, row: int, column: int) -> None:
        token = column if self.focus.towards else row
        self.focus_wished.emit(replace(self.focus, token=token, hovered=None, cell=(row, column)))

    @Slot()
    def _on_controls_changed(self) -> None:
        towards, out = self.side.value == "towards", self.special.isChecked()
        self.focus_wished.emit(replace(self.focus, towards=towards, special_out=out))

    @Slot(int)
    def _on_mask_activated(self, index: int) -> None:
        self.reading_wished.emit(replace(self.reading, mask=MASKS[index]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right choose a token, with Shift the one to compare; Up and Down a head; Delete switches off."""
        focus, key, n = self.focus, Qt.Key(event.key()), len(self.attending.tokens)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        turn = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if step and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            start = focus.other if focus.other is not None else focus.token or 0
            self.focus_wished.emit(replace(focus, other=(start + step) % n))
        elif step:
            self.focus_wished.emit(replace(focus, token=((focus.token or 0) + step) % n, hovered=None))
        elif turn:
            at = min(max(12 * focus.layer + focus.head + turn, 0), 71)
            self.focus_wished.emit(focus.at_head(at // 12, at % 12))
        elif key == Qt.Key.Key_Escape:
            self.focus_wished.emit(replace(focus, token=None, other=None, hovered=None, cell=None))
        elif key == Qt.Key.Key_Delete and focus.token is not None:
            self.switch_token(focus.token)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Text files are welcome, and so is text."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file that was dropped, or the text."""
        urls = event.mimeData().urls()
        if urls and urls[0].isLocalFile():
            self.load(Path(urls[0].toLocalFile()))
        else:
            self.read_aloud(" ".join(event.mimeData().text().split()))

    # Widget ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arcs give way in a low panel."""
        super().resizeEvent(event)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The least in which a matrix can be read."""
        return QSize(280, 180)

    def _fit(self) -> None:
        """Tokens stand over the matrix's columns where they fit; then it need not name them again."""
        width, low = max(self.width() - 24, 40), self.height() < self.theme.px(_LOW_PX)
        gutters = self.matrix.gutters(width)
        self.matrix.set_gutters(gutters)
        self.arcs.set_gutters(gutters)
        shared = self.arcs.fits_columns(width)
        self.matrix.set_names_columns(not shared)
        self.matrix.set_words(MatrixWords(rows=WORDS.rows, columns="" if low else WORDS.columns))
        share = 0.22 if shared else 0.2
        self.arcs.setFixedHeight(round(max(self.theme.px(36), share * self.height())))
        self.legend.setVisible(not low)
        self.facts.setVisible(not low or self._says_much)

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        self.text.setPlaceholderText("Type or paste a sentence, up to 256 tokens")
        self.text.setAccessibleName("The text that is read")
        self.text.setClearButtonEnabled(True)
        self.examples.setText("Examples")
        self.examples.setToolTip("Sentences to try")
        for example in EXAMPLES:
            self.examples.drop_menu().addAction(example).triggered.connect(partial(self.read_aloud, example))
        self.open.setToolTip("Open a text file, or drop one here")
        self.open.setAccessibleName("Open a text file")
        self.facts.setProperty("role", "secondary")
        for mask in MASKS:
            self.masks.addItem(MASK_WORDS[mask], mask)
        self.masks.setToolTip("Who may look at whom: everybody; nobody ahead; nobody at padding")
        self.masks.setAccessibleName("Mask")
        self.arcs.setAccessibleName("Tokens; click one to see what it is related to, twice to switch it off")
        self.matrix.setAccessibleName("Attention of the head: rows look at columns")
        self.change.setVisible(False)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (first, (self.text, self.examples, self.open, self.special)),
            (second, (self.facts, self.change)),
        ):
            row.setSpacing(8)
            for widget in widgets:
                row.addWidget(widget, int(widget in (self.text, self.facts)))
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.column.setSpacing(4)
        self.column.addLayout(first)
        self.column.addLayout(second)
        self.column.addWidget(self.arcs)
        self.column.addWidget(self.matrix, 1)
        self.column.addWidget(self.legend)

    def _connect(self) -> None:
        self.text.textEdited.connect(self._on_text_edited)
        self.open.clicked.connect(self._on_open_clicked)
        self.arcs.token_clicked.connect(self._on_token_clicked)
        self.arcs.token_hovered.connect(self._on_token_hovered)
        self.arcs.token_switched.connect(self.switch_token)
        self.matrix.cell_hovered.connect(self._on_cell_hovered)
        self.matrix.cell_clicked.connect(self._on_cell_clicked)
        self.matrix.cell_moved.connect(self._on_cell_moved)
        self.side.chosen.connect(self._on_controls_changed)
        self.special.clicked.connect(self._on_controls_changed)
        self.change.toggled.connect(self._show_matrix)
        self.masks.activated.connect(self._on_mask_activated)


_HABITS = {
    "previous": "looks at the word before",
    "next": "looks at the word behind",
    "self": "looks at the word itself",
    "first": "rests on [CLS]",
    "separator": "rests on [SEP]",
}


def _switch(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(True)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
