"""What the benchmark finds, and the bars it is held against."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: As in ``"training/autoencoder"``.
        value: What was measured.
        unit: Its unit; empty for ratios.
        baseline: The same of the bare thing beside it, or None.
        note: Anything else worth knowing, in a few words.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def excess(self) -> float:
        """Value less baseline."""
        return self.value - (self.baseline or 0.0)


@dataclass(frozen=True)
class Bar:
    """A bound on some figures.

    Attributes:
        pattern: Names it holds for, with ``*``.
        words: The bound as people read it.
        holds: Whether a figure keeps it.
    """

    pattern: str
    words: str
    holds: Callable[[Figure], bool]


BARS: tuple[Bar, ...] = (
    Bar("startup/first_paint", "at most 1.5 x", lambda f: (f.ratio or 0) <= 1.5),
    Bar("startup/torch_ready", "at most + 1.0 s", lambda f: f.excess <= 1.0),
    Bar("startup/worst_stall", "at most 300 ms", lambda f: f.value <= 300),
    Bar("training/*", "at least 0.85 x", lambda f: (f.ratio or 1) >= 0.85),
    Bar("frames/*/p99", "at most 20 ms", lambda f: f.value <= 20),
    Bar("frames/*/worst", "at most 100 ms", lambda f: f.value <= 100),
    Bar("ask/*/idle", "at most 25 ms", lambda f: f.value <= 25),
    Bar("ask/*/training", "at most 50 ms", lambda f: f.value <= 50),
    Bar("cost/*/norms", "at most 1.15 x", lambda f: (f.ratio or 0) <= 1.15),
    Bar("cost/diffusion/step", "at most 1.15 x", lambda f: (f.ratio or 0) <= 1.15),
    Bar("cost/attention/forward*", "at most 1.5 x", lambda f: (f.ratio or 0) <= 1.5),
    Bar("weights/attention/mb", "at most 25 MB", lambda f: f.value <= 25),
    Bar("weights/attention/loaded", "at most 0.5 s", lambda f: f.value <= 0.5),
    Bar("views/attention/edit_p95", "at most 250 ms", lambda f: f.value <= 250),
    Bar("views/attention/hover_p95", "at most 16 ms", lambda f: f.value <= 16),
    Bar("views/diffusion/film_mb", "under 128 MB", lambda f: f.value < 128),
    Bar("views/diffusion/playing", "at least 15 frames/s", lambda f: f.value >= 15),
    Bar("views/*/film_p95", "at most 16 ms", lambda f: f.value <= 16),
    Bar("memory/growth", "under 5 %", lambda f: f.value < 5),
    Bar("memory/*", "at most 700 MB", lambda f: f.value <= 700),
    Bar("quality/sequences/live_sentiment_negation_accuracy", "at least 97 %", lambda f: f.value >= 97),
    Bar("quality/sequences/live_digits_accuracy", "at least 90 %", lambda f: f.value >= 90),
    Bar("quality/sequences/live_caption_exact_match", "at least 60 %", lambda f: f.value >= 60),
    Bar("quality/sequences/shipped_digits_accuracy", "at least 95 %", lambda f: f.value >= 95),
    Bar("quality/sequences/shipped_caption_exact_match", "at least 90 %", lambda f: f.value >= 90),
    Bar("quality/sequences/shipped_translate_exact_match", "at least 95 %", lambda f: f.value >= 95),
    Bar("quality/bptt/live_t100_lstm_accuracy", "at least 99 %", lambda f: f.value >= 99),
    Bar("quality/bptt/live_t100_gru_accuracy", "at least 99 %", lambda f: f.value >= 99),
    Bar("quality/bptt/live_t100_rnn_accuracy", "at most 25 %", lambda f: f.value <= 25),
    Bar("quality/diffusion/live_60s_agreement", "at least 60 %", lambda f: f.value >= 60),
    Bar("quality/diffusion/live_150s_agreement", "at least 85 %", lambda f: f.value >= 85),
    Bar("quality/diffusion/shipped_digits_agreement", "at least 97 %", lambda f: f.value >= 97),
    Bar("quality/diffusion/shipped_digits_frechet_ratio", "at most 2.5 x", lambda f: f.value <= 2.5),
    Bar("quality/diffusion_points/live_drawn_energy_ratio", "at most 2 x", lambda f: f.value <= 2),
    Bar("quality/attention/live_60s_test_accuracy", "at least 98 %", lambda f: f.value >= 98),
    Bar("quality/attention/live_60s_asked_attention", "at least 0.8", lambda f: f.value >= 0.8),
    Bar("quality/autoencoder/live_test_negative_elbo", "at most 153 nats", lambda f: f.value <= 153),
    Bar("quality/autoencoder/shipped_vae_test_negative_elbo", "at most 148 nats", lambda f: f.value <= 148),
)


def bar_of(figure: Figure) -> Bar | None:
    """The bar that a figure is held against, or None."""
    return next((bar for bar in BARS if fnmatchcase(figure.name, bar.pattern)), None)


def passed(figure: Figure) -> bool:
    """Whether a figure keeps its bar; true where there is none."""
    bar = bar_of(figure)
    return bar is None or bar.holds(figure)


def as_json(figures: Sequence[Figure]) -> str:
    """The list that other programs read."""
    rows: list[Mapping[str, str | float | None]] = [
        {"name": f.name, "value": f.value, "unit": f.unit, "baseline": f.baseline, "ratio": f.ratio} for f in figures
    ]
    return json.dumps(rows, indent=2) + "\n"


HEAD = ("", "value", "baseline", "ratio", "bar", "")


def as_table(figures: Sequence[Figure]) -> str:
    """Columns for people: value, baseline, ratio, the bar and whether it is kept."""
    rows = [HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = []
    for row in rows:
        numbers = (f"{cell:>{width}}" for cell, width in zip(row[1:4], widths[1:4], strict=True))
        lines.append("  ".join([f"{row[0]:<{widths[0]}}", *numbers, f"{row[4]:<{widths[4]}}", row[5]]).rstrip())
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, str, str, str, str, str]:
    bar = bar_of(figure)
    verdict = "" if bar is None else "pass" if bar.holds(figure) else "MISS"
    return (
        figure.name,
        f"{figure.value:,.4g} {figure.unit}".rstrip(),
        "" if figure.baseline is None else f"{figure.baseline:,.4g} {figure.unit}".rstrip(),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        bar.words if bar else "",
        "  ".join(filter(None, [verdict, figure.note])),
    )
