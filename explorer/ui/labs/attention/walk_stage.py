"""What stands in the panel of the walk: the list of stages, up to three matrices, and the arithmetic of one cell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from explorer.core.frames import Array
from explorer.specs.attention import MASKS
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.menus import Choice, MenuButton
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.track import Track
from explorer.ui.labs.attention.tokens_panel import MASK_WORDS
from explorer.ui.labs.attention.walk_stages import Line, Part, Product
from explorer.ui.theme import Theme
from explorer.ui.views.color_scale import ColorScale, ColorScaleView
from explorer.ui.views.editable_matrix import EditableMatrixView
from explorer.ui.views.matrix import MatrixWords
from explorer.ui.views.products import ProductsView
from explorer.ui.views.prose import ProseView
from explorer.ui.views.ticks import number

MODELS = (
    ("hand", "Four numbers", "A model of four numbers per token: drag and type them"),
    ("real", "MiniLM", "The numbers of the head that is looked at"),
)
TOOLS = (
    ("heads", "One or two heads", "One head of four dimensions, or two of two"),
    ("other head", "Other head", "Follow the other one of two"),
    ("add", "Add a token", "One token more, six at most"),
    ("remove", "Remove a token", "The last one"),
    ("random", "Random", "Other numbers, from N(0, 1)"),
    ("reset", "Reset", "The numbers of the beginning"),
)
NAMES = ("left", "right", "result")
LOW_PX, NARROW_PX, LIST_PX = 300, 460, 860


class WalkStage(QWidget):
    """Shows a product of matrices, or what one follows from.

    Signals:
        moved: Stages to go, negative for back.
        stage_chosen: Number of a stage in the list.
        cell_hovered: Row and column of the result under the pointer, -1 for none.
        value_edited: Name of a matrix, row, column, the new number, whether the change is over.
        tool_used: Name of a tool.
    """

    moved = Signal(int)
    stage_chosen = Signal(int)
    cell_hovered = Signal(int, int)
    value_edited = Signal(str, int, int, float, bool)
    tool_used = Signal(str)

    def __init__(self, theme: Theme, titles: Sequence[str]) -> None:
        super().__init__()
        self._theme = theme
        self._leaves: dict[str, str] = {}
        self._product: Product | None = None
        self.model, self.masks = Segmented(MODELS, "Model"), Choice(theme)
        self.views = {name: EditableMatrixView(theme) for name in NAMES}
        self.legends = {name: ColorScaleView(theme) for name in NAMES}
        self.signs = [QLabel("·"), QLabel("=")]
        self.formula, self.nothing = QLabel(), QLabel()
        self.words, self.products, self.arithmetic = ProseView(theme), ProductsView(theme), ProseView(theme)
        self.back, self.forward = IconButton("step-back", theme), IconButton("step-forward", theme)
        self.undo, self.redo = IconButton("undo", theme), IconButton("redo", theme)
        self.track, self.step = Track(theme), QLabel()
        self.items = [QPushButton(f"{i + 1}  {title}") for i, title in enumerate(titles)]
        self.tools = MenuButton(theme)
        self._titles, self._n_stages = tuple(titles), len(titles)
        self._list = QWidget()
        self._lay_out()
        self._connect()

    # Showing -----------------------------------------------------------------------------------------------------

    def show_stage(self, number: int, formula: str, words: str) -> None:
        """Mark a stage in the list, and say what it does."""
        for i, item in enumerate(self.items):
            item.setChecked(i == number)
        self.formula.setText(f"{number + 1}  {self._titles[number]}:  {formula}")
        self.words.set_paragraphs([[(words, "muted")]])
        self.step.setText(f"stage {number + 1} of {self._n_stages}")
        self.track.set_fraction(number / (self._n_stages - 1))
        self.back.setEnabled(number > 0)
        self.forward.setEnabled(number < self._n_stages - 1)

    def show_tools(self, *, by_hand: bool, can_undo: bool, can_redo: bool) -> None:
        """The tools of the model that is set by hand, or none."""
        for widget in (self.tools, self.undo, self.redo):
            widget.setVisible(by_hand)
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def show_nothing(self, words: str) -> None:
        """There are no numbers yet."""
        self.nothing.setText(words)
        self.nothing.show()
        for view in (*self.views.values(), *self.legends.values(), *self.signs):
            view.hide()
        self.show_arithmetic(None, None, [])

    def show_product(self, product: Product, *, editable: bool) -> None:
        """Show the matrices of a stage."""
        self.nothing.hide()
        self._product = product
        parts = {"left": product.left, "right": product.right, "result": product.result}
        for name, part in parts.items():
            view, legend = self.views[name], self.legends[name]
            view.setVisible(part is not None)
            legend.setVisible(part is not None)
            if part is not None:
                self._leaves[name] = part.leaf
                _fill(view, legend, part, with_bar=name == "result")
                view.set_editable(editable and bool(part.leaf))
        self.signs[0].setVisible(product.left is not None and product.right is not None)
        self.signs[1].setVisible(product.left is not None)
        self.signs[1].setText("=" if product.right is not None else "→")
        self._fit()

    def show_arithmetic(
        self, cell: tuple[int, int] | None, factors: tuple[Array, Array, float] | None, line: Line
    ) -> None:
        """Light up what makes a cell, and write it out."""
        self.arithmetic.set_paragraphs([line] if line else [])
        a, b = (factors[0], factors[1]) if factors is not None else (np.zeros(0), np.zeros(0))
        self.products.set_factors(a, b, ("left", "right"))
        self.products.setVisible(factors is not None and self.height() >= self._theme.px(LOW_PX))
        product = self._product
        if cell is None or product is None:
            for view in self.views.values():
                view.set_lit({}, {})
            return
        i, j = cell
        square = product.right is None
        self.views["result"].set_lit({i: "query"}, {j: "key"}, cell)
        self.views["left"].set_lit({i: "query"}, {}, cell if square and self._same_shape(product) else None)
        self.views["right"].set_lit({}, {j: "key"})

    def _same_shape(self, product: Product) -> bool:
        return product.left is not None and product.left.values.shape == product.result.values.shape

    def wear(self, theme: Theme) -> None:
        """Larger type needs other room; the parts wear the theme by themselves."""
        self._theme = theme
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow panel the list gives way to the slider."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low, narrow = self.height() < self._theme.px(LOW_PX), self.width() < self._theme.px(NARROW_PX)
        self._list.setVisible(self.width() >= self._theme.px(LIST_PX) and self.height() >= self._theme.px(360))
        self.words.setVisible(not low)
        product = self._product
        for place, name, sign in ((0, "left", self.signs[1]), (2, "right", self.signs[0])):
            part = None if product is None else getattr(product, name)
            shown = part is not None and not narrow  # in a small panel the result comes first
            self.views[name].setVisible(shown)
            self.legends[name].setVisible(shown and not low)
            sign.setVisible(shown)
            self._grid.setColumnStretch(place, 2 if shown else 0)
        self.legends["result"].setVisible(product is not None and not low)

    # Making ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for mask in MASKS:
            self.masks.addItem(MASK_WORDS[mask], mask)
        self.masks.setToolTip("Who may look at whom")
        self.masks.setAccessibleName("Mask")
        stages = QVBoxLayout(self._list)
        stages.setContentsMargins(0, 0, 0, 0)
        stages.setSpacing(0)
        for item in self.items:
            item.setCheckable(True)
            item.setProperty("kind", "quiet")
            item.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            item.setStyleSheet("text-align: left; padding: 3px 6px;")
            stages.addWidget(item)
        stages.addStretch(1)
        self.formula.setProperty("role", "strong")
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for place, name in zip((0, 2, 4), NAMES, strict=True):
            grid.addWidget(self.views[name], 0, place)
            grid.addWidget(self.legends[name], 1, place)
            grid.setColumnStretch(place, 3 if name == "result" else 2)
        for place, sign in zip((1, 3), self.signs, strict=True):
            grid.addWidget(sign, 0, place, Qt.AlignmentFlag.AlignCenter)
        grid.setRowStretch(0, 1)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setProperty("tone", "muted")
        self.products.setFixedHeight(round(self._theme.px(84)))
        main = QVBoxLayout()
        main.setSpacing(6)
        main.addWidget(self.formula)
        main.addWidget(self.words)
        main.addLayout(grid, 1)
        main.addWidget(self.nothing, 1)
        main.addWidget(self.products)
        main.addWidget(self.arithmetic)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        for part in (self.back, self.forward, self.step):
            bottom.addWidget(part)
        bottom.addWidget(self.track, 1)
        for tool in (self.undo, self.redo, self.tools):
            bottom.addWidget(tool)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self._list)
        top.addLayout(main, 1)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        for i, item in enumerate(self.items):
            item.clicked.connect(partial(self._on_item_clicked, i))
        self.tools.setText("Change …")
        self.tools.setToolTip("Heads, tokens, other numbers")
        for name, text, tip in TOOLS:
            action = self.tools.drop_menu().addAction(f"{text}: {tip[0].lower()}{tip[1:]}")
            action.triggered.connect(partial(self._on_tool_clicked, name))
        for button, name, words in (
            (self.undo, "undo", "Undo the last change of a number"),
            (self.redo, "redo", "Redo it"),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(partial(self._on_tool_clicked, name))
        for button, step, words in (
            (self.back, -1, "One stage back (Left)"),
            (self.forward, 1, "One stage on (Right)"),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(partial(self._on_step_clicked, step))
        self.track.setAccessibleName("Stage")
        self.track.fraction_picked.connect(self._on_track_picked)
        self.track.nudged.connect(self.moved)
        for name, view in self.views.items():
            view.value_edited.connect(partial(self._on_value_edited, name))
        for name in ("left", "right"):
            self.views[name].cell_hovered.connect(partial(self._on_factor_hovered, name))
        self.views["result"].cell_hovered.connect(self.cell_hovered)
        self.views["result"].cell_moved.connect(self.cell_hovered)

    def _on_factor_hovered(self, name: str, row: int, column: int) -> None:
        """The number under the pointer, in a matrix that goes in."""
        part = None if self._product is None else getattr(self._product, name)
        if part is None or not (0 <= row < part.values.shape[0] and 0 <= column < part.values.shape[1]):
            return
        at = f"“{part.rows[row]}”" if part.rows else f"row {row + 1}"
        over = f"“{part.columns[column]}”" if part.columns else f"column {column + 1}"
        value = float(part.values[row, column])
        self.arithmetic.set_paragraphs([[(f"{part.name}, {at}, {over}: ", "muted"), (number(value, 3), "accent")]])

    @Slot()
    def _on_item_clicked(self, number: int, _checked: bool = False) -> None:
        self.stage_chosen.emit(number)

    def _on_tool_clicked(self, name: str, _checked: bool = False) -> None:
        self.tool_used.emit(name)

    def _on_step_clicked(self, step: int, _checked: bool = False) -> None:
        self.moved.emit(step)

    @Slot(float)
    def _on_track_picked(self, fraction: float) -> None:
        self.stage_chosen.emit(round(fraction * (self._n_stages - 1)))

    def _on_value_edited(self, name: str, row: int, column: int, value: float, final: bool) -> None:
        self.value_edited.emit(self._leaves[name], row, column, value, final)


def _fill(view: EditableMatrixView, legend: ColorScaleView, part: Part, *, with_bar: bool) -> None:
    finite = np.where(np.isfinite(part.values), part.values, np.nan)
    scale = ColorScale("magnitude", 0.0, 1.0) if part.colors == "weights" else ColorScale.of(finite, "signed")
    view.set_matrix(part.values, part.rows, part.columns, scale)
    view.set_words(
        MatrixWords(
            f"{part.name}  {part.values.shape[0]} × {part.values.shape[1]}", part.rows_words, part.columns_words
        )
    )
    view.set_sums(part.colors == "weights")
    known = finite[np.isfinite(finite)]
    ends = f"{known.min():.2f} to {known.max():.2f}".replace("-", "−") if known.size else ""
    legend.set_scale(scale if with_bar else None, ends)
