"""The composition of a figure: title, picture and caption on the card's colour, the same in every format."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QFont, QGuiApplication, QPainter
from PySide6.QtWidgets import QWidget

from explorer.core.spec import PanelSpec
from explorer.ui import fonts
from explorer.ui.panel import FigureSource
from explorer.ui.theme import LIGHT, SPACE_L, SPACE_M, SPACE_S, Theme
from explorer.ui.views.painting import draw_text, text_height, text_width
from explorer.ui.views.view import View

PX_PER_INCH = 96.0
"""Logical pixels of all sizes here, as in CSS."""
DEFAULT_PX = (720, 480)
MOST_CAPTION = 0.4
"""Part of the height that the caption may take before the rest of it is left to the file's metadata."""
_SEPARATOR = " \N{MIDDLE DOT} "
_WHERE = 4
"""Parts of a caption that say where it comes from: lab, panel, step, seed."""


@dataclass(frozen=True)
class ExportOptions:
    """How a figure is made.

    Attributes:
        scale: Pixels of a PNG or GIF per logical pixel, 1 to 4.
        theme: Colours and fonts; None for those shown.
        caption: Whether lab, parameters, seed, step and version stand beneath the picture.
        size_px: Width and height of the whole figure, logical px; None for the picture's size on the screen with
            title and caption around it.
        type_scale: Factor on type and pens.
    """

    scale: float = 2.0
    theme: Theme | None = None
    caption: bool = True
    size_px: tuple[int, int] | None = None
    type_scale: float = 1.0


@dataclass(frozen=True)
class FigureSize:
    """A size by name.

    Attributes:
        key: Name in code and settings.
        label: Name on the screen.
        width_px: Width, logical px; None as shown.
        height_px: Height, logical px; None by the shape of the picture shown.
        type_scale: Factor on type and pens that suits the place where the figure goes.
        help: One sentence.
    """

    key: str
    label: str
    width_px: int | None
    height_px: int | None
    type_scale: float
    help: str


SIZES: tuple[FigureSize, ...] = (
    FigureSize("shown", "As shown", None, None, 1.0, "The size on the screen now."),
    FigureSize("slide", "Slide", 1280, 720, 1.6, "1280 \N{MULTIPLICATION SIGN} 720, with type for the back row."),
    FigureSize("column", "Column", 340, None, 0.9, "90 mm wide: one column of a journal."),
    FigureSize("page", "Page", 680, None, 1.0, "180 mm wide: across a page."),
)


def sized(options: ExportOptions, size: FigureSize, source: FigureSource) -> ExportOptions:
    """The options with the width, height and type of a size by name."""
    options = dataclasses.replace(options, size_px=None, type_scale=size.type_scale)
    if size.width_px is None:
        return options
    if size.height_px is not None:
        return dataclasses.replace(options, size_px=(size.width_px, size.height_px))
    shown = shown_px(source)
    picture = size.width_px * min(1.25, max(0.4, shown[1] / shown[0]))
    theme = figure_theme(source, options)
    height = picture + _head(source, theme, size.width_px) + _foot(source, theme, size.width_px, options.caption)
    return dataclasses.replace(options, size_px=(size.width_px, round(height)))


def figure_theme(source: FigureSource, options: ExportOptions) -> Theme:
    """The theme that a figure wears: the one asked for or the one shown, its type scaled."""
    shown = getattr(source, "theme", LIGHT)
    theme = options.theme or (shown if isinstance(shown, Theme) else LIGHT)
    return theme.scaled(theme.scale * options.type_scale)


def figure_px(source: FigureSource, options: ExportOptions) -> tuple[int, int]:
    """Width and height of the whole figure, logical px."""
    if options.size_px is not None:
        return options.size_px
    theme, (width, height) = figure_theme(source, options), shown_px(source)
    return width, round(height + _head(source, theme, width) + _foot(source, theme, width, options.caption))


def shown_px(source: FigureSource) -> tuple[int, int]:
    """Width and height of the picture on the screen, logical px; without a window the panel's default ones."""
    if isinstance(source, QWidget) and source.isVisible():
        whole = _picture_on_screen(source)
        if min(whole.width(), whole.height()) >= 64:
            return whole.width(), whole.height()
    spec = getattr(source, "spec", None)
    return spec.size_px if isinstance(spec, PanelSpec) else DEFAULT_PX


@contextmanager
def dressed(source: FigureSource, theme: Theme) -> Iterator[None]:
    """Lets the source wear a theme for as long as it is drawn; one that cannot change stays as it is."""
    worn, wear = getattr(source, "theme", None), getattr(source, "set_theme", None)
    if wear is None or not isinstance(worn, Theme) or worn is theme:
        yield
        return
    wear(theme)
    try:
        yield
    finally:
        wear(worn)


def paint_figure(
    painter: QPainter, source: FigureSource, size_px: tuple[int, int], theme: Theme, *, caption: bool, vector: bool
) -> None:
    """Draw title, picture and caption.

    Args:
        painter: On an image, an SVG or a PDF, in logical px.
        source: The picture; it should already wear ``theme`` (see :func:`dressed`).
        size_px: Width and height of the whole figure, logical px.
        theme: Colours and fonts of title and caption.
        caption: Whether there is one.
        vector: True for real shapes and text.
    """
    width, height = float(size_px[0]), float(size_px[1])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.fillRect(QRectF(-2, -2, width + 4, height + 4), theme.card)  # a page of whole points may be a bit larger
    head = _head(source, theme, width)
    lines = _fitting(caption_lines(source, theme, width), theme, height) if caption else []
    foot = _foot_of(lines, theme)
    _draw_title(painter, source, theme, width)
    picture = QRectF(_margin(theme), head, width - 2 * _margin(theme), height - head - foot)
    if picture.width() > 0 and picture.height() > 0:
        painter.save()
        painter.setClipRect(picture)
        source.paint(painter, picture, vector=vector)
        painter.restore()
    _draw_caption(painter, lines, theme, width, height - foot)


def caption_lines(source: FigureSource, theme: Theme, width_px: float) -> list[str]:
    """The caption wrapped to the width of a figure: on one line, or lab, panel, step and seed apart from the settings.

    Kept apart, the settings stay where they are while the steps of a film go by.
    """
    text, font, room = source.figure_data().provenance.caption(), theme.font("tick"), width_px - 2 * _margin(theme)
    if text_width(font, text) <= room:
        return [text]
    parts = text.split(_SEPARATOR)
    where, how = _SEPARATOR.join(parts[:_WHERE]), _SEPARATOR.join(parts[_WHERE:])
    return [*wrapped(where, font, room), *wrapped(how, font, room)]


def wrapped(text: str, font: QFont, width_px: float) -> list[str]:
    """Text in lines no wider than ``width_px``; a setting such as "β = 1" is broken only where it must be.

    Lines end after a middle dot or a comma where they can; a single word wider than a line stays whole.
    """
    lines: list[str] = []
    for piece in _pieces(text):
        joined = lines[-1] + piece if lines else piece
        if lines and text_width(font, joined.rstrip()) <= width_px:
            lines[-1] = joined
        elif text_width(font, piece.rstrip()) <= width_px:
            lines.append(piece)
        else:
            _add_words(lines, piece, font, width_px)
    return [line.strip().removesuffix(_SEPARATOR.rstrip()) for line in lines]


def font_dpi() -> float:
    """Dots per inch for which Qt measures text: a device with the same draws it as it was measured."""
    return QGuiApplication.primaryScreen().logicalDotsPerInch()


@dataclass(frozen=True)
class FileTheme(Theme):
    """A theme for SVG and PDF: each character wears its own glyph, not a tabular or contextual variant of it.

    A PDF finds no character for the variants when it is searched, and readers of SVG do not know the features.
    """

    def font(self, role: fonts.Role) -> QFont:
        """The font of a role, without its optional features."""
        font = super().font(role)
        if hasattr(font, "setFeature"):
            font.setFeature(QFont.Tag("tnum"), 0)
            font.setFeature(QFont.Tag("calt"), 0)
        return font

    @classmethod
    def of(cls, theme: Theme) -> FileTheme:
        """The same colours and sizes as ``theme``."""
        return cls(**{field.name: getattr(theme, field.name) for field in dataclasses.fields(Theme)})


def _picture_on_screen(panel: QWidget) -> QRect:
    """The part of a panel that its views take, without its controls."""
    whole = QRect()
    for view in panel.findChildren(View):
        if view.isVisibleTo(panel):
            whole = whole.united(QRect(view.mapTo(panel, QPoint(0, 0)), view.size()))
    return whole if not whole.isEmpty() else panel.rect()


def _pieces(text: str) -> list[str]:
    """What is best kept together, with what follows it: parts between dots, settings between commas."""
    pieces: list[str] = []
    parts = text.split(_SEPARATOR)
    for i, part in enumerate(parts):
        settings = part.split(", ")
        pieces += [setting + ", " for setting in settings[:-1]]
        pieces.append(settings[-1] + (_SEPARATOR if i + 1 < len(parts) else ""))
    return pieces


def _add_words(lines: list[str], piece: str, font: QFont, width_px: float) -> None:
    for word in piece.split(" "):
        joined = f"{lines[-1].rstrip()} {word}" if lines else word
        if lines and text_width(font, joined) <= width_px:
            lines[-1] = joined
        else:
            lines.append(word)
    lines[-1] += " "


def _fitting(lines: list[str], theme: Theme, height: float) -> list[str]:
    """The lines there is room for; the last one says that there is more."""
    most = max(1, int(MOST_CAPTION * height / _line(theme)))
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1] + " …"]


def _draw_title(painter: QPainter, source: FigureSource, theme: Theme, width: float) -> None:
    font, y = theme.font("heading"), _margin(theme) - theme.px(2)
    for line in _title_lines(source, theme, width):
        box = QRectF(_margin(theme), y, width - 2 * _margin(theme), text_height(font))
        draw_text(painter, box, line, font, theme.ink)
        y += text_height(font)


def _draw_caption(painter: QPainter, lines: list[str], theme: Theme, width: float, top: float) -> None:
    font, y = theme.font("tick"), top + theme.px(SPACE_M)
    for line in lines:
        draw_text(painter, QRectF(_margin(theme), y, width - 2 * _margin(theme), _line(theme)), line, font, theme.muted)
        y += _line(theme)


def _title_lines(source: FigureSource, theme: Theme, width: float) -> list[str]:
    return wrapped(source.title, theme.font("heading"), width - 2 * _margin(theme))


def _head(source: FigureSource, theme: Theme, width: float) -> float:
    lines = len(_title_lines(source, theme, width))
    return _margin(theme) - theme.px(2) + lines * text_height(theme.font("heading")) + theme.px(SPACE_S)


def _foot(source: FigureSource, theme: Theme, width: float, caption: bool) -> float:
    return _foot_of(caption_lines(source, theme, width) if caption else [], theme)


def _foot_of(lines: list[str], theme: Theme) -> float:
    return theme.px(SPACE_M) + len(lines) * _line(theme) + (theme.px(SPACE_M) if lines else 0.0)


def _margin(theme: Theme) -> float:
    return theme.px(SPACE_L)


def _line(theme: Theme) -> float:
    return text_height(theme.font("tick")) * 1.15
