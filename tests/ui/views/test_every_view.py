"""What holds for every picture: any size, any pixel ratio, any data, any painter."""

from __future__ import annotations

import re

import numpy as np
import pypdf
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.formula import FormulaView
from explorer.ui.views.markers import pixel_copy, pixel_view
from explorer.ui.views.view import View

SIZES = [(0, 0), (1, 1), (40, 30), (300, 200), (2000, 1400)]
RATIOS = [1.0, 1.5, 2.0]
WORDS = {
    "gallery": ["3→8", "seen otherwise"],
    "bins": ["squared error", "time t", "dashed: guessing", "10⁻²"],
    "rates": ["seen as asked, %", "all", "100"],
    "heatmap": ["units", "fox 2", "unit 1", "reads, then writes"],
    "token_row": ["great", "depends on"],
    "verdict": ["positive", "98 %", "✓ right", "a right answer"],
    "scale": ["gradient norm", "0.800"],
    "film": ["RNN", "24 % right", "step 95", "h₁", "symbol", "time step t", "10⁻⁶"],
    "norms": ["RNN", "vanishing", "clip at 1.00", "decades", "10⁻⁶"],
    "prose": ["The gradient of", "RNN", "vanishes."],
    "complex_plane": ["real part", "imaginary part", "|λ| = 1", "radius"],
    "factors": ["time step t", "k = 60", "j = 1", "each factor"],
    "clouds": ["latent z₁", "1σ", "q(z | x)"],
    "digits": ["latent z₁", "2σ"],
    "curves": ["step", "test 100.0", "branch", "loss became infinite"],
    "log_curves": ["test 100.0", "branch"],
    "picture": ["decoded"],
    "tiles": ["a", "4"],
    "bars": ["z₁", "2.00"],
    "upright_bars": ["9"],
    "graph": ["loss L", "no gradient", "Noise outside", "sampled"],
    "histogram": ["pixels: mean −0.50, variance", "standard normal: mean 0, variance 1", "density"],
    "density": ["noise r from N(0, 1)"],
    "plane": ["z₁", "r"],
    "formula": ["149.46", " nats"],
    "travelling": ["x", "−2", "3"],
    "stages": ["t = 0", "t = 7"],
    "matrix": ["scores", "query 1", "key 2", "rows = queries", "Σ"],
    "arcs": ["[CLS]", "fox", "0.40"],
    "head_maps": ["6", "12"],
    "binding_maps": ["layer 1, head 1", "0.91", "off", "blue", "fox"],
    "products": ["4 products, one for each dimension"],
    "growth": ["attention", "GRU", "128", "milliseconds"],
}


def svg_of(view: View, size: QSize) -> str:
    store = QBuffer()
    store.open(QIODevice.OpenModeFlag.WriteOnly)
    target = QSvgGenerator()
    target.setOutputDevice(store)
    target.setSize(size)
    target.setViewBox(QRect(0, 0, size.width(), size.height()))
    target.setResolution(96)
    painter = QPainter(target)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.paint(painter, QRectF(0, 0, size.width(), size.height()), vector=True)
    painter.end()
    return bytes(store.data().data()).decode()


def pdf_of(view: View, path: str, size: QSize) -> None:
    target = QPdfWriter(path)
    target.setResolution(96)
    target.setPageMargins(QMarginsF(0, 0, 0, 0))
    target.setPageSize(QPageSize(QSizeF(size.width() * 0.75, size.height() * 0.75), QPageSize.Unit.Point))
    painter = QPainter(target)
    view.paint(painter, QRectF(0, 0, size.width(), size.height()), vector=True)
    painter.end()


def texts(svg: str) -> str:
    found = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
    return "\n".join(text.replace("&#xa0;", " ") for text in found)


@pytest.mark.parametrize("dpr", RATIOS)
@pytest.mark.parametrize("awkward", [False, True], ids=["plain", "awkward"])
def test_paints_at_any_size_and_pixel_ratio(qtbot, make, draw, awkward, dpr):
    view = make(LIGHT, awkward)
    qtbot.addWidget(view)
    for width, height in SIZES[:-1] if dpr == 1.5 else SIZES:
        draw(view, width, height, dpr)
        if width <= 300:
            draw(view, width, height, dpr, vector=True)


def test_something_is_drawn_and_stays_inside_its_rectangle(qtbot, make, theme):
    view = make(theme, False)
    qtbot.addWidget(view)
    image = QImage(460, 360, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    inner = QRectF(60, 40, 340, 280)
    painter.fillRect(inner, theme.card)
    view.paint(painter, inner, vector=True)
    painter.end()
    pixels = pixel_view(image)
    inside = pixels[40:320, 60:400].copy()
    pixels[40:320, 60:400] = 0xFFFF00FF
    assert len(np.unique(inside)) > 3
    assert (pixels == 0xFFFF00FF).all()


def test_screen_and_file_agree(qtbot, make, draw):
    view = make(LIGHT, False)
    qtbot.addWidget(view)
    if isinstance(view, FormulaView):
        view._render()
    fast, exact = (pixel_copy(draw(view, 420, 330, 1.0, vector=v)).view(np.uint8).astype(int) for v in (False, True))
    assert np.abs(fast - exact).mean() < 4.0


def test_empty_views_paint(qtbot, make, draw, theme):
    filled = make(theme, False)
    view = type(filled)(theme)
    qtbot.addWidget(filled)
    qtbot.addWidget(view)
    for vector in (False, True):
        draw(view, 300, 200, 2.0, vector=vector)


def test_theme_and_presenter_scale_change_the_picture(qtbot, make, draw):
    view = make(LIGHT, False)
    qtbot.addWidget(view)
    pictures = [pixel_copy(draw(view, 400, 320))]
    for theme in (DARK, LIGHT.scaled(1.4)):
        view.set_theme(theme)
        assert view.theme is theme
        pictures.append(pixel_copy(draw(view, 400, 320)))
    assert (pictures[0] != pictures[1]).any()
    if make.__name__ not in ("picture", "pad", "scene_pad"):
        assert (pictures[0] != pictures[2]).any()


def test_svg_holds_the_labels_as_text(qtbot, make):
    view = make(LIGHT, False)
    qtbot.addWidget(view)
    found = texts(svg_of(view, QSize(640, 420)))
    for word in WORDS.get(make.__name__, []):
        assert word in found


def test_pdf_holds_the_labels_as_text(qtbot, make, tmp_path):
    view = make(LIGHT, False)
    qtbot.addWidget(view)
    path = tmp_path / "view.pdf"
    pdf_of(view, str(path), QSize(640, 420))
    found = pypdf.PdfReader(path).pages[0].extract_text()
    for word in WORDS.get(make.__name__, []):
        assert word.strip().split(" ")[0] in found


def test_real_events_everywhere_raise_nothing(qtbot, make, show):
    view = show(make(DARK, False))
    for place in (view.rect().center(), view.rect().topLeft(), view.rect().bottomRight()):
        qtbot.mouseMove(view, place)
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseMove(view, view.rect().center())
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=place)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_Plus, Qt.Key.Key_Escape):
        qtbot.keyClick(view, key)


def test_docks_can_shrink(qtbot, make):
    view = make(LIGHT, False)
    qtbot.addWidget(view)
    assert view.minimumSizeHint().width() <= 240
    assert view.minimumSizeHint().height() <= 180
    assert view.sizeHint().width() >= view.minimumSizeHint().width()


def test_focus_is_shown_to_who_comes_by_keyboard(qtbot, show):
    from explorer.ui.views.curves import CurvesView

    view = show(CurvesView(LIGHT))
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert view.grab().toImage().pixelColor(200, 1) != LIGHT.card
    view.clearFocus()
    assert view.grab().toImage().pixelColor(200, 1) == LIGHT.card
