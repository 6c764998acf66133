"""The one scale of type: Inter for words, JetBrains Mono for numbers, shipped with the app.

Sizes are in points, chosen so that at 96 dpi they equal the pixels of the design; on macOS, where a point is a
pixel, the pixels are taken as they are.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Literal, NamedTuple

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

Role = Literal[
    "title", "heading", "body", "strong", "secondary", "tick", "tick_strong", "group", "number", "number_small"
]

WORDS = "Inter"
NUMBERS = "JetBrains Mono"
SYMBOLS = "Explorer Symbols"
FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Bold.ttf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Bold.ttf",
    "ExplorerSymbols.ttf",
)
_POINTS_PER_PX = 1.0 if sys.platform == "darwin" else 0.75


class _Face(NamedTuple):
    family: str
    size_px: float
    weight: QFont.Weight
    capitals: bool = False


_FACES: dict[Role, _Face] = {
    "title": _Face(WORDS, 19, QFont.Weight.DemiBold),
    "heading": _Face(WORDS, 13.5, QFont.Weight.DemiBold),
    "body": _Face(WORDS, 13.5, QFont.Weight.Normal),
    "strong": _Face(WORDS, 13.5, QFont.Weight.Medium),
    "secondary": _Face(WORDS, 12, QFont.Weight.Normal),
    "tick": _Face(WORDS, 11.5, QFont.Weight.Normal),
    "tick_strong": _Face(WORDS, 11.5, QFont.Weight.DemiBold),
    "group": _Face(WORDS, 10.5, QFont.Weight.DemiBold, True),
    "number": _Face(NUMBERS, 12.5, QFont.Weight.Normal),
    "number_small": _Face(NUMBERS, 11.5, QFont.Weight.Normal),
}
ROLES: tuple[Role, ...] = tuple(_FACES)


def load_fonts() -> tuple[str, ...]:
    """Makes the shipped fonts known to Qt and returns the family names found; needs a QGuiApplication.

    Raises:
        FileNotFoundError: A font file is missing from the package or cannot be read.
    """
    families: set[str] = set()
    folder = files("explorer").joinpath("resources/fonts")
    for name in FILES:
        with as_file(folder.joinpath(name)) as path:
            identity = QFontDatabase.addApplicationFont(str(path))
        if identity < 0:
            raise FileNotFoundError(f"The font {name} is missing from {folder}; install the app again.")
        families.update(QFontDatabase.applicationFontFamilies(identity))
    for remembered in (_made, line_width, line_height):  # other letters took their place before
        remembered.cache_clear()
    return tuple(sorted(families))


def font(role: Role, scale: float = 1.0) -> QFont:
    """The font of a role at ``scale`` times its size; digits in it are of equal width."""
    return QFont(_made(role, scale))  # shares what Qt has found out of it, which is the costly part


@lru_cache(maxsize=256)
def _made(role: Role, scale: float) -> QFont:
    face = _FACES[role]
    result = QFont([face.family, SYMBOLS])
    result.setPointSizeF(points(role) * scale)
    result.setWeight(face.weight)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # letters where the design has them
    if face.capitals:
        result.setCapitalization(QFont.Capitalization.AllUppercase)
        result.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 106)
    if face.family == WORDS and hasattr(QFont, "setFeature"):
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


@lru_cache(maxsize=8192)
def line_width(font: QFont, text: str) -> float:
    """Width of a line of text, logical px; remembered, as pictures are arranged by the same words again and again."""
    return QFontMetricsF(font).horizontalAdvance(text)


@lru_cache(maxsize=256)
def line_height(font: QFont) -> float:
    """Height of a line of text, logical px."""
    return QFontMetricsF(font).height()


def points(role: Role) -> float:
    """The size of a role in points on this platform."""
    return _FACES[role].size_px * _POINTS_PER_PX
