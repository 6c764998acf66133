"""The choices of an export: format, size, scale, colours and caption, remembered from one time to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.ui.export.figure import PX_PER_INCH, SIZES, ExportOptions, figure_px, sized
from explorer.ui.export.film import MOST_FRAMES, MOST_SCALE
from explorer.ui.export.pdf import POINTS_PER_PX
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.switch_row import SwitchRow
from explorer.ui.panel import FigureSource
from explorer.ui.settings import Settings
from explorer.ui.theme import DARK, LIGHT, SPACE_L, SPACE_XS, Theme

FORMATS = (
    ("png", "PNG", "Pixels: for slides and documents"),
    ("svg", "SVG", "Shapes and text: for the web and drawing programs"),
    ("pdf", "PDF", "Shapes and text: for papers and print"),
    ("csv", "CSV", "The numbers behind the picture, as a table"),
    ("npz", "NPZ", "Every array behind the picture, for numpy"),
    ("gif", "GIF", "A film of the panel over the recorded run"),
)
NUMBERS = ("csv", "npz")
_MM_PER_PX = 25.4 / PX_PER_INCH
_SCALES = tuple((str(n), f"{n}\N{MULTIPLICATION SIGN}", f"{96 * n} dots per inch") for n in (1, 2, 3, 4))
_THEMES = (
    ("shown", "As shown", "The colours on the screen now"),
    ("light", "Light", "For white pages"),
    ("dark", "Dark", "For dark slides"),
)
_THEME_OF = {"shown": None, "light": LIGHT, "dark": DARK}


class ExportChoices(QWidget):
    """What can be chosen of a figure, as a column of controls.

    Signals:
        changed: A person chose something else.

    Args:
        theme: Colours and fonts.
        settings: Remembers the choices.
        films: Whether GIF is among the formats.
    """

    changed = Signal()

    def __init__(self, theme: Theme, settings: Settings, *, films: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.format = self._choice("format", [f for f in FORMATS if films or f[0] != "gif"], "Format", "png")
        self.size_choice = self._choice("size", [(s.key, s.label, s.help) for s in SIZES], "Size", "shown")
        self.scale = self._choice("scale", _SCALES, "Scale", "2")
        self.theme_choice = self._choice("theme", _THEMES, "Colours", "shown")
        self.caption = SwitchRow(theme, "Caption with settings and seed", True)
        self.caption.set_value(settings.text("export/caption", "yes") != "no")
        self.caption.toggled.connect(self._on_anything_chosen)
        self._lay_out()
        self.set_busy(False)

    @property
    def kind(self) -> str:
        """The format: the ending of the file without its dot."""
        return self.format.value

    def options(self, source: FigureSource) -> ExportOptions:
        """How the figure of ``source`` is to be made."""
        size = next(s for s in SIZES if s.key == self.size_choice.value)
        scale = float(self.scale.value) if self.kind in ("png", "gif") else 1.0
        scale = min(scale, MOST_SCALE) if self.kind == "gif" else scale
        return sized(ExportOptions(scale, _THEME_OF[self.theme_choice.value], self.caption.value), size, source)

    def facts(self, source: FigureSource) -> str:
        """How large the file's picture will be, in the units of its format."""
        options = self.options(source)
        width, height = figure_px(source, options)
        if self.kind in NUMBERS:
            return "With title and caption: lab, parameters, seed, step and version."
        if self.kind in ("png", "gif"):
            pixels = f"{_times(width * options.scale, height * options.scale)} pixels"
            return f"{pixels}, up to {MOST_FRAMES} recorded steps" if self.kind == "gif" else pixels
        millimetres = f"{_times(width * _MM_PER_PX, height * _MM_PER_PX)} mm"
        if self.kind == "svg":
            return f"{millimetres}, text stays text"
        return f"{millimetres}, {_times(width * POINTS_PER_PX, height * POINTS_PER_PX)} points"

    def set_busy(self, busy: bool) -> None:
        """Let nothing be chosen, or only what the format knows of."""
        picture = self.kind not in NUMBERS
        self.format.setEnabled(not busy)
        for control in (self.size_choice, self.theme_choice, self.caption):
            control.setEnabled(picture and not busy)
        self.scale.setEnabled(self.kind in ("png", "gif") and not busy)
        for button in self.scale.segments()[int(MOST_SCALE) :]:
            button.setEnabled(self.kind == "png" and not busy)

    def _choice(self, key: str, choices: Sequence[tuple[str, str, str]], label: str, default: str) -> Segmented:
        control = Segmented(choices, label, self)
        remembered = self._settings.text(f"export/{key}", default)
        control.set_value(remembered if remembered in [value for value, _, _ in choices] else default)
        control.chosen.connect(self._on_anything_chosen)
        return control

    def _rows(self) -> dict[str, tuple[str, Segmented]]:
        return {
            "format": ("Format", self.format),
            "size": ("Size", self.size_choice),
            "scale": ("Scale", self.scale),
            "theme": ("Colours", self.theme_choice),
        }

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        for text, control in self._rows().values():
            label = QLabel(text)
            label.setProperty("role", "strong")
            column.addWidget(label)
            column.addWidget(control)
            column.addSpacing(SPACE_L - SPACE_XS)
        column.addWidget(self.caption)

    @Slot()
    def _on_anything_chosen(self) -> None:
        for key, (_, control) in self._rows().items():
            self._settings.put(f"export/{key}", control.value)
        self._settings.put("export/caption", "yes" if self.caption.value else "no")
        self.set_busy(False)
        self.changed.emit()


def _times(width: float, height: float) -> str:
    return f"{width:,.0f} \N{MULTIPLICATION SIGN} {height:,.0f}"
