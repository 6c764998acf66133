"""The product of the slide, taken apart for one sequence: every factor, and what is left of the gradient."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.core.figures import FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.bptt import CELLS, N_COPIED, BpttParams, Chain, Chained, n_steps_of
from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.segmented import Segmented
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.factor_plots import Factors
from explorer.ui.views.factors import FactorsView
from explorer.ui.views.formula import FormulaView, Term
from explorer.ui.views.ticks import decade, number, significant


def _formula(cell: str) -> str:
    """The term of one j in the colour of the cell."""
    return (
        r"\frac{\partial L_k}{\partial h_k}\,\term{" + cell + r"}{"
        r"\frac{\partial h_k}{\partial h_{k-1}}\,\cdots\,\frac{\partial h_{j+1}}{\partial h_j}}"
        r"\,\frac{\partial h_j}{\partial W_h}"
    )


FORMULAS = tuple(_formula(cell) for cell in CELLS)
TIPS = {
    "rnn": "The plain cell: h = f(W h + U x + b)",
    "lstm": "Its state is h and its memory c together",
    "gru": "Its update gate mixes the old state in",
}
FORMULA_FROM_PX = 300
"""Height of the panel from which the formula and the exact ends have room."""
FIRST_J = 2
"""Where the chain is followed back to at first: before the first step the state is zero, so its own term is, too."""
BOUND_TIP = (
    "Dashed: powers of W's spectral radius. They bound the product as long as W is nearly normal; "
    "once training has bent W, the product may pass them for a while."
)
SLACK = 1.5
"""How far a product may pass the powers of the radius that are still called its bound."""
NUMBERS_TIP = "Norms multiply to at least the norm of the product: first dL/dh, then each factor, last dh/dW."


class ChainPanel(Panel):
    """Formula, its numbers, the picture with two handles, and their exact places.

    Signals:
        time_hovered: The time step under the pointer, from 1 on; 0 when it has left.
    """

    time_hovered = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._times = 2, 2
        self._k, self._j = 0, FIRST_J
        self._chained: Chained | None = None
        self.cells = Segmented([(c, c.upper(), TIPS[c]) for c in CELLS], "Which cell")
        self.cells.chosen.connect(self._on_cell_chosen)
        self.controls = [self.cells]
        self.formula, self.numbers = FormulaView(theme), FormulaView(theme)
        self.formula.set_formula(FORMULAS[0])
        self.numbers.setToolTip(NUMBERS_TIP)
        self.view = FactorsView(theme)
        self.view.setAccessibleName("Factors of the gradient's product; arrow keys move its ends")
        self.view.setToolTip(BOUND_TIP)
        self.view.ends_moved.connect(self._on_ends_moved)
        self.view.time_hovered.connect(self.time_hovered)
        self.boxes = {end: NumberBox(Scale(1, 2, whole=True), 1) for end in ("k", "j")}
        self.boxes["k"].value_entered.connect(lambda value: self._on_ends_moved(round(value), self._j))
        self.boxes["j"].value_entered.connect(lambda value: self._on_ends_moved(self._k or self._last, round(value)))
        self._row = self._make_row()
        for widget in (self._row, self.numbers):
            self.column.addWidget(widget)
        self.column.addWidget(self.view, 1)
        self.set_subtitle("one sequence")

    # ------------------------------------------------------------------------------------------------- in and out

    @property
    def cell(self) -> str:
        """The cell chosen."""
        return self.cells.value

    @property
    def ends(self) -> tuple[int, int]:
        """Time of the loss, 0 for the last one that has a loss, and the time followed back to."""
        return self._k, self._j

    def request(self) -> Chain:
        """The question that cell and ends ask."""
        return Chain(self.cell, self._k, self._j)

    def set_task(self, params: BpttParams) -> None:
        """Say how long the sequences are and which times have a loss; other ones are followed all the way again."""
        last = n_steps_of(params)
        first = last - N_COPIED + 1 if params.task == "copy" else last
        if (first, last) == self._times:
            return
        self._times, self._k, self._j = (first, last), 0, FIRST_J
        self.forget()
        self.view.set_times(last, first)
        self.boxes["k"].set_scale(Scale(min(first, last - 1), last, whole=True))
        self.boxes["k"].setEnabled(first < last)
        self.boxes["j"].set_scale(Scale(1, last, whole=True))
        self._show_ends(last, FIRST_J)

    @property
    def _last(self) -> int:
        return self._times[1]

    def choose(self, cell: str, k: int, j: int) -> None:
        """Choose cell and ends without asking; what does not fit the sequences is left out."""
        if self.cells.offers(cell):
            self.cells.set_value(cell)
        first, last = self._times
        if (k == 0 or first <= k <= last) and 1 <= j <= (k or last):
            self._k, self._j = k, j
            self._show_ends(k or last, j)

    @property
    def step(self) -> int:
        """Step of the weights whose chain is shown; 0 while there is none."""
        return self._chained.step if self._chained is not None else 0

    def forget(self) -> None:
        """Show nothing until the next answer: what is shown is of another run."""
        self._chained = None
        self.view.set_factors(None)
        self._show_numbers()
        self.set_subtitle("one sequence")

    def set_chained(self, answer: Chained) -> None:
        """Show the answer, unless another cell has been chosen meanwhile."""
        if answer.request.cell != self.cell:
            return
        self._chained = answer
        power = f"{number(answer.radius, 2)}{decade(answer.k - answer.j)[2:]}"
        words = "bound" if _holds(answer) else "W alone"
        bound = f"{words} {power} = {significant(float(answer.bound[answer.j - 1]), 2)}"
        self.view.set_factors(Factors(answer.factors, answer.products, answer.bound, bound, answer.request.cell))
        if not self.view.is_held:
            self._show_ends(answer.k, answer.j)
        self.formula.set_formula(FORMULAS[CELLS.index(answer.request.cell)])
        self._show_numbers()
        self.set_subtitle(f"step {answer.step:,}, one sequence")

    def set_time(self, time: int) -> None:
        """Mark a time step, counted from one; 0 for none."""
        self.view.set_time(time)

    def figure_data(self) -> FigureData:
        """Factors, products, bound and gradients over time, and the norms of the whole term."""
        a = self._chained
        if a is None:
            return self._figure({"time step": np.zeros(0)}, {"factors": np.zeros(0)})
        table = {
            "time step": np.arange(1, a.k + 1),
            "factor dh_t/dh_(t-1)": np.concatenate([[np.nan], a.factors]),
            "product dh_k/dh_t": a.products,
            "radius^(k-t)": a.bound,
            "gradient dL_k/dh_t": a.gradients,
        }
        norms = np.array([a.loss_norm, a.direct_norm, a.term_norm, a.total_norm])
        arrays = {"factors": a.factors, "products": a.products, "bound": a.bound, "gradients": a.gradients}
        return self._figure(table, arrays | {"norms": norms}, (f"k = {a.k}", f"j = {a.j}", "time step t"))

    # ------------------------------------------------------------------------------------------------- handlers

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low panel formula and boxes give way to the picture, which has the ends too."""
        super().resizeEvent(event)
        self._row.setVisible(self.height() >= FORMULA_FROM_PX)
        self._show_numbers()

    @Slot(str)
    def _on_cell_chosen(self, _cell: str) -> None:
        self.asked.emit(self.request())

    @Slot(int, int)
    def _on_ends_moved(self, k: int, j: int) -> None:
        """A person moved an end; the other one makes room."""
        k = max(k, self._times[0])
        j = min(j, k)
        self._k, self._j = k, j
        self._show_ends(k, j)
        self.asked.emit(self.request())

    def _show_numbers(self) -> None:
        """In two lines, on a low panel in one."""
        answer = self._chained
        if answer is None:
            self.numbers.set_numbers([[("…", "muted")]])
        elif self.height() >= FORMULA_FROM_PX:
            self.numbers.set_numbers([_product_line(answer, 3), _sum_line(answer)])
        else:
            self.numbers.set_numbers([_product_line(answer, 1) + _sum_words(answer)])

    def _show_ends(self, k: int, j: int) -> None:
        with QSignalBlocker(self.view):
            self.view.set_ends(k, j)
        self.boxes["k"].set_value(k)
        self.boxes["j"].set_value(j)

    def _make_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.formula, 1)
        for end, words in (("k", "Time of the loss"), ("j", "Time followed back to")):
            label = QLabel(f"{end} =")
            label.setProperty("role", "secondary")
            self.boxes[end].setAccessibleName(words)
            self.boxes[end].setToolTip(words)
            line.addWidget(label)
            line.addWidget(self.boxes[end])
        return row


def _holds(answer: Chained) -> bool:
    """Whether the powers of the radius bound the products followed: for the plain cell, while W is nearly normal."""
    followed = slice(answer.j - 1, answer.k)
    return answer.request.cell == "rnn" and bool((answer.products[followed] <= SLACK * answer.bound[followed]).all())


def _product_line(answer: Chained, n_first: int) -> list[Term]:
    """The norms of all factors; of those between states the first few and the last."""
    shown = [significant(float(f), 2) for f in answer.factors[answer.j - 1 : answer.k - 1][::-1]]
    left_out = len(shown) > n_first + 1
    factors = " · ".join(shown[:n_first]) + f" ⋯ {shown[-1]}" if left_out else " · ".join(shown)
    line = [(significant(answer.loss_norm, 2), "ink")]
    if factors:
        line += [(" · ", "muted"), (factors, answer.request.cell)]
    return [*line, (" · ", "muted"), (significant(answer.direct_norm, 2), "ink")]


def _sum_words(answer: Chained) -> list[Term]:
    """This term's norm and that of the sum of all, in few words."""
    term, total = significant(answer.term_norm, 2), significant(answer.total_norm, 2)
    return [(" ≥ ", "muted"), (term, answer.request.cell), (" of ", "muted"), (total, "ink")]


def _sum_line(answer: Chained) -> list[Term]:
    """This term's norm beside that of the sum of all."""
    return [
        ("≥ ", "muted"),
        (significant(answer.term_norm, 2), answer.request.cell),
        (f", the term j = {answer.j};  ", "muted"),
        (significant(answer.total_norm, 2), "ink"),
        (", all terms", "muted"),
    ]
