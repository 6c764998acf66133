"""Makes the panels of the lab of gradients through time and connects them to it.

What is not on top when the lab opens is imported only when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import UserError
from explorer.ui.labs.bptt.chain_panel import ChainPanel
from explorer.ui.labs.bptt.gradient_panel import GradientPanel
from explorer.ui.labs.bptt.meaning_panel import MeaningPanel
from explorer.ui.labs.bptt.now_panel import NowPanel
from explorer.ui.labs.bptt.spectrum_panel import SpectrumPanel
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel

if TYPE_CHECKING:
    from explorer.ui.labs.bptt.lab import BpttLab

CHECK_NAMES = (
    "∂L/∂hₜ = autograd",
    "∂L/∂hₜ = differences",
    "norms = double precision",
    "Jacobians = autograd",
    "cell = torch.nn",
)


def make_panel(lab: BpttLab, panel_id: str) -> Panel:
    """The panel called ``panel_id``, connected.

    Raises:
        UserError: The lab has no such panel.
    """
    makers = {
        "gradient": _gradient,
        "spectrum": lambda lab: SpectrumPanel(lab.spec.panel("spectrum"), lab.theme, lab.provenance),
        "chain": _chain,
        "gates": _gates,
        "now": _now,
        "delays": _delays,
        "curves": _curves,
        "meaning": lambda lab: MeaningPanel(lab.spec.panel("meaning"), lab.theme, lab.provenance),
        "checks": _checks,
    }
    if panel_id not in makers:
        raise UserError(f"The lab has no panel called {panel_id}.")
    return makers[panel_id](lab)


def _gradient(lab: BpttLab) -> Panel:
    panel = GradientPanel(lab.spec.panel("gradient"), lab.theme, lab.provenance)
    panel.step_chosen.connect(lab.choose_step)
    panel.time_hovered.connect(lab.set_time)
    return panel


def _chain(lab: BpttLab) -> Panel:
    panel = ChainPanel(lab.spec.panel("chain"), lab.theme, lab.provenance)
    panel.time_hovered.connect(lab.set_time)
    return panel


def _gates(lab: BpttLab) -> Panel:
    from explorer.ui.labs.bptt.gates_panel import GatesPanel

    panel = GatesPanel(lab.spec.panel("gates"), lab.theme, lab.provenance)
    panel.time_hovered.connect(lab.set_time)
    return panel


def _now(lab: BpttLab) -> Panel:
    panel = NowPanel(lab.spec.panel("now"), lab.theme, lab.provenance)
    panel.clip_moved.connect(lab.move_clip)
    panel.time_hovered.connect(lab.set_time)
    return panel


def _delays(lab: BpttLab) -> Panel:
    from explorer.ui.labs.bptt.delays_panel import DelaysPanel

    return DelaysPanel(lab.spec.panel("delays"), lab.theme, lab.provenance)


def _curves(lab: BpttLab) -> Panel:
    from explorer.ui.labs.bptt.curves import MODES
    from explorer.ui.panels.run_curves import RunCurves

    panel = RunCurves(lab.spec.panel("curves"), lab.theme, lab.provenance, MODES)
    panel.step_chosen.connect(lab.scrub_requested)
    return panel


def _checks(lab: BpttLab) -> Panel:
    panel = ChecksPanel(lab.spec.panel("checks"), lab.theme, lab.provenance)
    panel.set_waiting(CHECK_NAMES)
    panel.run_requested.connect(lab.run_checks)
    return panel
