"""Makes the panels of the sequences lab and connects them to it.

What is not on top when the lab opens is imported only when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import UserError
from explorer.ui.labs.sequences.cell_panel import CellPanel
from explorer.ui.labs.sequences.hidden_panel import HiddenPanel
from explorer.ui.labs.sequences.network_panel import NetworkPanel
from explorer.ui.labs.sequences.output_panel import OutputPanel
from explorer.ui.labs.sequences.reader_panel import Reader
from explorer.ui.labs.sequences.try_panel import TryPanel
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel

if TYPE_CHECKING:
    from explorer.ui.labs.sequences.lab import SequencesLab

__all__ = ["Reader", "make_panel"]


def make_panel(lab: SequencesLab, panel_id: str) -> Panel:
    """The panel called ``panel_id``, connected.

    Raises:
        UserError: The lab has no such panel.
    """
    makers = {
        "network": _network,
        "try": _try,
        "output": _output,
        "influence": _influence,
        "hidden": _hidden,
        "curves": _curves,
        "lengths": _lengths,
        "cell": lambda lab: CellPanel(lab.spec.panel("cell"), lab.theme, lab.provenance),
        "checks": _checks,
    }
    if panel_id not in makers:
        raise UserError(f"The lab has no panel called {panel_id}.")
    return makers[panel_id](lab)


def _network(lab: SequencesLab) -> Panel:
    panel = NetworkPanel(lab.spec.panel("network"), lab.theme, lab.provenance)
    panel.time_chosen.connect(lab.set_time)
    panel.output_hovered.connect(lab.hover_output)
    panel.task_chosen.connect(lab.open_task)
    return panel


def _try(lab: SequencesLab) -> Panel:
    panel = TryPanel(lab.spec.panel("try"), lab.theme, lab.provenance)
    panel.text_entered.connect(lab.read_text)
    panel.picture_chosen.connect(lab.read_picture)
    panel.scene_chosen.connect(lab.read_scene)
    panel.digit_requested.connect(lab.read_test_digit)
    panel.notice.connect(lab.notice)
    return panel


def _output(lab: SequencesLab) -> Panel:
    panel = OutputPanel(lab.spec.panel("output"), lab.theme, lab.provenance)
    panel.decoding_chosen.connect(lab.decode)
    panel.time_chosen.connect(lab.set_time)
    return panel


def _influence(lab: SequencesLab) -> Panel:
    from explorer.ui.labs.sequences.influence_panel import InfluencePanel

    panel = InfluencePanel(lab.spec.panel("influence"), lab.theme, lab.provenance)
    panel.output_hovered.connect(lab.hover_output)
    panel.output_locked.connect(lab.lock_output)
    return panel


def _hidden(lab: SequencesLab) -> Panel:
    panel = HiddenPanel(lab.spec.panel("hidden"), lab.theme, lab.provenance)
    panel.time_chosen.connect(lab.set_time)
    return panel


def _curves(lab: SequencesLab) -> Panel:
    from explorer.ui.labs.sequences.curves import MODES
    from explorer.ui.panels.run_curves import RunCurves

    panel = RunCurves(lab.spec.panel("curves"), lab.theme, lab.provenance, MODES)
    panel.step_chosen.connect(lab.scrub_requested)
    return panel


def _lengths(lab: SequencesLab) -> Panel:
    from explorer.ui.labs.sequences.lengths_panel import LengthsPanel

    return LengthsPanel(lab.spec.panel("lengths"), lab.theme, lab.provenance)


def _checks(lab: SequencesLab) -> Panel:
    panel = ChecksPanel(lab.spec.panel("checks"), lab.theme, lab.provenance)
    panel.run_requested.connect(lab.run_checks)
    return panel
