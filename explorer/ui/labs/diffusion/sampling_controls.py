"""How noise is turned into pictures: the settings of sampling, compact enough to stand above the pictures."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.core.denoising import SAMPLER_WORDS, SAMPLERS
from explorer.specs.diffusion import ANY_CLASS, MOST_STEPS, N_CLASSES, Sampling
from explorer.ui.kit.menus import Choice
from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.slider_row import SliderRow
from explorer.ui.theme import Theme

ALL_TEN = -1
COUNTS = (1, 4, 16, 64)
MOST_SEED = 2**31 - 1
MOST_GUIDANCE = 5.0
_MENU_PX = 62
_LABELS = (
    *((str(c), str(c), f"Draw a {c}") for c in range(N_CLASSES)),
    (str(ANY_CLASS), "any", "No class in particular: guidance has nothing to push towards"),
    (str(ALL_TEN), "all", "All ten in turn: sample i is a digit i mod 10"),
)


class SamplingControls(QWidget):
    """Steps, guidance, noise put back, digit and seed; ``sampler`` and ``samples`` stand in the panel's title bar.

    Signals:
        sampling_chosen: A :class:`~explorer.specs.diffusion.Sampling`, while dragging too.
    """

    sampling_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._sampling = Sampling()
        self.sampler = Segmented(SAMPLER_WORDS, "Sampler")
        self.samples = Segmented(
            [(str(n), str(n), f"Draw {n} at once" if n > 1 else "Draw one") for n in COUNTS], "Samples"
        )
        self.steps = SliderRow(
            theme, "Steps", Scale(5, MOST_STEPS, log=True, whole=True), 50, "Higher: finer steps, a longer film"
        )
        self.guidance = SliderRow(
            theme, "Guidance", Scale(0, MOST_GUIDANCE, 0.1), 1.5, "Higher: more typical of its class, less varied"
        )
        self.eta = SliderRow(theme, "η", Scale(0, 1, 0.05), 0.0, "Share of the noise put back at every step (DDIM)")
        self.digits = Segmented(_LABELS, "Digit to draw")
        self.digit = Choice(theme)
        self.seed_label = QLabel("seed")
        self.seed = NumberBox(Scale(0, MOST_SEED, whole=True), 1, fit_value=True)
        self.new_noise = QPushButton("New noise")
        self._finish()
        self.set_low(False)
        self.set_sampling(self._sampling)

    @property
    def sampling(self) -> Sampling:
        """What is chosen."""
        return self._sampling

    def set_sampling(self, sampling: Sampling) -> None:
        """Show these settings; says nothing."""
        self._sampling = sampling
        self.sampler.set_value(sampling.sampler)
        if self.samples.offers(str(sampling.n)):
            self.samples.set_value(str(sampling.n))
        self.digits.set_value(str(sampling.label))
        self.digit.setCurrentIndex(self.digit.findData(str(sampling.label)))
        for slider, value in (
            (self.steps, sampling.steps),
            (self.guidance, sampling.guidance),
            (self.eta, sampling.eta),
        ):
            slider.set_value(float(value))
        self.seed.set_value(sampling.seed)
        self.eta.setVisible(sampling.sampler == "ddim")

    def set_low(self, low: bool) -> None:
        """Everything on one line, for low panels; digits then are a menu."""
        self.digits.setVisible(not low)
        self.digit.setVisible(low)
        home = self._first if low else self._second
        for widget in (self.seed_label, self.seed, self.new_noise):
            home.addWidget(widget)
        self._first.setSpacing(6 if low else 10)
        self.seed_label.setVisible(not low)
        self.new_noise.setText("New" if low else "New noise")

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme; the parts are told by whoever tells this."""

    def _finish(self) -> None:
        for value, text, _ in _LABELS:
            self.digit.addItem(text, value)
        self.digit.setFixedWidth(_MENU_PX)
        self.digit.setAccessibleName("Digit to draw")
        self.digit.setToolTip("Digit to draw")
        self.seed.setAccessibleName("Seed of the noise")
        self.seed.setToolTip("Seed of the first noise, and of what the sampler puts back")
        self.seed_label.setProperty("role", "secondary")
        self.new_noise.setToolTip("The same settings from other noise")
        self.new_noise.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lay_out()
        self._connect()

    def _connect(self) -> None:
        self.sampler.chosen.connect(lambda value: self._choose(sampler=value))
        self.samples.chosen.connect(lambda value: self._choose(n=int(value)))
        self.digits.chosen.connect(lambda value: self._choose(label=int(value)))
        self.digit.activated.connect(lambda index: self._choose(label=int(self.digit.itemData(index))))
        self.steps.value_changed.connect(lambda value: self._choose(steps=int(value)))
        self.guidance.value_changed.connect(lambda value: self._choose(guidance=float(value)))
        self.eta.value_changed.connect(lambda value: self._choose(eta=float(value)))
        self.seed.value_entered.connect(lambda value: self._choose(seed=int(value)))
        self.new_noise.clicked.connect(lambda: self._choose(seed=(self._sampling.seed + 1) % (MOST_SEED + 1)))

    def _choose(self, **changed: object) -> None:
        sampling = replace(self._sampling, **changed)  # type: ignore[arg-type]
        if sampling != self._sampling:
            self.set_sampling(sampling)
            self.sampling_chosen.emit(sampling)

    def _lay_out(self) -> None:
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        for row in (self._first, self._second):
            row.setSpacing(10)
            row.setContentsMargins(0, 0, 0, 0)
        self._first.addWidget(self.digit)
        self._first.addWidget(self.steps, 3)
        self._first.addWidget(self.guidance, 3)
        self._first.addWidget(self.eta, 2)
        self._second.addWidget(self.digits)
        self._second.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._first)
        column.addLayout(self._second)


def is_sampling(sampling: Sampling) -> bool:
    """Whether every setting is one that can be chosen."""
    return (
        sampling.sampler in SAMPLERS
        and 1 <= sampling.steps <= MOST_STEPS
        and 0 <= sampling.eta <= 1
        and 0 <= sampling.guidance <= MOST_GUIDANCE
        and ALL_TEN <= sampling.label <= ANY_CLASS
        and sampling.n in COUNTS
        and 0 <= sampling.seed <= MOST_SEED
    )
