"""Makes the panels of the attention lab and connects them to it.

What is not on top when the lab opens is imported only when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from explorer.core.errors import UserError
from explorer.ui.labs.attention.attention_panel import AttentionPanel
from explorer.ui.labs.attention.heads_panel import HeadsPanel
from explorer.ui.labs.attention.looks_panel import LooksPanel
from explorer.ui.labs.attention.tokens_panel import TokensPanel
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel

if TYPE_CHECKING:
    from explorer.ui.labs.attention.lab import AttentionLab

CHECK_NAMES = ("rows add up to 1", "equals torch's attention", "masked is exactly 0", "encoder = reference")


def make_panel(lab: AttentionLab, panel_id: str) -> Panel:
    """The panel called ``panel_id``, connected.

    Raises:
        UserError: The lab has no such panel.
    """
    makers = {
        "tokens": _tokens,
        "walk": _walk,
        "learn": _learn,
        "heads": _heads,
        "looks": _looks,
        "cell": _cell,
        "sentences": _sentences,
        "curves": _curves,
        "cost": _cost,
        "checks": _checks,
    }
    if panel_id not in makers:
        raise UserError(f"The lab has no panel called {panel_id}.")
    panel = makers[panel_id](lab)
    if isinstance(panel, AttentionPanel):
        panel.focus_wished.connect(lab.set_focus)
        panel.reading_wished.connect(lab.set_reading)
    return panel


def _tokens(lab: AttentionLab) -> Panel:
    panel = TokensPanel(lab.spec.panel("tokens"), lab.theme, lab.provenance)
    panel.notice.connect(lab.notice)
    panel.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a word that is clicked takes the arrow keys from the text field
    return panel


def _heads(lab: AttentionLab) -> Panel:
    return HeadsPanel(lab.spec.panel("heads"), lab.theme, lab.provenance)


def _looks(lab: AttentionLab) -> Panel:
    return LooksPanel(lab.spec.panel("looks"), lab.theme, lab.provenance)


def _walk(lab: AttentionLab) -> Panel:
    from explorer.ui.labs.attention.walk_panel import WalkPanel

    panel = WalkPanel(lab.spec.panel("walk"), lab.theme, lab.provenance)
    panel.trace_wished.connect(lab.trace)
    return panel


def _cell(lab: AttentionLab) -> Panel:
    from explorer.ui.labs.attention.cell_panel import CellPanel

    return CellPanel(lab.spec.panel("cell"), lab.theme, lab.provenance)


def _sentences(lab: AttentionLab) -> Panel:
    from explorer.ui.labs.attention.sentences_panel import SentencesPanel

    panel = SentencesPanel(lab.spec.panel("sentences"), lab.theme, lab.provenance)
    panel.set_second(lab.second)
    panel.second_changed.connect(lab.note_second)
    return panel


def _learn(lab: AttentionLab) -> Panel:
    from explorer.ui.labs.attention.learn_panel import LearnPanel

    return LearnPanel(lab.spec.panel("learn"), lab.theme, lab.provenance)


def _curves(lab: AttentionLab) -> Panel:
    from explorer.ui.labs.attention.curves_panel import AttentionCurves

    panel = AttentionCurves(lab.spec.panel("curves"), lab.theme, lab.provenance)
    panel.step_chosen.connect(lab.scrub_requested)
    return panel


def _cost(lab: AttentionLab) -> Panel:
    from explorer.ui.labs.attention.cost_panel import CostPanel

    return CostPanel(lab.spec.panel("cost"), lab.theme, lab.provenance)


def _checks(lab: AttentionLab) -> Panel:
    panel = ChecksPanel(lab.spec.panel("checks"), lab.theme, lab.provenance)
    panel.set_waiting(CHECK_NAMES)
    panel.run_requested.connect(lab.run_checks)
    return panel
