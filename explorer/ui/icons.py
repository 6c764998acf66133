"""The app's own signs: drawn once in SVG on a 24 x 24 grid, tinted with a token, crisp at every device pixel ratio."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FOLDER = "resources/icons"


def names() -> tuple[str, ...]:
    """Every icon there is, the app's own apart."""
    found = (entry.name for entry in files("explorer").joinpath(_FOLDER).iterdir())
    return tuple(sorted(name[:-4] for name in found if name.endswith(".svg") and name != "app.svg"))


def icon(name: str, color: QColor, size: int = 18, off_color: QColor | None = None) -> QIcon:
    """The icon called ``name`` in ``color``.

    Args:
        name: File name in ``resources/icons`` without its ending.
        color: A token of the theme.
        size: Side in logical pixels; drawn anew for every ratio a screen has now, and for 1 and 2.
        off_color: What it wears when disabled; ``color`` at two fifths without one.

    Raises:
        KeyError: There is no such icon.
    """
    faded = QColor(color)
    faded.setAlphaF(0.4 * color.alphaF())
    result = QIcon()
    for ratio in _ratios():
        result.addPixmap(pixmap(name, color, size, ratio), QIcon.Mode.Normal)
        result.addPixmap(pixmap(name, off_color or faded, size, ratio), QIcon.Mode.Disabled)
    return result


def pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of ``size`` logical pixels at a device pixel ratio of ``ratio``.

    Raises:
        KeyError: There is no such icon.
    """
    return _pixmap(name, color.rgba(), QSize(round(size * ratio), round(size * ratio)), ratio)


def paint(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Draws the icon into ``rect`` as vectors, so that exports stay sharp.

    Raises:
        KeyError: There is no such icon.
    """
    _renderer(name, color.rgba()).render(painter, rect)


def app_icon() -> QIcon:
    """The app's icon, for the window and the task bar."""
    result = QIcon()
    for size in (16, 32, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        QSvgRenderer(QByteArray(_source("app").encode())).render(painter)
        painter.end()
        result.addPixmap(picture)
    return result


def _ratios() -> list[float]:
    return sorted({1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())})


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    path = files("explorer").joinpath(_FOLDER, f"{name}.svg")
    if not path.is_file():
        raise KeyError(f"no icon called {name}")
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, rgba: int) -> QSvgRenderer:
    color = QColor.fromRgba(rgba)
    text = _source(name).replace("currentColor", color.name())
    if color.alpha() < 255:
        text = text.replace("<svg ", f'<svg opacity="{color.alphaF():.3f}" ', 1)
    return QSvgRenderer(QByteArray(text.encode()))


@lru_cache(maxsize=512)
def _pixmap(name: str, rgba: int, size: QSize, ratio: float) -> QPixmap:
    renderer = _renderer(name, rgba)
    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
