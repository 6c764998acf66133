from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QRawFont
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from explorer.ui import fonts
from explorer.ui.theme import DARK, LIGHT, Theme, ThemeSource, apply_theme, contrast, legible, load_fonts, stylesheet

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
TEXT_ON = [
    ("ink", "ground"),
    ("ink", "card"),
    ("ink", "grid"),
    ("muted", "ground"),
    ("muted", "card"),
    ("muted", "grid"),
    ("muted", "accent_ground"),
    ("accent", "ground"),
    ("accent", "card"),
    ("accent", "accent_ground"),
    ("accent_ink", "accent"),
    ("good", "card"),
    ("good_text", "good_ground"),
    ("warn", "card"),
    ("warn", "warn_ground"),
    ("bad", "card"),
    ("bad", "bad_ground"),
]


@BOTH
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(theme: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@BOTH
def test_classes_stand_out_from_the_card_and_from_each_other(theme: Theme) -> None:
    assert len(theme.classes) == len({color.name() for color in theme.classes}) == 10
    for color in theme.classes:
        assert contrast(color, theme.card) >= 3.0


def test_classes_keep_their_colours_where_the_card_allows() -> None:
    assert LIGHT.classes[0].name().upper() == "#0072B2"
    assert DARK.classes[1].name().upper() == "#E69F00"
    assert DARK.classes[7].name().upper() != "#5B4EA3"


@BOTH
def test_curve_labels_can_be_read_in_their_own_colour(theme: Theme) -> None:
    for name in ("reconstruction", "kl", "total", "test", "query", "key", "value", "real", "generated"):
        assert contrast(getattr(theme.series, name), theme.card) >= 4.5, name
    assert contrast(theme.on_card(theme.series.train), theme.card) >= 4.5


def test_contrast_of_black_on_white_is_the_largest() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)
    assert contrast(QColor("red"), QColor("red")) == 1.0


def test_legible_leaves_a_colour_alone_that_is_already_legible() -> None:
    assert legible(QColor("#123456"), QColor("white"), 4.5).name() == "#123456"


def test_colour_maps_are_read_only_tables_with_zero_in_the_middle() -> None:
    for table in (LIGHT.magnitude, LIGHT.signed):
        assert table.shape == (256, 3)
        assert table.dtype == np.uint8
        assert not table.flags.writeable
    assert tuple(LIGHT.magnitude[0]) == (68, 1, 84)
    assert LIGHT.signed[127:129].min() >= 250
    assert LIGHT.signed[0, 2] > LIGHT.signed[0, 0]
    assert LIGHT.signed[-1, 0] > LIGHT.signed[-1, 2]


def test_widths_are_remembered_until_other_fonts_are_there(qapp: QApplication) -> None:
    load_fonts()
    font = LIGHT.font("body")
    widths = [fonts.line_width(LIGHT.font("body"), "golden wings") for _ in range(3)]
    assert fonts.line_width.cache_info().hits == 2
    assert widths == [QFontMetricsF(font).horizontalAdvance("golden wings")] * 3
    font.setPointSizeF(2 * font.pointSizeF())  # of whoever asked for it alone
    assert fonts.line_width(font, "golden wings") > 1.9 * widths[0]
    assert LIGHT.font("body") != font
    load_fonts()
    assert fonts.line_width.cache_info().currsize == 0


def test_every_font_file_loads_and_gives_its_weight(qapp: QApplication) -> None:
    assert {"Inter", "JetBrains Mono", "Explorer Symbols"} <= set(load_fonts())
    for role in fonts.ROLES:
        raw = QRawFont.fromFont(LIGHT.font(role))
        assert raw.familyName() in {"Inter", "JetBrains Mono"}, role
    assert QRawFont.fromFont(LIGHT.font("title")).weight() == QFont.Weight.DemiBold


def test_the_signs_of_the_formulas_are_in_the_shipped_fonts(qapp: QApplication) -> None:
    load_fonts()
    raws = [QRawFont.fromFont(QFont([family])) for family in (fonts.WORDS, fonts.NUMBERS, fonts.SYMBOLS)]
    signs = "βσμεα∂∇‖·\N{MINUS SIGN}\N{MULTIPLICATION SIGN}→≤≥≈√Σ∞₀₁₂⁻⁷ᵀ⟨⟩∈∝⋯✓…“”\u0302\u0304"
    missing = [sign for sign in signs if not _has(raws, sign)]
    assert not missing


def _has(raws: list[QRawFont], sign: str) -> bool:
    return any(raw.supportsCharacter(ord(sign)) for raw in raws)


def test_digits_are_of_equal_width(qapp: QApplication) -> None:
    load_fonts()
    for role in ("body", "tick", "number"):
        metrics = QFontMetricsF(LIGHT.font(role))
        assert len({round(metrics.horizontalAdvance(digit), 3) for digit in "0123456789"}) == 1


def test_scale_multiplies_type_and_nothing_else(qapp: QApplication) -> None:
    large = LIGHT.scaled(1.5)
    assert large.font("body").pointSizeF() == pytest.approx(1.5 * LIGHT.font("body").pointSizeF())
    assert large.card == LIGHT.card
    assert large.px(4) == 6


@BOTH
def test_stylesheet_is_understood_by_qt(qtbot, theme: Theme) -> None:
    label, button = QLabel("19"), QPushButton("Go")
    qtbot.addWidget(label)
    qtbot.addWidget(button)
    label.setProperty("role", "title")
    for widget in (label, button):
        widget.setStyleSheet(stylesheet(theme))
        widget.ensurePolished()
    assert label.font().pointSizeF() == pytest.approx(fonts.points("title"), abs=0.02)
    assert "$" not in stylesheet(theme)
    picture = button.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 4) == theme.card


def test_theme_source_follows_the_override_and_says_so_once(qtbot) -> None:
    source = ThemeSource("light")
    with qtbot.waitSignal(source.theme_changed) as seen:
        source.set_mode("dark")
    assert seen.args == [DARK]
    assert source.theme is DARK
    with qtbot.assertNotEmitted(source.theme_changed):
        source.set_mode("dark")
    source.set_mode("light")
    assert source.mode == "light"
    source.set_mode("system")


class SystemHints(QObject):
    """Stands for the system: offscreen, there is no colour scheme to change."""

    colorSchemeChanged = Signal()  # noqa: N815  the name is Qt's

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Qt.ColorScheme.Light

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def setColorScheme(self, scheme: Qt.ColorScheme) -> None:
        pass


def test_theme_source_follows_the_system(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    hints = SystemHints()
    monkeypatch.setattr("explorer.ui.theme.QGuiApplication.styleHints", lambda: hints)
    source = ThemeSource("system")
    assert source.theme is LIGHT
    hints.scheme = Qt.ColorScheme.Dark
    with qtbot.waitSignal(source.theme_changed, timeout=1000) as seen:
        hints.colorSchemeChanged.emit()
    assert seen.args == [DARK]
    source.set_mode("light")
    with qtbot.assertNotEmitted(source.theme_changed):
        hints.colorSchemeChanged.emit()


def test_apply_theme_dresses_the_application(qapp: QApplication) -> None:
    old = (qapp.font(), qapp.palette(), qapp.styleSheet())
    apply_theme(qapp, DARK)
    assert qapp.palette().window().color() == DARK.ground
    assert qapp.font().families()[0] == "Inter"
    qapp.setStyleSheet(old[2])
    qapp.setPalette(old[1])
    qapp.setFont(old[0])
