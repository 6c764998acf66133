"""Compare: two ways to draw from the same noise, and what the difference is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QProgressBar, QVBoxLayout, QWidget

from explorer.core.denoising import SAMPLER_NAMES
from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.params import needs_restart
from explorer.core.spec import PanelSpec
from explorer.specs.diffusion import ANY_CLASS, N_CLASSES, SIDE_PX, Denoised, DiffusionParams, Sampling
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.menus import Choice
from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.scale import Scale
from explorer.ui.labs.diffusion.compare_form import SCHEDULE_NAMES, CompareForm
from explorer.ui.labs.diffusion.comparison import PIECE_MS, Comparison, Side
from explorer.ui.labs.diffusion.sampling_controls import ALL_TEN, MOST_SEED
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.color_scale import ColorScale, ColorScaleView
from explorer.ui.views.picture import Colors, colored
from explorer.ui.views.prose import ProseView
from explorer.ui.views.tiles import TilesView

N_SHOWN = 8
LIMITS = (-1.0, 1.0)
LEAST_SPAN = 0.1
"""Differences smaller than this share the colours of this one, so that noise in the last digit does not glow."""
SETTLED_MS = 250
"""Weights of a past step are rebuilt for a question: only once scrubbing has come to rest."""
FIRST = Sampling(label=3, n=N_SHOWN)
WORDS_SHARE = 0.17
"""Of the height, at most, where the words stand beneath the pictures."""
_FLAT = 1.5
_LOW_PX, _LINE_PX = 270, 320
_ANY_PX = 16_777_215


class ComparePanel(Panel):
    """Pictures of A above those of B, and B minus A beneath."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._comparison = Comparison(Side(FIRST), Side(replace(FIRST, steps=10)))
        self._params: DiffusionParams | None = None
        self._ready, self._playing, self._left = False, False, False
        self._step = 0
        self.form = CompareForm(theme, FIRST, replace(FIRST, steps=10))
        self.form.changed.connect(self.begin)
        self.digit = Choice(theme)
        self.seed = NumberBox(Scale(0, MOST_SEED, whole=True), FIRST.seed, fit_value=True)
        self.noise = IconButton("new-seed", theme)
        self._make_controls()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Denoising steps of both")
        self.tiles = TilesView(theme, gap_px=3.0)
        self.tiles.setAccessibleName("Pictures of A, of B, and their difference")
        self.scale = ColorScaleView(theme)
        self.scale.setToolTip("Paper is −1 and ink is 1: the range is 2")
        self.words = ProseView(theme)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._on_settled)
        self._pictures = QWidget()
        self._grid = QGridLayout()
        self._lay_out()
        self._show()

    # What others say ---------------------------------------------------------------------------------------------

    def take(self, answer: Denoised) -> None:
        """Show a piece, and ask for the next one; an answer to anything else is left alone."""
        grown = self._comparison.with_piece(answer)
        if grown is self._comparison:
            return
        self._comparison = grown
        self._ask_next()
        self._show()

    def set_ready(self, ready: bool) -> None:
        """Say whether the live model answers; once it does the comparison begins, if somebody looks."""
        self._ready = ready
        if ready and self.isVisible():
            self.begin()
        self._show_subtitle()

    def set_step(self, step: int, playing: bool) -> None:
        """Say which step is shown, and whether training goes on: at rest the comparison is drawn again."""
        self._step, self._playing = step, playing
        if not playing and self._is_late():
            self._settled.start()
        self._show_subtitle()

    def set_run(self, params: DiffusionParams) -> None:
        """Say what the run's parameters are; pictures of another model are dropped."""
        before, self._params = self._params, params
        if before is not None and (needs_restart(before, params) or before.ema != params.ema):
            self.clear()

    def clear(self) -> None:
        """Forget what was drawn: it belongs to another model. Soon it is drawn anew, if somebody looks."""
        self._comparison = Comparison(*(Side(sampling) for sampling in self.form.settings))
        if self.isVisible():
            self._settled.start()
        self._show()

    # What a person does ------------------------------------------------------------------------------------------

    @property
    def comparison(self) -> Comparison:
        """What is drawn so far."""
        return self._comparison

    @Slot()
    def begin(self) -> None:
        """Draw what is set, with the weights of now; what they have drawn already is kept."""
        a, b = self.form.settings
        same = (a, b) == (self._comparison.a.sampling, self._comparison.b.sampling)
        if not same or (self._is_late() and not self._playing):
            self._comparison = self._comparison.again(a, b, self._step)
        self._ask_next()
        self._show()

    @Slot()
    def new_noise(self) -> None:
        """Draw both from the noise of another seed."""
        shared = self.form.settings[0]
        self._share(shared.label, (shared.seed + 1) % (MOST_SEED + 1))

    def set_settings(self, a: Sampling, b: Sampling) -> None:
        """Compare these; digit, seed and number are those of ``a``."""
        self.form.set_settings(a, replace(b, label=a.label, seed=a.seed, n=a.n))
        self.digit.setCurrentIndex(self.digit.findData(a.label))
        self.seed.set_value(float(a.seed))
        self.begin()

    def figure_data(self) -> FigureData:
        """Mean absolute difference of each pair; all pictures and the differences as arrays."""
        comparison = self._comparison
        difference = comparison.difference
        empty = np.zeros((0, SIDE_PX, SIDE_PX), np.float32)
        each = np.zeros(0) if difference is None else np.abs(difference).mean(axis=(1, 2))
        arrays = {
            "a": empty if comparison.a.x is None else comparison.a.x,
            "b": empty if comparison.b.x is None else comparison.b.x,
            "b_minus_a": empty if difference is None else difference,
        }
        table = {"picture": np.arange(1, len(each) + 1), "mean absolute difference (paper to ink is 2)": each}
        return self._figure(table, arrays, ("A", "B") if comparison.a.x is not None else ())

    def showEvent(self, event: QShowEvent) -> None:
        """Begin, or go on."""
        super().showEvent(event)
        self._left = False
        if self._ready:
            self.begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing more is asked."""
        self._left = True
        self._settled.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Settings above the pictures, or beside them where it is wide."""
        self._arrange_parts(flat=self.width() > _FLAT * self.height())
        super().resizeEvent(event)

    # Inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_settled(self) -> None:
        if self._ready and self.isVisible():
            self.begin()

    @Slot(int)
    def _on_digit_activated(self, index: int) -> None:
        self._share(int(self.digit.itemData(index)), self.form.settings[0].seed)

    @Slot(float)
    def _on_seed_entered(self, seed: float) -> None:
        self._share(self.form.settings[0].label, int(seed))

    def _share(self, label: int, seed: int) -> None:
        self.seed.set_value(float(seed))
        a, b = (replace(sampling, label=label, seed=seed) for sampling in self.form.settings)
        self.form.set_settings(a, b)
        self.begin()

    def _is_late(self) -> bool:
        """Whether other weights than those of the step shown have drawn."""
        return self._comparison.weights not in (None, (self._step, self._step))

    def _ask_next(self) -> None:
        request = self._comparison.request(PIECE_MS if self.isVisible() else math.inf)
        waits = self._left or (self.isVisible() and not self._ready)
        if request is not None and not waits:
            self.asked.emit(request)

    def _make_controls(self) -> None:
        choices = [(str(c), c) for c in range(N_CLASSES)] + [("any", ANY_CLASS), ("all", ALL_TEN)]
        for text, label in choices:
            self.digit.addItem(text, label)
        self.digit.setCurrentIndex(self.digit.findData(FIRST.label))
        self.digit.setAccessibleName("Digit that both draw")
        self.digit.setToolTip("Digit that both draw: 0 to 9, any, or all in turn")
        self.digit.activated.connect(self._on_digit_activated)
        self.noise.setAccessibleName("New noise")
        self.noise.setToolTip("Draw both from other noise")
        self.noise.clicked.connect(self.new_noise)
        self.seed.setAccessibleName("Seed of the noise")
        self.seed.setToolTip("Seed of the noise that both begin with, and of what a sampler puts back")
        self.seed.value_entered.connect(self._on_seed_entered)
        self.controls = [self.digit, self.seed, self.noise]

    def _lay_out(self) -> None:
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        pictures = QVBoxLayout(self._pictures)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(4)
        pictures.addWidget(self.progress)
        pictures.addWidget(self.tiles, 1)
        pictures.addWidget(self.scale)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._arrange_parts(flat=False)
        self.column.addLayout(self._grid, 1)

    def _arrange_parts(self, *, flat: bool) -> None:
        """Settings, pictures and words one beneath the other, or the pictures beside the two others."""
        parts = (self.form, self._pictures, self.words)
        places = ((0, 0, 1, 1), (0, 1, 2, 1), (1, 0, 1, 1)) if flat else ((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1))
        for part, place in zip(parts, places, strict=True):
            self._grid.removeWidget(part)
            self._grid.addWidget(part, *place)
        self._grid.setRowStretch(1, 1)
        self._grid.setColumnStretch(0, 0 if flat else 1)
        self._grid.setColumnStretch(1, 1 if flat else 0)
        self.words.setMinimumHeight(round(self.theme.px(17)) if flat else self._words_px())
        self.words.setMaximumHeight(_ANY_PX if flat else self._words_px())
        self.words.setMaximumWidth(_ANY_PX if not flat else self.form.minimumSizeHint().width())

    def _words_px(self) -> int:
        """Height of the words beneath the pictures: in a low panel the first sentence alone."""
        n_lines = 1 if self.width() >= self.theme.px(_LINE_PX) else 2
        share = 0.0 if self.height() < self.theme.px(_LOW_PX) else WORDS_SHARE
        return round(max(self.theme.px(17) * n_lines, share * self.height()))

    # Showing -----------------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self._arrange_parts(flat=self.width() > _FLAT * self.height())
        self._show()

    def _show(self) -> None:
        comparison = self._comparison
        done, of = comparison.progress
        self.progress.setRange(0, of)
        self.progress.setValue(done)
        self.progress.setVisible(0 < done < of)
        difference = comparison.difference
        span = LEAST_SPAN if difference is None else max(LEAST_SPAN, float(np.abs(difference).max()))
        self._show_tiles(difference, span)
        scale = None if difference is None else ColorScale("signed", -span, span)
        self.scale.set_scale(scale, "B − A per pixel")
        self.words.set_paragraphs([_sentence(comparison)])
        self._show_subtitle()

    def _show_tiles(self, difference: Array | None, span: float) -> None:
        """The three rows as colours in [0, 1], (3, n, 28, 28, 3); blank where nothing is drawn yet."""
        a, b = self._comparison.a, self._comparison.b
        rows = [self._pixels(side.x, "ink", LIMITS) for side in (a, b)]
        rows.append(self._pixels(difference, "signed", (-span, span)))
        self.tiles.set_tiles(np.stack(rows), "rgb", (0.0, 1.0))
        label = a.sampling.label
        columns = [str(i % N_CLASSES) for i in range(a.sampling.n)] if label == ALL_TEN else ()
        self.tiles.set_labels(("A", "B", "B − A"), columns, ("ink", "ink", "muted"))

    def _pixels(self, pictures: Array | None, colors: Colors, limits: tuple[float, float]) -> Array:
        if pictures is None:
            return np.ones((self._comparison.a.sampling.n, SIDE_PX, SIDE_PX, 3), np.float32)
        tinted = np.stack([colored(picture, colors, self.theme, limits) for picture in pictures])
        tinted = tinted if tinted.ndim == 4 else np.repeat(tinted[..., np.newaxis], 3, axis=-1)
        return np.asarray(tinted / 255.0, np.float32)

    def _show_subtitle(self) -> None:
        comparison = self._comparison
        seed = comparison.a.sampling.seed
        if not self._ready and comparison.weights is None:
            self.set_subtitle("waits for the live model")
        elif not comparison.done:
            side, name = (comparison.a, "A") if not comparison.a.done else (comparison.b, "B")
            self.set_subtitle(f"{name}: step {side.start:,} of {side.sampling.steps:,}")
        elif self._is_late():
            self.set_subtitle(f"of {_steps_words(comparison)}; the run has gone on")
        else:
            self.set_subtitle(f"the same noise, seed {seed:,}; {_steps_words(comparison)}")


def _steps_words(comparison: Comparison) -> str:
    lo, hi = comparison.weights or (0, 0)
    return f"step {lo:,}" if lo == hi else f"steps {lo:,} to {hi:,}"


def _sentence(comparison: Comparison) -> list[tuple[str, str]]:
    """How far apart the pictures are, then what A and B are."""
    pieces = [(f"A: {_setting(comparison.a.sampling)}. ", "muted"), (f"B: {_setting(comparison.b.sampling)}.", "muted")]
    if not comparison.done:
        return pieces
    share = 100 * comparison.apart / (LIMITS[1] - LIMITS[0])
    return [
        ("Mean |B − A| of a pixel: ", "ink"),
        (f"{comparison.apart:.3f}", "generated"),
        (f", {share:.1f} % of the range. ", "ink"),
        *pieces,
    ]


def _setting(sampling: Sampling) -> str:
    eta = f", η {sampling.eta:.1f}" if sampling.sampler == "ddim" and sampling.eta else ""
    along = f" as {SCHEDULE_NAMES[sampling.schedule]}" if sampling.schedule else ""
    return f"{SAMPLER_NAMES[sampling.sampler]}, {sampling.steps:,} steps{along}, guidance {sampling.guidance:g}{eta}"
