"""The export dialog: format, size, theme and caption at the left, what comes of it at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.core.errors import UserError
from explorer.ui.export.clipboard import copy_figure, copy_numbers
from explorer.ui.export.drag import file_stem
from explorer.ui.export.export import export_figure
from explorer.ui.export.figure import SIZES, ExportOptions, figure_px, sized
from explorer.ui.export.film import MOST_SCALE, Film
from explorer.ui.export.gif import HOLD_MS
from explorer.ui.export.pdf import POINTS_PER_PX
from explorer.ui.export.png import render_image
from explorer.ui.export.preview import Preview, array_lines, table_lines
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.switch_row import SwitchRow
from explorer.ui.panel import Panel
from explorer.ui.settings import Settings
from explorer.ui.theme import DARK, LIGHT, SPACE_L, SPACE_S, SPACE_XL, SPACE_XS, Theme

Record = Callable[[Path, ExportOptions, bool], Film]
"""Makes a film that is ready to run, from path, options and whether a file there may be replaced."""
ChoosePath = Callable[[QWidget, Path, str], Path | None]
Confirm = Callable[[QWidget, Path], bool]

_MM_PER_PX = 25.4 / 96
_CONTROLS_PX = 316
_FORMATS = (
    ("png", "PNG", "Pixels: for slides and documents"),
    ("svg", "SVG", "Shapes and text: for the web and drawing programs"),
    ("pdf", "PDF", "Shapes and text: for papers and print"),
    ("csv", "CSV", "The numbers behind the picture, as a table"),
    ("npz", "NPZ", "Every array behind the picture, for numpy"),
    ("gif", "GIF", "A film of the panel over the recorded run"),
)
_SCALES = tuple((str(n), f"{n}\N{MULTIPLICATION SIGN}", f"{96 * n} dots per inch") for n in (1, 2, 3, 4))
_THEMES = (
    ("shown", "As shown", "The colours on the screen now"),
    ("light", "Light", "For white pages"),
    ("dark", "Dark", "For dark slides"),
)
_THEME_OF = {"shown": None, "light": LIGHT, "dark": DARK}


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
        choose_path: ChoosePath | None = None,
        confirm: Confirm | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel, self._theme, self._settings, self._record = panel, theme, settings, record
        self._choose_path = choose_path or ask_path
        self._confirm = confirm or ask_replace
        self._film: Film | None = None
        self.setWindowTitle(f"Export \N{EM DASH} {panel.title}")
        self._make_controls()
        self._lay_out()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show_preview)
        self._on_choice_changed()

    # What is chosen ----------------------------------------------------------------------------------------------

    @property
    def suffix(self) -> str:
        """Ending of the file, as ``".png"``."""
        return "." + self.format.value

    @property
    def options(self) -> ExportOptions:
        """How the figure is to be made."""
        size = next(s for s in SIZES if s.key == self.size_choice.value)
        scale = float(self.scale.value) if self.format.value in ("png", "gif") else 1.0
        scale = min(scale, MOST_SCALE) if self.format.value == "gif" else scale
        options = ExportOptions(scale, _THEME_OF[self.theme_choice.value], self.caption.value)
        return sized(options, size, self._panel)

    # Building ----------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        formats = [f for f in _FORMATS if f[0] != "gif" or self._record is not None]
        self.format = self._choice("format", formats, "Format", "png")
        self.size_choice = self._choice("size", [(s.key, s.label, s.help) for s in SIZES], "Size", "shown")
        self.scale = self._choice("scale", _SCALES, "Scale", "2")
        self.theme_choice = self._choice("theme", _THEMES, "Colours", "shown")
        self.caption = SwitchRow(self._theme, "Caption with settings and seed", True)
        self.caption.set_value(self._settings.text("export/caption", "yes") != "no")
        self.caption.toggled.connect(self._on_caption_toggled)
        self.facts = _label("", "secondary")
        self.sentence = _label("", "secondary", "bad")
        self.preview = Preview(self._theme, self)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the film")
        self.copy = QPushButton("Copy")
        self.save = QPushButton("Save…")
        self.save.setProperty("kind", "primary")
        self.save.setDefault(True)
        self.cancel = QPushButton("Close")
        self.copy.clicked.connect(self._on_copy_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.cancel.clicked.connect(self.reject)

    def _choice(self, key: str, choices: Sequence[tuple[str, str, str]], label: str, default: str) -> Segmented:
        control = Segmented(choices, label, self)
        remembered = self._settings.text(f"export/{key}", default)
        control.set_value(remembered if remembered in [value for value, _, _ in choices] else default)
        control.setProperty("remember", key)
        control.chosen.connect(self._on_choice_changed)
        return control

    def _lay_out(self) -> None:
        controls = QVBoxLayout()
        controls.setSpacing(SPACE_XS)
        for label, control in self._rows():
            controls.addWidget(label)
            controls.addWidget(control)
            controls.addSpacing(SPACE_L - SPACE_XS)
        controls.addWidget(self.caption)
        controls.addStretch(1)
        controls.addWidget(self.facts)
        controls.addWidget(self.sentence)
        controls.addWidget(self.progress)
        side = QWidget()
        side.setFixedWidth(_CONTROLS_PX)
        side.setLayout(controls)
        controls.setContentsMargins(0, 0, 0, 0)
        body = QHBoxLayout()
        body.setSpacing(SPACE_XL)
        body.addWidget(side)
        body.addWidget(self.preview, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL - 4, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addLayout(body, 1)
        column.addLayout(self._buttons())
        self.progress.setVisible(False)
        self.sentence.setVisible(False)

    def _rows(self) -> list[tuple[QLabel, Segmented]]:
        rows = [("Format", self.format), ("Size", self.size_choice), ("Scale", self.scale)]
        return [(_label(text, "strong"), control) for text, control in [*rows, ("Colours", self.theme_choice)]]

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        return row

    # Showing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_choice_changed(self) -> None:
        for control in (self.format, self.size_choice, self.scale, self.theme_choice):
            self._settings.put(f"export/{control.property('remember')}", control.value)
        numbers = self.format.value in ("csv", "npz")
        for control in (self.size_choice, self.theme_choice):
            control.setEnabled(not numbers)
        self.caption.setEnabled(not numbers)
        self.scale.setEnabled(self.format.value in ("png", "gif"))
        for button in self.scale.segments()[int(MOST_SCALE) :]:
            button.setEnabled(self.format.value == "png")
        self.copy.setText("Copy numbers" if numbers else "Copy picture")
        self._say("")
        self._show_preview()

    @Slot(bool)
    def _on_caption_toggled(self, on: bool) -> None:
        self._settings.put("export/caption", "yes" if on else "no")
        self._show_preview()

    @Slot()
    def _show_preview(self) -> None:
        kind = self.format.value
        self.facts.setText(self._facts())
        if kind == "csv":
            self.preview.show_lines(table_lines(self._panel.figure_data()))
        elif kind == "npz":
            self.preview.show_lines(array_lines(self._panel.figure_data()))
        else:
            self._show_picture()

    def _show_picture(self) -> None:
        width, height = figure_px(self._panel, self.options)
        room, ratio = self.preview.room(), self.devicePixelRatioF()
        fits = max(0.05, min(1.0, room.width() / width, room.height() / height))
        image = render_image(self._panel, replace(self.options, scale=fits * ratio))
        image.setDevicePixelRatio(ratio)
        self.preview.show_image(image)

    def _facts(self) -> str:
        """How large it will be, in the units of its format."""
        kind, options = self.format.value, self.options
        width, height = figure_px(self._panel, options)
        if kind in ("csv", "npz"):
            return "With title and caption: lab, parameters, seed, step and version."
        if kind in ("png", "gif"):
            size = f"{_times(f'{width * options.scale:,.0f}', f'{height * options.scale:,.0f}')} pixels"
            films = f" a picture, the last one for {HOLD_MS / 1000:.1f} s" if kind == "gif" else ""
            return f"{size}{films and ', one recorded step'}{films}"
        millimetres = _times(f"{width * _MM_PER_PX:.0f}", f"{height * _MM_PER_PX:.0f}")
        points = _times(f"{width * POINTS_PER_PX:.0f}", f"{height * POINTS_PER_PX:.0f}")
        return f"{millimetres} mm, text stays text" if kind == "svg" else f"{millimetres} mm ({points} points)"

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    # Doing -------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_copy_clicked(self) -> None:
        clipboard = QGuiApplication.clipboard()
        try:
            if self.format.value in ("csv", "npz"):
                copy_numbers(self._panel, clipboard)
            else:
                copy_figure(self._panel, clipboard, replace(self.options, scale=max(2.0, self.options.scale)))
        except UserError as error:
            self._say(str(error))
            return
        self.copy.setText("Copied")

    @Slot()
    def _on_save_clicked(self) -> None:
        folder = Path(self._settings.text("folder", str(Path.home())))
        step = self._panel.figure_data().provenance.step
        suggestion = folder / f"{file_stem(self._panel.title)}-step-{step}{self.suffix}"
        path = self._choose_path(self, suggestion, f"{self.format.value.upper()} (*{self.suffix})")
        if path is None:
            return
        path = path if path.suffix else path.with_name(path.name + self.suffix)
        replaced = path.is_file()
        if replaced and not self._confirm(self, path):
            return
        self._settings.put("folder", str(path.parent))
        self._write(path, overwrite=replaced)

    def _write(self, path: Path, *, overwrite: bool) -> None:
        try:
            if self._record is not None and path.suffix.lower() == ".gif":
                self._run(self._record(path, self.options, overwrite))
                return
            export_figure(self._panel, path, self.options, overwrite=overwrite)
        except UserError as error:
            self._say(str(error))
            return
        self._finish(str(path))

    def _run(self, film: Film) -> None:
        """Follow a film to its end."""
        self._film = film
        film.progressed.connect(self._on_film_progressed)
        film.finished.connect(self._finish)
        film.failed.connect(self._on_film_failed)
        film.cancelled.connect(self._on_film_cancelled)
        self._set_busy(True)

    def _set_busy(self, busy: bool) -> None:
        self.progress.setRange(0, 0)
        self.progress.setVisible(busy)
        self.save.setEnabled(not busy)
        self.copy.setEnabled(not busy)
        self.cancel.setText("Cancel" if busy else "Close")
        for control in (self.format, self.size_choice, self.scale, self.theme_choice, self.caption):
            control.setEnabled(not busy)
        self._say("")

    @Slot(int, int)
    def _on_film_progressed(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.facts.setText(f"{done:,} of {total:,} pictures" if total else f"{done:,} pictures")

    @Slot(str)
    def _on_film_failed(self, sentence: str) -> None:
        self._on_film_cancelled()
        self._say(sentence)

    @Slot()
    def _on_film_cancelled(self) -> None:
        self._film = None
        self._set_busy(False)
        self._on_choice_changed()

    @Slot(str)
    def _finish(self, path: str) -> None:
        self._film = None
        self._settings.sync()
        self.exported.emit(path)
        self.accept()

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The preview is drawn anew once the size settles."""
        super().resizeEvent(event)
        self._soon.start(40)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn for a dialog that nobody sees."""
        self._soon.stop()


def ask_path(parent: QWidget, suggestion: Path, name_filter: str) -> Path | None:
    """The file a person chooses; whether it may be replaced is asked later, when its full name is known."""
    no_question = QFileDialog.Option.DontConfirmOverwrite
    name, _ = QFileDialog.getSaveFileName(parent, "Export", str(suggestion), name_filter, "", no_question)
    return Path(name) if name else None


def ask_replace(parent: QWidget, path: Path) -> bool:
    """Whether a person lets a file be replaced."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("Replace the file?")
    box.setText(f"{path.name} exists already.")
    box.setInformativeText(f"It is in {path.parent}. What is in it now will be lost.")
    replace_it = box.addButton("Replace", QMessageBox.ButtonRole.AcceptRole)
    keep = box.addButton("Keep it", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.exec()
    return box.clickedButton() is replace_it


def _label(text: str, role: str, tone: str = "") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    if tone:
        label.setProperty("tone", tone)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return label


def _times(width: str, height: str) -> str:
    return f"{width} \N{MULTIPLICATION SIGN} {height}"
