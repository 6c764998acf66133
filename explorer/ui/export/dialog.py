"""The export dialog: what is chosen at the left, what comes of it at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from explorer.core.errors import UserError
from explorer.ui.export.choices import NUMBERS, ExportChoices
from explorer.ui.export.clipboard import copy_figure, copy_numbers
from explorer.ui.export.drag import file_stem
from explorer.ui.export.export import export_figure
from explorer.ui.export.figure import ExportOptions, figure_px
from explorer.ui.export.film import Film
from explorer.ui.export.png import render_image
from explorer.ui.export.preview import Preview, array_lines, table_lines
from explorer.ui.export.questions import ask_path, ask_replace
from explorer.ui.panel import Panel
from explorer.ui.settings import Settings
from explorer.ui.theme import SPACE_L, SPACE_S, SPACE_XL, Theme

Record = Callable[[Path, ExportOptions, bool], Film]
"""Starts a film, from path, options and whether a file there may be replaced."""
ChoosePath = Callable[[QWidget, Path, str], Path | None]
Confirm = Callable[[QWidget, Path], bool]
_SIZE_PX = (980, 600)
_CHOICES_PX = 316
_SETTLED_MS = 40


class ExportDialog(QDialog):
    """Asks how a panel is to be exported, shows what comes of it, and writes the file.

    Signals:
        exported: Path of a file that was written.

    Args:
        panel: What is exported.
        theme: Colours and fonts of the dialog.
        settings: Remembers the choices and the last folder.
        record: Starts a film of the panel; None where there is no run to film.
        choose_path: Asks for the file, given a suggestion and a filter.
        confirm: Asks whether a file that is there may be replaced.
    """

    exported = Signal(str)

    def __init__(
        self,
        panel: Panel,
        theme: Theme,
        settings: Settings,
        record: Record | None = None,
        *,
        choose_path: ChoosePath = ask_path,
        confirm: Confirm = ask_replace,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel, self._settings, self._record = panel, settings, record
        self._choose_path, self._confirm = choose_path, confirm
        self._film: Film | None = None
        self.choices = ExportChoices(theme, settings, films=record is not None, parent=self)
        self.preview = Preview(theme, self)
        self.facts, self.sentence = _line("muted"), _line("bad")
        self.progress = QProgressBar()
        self.copy, self.cancel, self.save = QPushButton(), QPushButton("Close"), QPushButton("Save…")
        self._soon = QTimer(self)
        self._finish_parts()
        self._lay_out()
        self.setWindowTitle(f"Export \N{EN DASH} {panel.title}")
        self.resize(*_SIZE_PX)

    def _finish_parts(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the film")
        self.progress.hide()
        self.sentence.hide()
        self.save.setProperty("kind", "primary")
        self.save.setDefault(True)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show_preview)
        self.choices.changed.connect(self._on_choices_changed)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(SPACE_S)
        side.addWidget(self.choices)
        side.addStretch(1)
        for widget in (self.facts, self.sentence, self.progress):
            widget.setMaximumWidth(_CHOICES_PX)
            side.addWidget(widget)
        self.choices.setFixedWidth(_CHOICES_PX)
        body = QHBoxLayout()
        body.setSpacing(SPACE_XL)
        body.addLayout(side)
        body.addWidget(self.preview, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addLayout(body, 1)
        column.addLayout(buttons)

    # Showing -----------------------------------------------------------------------------------------------------

    @property
    def _options(self) -> ExportOptions:
        return self.choices.options(self._panel)

    @Slot()
    def _on_choices_changed(self) -> None:
        self._say("")
        self._show_preview()

    @Slot()
    def _show_preview(self) -> None:
        if not self.isVisible():
            return
        kind = self.choices.kind
        self.facts.setText(self.choices.facts(self._panel))
        self.copy.setText("Copy numbers" if kind in NUMBERS else "Copy picture")
        if kind == "csv":
            self.preview.show_lines(table_lines(self._panel.figure_data()))
        elif kind == "npz":
            self.preview.show_lines(array_lines(self._panel.figure_data()))
        else:
            self._show_picture()

    def _show_picture(self) -> None:
        """The figure, made as large as it fits, so that it is as sharp as the screen."""
        width, height = figure_px(self._panel, self._options)
        room, ratio = self.preview.room(), self.devicePixelRatioF()
        fits = max(0.05, min(1.0, room.width() / width, room.height() / height))
        image = render_image(self._panel, replace(self._options, scale=fits * ratio))
        image.setDevicePixelRatio(ratio)
        self.preview.show_image(image)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    # Doing -------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_copy_clicked(self) -> None:
        clipboard = QGuiApplication.clipboard()
        try:
            if self.choices.kind in NUMBERS:
                copy_numbers(self._panel, clipboard)
            else:
                copy_figure(self._panel, clipboard, replace(self._options, scale=max(2.0, self._options.scale)))
        except UserError as error:
            self._say(str(error))
            return
        self.copy.setText("Copied")

    @Slot()
    def _on_save_clicked(self) -> None:
        kind = self.choices.kind
        folder = Path(self._settings.text("folder", str(Path.home())))
        shown = self._panel.figure_data().provenance
        step = "" if shown.subject else f"-step-{shown.step}"
        name = f"{file_stem(self._panel.title)}{step}.{kind}"
        path = self._choose_path(self, folder / name, f"{kind.upper()} (*.{kind})")
        if path is None:
            return
        path = path if path.suffix else path.with_name(f"{path.name}.{kind}")
        replaced = path.is_file()
        if replaced and not self._confirm(self, path):
            return
        self._settings.put("folder", str(path.parent))
        self._write(path, overwrite=replaced)

    def _write(self, path: Path, *, overwrite: bool) -> None:
        try:
            if self._record is not None and path.suffix.lower() == ".gif":
                self._follow(self._record(path, self._options, overwrite))
                return
            export_figure(self._panel, path, self._options, overwrite=overwrite)
        except UserError as error:
            self._say(str(error))
            return
        self._finish(str(path))

    def _follow(self, film: Film) -> None:
        """Show how far a film is, to its end."""
        self._film = film
        film.progressed.connect(self._on_film_progressed)
        film.finished.connect(self._finish)
        film.failed.connect(self._on_film_failed)
        film.cancelled.connect(self._on_film_over)
        self._set_busy(True)
        self._on_film_progressed(0, 0)

    def _set_busy(self, busy: bool) -> None:
        self._say("")
        self.progress.setVisible(busy)
        self.choices.set_busy(busy)
        self.save.setEnabled(not busy)
        self.copy.setEnabled(not busy)
        self.cancel.setText("Cancel" if busy else "Close")

    @Slot(int, int)
    def _on_film_progressed(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.facts.setText(f"{done:,} of {total:,} pictures" if total else f"{done:,} pictures")

    @Slot(str)
    def _on_film_failed(self, sentence: str) -> None:
        self._on_film_over()
        self._say(sentence)

    @Slot()
    def _on_film_over(self) -> None:
        self._film = None
        self._set_busy(False)
        self._show_preview()

    @Slot(str)
    def _finish(self, path: str) -> None:
        self._film = None
        self._settings.sync()
        self.exported.emit(path)
        self.accept()

    # Closing -----------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Cancel the film under way, or close."""
        if self._film is not None:
            self._film.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A film under way ends with the dialog."""
        if self._film is not None:
            self._film.cancel()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """The first preview, as large as it will be."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self._show_preview()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn for a dialog that nobody sees."""
        self._soon.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The preview is drawn anew once the size settles."""
        super().resizeEvent(event)
        self._soon.start(_SETTLED_MS)


def _line(tone: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", "secondary")
    label.setProperty("tone", tone)
    label.setWordWrap(True)
    return label
