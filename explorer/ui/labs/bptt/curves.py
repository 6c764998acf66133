"""What the run's numbers are shown as: accuracy, loss, size of the gradient, spectral radius."""

from __future__ import annotations

from explorer.specs.bptt import CELLS
from explorer.ui.panels.run_curves import WINDOW, CurveMode, Line


def _lines(kind: str, *, subject: bool = True) -> tuple[Line, ...]:
    return tuple(Line(f"{cell}_{kind}", cell.upper(), cell, subject=subject) for cell in CELLS)


MODES = (
    CurveMode(
        "accuracy",
        "Accuracy",
        "Share of right answers on fresh sequences",
        "right answers of the three cells on the same batches",
        "right, %",
        _lines("accuracy"),
    ),
    CurveMode(
        "loss",
        "Loss",
        "What training makes smaller",
        f"training loss, averaged over {WINDOW} steps",
        "loss",
        _lines("loss", subject=False),
    ),
    CurveMode(
        "gradient",
        "Gradient norm",
        "Norm of the whole gradient before it is clipped",
        f"norm of the gradient over all weights before clipping, averaged over {WINDOW} steps; logarithmic",
        "norm of the gradient",
        _lines("gradient", subject=False),
        log=True,
    ),
    CurveMode(
        "radius",
        "Radius",
        "Largest |eigenvalue| of the RNN's W",
        "spectral radius of the RNN's W: below 1 gradients shrink going back",
        "largest |λ| of W",
        (Line("radius", "radius", "rnn"),),
    ),
)
