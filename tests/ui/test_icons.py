from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QApplication

from explorer.ui import icons
from explorer.ui.theme import DARK, LIGHT, Theme

NEEDED = {
    "play",
    "pause",
    "step-forward",
    "step-back",
    "to-start",
    "train-from-scratch",
    "branch",
    "new-seed",
    "more",
    "export",
    "copy",
    "present",
    "undo",
    "redo",
    "theme",
    "theme-dark",
    "float",
    "dock",
    "close",
    "check",
    "warning",
    "info",
    "search",
    "folder",
    "chevron-down",
    "chevron-up",
    "chevron-left",
    "chevron-right",
    "reset-default",
}


def test_every_icon_the_window_needs_is_there() -> None:
    assert set(icons.names()) >= NEEDED


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_every_icon_is_drawn_in_its_colour_and_crisp(qapp: QApplication, theme: Theme, ratio: float) -> None:
    for name in icons.names():
        picture = icons.pixmap(name, theme.accent, 20, ratio)
        assert picture.size() == QSize(round(20 * ratio), round(20 * ratio))
        assert _solid_pixels(picture, theme.accent) > 3, name


def _solid_pixels(picture: QPixmap, color: QColor) -> int:
    image = picture.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    grid = ((x, y) for x in range(image.width()) for y in range(image.height()))
    close = (image.pixelColor(x, y) for x, y in grid)
    return sum(c.alpha() > 150 and abs(c.red() - color.red()) < 25 and abs(c.blue() - color.blue()) < 25 for c in close)


def test_disabled_icons_are_fainter(qapp: QApplication) -> None:
    icon = icons.icon("play", LIGHT.ink, 24)
    on = icon.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Normal).toImage().pixelColor(11, 12)
    off = icon.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Disabled).toImage().pixelColor(11, 12)
    assert on.alpha() > 2 * off.alpha() > 0


def test_unknown_icons_are_refused() -> None:
    with pytest.raises(KeyError, match="no icon called"):
        icons.icon("nonsense", LIGHT.ink)


def test_the_app_has_an_icon_at_every_size(qapp: QApplication) -> None:
    assert {size.width() for size in icons.app_icon().availableSizes()} == {16, 32, 64, 128, 256}
