"""The tokens of the visual language: every colour and distance of the app is defined here and nowhere else.

A :class:`Theme` is frozen data. Widgets and views receive one and read its attributes; nothing asks a global.
Colours for data are not typed in as they are shown: they are the colour-blind-safe palette of Okabe and Ito, moved in
lightness only as far as the card behind them asks for (3:1 for marks, 4.5:1 where a label wears the colour too).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont

from explorer.ui import colormaps, fonts

ColorScheme = Literal["light", "dark"]

SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL = 4, 8, 12, 16, 24
"""The scale of space in logical pixels: nothing is set apart by another distance."""
GAP_PX = 10
"""Between panels."""
RADIUS_PX = 10
"""Corners of cards; :data:`CONTROL_RADIUS_PX` those of what can be pressed."""
CONTROL_RADIUS_PX = 8
CONTROL_HEIGHT_PX = 32
MOTION_MS = 150
"""How long something takes to show where it went (ease-out); 0 in reduced motion."""

SUBJECT_PX, COMPANY_PX, GRID_PX = 3.0, 1.75, 1.0
"""Pen widths: the line the picture is about, its company, the grid."""

MARKERS = ("circle", "square", "triangle", "diamond", "cross") * 2
"""One marker per class, so that colour is never the only difference."""

_CLASSES = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C6D1F", "#5B4EA3", "#7F7F7F")


@dataclass(frozen=True)
class Series:
    """Colours by meaning: the same thing wears the same colour in formula, curve and picture, in every lab.

    Each reaches 4.5:1 against the card, so that a curve's label can be written in the colour of the curve; ``train``
    alone is lighter (3:1, to stay apart from ``test``: label it with :meth:`Theme.on_card`), and ``ghost`` is faint.
    """

    reconstruction: QColor
    kl: QColor
    total: QColor
    train: QColor
    test: QColor
    query: QColor
    key: QColor
    value: QColor
    real: QColor
    generated: QColor
    rnn: QColor
    lstm: QColor
    gru: QColor
    ghost: QColor


@dataclass(frozen=True)
class Theme:
    """Every token for one colour scheme.

    Attributes:
        name: ``"light"`` or ``"dark"``.
        ground: Behind the cards.
        card: The cards themselves, fields and buttons.
        border: One pixel around cards and controls.
        grid: Grid lines, empty tracks, quiet badges.
        ink: Text, and the tenth class.
        muted: Secondary text.
        faint: Decoration and disabled text; never for text that must be read.
        accent: The one thing that can be grabbed or pressed.
        accent_ground: Behind what is chosen.
        accent_soft: The done part of a track.
        accent_ink: Text and signs on accent.
        good, warn, bad: States, each readable on its own ``*_ground`` and on the card.
        paper: Ground of pictures of digits, in both schemes.
        scale: Factor on type and pens; presenter mode raises it for the content.
    """

    name: ColorScheme
    ground: QColor
    card: QColor
    border: QColor
    grid: QColor
    ink: QColor
    muted: QColor
    faint: QColor
    accent: QColor
    accent_ground: QColor
    accent_soft: QColor
    accent_ink: QColor
    good: QColor
    good_ground: QColor
    warn: QColor
    warn_ground: QColor
    bad: QColor
    bad_ground: QColor
    paper: QColor
    scale: float = 1.0

    @property
    def is_dark(self) -> bool:
        """Whether this is the dark scheme."""
        return self.name == "dark"

    @cached_property
    def classes(self) -> tuple[QColor, ...]:
        """Ten colours for the classes 0-9, each at least 3:1 against the card."""
        return (*(legible(QColor(c), self.card, 3.0) for c in _CLASSES), self.ink)

    @cached_property
    def series(self) -> Series:
        """Colours by meaning."""
        blue, amber, green, vermilion, *_ = (self.on_card(QColor(c)) for c in _CLASSES)
        return Series(
            reconstruction=blue,
            kl=vermilion,
            total=self.ink,
            train=self.classes[5],
            test=blue,
            query=blue,
            key=amber,
            value=green,
            real=green,
            generated=vermilion,
            rnn=vermilion,
            lstm=blue,
            gru=green,
            ghost=mix(self.faint, self.card, 0.35),
        )

    @cached_property
    def good_text(self) -> QColor:
        """``good`` for small text on ``good_ground``."""
        return legible(self.good, self.good_ground, 4.5)

    @cached_property
    def hover(self) -> QColor:
        """Ground of a button under the pointer."""
        return mix(self.card, self.grid, 0.6)

    @property
    def magnitude(self) -> NDArray[np.uint8]:
        """Viridis as (256, 3) uint8: for magnitudes."""
        return colormaps.viridis()

    @property
    def signed(self) -> NDArray[np.uint8]:
        """Blue - white - orange as (256, 3) uint8: for signed values, zero in the middle."""
        return colormaps.blue_white_orange()

    def on_card(self, color: QColor) -> QColor:
        """``color`` moved in lightness until text in it can be read on the card (4.5:1)."""
        return legible(color, self.card, 4.5)

    def font(self, role: fonts.Role) -> QFont:
        """The font of a role, sized in points times ``scale``."""
        return fonts.font(role, self.scale)

    def px(self, length: float) -> float:
        """A length in logical pixels at this theme's scale."""
        return length * self.scale

    def scaled(self, scale: float) -> Theme:
        """The same colours with everything ``scale`` times as large as at first."""
        return dataclasses.replace(self, scale=scale)


def luminance(color: QColor) -> float:
    """Relative luminance in [0, 1] (WCAG 2.2)."""
    r, g, b = (_linear(v) for v in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: QColor, b: QColor) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def legible(color: QColor, ground: QColor, ratio: float) -> QColor:
    """``color``, lightened on a dark ground or darkened on a light one, only until the contrast is ``ratio``."""
    target = QColor("white") if luminance(ground) < 0.18 else QColor("black")
    for percent in range(0, 101):
        candidate = mix(color, target, percent / 100)
        if contrast(candidate, ground) >= ratio:
            return candidate
    return target


def mix(a: QColor, b: QColor, share: float) -> QColor:
    """The colour ``share`` of the way from ``a`` to ``b``, rounded to 8 bits a channel."""
    pairs = zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    return QColor(*(round(x + (y - x) * share) for x, y in pairs))


def _linear(v: float) -> float:
    return v / 12.92 if v <= 0.04045 else float(((v + 0.055) / 1.055) ** 2.4)


LIGHT = Theme(
    name="light",
    ground=QColor("#F3F4F6"),
    card=QColor("#FFFFFF"),
    border=QColor("#DDE1E6"),
    grid=QColor("#ECEFF2"),
    ink=QColor("#16191D"),
    muted=QColor("#5C6670"),
    faint=QColor("#8A949E"),
    accent=QColor("#2F5BEA"),
    accent_ground=QColor("#E8EDFD"),
    accent_soft=QColor("#A9BBF6"),
    accent_ink=QColor("#FFFFFF"),
    good=QColor("#1B7F4B"),
    good_ground=QColor("#E3F4EA"),
    warn=QColor("#8A5A00"),
    warn_ground=QColor("#FFF3D6"),
    bad=QColor("#B3261E"),
    bad_ground=QColor("#FCE8E6"),
    paper=QColor("#FFFFFF"),
)

DARK = Theme(
    name="dark",
    ground=QColor("#14171B"),
    card=QColor("#1C2025"),
    border=QColor("#2D333A"),
    grid=QColor("#262B31"),
    ink=QColor("#ECEFF3"),
    muted=QColor("#A3ADB8"),
    faint=QColor("#75808B"),
    accent=QColor("#7C9BFF"),
    accent_ground=QColor("#26305A"),
    accent_soft=QColor("#465786"),
    accent_ink=QColor("#14171B"),
    good=QColor("#58C38A"),
    good_ground=QColor("#173327"),
    warn=QColor("#E5B454"),
    warn_ground=QColor("#3A2E14"),
    bad=QColor("#FF8A80"),
    bad_ground=QColor("#43201E"),
    paper=QColor("#FFFFFF"),
)
