"""The run's numbers: loss, right answers, where the best heads look, and the size of the gradient."""

from __future__ import annotations

from explorer.core.spec import PanelSpec
from explorer.ui.panel import Where
from explorer.ui.panels.run_curves import WINDOW, CurveMode, Line, RunCurves
from explorer.ui.theme import Theme

MODES = (
    CurveMode(
        "accuracy",
        "Accuracy",
        "Questions answered rightly, in training and of 500 held-out sentences",
        f"right answers; training averaged over {WINDOW} steps; guessing among the colours named gives 36 %",
        "right answers, %",
        (Line("accuracy", "train", "train", subject=False), Line("test_accuracy", "held out", "test", ghost=True)),
        y_range=(0.0, 100.0),
    ),
    CurveMode(
        "attention",
        "Attention",
        "Mean attention of the best head, over held-out sentences",
        "attention of the best head: from the noun to its colour, and from the question to the noun",
        "attention",
        (
            Line("asked_attention", "to its colour", "test", ghost=True),
            Line("question_attention", "to the noun", "ink", subject=False),
        ),
        y_range=(0.0, 1.0),
    ),
    CurveMode(
        "loss",
        "Loss",
        "Cross-entropy of the answer",
        f"cross-entropy of the answer; training averaged over {WINDOW} steps; logarithmic",
        "nats",
        (Line("loss", "train", "train", subject=False), Line("test_loss", "held out", "test", ghost=True)),
        log=True,
    ),
    CurveMode(
        "gradient",
        "Gradient norm",
        "Norm of the whole gradient, before it is shortened",
        f"norm of the gradient over all weights, averaged over {WINDOW} steps; logarithmic",
        "norm of the gradient",
        (Line("gradient_norm", "gradient", "ink", subject=False),),
        log=True,
    ),
)


class AttentionCurves(RunCurves):
    """Accuracy, attention, loss or gradient over steps, with a cursor at the step shown."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where, MODES)
