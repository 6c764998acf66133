"""What was measured of the quality, in sentences; no Qt."""

from __future__ import annotations

from explorer.ui.labs.diffusion.judgement import LEAST_FOR_FRECHET, Judgement

Paragraph = list[tuple[str, str]]
"""Pieces of text, each with the name of its colour."""


def paragraphs(judged: Judgement, *, measuring: bool, most: int) -> list[Paragraph]:
    """The measurement so far, what matters most first; what to do where there is none."""
    if not judged.n:
        return [[(_nothing(most, measuring), "muted")]]
    return [_agreement(judged), _frechet(judged), [(f"{sentence} ", "muted") for sentence in _how(judged)]]


def steps_words(judged: Judgement) -> str:
    """Step of the weights that drew, as "step 6,000" or "steps 6,000 to 6,120"."""
    first, last = judged.steps
    return f"step {first:,}" if first == last else f"steps {first:,} to {last:,}"


def how(judged: Judgement) -> str:
    """How it was measured."""
    return " ".join(_how(judged))


def _how(judged: Judgement) -> tuple[str, ...]:
    """The same, sentence by sentence."""
    drawn, n_features = judged.request, judged.features.shape[1]
    return (
        f"Drawn in {drawn.steps:,} DDIM steps, guidance {drawn.guidance:g}, by the weights of {steps_words(judged)}.",
        f"The classifier, trained apart, is right on {100 * judged.classifier_accuracy:.1f} % of test digits.",
        f"Distances are those of its last hidden layer ({n_features} features), from the {judged.n_real:,} test digits:"
        f" of the {judged.n:,} digits drawn, and of {judged.n_other_real:,} training digits.",
        "Fewer digits make a distance larger.",
    )


def _nothing(most: int, measuring: bool) -> str:
    if measuring:
        return "Drawing the first digits …"
    return (
        f"Measure draws {most:,} digits, as many of each class, and lets a classifier look at them that was trained "
        "apart from this model: does it see the class that was asked for?"
    )


def _agreement(judged: Judgement) -> Paragraph:
    rate = judged.agreement
    ends = f"{100 * rate.low:.1f} to {100 * rate.high:.1f}"
    return [
        (f"{100 * rate.share:.1f} %", "test"),
        (f" of {rate.n:,} are seen as asked (95 % interval {ends}).", "ink"),
    ]


def _frechet(judged: Judgement) -> Paragraph:
    found = judged.frechet
    if found is None:
        return [
            (
                f"Fréchet distance from {LEAST_FOR_FRECHET} digits on: fewer are too few points for the covariance of "
                f"{judged.features.shape[1]} features.",
                "muted",
            )
        ]
    drawn, floor = found
    pieces = [
        ("Fréchet distance ", "ink"),
        (_number(drawn), "generated"),
        ("; real from real ", "ink"),
    ]
    pieces += [(_number(floor), "real")]
    if floor > 0:
        pieces += [(": ", "ink"), (f"{drawn / floor:.1f} times", "generated"), (".", "ink")]
    return pieces


def _number(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
