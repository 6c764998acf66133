"""Makes the panels of the lab of points and connects them to it.

What is not on top when the lab opens is imported only when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import UserError
from explorer.ui.labs.diffusion_points.plane_panel import PlanePanel
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel

if TYPE_CHECKING:
    from explorer.ui.labs.diffusion_points.lab import DiffusionPointsLab

CHECK_NAMES = (
    "density adds up to 1",
    "divergence = differences",
    "flow there and back",
    "DDIM repeats exactly",
    "exact score = gradient",
)


def make_panel(lab: DiffusionPointsLab, panel_id: str) -> Panel:
    """The panel called ``panel_id``, connected.

    Raises:
        UserError: The lab has no such panel.
    """
    makers = {
        "plane": _plane,
        "distribution": _distribution,
        "schedule": _schedule,
        "curves": _curves,
        "levels": _levels,
        "checks": _checks,
    }
    if panel_id not in makers:
        raise UserError(f"The lab has no panel called {panel_id}.")
    return makers[panel_id](lab)


def _plane(lab: DiffusionPointsLab) -> Panel:
    panel = PlanePanel(lab.spec.panel("plane"), lab.theme, lab.provenance)
    panel.set_time(lab.time)
    panel.set_sampling(lab.sampling)
    panel.set_shown(*lab.shown)
    panel.time_changed.connect(lab.follow_film)
    panel.sampling_changed.connect(lab.note_sampling)
    panel.shown_changed.connect(lab.note_shown)
    return panel


def _distribution(lab: DiffusionPointsLab) -> Panel:
    from explorer.ui.labs.diffusion_points.distribution_panel import DistributionPanel

    panel = DistributionPanel(lab.spec.panel("distribution"), lab.theme, lab.provenance)
    panel.shape_wished.connect(lab.learn_shape)
    panel.drawing_wished.connect(lab.learn_drawing)
    panel.notice.connect(lab.notice)
    return panel


def _schedule(lab: DiffusionPointsLab) -> Panel:
    from explorer.ui.panels.schedule import SchedulePanel

    panel = SchedulePanel(lab.spec.panel("schedule"), lab.theme, lab.provenance)
    panel.set_time(lab.time)
    panel.time_changed.connect(lab.set_time)
    return panel


def _curves(lab: DiffusionPointsLab) -> Panel:
    from explorer.ui.labs.diffusion_points.curves_panel import PointCurves

    panel = PointCurves(lab.spec.panel("curves"), lab.theme, lab.provenance)
    panel.step_chosen.connect(lab.scrub_requested)
    return panel


def _levels(lab: DiffusionPointsLab) -> Panel:
    from explorer.ui.panels.noise_levels import LevelsPanel

    return LevelsPanel(lab.spec.panel("levels"), lab.theme, lab.provenance)


def _checks(lab: DiffusionPointsLab) -> Panel:
    panel = ChecksPanel(lab.spec.panel("checks"), lab.theme, lab.provenance)
    panel.set_waiting(CHECK_NAMES)
    panel.run_requested.connect(lab.run_checks)
    return panel
