"""SVG: a figure as shapes and real text.

What Qt writes is read again and put right: the size is in pixels, not in rounded millimetres; fonts have fallbacks;
each text keeps its width where Inter is not installed; and what Qt repeats on every element is left out.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtSvg import QSvgGenerator

from explorer.ui import fonts
from explorer.ui.export.figure import (
    ExportOptions,
    FileTheme,
    dressed,
    figure_px,
    figure_theme,
    font_dpi,
    paint_figure,
)
from explorer.ui.panel import FigureSource

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_FALLBACKS = {
    fonts.WORDS: "'Helvetica Neue', 'Segoe UI', Arial, sans-serif",
    fonts.NUMBERS: "Menlo, Consolas, 'DejaVu Sans Mono', monospace",
}
_DEFAULTS = {
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "vector-effect": "none",
    "transform": "matrix(1,0,0,1,0,0)",
    "font-style": "normal",
    "image-rendering": "optimizeSpeed",
}
_FONT = ("font-family", "font-size", "font-weight", "font-style")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def svg_bytes(source: FigureSource, options: ExportOptions) -> bytes:
    """The figure as an SVG file in UTF-8."""
    size_px, theme = figure_px(source, options), FileTheme.of(figure_theme(source, options))
    buffer, generator = QBuffer(), QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # Tiny 1.2 knows no clipping
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator.setOutputDevice(buffer)
    generator.setResolution(round(font_dpi()))
    generator.setSize(QSize(*size_px))
    generator.setViewBox(QRectF(0, 0, *size_px))
    generator.setTitle(source.title)
    generator.setDescription(source.figure_data().provenance.caption())
    with dressed(source, theme):
        painter = QPainter(generator)
        paint_figure(painter, source, size_px, theme, caption=options.caption, vector=True)
        painter.end()
    return tidied(bytes(buffer.data().data()), size_px)


def tidied(content: bytes, size_px: tuple[int, int]) -> bytes:
    """An SVG of Qt's, put right.

    Args:
        content: What QSvgGenerator wrote.
        size_px: Width and height that it shall have.
    """
    root = ElementTree.fromstring(content)
    root.set("width", str(size_px[0]))
    root.set("height", str(size_px[1]))
    for element in root.iter():
        _tidy(element)
    _merge_groups(root)
    for element in root.iter(f"{{{SVG}}}text"):
        _finish_text(element)
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _tidy(element: ElementTree.Element) -> None:
    kind = element.tag.removeprefix(f"{{{SVG}}}")
    if kind == "g":
        for name in _FONT:
            element.attrib.pop(name, "")  # each text says its own
    elif kind == "image" and element.attrib.pop("image-rendering", ""):
        element.set("style", "image-rendering: pixelated")
    if element.get("stroke-opacity") == "0":
        element.set("stroke", "none")
    if element.get("stroke") == "none":
        for name in [name for name in element.attrib if name.startswith("stroke-")]:
            del element.attrib[name]
    for name, value in _DEFAULTS.items():
        if element.get(name) == value:
            del element.attrib[name]
    for name in ("d", "points", "x", "y", "cx", "cy", "r", "width", "height"):
        if name in element.attrib:
            element.set(name, _NUMBER.sub(_short, element.attrib[name]).strip())
    if kind not in ("text", "title", "desc"):
        element.text = None
    element.tail = "\n" if kind in ("text", "g", "image", "title", "desc", "defs") else None


def _finish_text(element: ElementTree.Element) -> None:
    """Fallbacks for the font, and the width it has with the right one."""
    if len((element.text or "").strip()) > 1:
        element.set("textLength", f"{_width(element):.2f}")
        element.set("lengthAdjust", "spacingAndGlyphs")
    names = _families(element)
    fallback = _FALLBACKS.get(names[0], "sans-serif")
    element.set("font-family", ", ".join([*(f"'{name}'" if " " in name else name for name in names), fallback]))


def _families(element: ElementTree.Element) -> list[str]:
    return [name.strip() for name in element.get("font-family", "").split(",")]


def _width(element: ElementTree.Element) -> float:
    """Width of a text as Qt measured it, px."""
    font = QFont(_families(element))
    font.setPointSizeF(float(element.get("font-size", "12")) * 72.0 / font_dpi())
    font.setWeight(QFont.Weight(int(element.get("font-weight", "400"))))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if hasattr(font, "setFeature"):
        font.setFeature(QFont.Tag("calt"), 0)
    return QFontMetricsF(font).horizontalAdvance(element.text or "")


def _short(match: re.Match[str]) -> str:
    """A hundredth of a pixel is enough."""
    return f"{float(match.group()):.2f}".rstrip("0").rstrip(".")


def _merge_groups(parent: ElementTree.Element) -> None:
    """Leave out empty groups, and put neighbours drawn with the same pen into one."""
    kept: list[ElementTree.Element] = []
    for child in list(parent):
        _merge_groups(child)
        if child.tag != f"{{{SVG}}}g":
            kept.append(child)
        elif len(child) and kept and kept[-1].tag == child.tag and kept[-1].attrib == child.attrib:
            kept[-1].extend(list(child))
        elif len(child):
            kept.append(child)
    parent[:] = kept
    _join_texts(parent)


def _join_texts(parent: ElementTree.Element) -> None:
    """Make one text of the pieces into which Qt cuts a line where its script or font changes."""
    kept: list[ElementTree.Element] = []
    for child in list(parent):
        if kept and _continues(kept[-1], child):
            kept[-1].text = (kept[-1].text or "") + (child.text or "")
        else:
            kept.append(child)
    parent[:] = kept


def _continues(before: ElementTree.Element, after: ElementTree.Element) -> bool:
    if not before.tag == after.tag == f"{{{SVG}}}text":
        return False
    same = all(before.get(n) == after.get(n) for n in after.attrib if n != "x")
    end = float(before.get("x", "0")) + _width(before)
    return same and abs(end - float(after.get("x", "0"))) < 0.6
