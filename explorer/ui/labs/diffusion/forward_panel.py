"""Adding noise: a picture, noise, and the mixture of both at any time, in one go."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLayout, QPushButton, QWidget

from explorer.core.denoising import N_LEVELS
from explorer.core.errors import UserError
from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.noise_schedules import alpha_bar
from explorer.data.pictures import load_picture
from explorer.specs.diffusion import SIDE_PX, DiffusionParams
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.time_row import TimeRow
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.digit_pad import DigitPad
from explorer.ui.views.formula import FormulaView, Term
from explorer.ui.views.histogram import HistogramView
from explorer.ui.views.painting import text_height
from explorer.ui.views.picture import PictureView
from explorer.ui.views.ticks import number, significant

FORMULA_FORWARD = (
    r"x_t = \term{reconstruction}{\sqrt{\bar\alpha_t}\,x_0} + \term{kl}{\sqrt{1-\bar\alpha_t}\,\varepsilon},"
    r"\quad \term{kl}{\varepsilon} \sim \mathcal{N}(0, 1)"
)
FORMULAS = (FORMULA_FORWARD,)
FIRST_TIME = 300
NOISE_LIMIT = 3.0
ALPHA = "α\N{COMBINING MACRON}"
NOISES = (
    ("keep", "Keep noise", "The same noise at every time: only its share changes"),
    ("fresh", "New each t", "Other noise at each time, as in training"),
)
FILTER = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff)"
WIDE_PX, FORMULA_PX, BUTTONS_PX = 520, 520, 176
"""Width from which a low panel shows all three pictures, heights from which there are formula and buttons; scale 1."""
LEAST_PX = 96
"""Side of x_t, at least, for the pictures to stand above the histogram."""
HISTOGRAM_PX, MOST_HISTOGRAM_PX = 110, 220
SMALLER = 0.7
"""Sides of x_0 and eps as a share of that of x_t."""
QWIDGETSIZE_MAX = (1 << 24) - 1
Place = tuple[QWidget, int, int, int, int]
"""A widget with its row, column, rows and columns."""


class ForwardPanel(Panel):
    """x_t of a digit of the data, of a drawn or of a loaded one, with its pixels' histogram.

    Signals:
        time_changed: The time a person moved to.
        picture_wanted: A digit of the data is wanted, chosen at random.
        notice: A sentence for the user.
    """

    time_changed = Signal(int)
    picture_wanted = Signal()
    notice = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._signal = alpha_bar(DiffusionParams().schedule, N_LEVELS)
        self._picture: Array | None = None
        self._n_draws = 0
        self._pixel = (-1, -1)
        self._drawing = False
        self.pad = DigitPad(theme)
        self.noise = PictureView(theme)
        self.noisy = PictureView(theme)
        self.numbers = FormulaView(theme)
        self.histogram = HistogramView(theme)
        self.time = TimeRow(theme, FIRST_TIME)
        self.random_digit = IconButton("new-seed", theme)
        self.draw = QPushButton("Draw")
        self.load_file = IconButton("folder", theme)
        self.controls = [self.draw, self.load_file, self.random_digit]
        self.noises = Segmented(NOISES, "Which noise")
        self.new_noise = QPushButton("New noise")
        self._buttons = QWidget()
        self._grid = QGridLayout()
        self._name_parts()
        self._lay_out()
        self._connect()
        self.set_subtitle("any x\N{LATIN SUBSCRIPT SMALL LETTER T} in one go, without a network")
        self._show_all()

    # ------------------------------------------------------------------------------------------------- in and out

    def set_run(self, params: DiffusionParams) -> None:
        """Mix by the schedule of a run."""
        self._signal = alpha_bar(params.schedule, N_LEVELS)
        self._show_all()

    def set_picture(self, picture: Array, words: str = "") -> None:
        """Take another picture as x_0.

        Args:
            picture: (28, 28) floats in [0, 1], 1 for ink.
            words: What it is, for the sentence beside the title.
        """
        self._picture, self._drawing = np.array(picture, np.float32), False
        self.pad.set_drawing(self._picture, is_sample=True)
        if words:
            self.set_subtitle(words)
        self._place_parts()
        self._show_all()

    @Slot(int)
    def set_time(self, time: int) -> None:
        """Stand at a time, 0 to 1,000; says nothing."""
        if time != self.time.time:
            self.time.set_time(time)
            self._show_all()

    def load(self, name: str) -> None:
        """Take a picture file as x_0, brought to the form of the digits."""
        try:
            scaled = load_picture(Path(name))
        except UserError as error:
            self.notice.emit(str(error))
            return
        size = f"{scaled.width_px:,} × {scaled.height_px:,} pixels"
        inverted = "light and dark exchanged, " if scaled.inverted else ""
        self.set_picture(scaled.image, f"loaded, {size}: {inverted}cropped to its ink, centred in 28 × 28")

    @property
    def is_empty(self) -> bool:
        """Whether no picture has been chosen yet."""
        return self._picture is None

    def figure_data(self) -> FigureData:
        """The pixels of x_0, eps and x_t in model units (-1 paper, 1 ink), with t and alpha_bar."""
        x0, eps, noisy = self._mixed()
        rows, columns = np.indices(noisy.shape)
        pictures = {"x0": x0, "eps": eps, "x_t": noisy}
        table = {"row": rows.ravel(), "column": columns.ravel()} | {n: p.ravel() for n, p in pictures.items()}
        level = {"t": np.array(self.time.time), "alpha_bar": np.array(self._signal[self.time.time])}
        return self._figure(table, pictures | level, ("mean 0, variance 1",))

    # ------------------------------------------------------------------------------------------------- what is shown

    def _weights(self) -> tuple[float, float]:
        """Shares of picture and noise: sqrt(alpha_bar), sqrt(1 - alpha_bar)."""
        signal = float(self._signal[self.time.time])
        return math.sqrt(signal), math.sqrt(1.0 - signal)

    def _mixed(self) -> tuple[Array, Array, Array]:
        """x_0, eps and x_t, each (28, 28) float32 in model units; a missing picture is paper."""
        picture = np.zeros((SIDE_PX, SIDE_PX), np.float32) if self._picture is None else self._picture
        seed = (self._n_draws, self.time.time) if self.noises.value == "fresh" else (self._n_draws,)
        eps = np.random.default_rng(seed).standard_normal(picture.shape, np.float32)
        x0, (kept, added) = 2.0 * picture - 1.0, self._weights()
        return x0, eps, np.asarray(kept * x0 + added * eps, np.float32)

    def _show_all(self) -> None:
        _, eps, noisy = self._mixed()
        self.noise.set_image(eps, "signed", (-NOISE_LIMIT, NOISE_LIMIT))
        self.noisy.set_image(noisy, "ink", (-1.0, 1.0))
        self._show_words()

    def _show_words(self) -> None:
        """Formula, title and names, as long as there is room for."""
        left = f"{ALPHA}ₜ = {significant(float(self._signal[self.time.time]), 3)}"
        tall, (x0, eps, noisy) = self._is_tall(), self._mixed()
        self.noisy.set_title(f"xₜ at t = {self.time.time:,}" if tall else f"xₜ, {left}")
        self.histogram.set_values(noisy, "pixels of xₜ" if tall else "xₜ")
        row, column = self._pixel
        terms = self._mixture()
        if row >= 0:
            terms = self._arithmetic(*(float(picture[row, column]) for picture in (x0, eps, noisy)))
        self.numbers.set_numbers([[*terms, (f"     {left}", "muted")] if tall else terms])

    def _mixture(self) -> list[Term]:
        """The formula with the numbers of this time."""
        kept, added = self._weights()
        picture, noise = (f"{_share(kept)} x₀", "reconstruction"), (f"{_share(added)} ε", "kl")
        return [("xₜ = ", "ink"), picture, (" + ", "ink"), noise]

    def _arithmetic(self, x0: float, eps: float, noisy: float) -> list[Term]:
        """The same for one pixel."""
        kept, added = self._weights()
        picture = (f"{_share(kept)} · {number(x0, 2)}", "reconstruction")
        noise = (f"{_share(added)} · {number(eps, 2)}", "kl")
        return [(f"{number(noisy, 2)} = ", "ink"), picture, (" + ", "ink"), noise]

    # ------------------------------------------------------------------------------------------------- handlers

    def _on_drawing_changed(self, drawing: Array) -> None:
        """What is on the pad is x_0 as it stands there, four by four of its pixels for one of the model's."""
        side = len(drawing) // SIDE_PX
        self._picture = drawing.reshape(SIDE_PX, side, SIDE_PX, side).mean((1, 3)).astype(np.float32)
        self.set_subtitle("a digit of your own")
        self._show_all()

    def _on_time_moved(self, time: int) -> None:
        self._show_all()
        self.time_changed.emit(time)

    def _on_new_noise(self) -> None:
        self._n_draws += 1
        self._show_all()

    def _on_pixel_hovered(self, row: int, column: int) -> None:
        self._pixel = (row, column)
        self._show_words()

    def _on_draw_clicked(self) -> None:
        """An empty sheet; where there is no room for all it takes the histogram's place."""
        self.pad.clear()
        self._drawing = True
        self._place_parts()
        self.pad.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_load_clicked(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Load a picture of a digit", str(Path.home()), FILTER)
        if name:
            self.load(name)

    def showEvent(self, event: QShowEvent) -> None:
        """Never open on an empty sheet."""
        super().showEvent(event)
        self._place_parts()  # in its window's type, it may need other room
        if self.is_empty:
            self.picture_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What there is room for is shown, and where it fits."""
        super().resizeEvent(event)
        self._place_parts()

    def set_theme(self, theme: Theme) -> None:
        """Larger type needs more room."""
        super().set_theme(theme)
        self._place_parts()

    def minimumSizeHint(self) -> QSize:
        """The least with which x_t can be seen and moved."""
        return QSize(240, 150)

    # ------------------------------------------------------------------------------------------------- making

    def _name_parts(self) -> None:
        self.pad.set_title("picture x₀", "reconstruction")
        self.pad.setAccessibleName("Picture x₀, to draw on")
        self.pad.setToolTip("Draw with the left button, erase with the right one; Delete clears; drop a picture file")
        self.noise.set_title("noise ε", "kl")
        self.noise.setToolTip("From −3 (blue) over 0 (white) to 3 (orange)")
        self.noisy.setAccessibleName("Picture with noise")
        self.noisy.setToolTip("From −1, paper, to 1, ink; what lies beyond is shown as the end it passed")
        self.histogram.set_titles("pixel value, −1 paper, 1 ink", "density")
        self.histogram.set_colors("ink", "kl")
        self.histogram.setAccessibleName("Histogram of the pixels of x_t beside the standard normal")
        self.random_digit.setToolTip("Another digit of the data")
        self.new_noise.setToolTip("Draw other noise from N(0, 1)")
        self.draw.setToolTip("A new sheet to draw on")
        self.load_file.setToolTip("Load a picture file with one digit")
        self.random_digit.setAccessibleName("Another digit")
        self.load_file.setAccessibleName("Load a picture")

    def _connect(self) -> None:
        self.pad.drawing_changed.connect(self._on_drawing_changed)
        self.pad.file_dropped.connect(self.load)
        self.time.time_changed.connect(self._on_time_moved)
        self.time.refused.connect(self._on_refused)
        self.random_digit.clicked.connect(self.picture_wanted)
        self.noises.chosen.connect(self._show_all)
        self.new_noise.clicked.connect(self._on_new_noise)
        self.noisy.pixel_hovered.connect(self._on_pixel_hovered)
        self.noise.pixel_hovered.connect(self._on_pixel_hovered)
        self.draw.clicked.connect(self._on_draw_clicked)
        self.load_file.clicked.connect(self._on_load_clicked)

    def _on_refused(self, sentence: str) -> None:
        if sentence:
            self.notice.emit(sentence)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.noises)
        row.addWidget(self.new_noise)
        row.addStretch(1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self.column.addLayout(self._grid, 1)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._place_parts()

    # ------------------------------------------------------------------------------------------------- arranging

    def _is_tall(self) -> bool:
        return self._picture_room(text_height(self.theme.font("number")) + 4) >= LEAST_PX

    def _picture_room(self, numbers_px: float) -> float:
        """Height left for x_t above all the rest and the least histogram, px."""
        title = text_height(self.theme.font("secondary")) + 4
        rest = self.time.sizeHint().height() + self._buttons.sizeHint().height() + numbers_px
        return self.height() - 16 - rest - HISTOGRAM_PX * self.theme.scale - title - 4 * 8

    def _place_parts(self) -> None:
        """Pictures above the histogram in a high panel, beside it in a low one; then x_0 and eps give way first."""
        scale, tall = self.theme.scale, self._is_tall()
        all_three = tall or self.width() >= WIDE_PX * scale
        drawing = self._drawing and not all_three
        self.pad.setVisible(all_three or drawing)
        for view in (self.histogram, self.numbers):
            view.setVisible(not drawing)
        self.noise.setVisible(all_three)
        self._buttons.setVisible(self.height() >= BUTTONS_PX * scale)
        for widget, *cell in self._tall_places() if tall else self._low_places():
            self._grid.addWidget(widget, *cell)
        for column in range(4):  # what the pictures leave
            self._grid.setColumnStretch(column, int(column == (3 if all_three else 2 if drawing else 1)))
        for row, stretch in enumerate((4, 0, 0, 3, 0) if tall else (0, 1, 0, 0, 0)):
            self._grid.setRowStretch(row, stretch)
        self.numbers.set_formula(FORMULA_FORWARD if self.height() >= FORMULA_PX * scale else "")
        self._fit_buttons()
        self._show_words()
        self._size_pictures()

    def _size_pictures(self) -> None:
        """x_t as large as the room allows, the others smaller beside it; what is left goes to the histogram."""
        title = text_height(self.theme.font("secondary")) + 4
        if self._is_tall():
            least, most = HISTOGRAM_PX * self.theme.scale, MOST_HISTOGRAM_PX * self.theme.scale
            room, across = self._picture_room(self.numbers.sizeHint().height()), self.width() - 24 - 2 * 12
            side = min(room, across / (1 + 2 * SMALLER))
            self.histogram.setFixedHeight(round(min(least + room - side, most)))
        else:
            shown = [widget for widget in (self.time, self._buttons) if not widget.isHidden()]
            room = self.height() - 16 - title - sum(widget.sizeHint().height() + 8 for widget in shown)
            side = min(room, 0.45 * self.width())
            self.histogram.setMinimumHeight(0)
            self.histogram.setMaximumHeight(QWIDGETSIZE_MAX)
        of_pad = 1.0 if self.noise.isHidden() else SMALLER
        for view, share in ((self.pad, of_pad), (self.noise, SMALLER), (self.noisy, 1.0)):
            view.setFixedWidth(max(40, round(share * side) + 2))

    def _tall_places(self) -> list[Place]:
        """The pictures, and everything else beneath them."""
        pictures: list[Place] = [(v, 0, i, 1, 1) for i, v in enumerate((self.pad, self.noise, self.noisy))]
        rest = (self.time, self.numbers, self.histogram, self._buttons)
        return pictures + [(widget, i + 1, 0, 1, 4) for i, widget in enumerate(rest)]

    def _low_places(self) -> list[Place]:
        """Beside the pictures the numbers, and beneath these the histogram."""
        shown = [view for view in (self.pad, self.noise, self.noisy) if not view.isHidden()]
        n = len(shown)
        pictures: list[Place] = [(view, 0, i, 2, 1) for i, view in enumerate(shown)]
        beside: list[Place] = [(self.numbers, 0, n, 1, 1), (self.histogram, 1, n, 1, 1)]
        return pictures + beside + [(self.time, 2, 0, 1, n + 1), (self._buttons, 3, 0, 1, n + 1)]

    def _fit_buttons(self) -> None:
        """New noise gives way where it does not fit beside the choice."""
        room = self.width() - 24 - self.noises.sizeHint().width()
        self.new_noise.setVisible(room >= self.new_noise.sizeHint().width() + 8)


def _share(weight: float) -> str:
    """A weight in [0, 1] with two decimals, small ones with one digit that counts."""
    return significant(weight, 1) if 0.0 < weight < 0.005 else number(weight, 2)
