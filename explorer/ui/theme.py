"""Which theme is worn: follows the system's colour scheme unless told otherwise, and dresses the application.

The tokens themselves are in :mod:`explorer.ui.tokens`; this module is where the rest of the window imports them from.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from explorer.ui.fonts import Role, load_fonts
from explorer.ui.stylesheet import palette, stylesheet
from explorer.ui.tokens import (
    COMPANY_PX,
    CONTROL_HEIGHT_PX,
    CONTROL_RADIUS_PX,
    DARK,
    GAP_PX,
    GRID_PX,
    LIGHT,
    MARKERS,
    MOTION_MS,
    RADIUS_PX,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    SPACE_XL,
    SPACE_XS,
    SUBJECT_PX,
    Series,
    Theme,
    contrast,
    legible,
    mix,
)

__all__ = [
    "COMPANY_PX",
    "CONTROL_HEIGHT_PX",
    "CONTROL_RADIUS_PX",
    "DARK",
    "GAP_PX",
    "GRID_PX",
    "LIGHT",
    "MARKERS",
    "MOTION_MS",
    "RADIUS_PX",
    "SPACE_L",
    "SPACE_M",
    "SPACE_S",
    "SPACE_XL",
    "SPACE_XS",
    "SUBJECT_PX",
    "Mode",
    "Role",
    "Series",
    "Theme",
    "ThemeSource",
    "apply_basics",
    "apply_theme",
    "contrast",
    "legible",
    "load_fonts",
    "mix",
    "palette",
    "stylesheet",
]

Mode = Literal["system", "light", "dark"]
_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class ThemeSource(QObject):
    """The theme now, and a signal whenever it becomes another one.

    Signals:
        theme_changed: The new :class:`Theme`.
    """

    theme_changed = Signal(object)

    def __init__(self, mode: Mode = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = mode
        self._hints = QGuiApplication.styleHints()
        self._theme = self._resolved()
        self._hints.colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._tell_platform()

    @property
    def theme(self) -> Theme:
        """The theme to wear now."""
        return self._theme

    @property
    def mode(self) -> Mode:
        """What was asked for: ``"system"``, ``"light"`` or ``"dark"``."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Follows the system, or stays light or dark whatever it says."""
        self._mode = mode
        self._tell_platform()
        self._update()

    def _tell_platform(self) -> None:
        """Lets title bars and native dialogs follow an override; without one, the system is left to speak."""
        if self._hints.colorScheme() != _SCHEMES[self._mode] and hasattr(self._hints, "setColorScheme"):
            self._hints.setColorScheme(_SCHEMES[self._mode])

    @Slot()
    def _on_system_scheme_changed(self) -> None:
        self._update()

    def _update(self) -> None:
        theme = self._resolved()
        if theme.name != self._theme.name:
            self._theme = theme
            self.theme_changed.emit(theme)

    def _resolved(self) -> Theme:
        if self._mode != "system":
            return DARK if self._mode == "dark" else LIGHT
        return DARK if self._hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dresses the whole application: Fusion as base, the same on every system, and the tokens on it."""
    apply_basics(app, theme)
    sheet = stylesheet(theme)
    if app.styleSheet() != sheet:  # Qt would polish every widget again
        app.setStyleSheet(sheet)


def apply_basics(app: QApplication, theme: Theme) -> None:
    """Style, font and colours without the style sheet, which should come once the first window is built.

    Under a style sheet a widget is polished again each time it is put into another; built without, only once.
    """
    if app.style() is None or app.style().objectName() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(theme.font("body"))
    app.setPalette(palette(theme))
