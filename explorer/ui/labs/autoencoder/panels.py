"""Makes the panels of the autoencoder lab and connects them to it.

What is not on top when the lab opens is imported only when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import UserError
from explorer.ui.labs.autoencoder.curves_panel import CurvesPanel
from explorer.ui.labs.autoencoder.decoded_panel import DecodedPanel
from explorer.ui.labs.autoencoder.manifold_panel import ManifoldPanel
from explorer.ui.labs.autoencoder.map_panel import MapPanel
from explorer.ui.labs.autoencoder.objective_panel import ObjectivePanel
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel

if TYPE_CHECKING:
    from explorer.ui.labs.autoencoder.lab import AutoencoderLab

CHECK_NAMES = ("KL = sampling", "gradient = differences", "ELBO ≤ IWAE bound")


def make_panel(lab: AutoencoderLab, panel_id: str) -> Panel:
    """The panel called ``panel_id``, connected.

    Raises:
        UserError: The lab has no such panel.
    """
    makers = {
        "map": _map,
        "decoded": _decoded,
        "manifold": _manifold,
        "reconstruction": _reconstruction,
        "path": _path,
        "curves": _curves,
        "trick": _trick,
        "objective": lambda lab: ObjectivePanel(lab.spec.panel("objective"), lab.theme, lab.provenance),
        "checks": _checks,
    }
    if panel_id not in makers:
        raise UserError(f"The lab has no panel called {panel_id}.")
    return makers[panel_id](lab)


def _map(lab: AutoencoderLab) -> Panel:
    panel = MapPanel(lab.spec.panel("map"), lab.theme, lab.provenance, lab.labels)
    panel.view.probe_moved.connect(lab.move_probe)
    panel.view.point_hovered.connect(lab.hover_digit)
    panel.view.point_clicked.connect(lab.lock_digit)
    panel.view.class_toggled.connect(lab.toggle_class)
    panel.view.path_end_moved.connect(lab.move_path_end)
    panel.digits_wanted.connect(lab.give_thumbnails)
    return panel


def _decoded(lab: AutoencoderLab) -> Panel:
    panel = DecodedPanel(lab.spec.panel("decoded"), lab.theme, lab.provenance)
    panel.latent_moved.connect(lab.move_latent)
    return panel


def _manifold(lab: AutoencoderLab) -> Panel:
    panel = ManifoldPanel(lab.spec.panel("manifold"), lab.theme, lab.provenance)
    panel.place_chosen.connect(lab.move_probe)
    return panel


def _reconstruction(lab: AutoencoderLab) -> Panel:
    from explorer.ui.labs.autoencoder.reconstruction_panel import ReconstructionPanel

    panel = ReconstructionPanel(lab.spec.panel("reconstruction"), lab.theme, lab.provenance)
    panel.picture_chosen.connect(lab.encode)
    panel.digit_requested.connect(lab.show_test_digit)
    panel.notice.connect(lab.notice)
    return panel


def _path(lab: AutoencoderLab) -> Panel:
    from explorer.ui.labs.autoencoder.path_panel import PathPanel

    panel = PathPanel(lab.spec.panel("path"), lab.theme, lab.provenance)
    panel.end_requested.connect(lab.take_path_end)
    panel.random_requested.connect(lab.choose_random_path)
    panel.hidden.connect(lab.forget_path)
    return panel


def _curves(lab: AutoencoderLab) -> Panel:
    panel = CurvesPanel(lab.spec.panel("curves"), lab.theme, lab.provenance)
    panel.step_chosen.connect(lab.scrub_requested)
    return panel


def _trick(lab: AutoencoderLab) -> Panel:
    from explorer.ui.labs.autoencoder.trick_panel import TrickPanel

    return TrickPanel(lab.spec.panel("trick"), lab.theme, lab.provenance)


def _checks(lab: AutoencoderLab) -> Panel:
    panel = ChecksPanel(lab.spec.panel("checks"), lab.theme, lab.provenance)
    panel.set_waiting(CHECK_NAMES)
    panel.run_requested.connect(lab.run_checks)
    return panel
