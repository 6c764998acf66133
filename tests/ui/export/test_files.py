"""Every format, opened again: its size, its ink, its words and its numbers."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from explorer.core.errors import UserError
from explorer.core.figures import FigureData
from explorer.ui.export.export import SUFFIXES, export_figure
from explorer.ui.export.figure import SIZES, ExportOptions, caption_lines, dressed, figure_px, sized, wrapped
from explorer.ui.export.numbers import csv_bytes, npz_bytes, tsv_text
from explorer.ui.export.png import MAX_SIDE_PX, render_image
from explorer.ui.panel import Panel
from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.painting import text_width
from tests.ui.export.conftest import CAPTION, N_POINTS, MapPanel, where

SVG = "{http://www.w3.org/2000/svg}"
SIZE = (600, 440)


def one_line(text: str) -> str:
    return " ".join(text.split())


def inked_quarters(pixels: np.ndarray) -> list[int]:
    """Pixels of each quarter that differ from the corner."""
    ink = (pixels != pixels[0, 0]).any(axis=2)
    h, w = ink.shape[0] // 2, ink.shape[1] // 2
    return [int(part.sum()) for part in (ink[:h, :w], ink[:h, w:], ink[h:, :w], ink[h:, w:])]


def n_colors(pixels: np.ndarray) -> int:
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)
    return len(np.unique(packed))


def exported(panel: Panel, tmp_path: Path, suffix: str, **options) -> Path:
    path = tmp_path / f"figure{suffix}"
    export_figure(panel, path, ExportOptions(**{"size_px": SIZE, **options}))
    return path


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_png_is_as_large_as_asked_and_not_blank(panel, tmp_path, scale, theme):
    with Image.open(exported(panel, tmp_path, ".png", scale=scale, theme=theme)) as image:
        pixels = np.asarray(image.convert("RGB"))
        assert image.size == (SIZE[0] * scale, SIZE[1] * scale)
        assert image.info["dpi"] == pytest.approx((96 * scale, 96 * scale), abs=0.1)
    assert tuple(pixels[0, 0]) == (theme.card.red(), theme.card.green(), theme.card.blue())
    assert n_colors(pixels) > 40
    assert min(inked_quarters(pixels)) > 300


def test_png_says_what_it_shows(map_panel, tmp_path):
    with Image.open(exported(map_panel, tmp_path, ".png")) as image:
        image.load()
        assert image.info["Title"] == "Latent map"
        assert image.info["Description"] == CAPTION.format("Latent map")
        assert image.info["Software"].startswith("Neural Explorer ")


def test_png_too_large_is_a_sentence(map_panel, tmp_path):
    with pytest.raises(UserError, match="choose a smaller size or scale"):
        exported(map_panel, tmp_path, ".png", size_px=(MAX_SIDE_PX, 200), scale=2)
    assert not list(tmp_path.iterdir())


def test_scale_adds_pixels_but_moves_nothing(map_panel):
    small = render_image(map_panel, ExportOptions(1, size_px=SIZE))
    large = render_image(map_panel, ExportOptions(2, size_px=SIZE)).scaled(small.size())
    assert np.abs(gray(small) - gray(large)).mean() < 6


def gray(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width()].astype(float)


def test_svg_has_its_labels_as_text(panel, tmp_path):
    root = ElementTree.parse(exported(panel, tmp_path, ".svg")).getroot()
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("600", "440", "0 0 600 440")
    assert root.findtext(f"{SVG}title") == panel.title
    assert root.findtext(f"{SVG}desc") == CAPTION.format(panel.title)
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert [label for label in panel.figure_data().labels if not any(label in text for text in texts)] == []
    assert all(text.get("font-family", "").endswith(("sans-serif", "monospace")) for text in root.iter(f"{SVG}text"))


def test_svg_draws_every_point_as_a_shape(map_panel, tmp_path):
    root = ElementTree.parse(exported(map_panel, tmp_path, ".svg")).getroot()
    with dressed(map_panel, LIGHT):
        colors = {color.name() for color in LIGHT.classes}
    marks = 0
    for group in root.iter(f"{SVG}g"):
        if group.get("fill") in colors:
            marks += sum(child.tag in (f"{SVG}path", f"{SVG}circle", f"{SVG}polygon") for child in group)
    assert marks == N_POINTS + 10  # and one of each class in the legend
    assert not list(root.iter(f"{SVG}image"))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_svg_and_png_show_the_same(panel, tmp_path, theme):
    renderer = QSvgRenderer(QByteArray(exported(panel, tmp_path, ".svg", theme=theme).read_bytes()))
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    straight = render_image(panel, ExportOptions(1, theme=theme, size_px=SIZE))
    assert np.abs(gray(image) - gray(straight)).mean() < 6  # fonts may differ a little


def test_svg_keeps_what_lies_outside_the_plot_outside(map_panel, tmp_path):
    map_panel.view.set_rings([(30.0, "far")])
    root = ElementTree.parse(exported(map_panel, tmp_path, ".svg")).getroot()
    assert list(root.iter(f"{SVG}clipPath"))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_pdf_has_its_labels_as_text(panel, tmp_path, theme):
    reader = PdfReader(exported(panel, tmp_path, ".pdf", theme=theme))
    (page,) = reader.pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == (450, 330)
    text = one_line(page.extract_text())
    for label in (*panel.figure_data().labels, "seed 7", "β = 1", "learning rate = 0.001", "Neural Explorer 0.1.0"):
        assert one_line(label) in text
    assert reader.metadata is not None
    assert reader.metadata.title == panel.title
    assert str(reader.metadata.creator).startswith("Neural Explorer ")


def test_pdf_is_made_of_shapes_with_its_fonts_inside(map_panel, tmp_path):
    content = exported(map_panel, tmp_path, ".pdf").read_bytes()
    reader = PdfReader(io.BytesIO(content))
    drawn = reader.pages[0].get_contents()
    assert drawn is not None
    assert len(re.findall(rb"\bf\*?\s", drawn.get_data())) >= N_POINTS
    assert not reader.pages[0].images
    assert b"/FontFile2" in content
    assert b"Inter" in content


def test_csv_reads_back_equal(map_panel, tmp_path):
    text = exported(map_panel, tmp_path, ".csv").read_bytes().decode("utf-8")
    title, caption, *rest = text.split("\r\n")
    assert title == "# Latent map"
    assert caption == "# " + CAPTION.format("Latent map")
    header, *rows = csv.reader(rest[:-1])
    table = map_panel.figure_data().table
    assert header == list(table)
    columns = list(zip(*rows, strict=True))
    assert np.array_equal(np.array(columns[0], dtype=np.float64), table["z1"])
    assert np.array_equal(np.array(columns[1], dtype=np.float32), table["z2"])
    assert [int(c) for c in columns[2]] == list(table["class"])
    assert list(columns[3]) == table["name"]


def test_csv_refuses_ragged_columns():
    data = FigureData("t", where("t"), {"a": np.arange(3), "b": np.arange(2)}, {})
    with pytest.raises(ValueError, match="shorter"):
        csv_bytes(data)


def test_npz_reads_back_equal_without_pickle(map_panel, tmp_path):
    data = map_panel.figure_data()
    with np.load(exported(map_panel, tmp_path, ".npz"), allow_pickle=False) as found:
        assert set(found) == {*data.arrays, "title", "caption"}
        assert str(found["caption"]) == CAPTION.format("Latent map")
        assert found["caption"].shape == ()
        for name, array in data.arrays.items():
            assert np.array_equal(found[name], array)
            assert found[name].dtype == array.dtype


def test_npz_refuses_python_objects():
    data = FigureData("t", where("t"), {}, {"odd": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match="odd"):
        npz_bytes(data)


def test_copied_numbers_are_a_table():
    data = FigureData("t", where("t"), {"a": np.array([1, 2]), "b\tc": ["x\ny", "z"]}, {})
    assert tsv_text(data) == "a\tb c\n1\tx y\n2\tz\n"


def test_gif_of_one_step_is_a_picture(map_panel, tmp_path):
    with Image.open(exported(map_panel, tmp_path, ".gif", scale=1)) as image:
        assert image.size == SIZE
        assert min(inked_quarters(np.asarray(image.convert("RGB")))) > 300


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_without_caption_there_is_none(map_panel, tmp_path, suffix):
    with_it = exported(map_panel, tmp_path, suffix).read_bytes()
    export_figure(map_panel, tmp_path / f"bare{suffix}", ExportOptions(size_px=SIZE, caption=False))
    bare = (tmp_path / f"bare{suffix}").read_bytes()
    if suffix == ".svg":
        assert b">Little lab" in with_it.replace(b"<desc>Little", b"")
        assert b">Little lab" not in bare.replace(b"<desc>Little", b"")
    elif suffix == ".pdf":
        assert "seed 7" not in PdfReader(io.BytesIO(bare)).pages[0].extract_text()
    else:
        assert bare != with_it


@pytest.mark.parametrize("size", SIZES, ids=lambda s: s.key)
def test_sizes_are_what_they_say(panel, size):
    options = sized(ExportOptions(1), size, panel)
    width, height = figure_px(panel, options)
    image = render_image(panel, options)
    assert (image.width(), image.height()) == (width, height)
    assert size.width_px in (None, width)
    assert size.height_px in (None, height)
    assert min(width, height) > 150


def test_the_panel_wears_its_own_theme_again(map_panel):
    render_image(map_panel, ExportOptions(1, theme=DARK, size_px=SIZE))
    assert map_panel.theme is LIGHT


def test_a_theme_is_taken_off_even_when_painting_fails(map_panel, monkeypatch):
    monkeypatch.setattr(MapPanel, "paint", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError), dressed(map_panel, DARK):
        map_panel.paint(None, None, vector=True)
    assert map_panel.theme is LIGHT


@pytest.mark.parametrize("width", [90, 200, 320, 700])
def test_wrapped_lines_fit_and_lose_no_word(width):
    font, text = LIGHT.font("tick"), CAPTION.format("Latent map")
    lines = wrapped(text, font, width)
    assert [w for w in " ".join(lines).split() if w != "·"] == [w for w in text.split() if w != "·"]
    assert all(text_width(font, line) <= width or " " not in line for line in lines)


def test_settings_stay_in_place_while_steps_go_by(map_panel, monkeypatch):
    def lines(step: int) -> list[str]:
        monkeypatch.setattr(map_panel, "_where", lambda title: replace(where(title), step=step))
        return caption_lines(map_panel, LIGHT, 340)

    short, long = lines(7), lines(30_000)
    assert short[0].endswith("step 7 · seed 7")
    assert long[0].endswith("step 30,000 · seed 7")
    assert short[1:] == long[1:]


def test_a_setting_is_not_broken_where_it_fits():
    lines = wrapped("A · β = 1, learning rate = 0.001", LIGHT.font("tick"), 130)
    assert any("learning rate = 0.001" in line for line in lines)


def test_every_format_is_tested_here():
    assert set(SUFFIXES) == {".png", ".svg", ".pdf", ".csv", ".npz", ".gif"}
