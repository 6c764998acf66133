"""A form made from a Params class: grouped rows, live or restarts on each, and one signal for every change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from explorer.core.errors import UserError
from explorer.core.params import ParamField, param_fields, values_of, with_values
from explorer.ui.forms.rows import RowEditor
from explorer.ui.kit.row import refusal_label
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.tokens import SPACE_S, SPACE_XS, Theme

_FOLD = {
    False: "More settings \N{BLACK DOWN-POINTING SMALL TRIANGLE}",
    True: "Fewer settings \N{BLACK UP-POINTING SMALL TRIANGLE}",
}


class ParamForm(QWidget):
    """Editors for the parameters of one lab.

    Signals:
        params_edited: The new Params; a key that is the same throughout one drag or one held key, and another for the
            next, so that an undo stack can merge; and whether this change is over.
    """

    params_edited = Signal(object, str, bool)

    def __init__(
        self, theme: Theme, params: object, *, only: Sequence[str] | None = None, parent: QWidget | None = None
    ) -> None:
        """Makes the rows.

        Args:
            theme: Tokens to paint with.
            params: A Params instance; the form shows its values.
            only: Names of the parameters to show, all without it.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._theme = theme
        self._params = params
        self._n_changes = 0
        seen = [field for field in param_fields(params) if field.info.text is None]  # free text is a panel's
        fields = [field for field in seen if only is None or field.name in only]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_XS)
        self._headings: dict[str, QLabel] = {}
        self.rows: dict[str, RowEditor] = {}
        plain = [field for field in fields if not field.info.folded]
        for group, members in groupby(plain, key=lambda field: field.info.group):
            self._add_group(group, list(members))
        self.more_button = self._add_folded([field for field in fields if field.info.folded])
        self._problem = refusal_label(self)
        self.reset_all_button = QPushButton("Reset all to defaults", self)
        self._finish()
        self.set_params(params)

    def params(self) -> object:
        """The parameters as the form shows them."""
        return self._params

    def set_params(self, params: object) -> None:
        """Shows ``params``; says nothing."""
        self._params = params
        for name, row in self.rows.items():
            row.set_value(getattr(params, name))
        self._show_problem("")
        if any(getattr(params, field.name) != field.default for field in self._folded):
            self.more_button.setChecked(True)
        self._show_rows()

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self._theme = theme
        for row in self.rows.values():
            row.widget.set_theme(theme)

    @Slot()
    def reset_all(self) -> None:
        """Every parameter back to its default, as one change."""
        self._edit({name: row.field.default for name, row in self.rows.items()}, "reset", True)

    def _add_group(self, group: str, fields: list[ParamField]) -> None:
        if group:
            heading = QLabel(group, self)
            heading.setProperty("role", "heading")
            self._column.addSpacing(SPACE_S if self.rows else 0)
            self._column.addWidget(heading)
            self._headings[group] = heading
        for field in fields:
            row = RowEditor(self._theme, field, self)
            row.edited.connect(self._on_row_edited)
            self.rows[field.name] = row
            self._column.addWidget(row.widget)

    def _add_folded(self, fields: list[ParamField]) -> QPushButton:
        """Rows that are seen only on request, and the button that asks for them."""
        self._folded = fields
        button = QPushButton(_FOLD[False], self)
        button.setProperty("kind", "quiet")
        button.setCheckable(True)
        button.setToolTip("Show " + ", ".join(field.info.label for field in fields))
        button.setVisible(bool(fields))
        button.toggled.connect(self._on_more_toggled)
        self._column.addWidget(button)
        if fields:
            self._add_group("", fields)
        return button

    @Slot(bool)
    def _on_more_toggled(self, is_open: bool) -> None:
        self.more_button.setText(_FOLD[is_open])
        self._show_rows()
        if is_open:
            QTimer.singleShot(0, self, self._reveal)

    @Slot()
    def _reveal(self) -> None:
        """Scroll to what has just been unfolded, where the form stands in something that scrolls."""
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if isinstance(area, QScrollArea) and self._folded:
            area.ensureWidgetVisible(self.rows[self._folded[-1].name].widget)

    def _finish(self) -> None:
        self.reset_all_button.setProperty("kind", "quiet")
        self.reset_all_button.clicked.connect(self.reset_all)
        self._column.addWidget(self._problem)
        self._column.addWidget(self.reset_all_button)
        self._column.addStretch(1)

    @Slot(str, object, bool)
    def _on_row_edited(self, name: str, value: object, final: bool) -> None:
        self._edit({name: value}, name, final)

    def _edit(self, values: dict[str, object], key: str, final: bool) -> None:
        """Takes the change, or explains beside the row why not and shows the old values again."""
        try:
            params = with_values(self._params, values)
        except (UserError, ValueError) as error:
            self._refuse(list(values), str(error))
            return
        self._params = params
        merge_key = f"{key}#{self._n_changes}"
        self._n_changes += final
        for name, row in self.rows.items():
            row.set_value(getattr(params, name))
        self._show_problem("")
        self._show_rows()
        self.params_edited.emit(params, merge_key, final)

    def _refuse(self, names: list[str], sentence: str) -> None:
        for name, row in self.rows.items():
            row.set_value(getattr(self._params, name))
        self._show_problem("")
        row = self.rows[names[0]]
        if isinstance(row.widget, ValueSlider):
            row.widget.set_error(sentence)
        else:
            self._show_problem(sentence)

    def _show_problem(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _show_rows(self) -> None:
        """Rows whose ``shown_when`` says no are hidden; so is a heading with nothing under it."""
        shown: set[str] = set()
        for row in self.rows.values():
            rule = row.field.info.shown_when
            visible = rule is None or rule(self._params)
            visible = visible and (self.more_button.isChecked() or not row.field.info.folded)
            row.widget.setVisible(visible)
            shown |= {row.field.info.group} if visible else set()
        for group, heading in self._headings.items():
            heading.setVisible(group in shown)
        fields = (row.field for row in self.rows.values())
        now = values_of(self._params)
        self.reset_all_button.setEnabled(any(now[field.name] != field.default for field in fields))
