"""The checks of a lab, run before the user's eyes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.experiment import Check
from explorer.core.figures import FigureData
from explorer.core.params import number_text
from explorer.core.spec import PanelSpec
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.checklist import ChecklistView, CheckRow


class ChecksPanel(Panel):
    """A list of checks and a button that runs them again.

    Signals:
        run_requested: Run the checks at the step shown.
    """

    run_requested = Signal()

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._checks: tuple[Check, ...] = ()
        self.view = ChecklistView(theme)
        self.button = IconButton("reset-default", theme)
        self.button.setAccessibleName("Check again")
        self.button.setToolTip("Compute the checks at the weights shown now")
        self.button.clicked.connect(self.run_requested)
        self.column.addWidget(self.view)
        self.column.addStretch(1)
        self.controls = [self.button]

    def set_waiting(self, names: Sequence[str]) -> None:
        """Name checks that have not been run."""
        self.view.set_rows([CheckRow(n, "…", "", None) for n in names])

    def set_checks(self, checks: Sequence[Check], step: int) -> None:
        """Show what came out."""
        self._checks = tuple(checks)
        self.view.set_rows([_row(c) for c in checks])
        self.set_subtitle(f"at step {step:,}")

    def figure_data(self) -> FigureData:
        """Names, values, bounds."""
        table = {
            "check": [c.name for c in self._checks],
            "value": np.array([c.value for c in self._checks]),
            "tolerance": np.array([c.tolerance for c in self._checks]),
            "unit": [c.unit for c in self._checks],
            "passed": ["yes" if c.passed else "no" for c in self._checks],
        }
        arrays = {"value": np.array([c.value for c in self._checks]), "tolerance": table["tolerance"]}
        return self._figure(table, arrays, [c.name for c in self._checks])  # type: ignore[arg-type]


def _row(check: Check) -> CheckRow:
    unit = f" {check.unit}" if check.unit else ""
    shown, bound = float(f"{check.value:.2g}"), float(f"{check.tolerance:.2g}")
    return CheckRow(
        check.name,
        f"{number_text(shown)}{unit}",
        f"bound {number_text(bound)}{unit}",
        check.passed,
        check.detail,
    )
