"""How points are drawn and what is shown behind them, compact enough to stand beside the plane."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.core.denoising import SAMPLER_WORDS, SAMPLERS
from explorer.specs.diffusion_points import MOST_POINTS, MOST_STEPS, PointSampling
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.slider_row import SliderRow
from explorer.ui.theme import Theme

COUNTS = (100, 400, 1000)
MOST_SEED = 2**31 - 1
FIRST = PointSampling(steps=50)
MAPS = (
    ("none", "No map", "Points and arrows alone"),
    ("learned", "Learned", "The density that the network has learned, by its own flow; when nothing moves"),
    ("exact", "Exact", "Density and score if the data were just the training points"),
)


class PlaneControls(QWidget):
    """Steps, noise put back, points, seed and what else is shown; ``sampler`` and ``map`` stand in the title bar.

    Signals:
        sampling_chosen: A :class:`~explorer.specs.diffusion_points.PointSampling`, while dragging too.
        shown_changed: Something else is to be shown.
    """

    sampling_chosen = Signal(object)
    shown_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._sampling = FIRST
        self.sampler = Segmented(SAMPLER_WORDS, "Sampler")
        self.map = Segmented(MAPS, "Map behind the points")
        self.steps = SliderRow(
            theme, "Steps", Scale(1, MOST_STEPS, log=True, whole=True), 50, "Higher: finer steps, a longer film"
        )
        self.eta = SliderRow(theme, "η", Scale(0, 1, 0.05), 0.0, "Share of the noise put back at every step (DDIM)")
        self.points = Segmented([(str(n), f"{n:,}", f"{n:,} points travel") for n in COUNTS], "Points")
        self.seed = NumberBox(Scale(0, MOST_SEED, whole=True), 1, fit_value=True)
        self.new_noise = IconButton("new-seed", theme)
        self.arrows = _switch("Arrows", "The score: where the density rises fastest")
        self.data = _switch("Data", "The points that are learned")
        self._lay_out()
        self._connect()
        self.set_sampling(FIRST)

    @property
    def sampling(self) -> PointSampling:
        """What is chosen."""
        return self._sampling

    def set_sampling(self, sampling: PointSampling) -> None:
        """Show these settings; says nothing."""
        self._sampling = sampling
        self.sampler.set_value(sampling.sampler)
        if self.points.offers(str(sampling.n)):
            self.points.set_value(str(sampling.n))
        self.steps.set_value(float(sampling.steps))
        self.eta.set_value(sampling.eta)
        self.seed.set_value(float(sampling.seed))
        self.eta.setVisible(sampling.sampler == "ddim")

    def set_shown(self, density: str, arrows: bool) -> None:
        """Show this map, and arrows or none; says nothing."""
        self.map.set_value(density)
        with QSignalBlocker(self.arrows):
            self.arrows.setChecked(arrows)

    def set_low(self, low: bool) -> None:
        """In a low panel only what is changed most."""
        for row in (self._first, self._second):
            row.setVisible(not low)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme; the parts are told by whoever tells this."""

    def _lay_out(self) -> None:
        self.seed.setAccessibleName("Seed of the noise")
        self.seed.setToolTip("Seed of the first noise, and of what the sampler puts back")
        self.new_noise.setAccessibleName("New noise")
        self.new_noise.setToolTip("The same settings from other noise")
        word = QLabel("seed")
        word.setProperty("role", "secondary")
        self._first, self._second = QWidget(), QWidget()
        kinds = (
            (self._first, (self.points, word, self.seed, self.new_noise)),
            (self._second, (self.arrows, self.data)),
        )
        for widget, parts in kinds:
            row = QHBoxLayout(widget)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            for part in parts:
                row.addWidget(part)
            row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for line in (self.steps, self.eta, self._first, self._second):
            column.addWidget(line)

    def _connect(self) -> None:
        self.sampler.chosen.connect(lambda value: self._choose(sampler=value))
        self.points.chosen.connect(lambda value: self._choose(n=int(value)))
        self.steps.value_changed.connect(lambda value: self._choose(steps=int(value)))
        self.eta.value_changed.connect(lambda value: self._choose(eta=float(value)))
        self.seed.value_entered.connect(lambda value: self._choose(seed=int(value)))
        self.new_noise.clicked.connect(lambda: self._choose(seed=(self._sampling.seed + 1) % (MOST_SEED + 1)))
        self.map.chosen.connect(self.shown_changed)
        self.arrows.toggled.connect(self.shown_changed)
        self.data.toggled.connect(self.shown_changed)

    def _choose(self, **changed: object) -> None:
        sampling = replace(self._sampling, **changed)  # type: ignore[arg-type]
        if sampling != self._sampling:
            self.set_sampling(sampling)
            self.sampling_chosen.emit(sampling)


def is_sampling(sampling: PointSampling) -> bool:
    """Whether every setting is one that can be chosen."""
    return (
        sampling.sampler in SAMPLERS
        and 1 <= sampling.steps <= MOST_STEPS
        and 0 <= sampling.eta <= 1
        and 0 <= sampling.seed <= MOST_SEED
        and sampling.n in COUNTS
        and sampling.n <= MOST_POINTS
    )


def _switch(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(True)
    button.setChecked(True)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
