"""Quality: what a classifier that was trained apart from the model says of what it draws."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from explorer.core.figures import Column, FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.diffusion import N_CLASSES, Judge, Judged, Sampling
from explorer.ui.labs.diffusion.judgement import Judgement
from explorer.ui.labs.diffusion.judgement_words import how, paragraphs, steps_words
from explorer.ui.panel import Where
from explorer.ui.panels.measuring import MeasuringPanel
from explorer.ui.theme import Theme
from explorer.ui.views.gallery import GalleryView
from explorer.ui.views.prose import ProseView
from explorer.ui.views.rates import RateBar, RatesView

PART, MOST = 40, 400
"""Digits of one question, and of a whole measurement."""
MOST_STEPS = 100
"""More change what is measured by less than chance does."""
_UPRIGHT = 1.1


class QualityPanel(MeasuringPanel):
    """Draws digits part by part, and shows what the classifier sees in them."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where, MOST, "Digits judged")
        self._judgement = Judgement()
        self._step, self._playing = 0, False
        self.set_sampling(Sampling())
        self.controls = [self.button]
        self.words = ProseView(theme)
        self.rates = RatesView(theme)
        self.rates.setAccessibleName("Share of the digits seen as the class asked for")
        self.rates.set_title(
            "seen as asked, %, with its 95 % interval", "seen as asked, %, 95 % interval", "seen as asked, %"
        )
        self.mistakes = GalleryView(theme, ends_px=(24.0, 72.0), gap_px=6.0)
        self.mistakes.setAccessibleName("Digits that are seen as another class")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._show()

    # What others say ---------------------------------------------------------------------------------------------

    def take(self, answer: Judged) -> None:
        """Add a part that was asked for, and ask for the next one; any other answer is left alone."""
        if self._waits_for is None or not _same(answer.request, self._waits_for):
            return
        self._judgement = self._judgement.with_part(answer)
        self._go_on()

    def set_step(self, step: int, playing: bool) -> None:
        """Say which step is shown, and whether training goes on: the numbers stay those of their own step."""
        self._step, self._playing = step, playing
        self._show_subtitle()

    def set_sampling(self, sampling: Sampling) -> None:
        """Draw with this guidance and so many steps, 100 at most, from the next measurement on; always by DDIM."""
        steps = min(sampling.steps, MOST_STEPS)
        self._sampling = Judge(n=PART, steps=steps, guidance=sampling.guidance)
        self.button.setToolTip(
            f"Draw {MOST} digits with the weights of now, in {steps} DDIM steps with guidance {sampling.guidance:g} as "
            "set in Denoising, and let the classifier look at them"
        )

    def clear(self) -> None:
        """Forget what was measured: it belongs to another run."""
        self._waits_for, self._judgement = None, Judgement()
        self._show()

    # What a person does ------------------------------------------------------------------------------------------

    @property
    def n_measured(self) -> int:
        """Digits judged."""
        return self._judgement.n

    @property
    def judgement(self) -> Judgement:
        """What was measured so far."""
        return self._judgement

    def figure_data(self) -> FigureData:
        """Agreement overall and of each class with its interval; every digit's classes, features and picture."""
        judged = self._judgement
        rates = [judged.agreement, *judged.by_class]
        table: dict[str, Column] = {
            "class": ["all", *(str(digit) for digit in range(N_CLASSES))],
            "judged": np.array([rate.n for rate in rates]),
            "seen as asked": np.array([rate.right for rate in rates]),
            "share (%)": np.array([100 * rate.share for rate in rates]),
            "95 % interval from (%)": np.array([100 * rate.low for rate in rates]),
            "95 % interval to (%)": np.array([100 * rate.high for rate in rates]),
        }
        arrays = {"asked": judged.asked, "seen": judged.seen, "features": judged.features, "pictures": judged.pictures}
        if judged.frechet is not None:
            arrays["frechet_drawn_real"] = np.array(judged.frechet[0])
            arrays["frechet_real_real"] = np.array(judged.frechet[1])
        return self._figure(table, arrays, ("all", "9") if judged.n else ())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside one another where it is wide, one beneath the other where it is high."""
        upright = self.height() > _UPRIGHT * self.width()
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight)
        super().resizeEvent(event)

    # Inside ------------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._judgement = Judgement()

    def _ask(self) -> None:
        sampling, part = self._sampling, self._judgement.n_parts
        if part:
            sampling = self._judgement.request
        n = min(PART, MOST - self._judgement.n)
        self._waits_for = Judge(part=part, n=n, steps=sampling.steps, guidance=sampling.guidance)
        self.asked.emit(self._waits_for)

    def _lay_out(self) -> None:
        self._row.setSpacing(16)
        self._row.addWidget(self.words, 11)
        self._row.addWidget(self.rates, 9)
        self._row.addWidget(self.mistakes, 8)
        self.column.setSpacing(4)
        self.column.setContentsMargins(12, 2, 12, 10)
        self.column.addWidget(self.progress)
        self.column.addLayout(self._row, 1)

    def _show(self) -> None:
        super()._show()
        judged = self._judgement
        self.words.set_paragraphs(paragraphs(judged, measuring=self.is_measuring, most=MOST))
        self.words.setToolTip(how(judged) if judged.n else "")
        self.rates.set_bars(_bars(judged))
        self.rates.setVisible(judged.n > 0)
        self.mistakes.setVisible(judged.n > 0)
        wrong = judged.mistaken
        captions = [f"{a}→{s}" for a, s in zip(judged.asked[wrong], judged.seen[wrong], strict=True)]
        self.mistakes.set_pictures(judged.pictures[wrong], captions, (0.0, 255.0))
        self.mistakes.set_heading(f"asked→seen: {len(wrong):,} differ", f"{len(wrong):,} differ")
        self.mistakes.set_empty_text("every digit is seen as asked")
        self._show_subtitle()

    def _show_subtitle(self) -> None:
        judged = self._judgement
        if self.is_measuring:
            self.set_subtitle(f"judging {judged.n:,} of {MOST:,} digits; Esc stops")
        elif not judged.n:
            self.set_subtitle("how good are the digits? Measured on request")
        else:
            gone_on = self._playing or self._step != judged.steps[1]
            late = "; the run is at another step now" if gone_on else ""
            drawn, right = judged.request, 100 * judged.classifier_accuracy
            self.set_subtitle(
                f"{judged.n:,} digits of {steps_words(judged)}{late}; {drawn.steps:,} DDIM steps, guidance"
                f" {drawn.guidance:g}; classifier {right:.1f} % right"
            )


def _bars(judged: Judgement) -> list[RateBar]:
    rates = {"all": judged.agreement} | {str(digit): rate for digit, rate in enumerate(judged.by_class)}
    keys = {label: "muted" if label == "all" else f"class {label}" for label in rates}
    return [RateBar(label, r.right, r.n, r.low, r.high, keys[label]) for label, r in rates.items()]


def _same(one: Judge, other: Judge) -> bool:
    """Whether two questions are the same but for their number."""
    return (one.part, one.n, one.steps, one.guidance) == (other.part, other.n, other.steps, other.guidance)
