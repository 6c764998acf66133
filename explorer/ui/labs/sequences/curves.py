"""What the curves of this lab show."""

from __future__ import annotations

from explorer.ui.panels.run_curves import WINDOW, CurveMode, Line

MODES = (
    CurveMode(
        "accuracy",
        "Accuracy",
        "Share of held-out inputs answered without a mistake",
        "held-out inputs without a mistake; longer: than any in training",
        "right, %",
        (
            Line("token_accuracy", "per token", "train"),
            Line("longer_accuracy", "longer", "kl", ghost=True),
            Line("accuracy", "held out", "test", ghost=True),
        ),
        y_range=(0.0, 100.0),
    ),
    CurveMode(
        "loss",
        "Loss",
        "Cross-entropy of what should be answered or written",
        f"cross-entropy; training averaged over {WINDOW} steps",
        "nats per answer or token",
        (
            Line("loss", "train", "train", subject=False),
            Line("test_loss", "test", "test", ghost=True),
        ),
    ),
    CurveMode(
        "gradient",
        "Gradient norm",
        "Length of the gradient before it is clipped",
        "length of the whole gradient, before clipping",
        "gradient norm",
        (Line("gradient_norm", "gradient", "test", subject=False, ghost=True),),
        log=True,
    ),
)
