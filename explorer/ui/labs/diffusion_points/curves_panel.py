"""The run's numbers: loss, size of the gradient, and how close drawn points are to the data."""

from __future__ import annotations

import numpy as np

from explorer.core.spec import PanelSpec
from explorer.ui.panel import Where
from explorer.ui.panels.run_curves import WINDOW, CurveMode, Line, RunCurves
from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.curve_data import Series

MODES = (
    CurveMode(
        "loss",
        "Loss",
        "Squared error of what the network predicts, on training points and on held-out ones",
        f"mean squared error of what the network predicts; training averaged over {WINDOW} steps; logarithmic",
        "mean squared error",
        (Line("loss", "train", "train", subject=False), Line("test_loss", "test", "test", ghost=True)),
        log=True,
    ),
    CurveMode(
        "closeness",
        "Distance",
        "Energy distance of generated points to the data, in multiples of what chance makes of the data themselves",
        "energy distance of generated points to the data; 1 is what chance makes of the data themselves",
        "times data from data",
        (Line("energy_ratio", "generated", "generated", ghost=True),),
        log=True,
    ),
    CurveMode(
        "gradient",
        "Gradient norm",
        "Norm of the whole gradient",
        f"norm of the gradient over all weights, averaged over {WINDOW} steps; logarithmic",
        "norm of the gradient",
        (Line("gradient_norm", "gradient", "ink", subject=False),),
        log=True,
    ),
)


class PointCurves(RunCurves):
    """Loss, distance or gradient over steps, with a cursor at the step shown."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where, MODES)

    def _run_series(self, mode: CurveMode) -> list[Series]:
        """Beside the distance, what chance makes of the data themselves."""
        series = super()._run_series(mode)
        if mode.id == "closeness" and series:
            steps = np.asarray(series[0].x)
            ends = steps[[0, -1]] if len(steps) else steps
            series.append(
                Series("floor", "data", ends, np.ones(len(ends)), "real", COMPANY_PX, dashed=True, valued=False)
            )
        return series
