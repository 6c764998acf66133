"""Makes the panels of the diffusion lab and connects them to it.

What is not on top when the lab opens is imported only when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import UserError
from explorer.ui.labs.diffusion.reverse_panel import ReversePanel
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel

if TYPE_CHECKING:
    from explorer.ui.labs.diffusion.lab import DiffusionLab

CHECK_NAMES = ("x_t = closed form", "posterior = eq. 7", "DDIM η = 1 = DDPM", "guidance 1 = none", "repeats exactly")


def make_panel(lab: DiffusionLab, panel_id: str) -> Panel:
    """The panel called ``panel_id``, connected.

    Raises:
        UserError: The lab has no such panel.
    """
    makers = {
        "reverse": _reverse,
        "forward": _forward,
        "schedule": _schedule,
        "compare": _compare,
        "samples": _samples,
        "levels": _levels,
        "curves": _curves,
        "quality": _quality,
        "checks": _checks,
    }
    if panel_id not in makers:
        raise UserError(f"The lab has no panel called {panel_id}.")
    return makers[panel_id](lab)


def _reverse(lab: DiffusionLab) -> Panel:
    panel = ReversePanel(lab.spec.panel("reverse"), lab.theme, lab.provenance)
    panel.set_sampling(lab.sampling, lab.position)
    panel.time_changed.connect(lab.follow_film)
    panel.sampling_changed.connect(lab.note_sampling)
    return panel


def _forward(lab: DiffusionLab) -> Panel:
    from explorer.ui.labs.diffusion.forward_panel import ForwardPanel

    panel = ForwardPanel(lab.spec.panel("forward"), lab.theme, lab.provenance)
    panel.time_changed.connect(lab.set_time)
    panel.picture_wanted.connect(lab.show_random_digit)
    panel.notice.connect(lab.notice)
    return panel


def _schedule(lab: DiffusionLab) -> Panel:
    from explorer.ui.panels.schedule import SchedulePanel

    panel = SchedulePanel(lab.spec.panel("schedule"), lab.theme, lab.provenance)
    panel.time_changed.connect(lab.set_time)
    return panel


def _compare(lab: DiffusionLab) -> Panel:
    from explorer.ui.labs.diffusion.compare_panel import ComparePanel

    return ComparePanel(lab.spec.panel("compare"), lab.theme, lab.provenance)


def _samples(lab: DiffusionLab) -> Panel:
    from explorer.ui.labs.diffusion.samples_panel import SamplesPanel

    panel = SamplesPanel(lab.spec.panel("samples"), lab.theme, lab.provenance)
    panel.class_chosen.connect(lab.draw_class)
    return panel


def _levels(lab: DiffusionLab) -> Panel:
    from explorer.ui.panels.noise_levels import LevelsPanel

    return LevelsPanel(lab.spec.panel("levels"), lab.theme, lab.provenance)


def _curves(lab: DiffusionLab) -> Panel:
    from explorer.ui.labs.diffusion.curves_panel import DiffusionCurves

    panel = DiffusionCurves(lab.spec.panel("curves"), lab.theme, lab.provenance)
    panel.step_chosen.connect(lab.scrub_requested)
    return panel


def _quality(lab: DiffusionLab) -> Panel:
    from explorer.ui.labs.diffusion.quality_panel import QualityPanel

    panel = QualityPanel(lab.spec.panel("quality"), lab.theme, lab.provenance)
    panel.set_sampling(lab.sampling)
    return panel


def _checks(lab: DiffusionLab) -> Panel:
    panel = ChecksPanel(lab.spec.panel("checks"), lab.theme, lab.provenance)
    panel.set_waiting(CHECK_NAMES)
    panel.run_requested.connect(lab.run_checks)
    return panel
