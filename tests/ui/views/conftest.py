"""One of each view, with real and with awkward data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from explorer.ui.theme import DARK, LIGHT, Theme, load_fonts
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.bins import BinsView
from explorer.ui.views.color_scale import ColorScale, ColorScaleView
from explorer.ui.views.curve_data import Series
from explorer.ui.views.curves import CurvesView
from explorer.ui.views.density import DensityView
from explorer.ui.views.density_plane import DensityPlaneView
from explorer.ui.views.digit_pad import DigitPad
from explorer.ui.views.factor_plots import Factors
from explorer.ui.views.factors import FactorsView
from explorer.ui.views.film import FilmView
from explorer.ui.views.film_layout import Mark, Strip
from explorer.ui.views.formula import FormulaView
from explorer.ui.views.gallery import GalleryView
from explorer.ui.views.graph import Edge, Flow, GraphView, Node
from explorer.ui.views.heatmap import HeatmapView, HeatmapWords
from explorer.ui.views.histogram import HistogramView
from explorer.ui.views.norms import NormsView
from explorer.ui.views.norms_marks import Bands, NormCurve
from explorer.ui.views.picture import PictureView
from explorer.ui.views.plane import PlaneView
from explorer.ui.views.prose import ProseView
from explorer.ui.views.rates import RateBar, RatesView
from explorer.ui.views.scatter import ScatterView
from explorer.ui.views.scene_pad import ScenePad
from explorer.ui.views.tiles import StripView, TilesView
from explorer.ui.views.tokens import Chip, TokensView
from explorer.ui.views.verdict import Verdict, VerdictView
from explorer.ui.views.view import View
from tests.ui.views.attention_makers import arcs, binding_maps, editable, growth, head_maps, matrix, products
from tests.ui.views.points_makers import spray, stages, travelling

Draw = Callable[..., QImage]
FORMULA = r"L = \term{reconstruction}{R} + \beta \cdot \term{kl}{K}"


@pytest.fixture(scope="session", autouse=True)
def _fonts(qapp) -> None:
    load_fonts()


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    found: Theme = request.param
    return found


def clouds(theme: Theme, awkward: bool) -> ScatterView:
    rng = np.random.default_rng(0)
    view = ScatterView(theme)
    view.set_class_names([str(digit) for digit in range(10)])
    view.set_rings([(1, "1σ"), (2, "2σ")])
    xy = rng.normal(size=(300, 2))
    if awkward:
        xy[::7], xy[1::7], xy[2] = np.nan, np.inf, (1e30, -1e30)
    view.set_points(xy, np.arange(300) % 10)
    view.set_thumbnails(rng.integers(0, 255, (300, 28, 28)).astype(np.uint8))
    view.set_path(xy[:9])
    view.set_ellipses([(0, 0, np.nan if awkward else 1, 0.5, 0.3, "q(z | x)")])
    view.set_probe(np.nan if awkward else 0.5, 0.5)
    view.set_highlight(0)
    return view


def digits(theme: Theme, awkward: bool) -> ScatterView:
    view = clouds(theme, awkward)
    view.set_mode("digits")
    return view


def curves(theme: Theme, awkward: bool) -> CurvesView:
    view = CurvesView(theme)
    x, y = np.arange(400.0), 100 + 300 * np.exp(-np.arange(400) / 9)
    if awkward:
        y[::3], y[5], y[7] = np.nan, np.inf, -np.inf
    one = Series("one", "alone", x[:1], y[:1])
    view.set_series([Series("test", "test", x, y, "test", 3.0), Series("old", "branch", x, y + 9, ghost=True), one])
    view.set_titles("step", "negative ELBO, nats per digit")
    view.set_cursor(200)
    view.set_trouble(390, "loss became infinite")
    return view


def log_curves(theme: Theme, awkward: bool) -> CurvesView:
    view = curves(theme, awkward)
    view.set_log(True)
    return view


def picture(theme: Theme, awkward: bool) -> PictureView:
    view = PictureView(theme)
    view.set_title("decoded")
    view.set_image(np.full((28, 28), np.nan) if awkward else np.eye(28), "signed" if awkward else "ink")
    return view


def tiles(theme: Theme, awkward: bool) -> TilesView:
    view = TilesView(theme)
    view.set_tiles(np.full((3, 4, 8, 8), np.nan if awkward else 0.5))
    view.set_labels(["a", "b", "c"], ["1", "2", "3", "4"])
    view.set_selected((9, 9) if awkward else (1, 1))
    return view


def strip(theme: Theme, awkward: bool) -> StripView:
    view = StripView(theme)
    view.set_tiles(np.full((2, 7, 8, 8), np.nan if awkward else 0.5))
    view.set_current(99 if awkward else 3)
    return view


def pad(theme: Theme, awkward: bool) -> DigitPad:
    view = DigitPad(theme)
    view.set_drawing(np.full((5, 9), np.nan) if awkward else np.eye(28))
    return view


def bars(theme: Theme, awkward: bool) -> BarsView:
    view = BarsView(theme)
    view.set_bars([Bar("z₁", np.nan if awkward else 2.0, "kl"), Bar("z₂", np.inf if awkward else -1.0, "kl", True)])
    return view


def upright_bars(theme: Theme, awkward: bool) -> BarsView:
    view = BarsView(theme, vertical=True)
    view.set_bars([Bar(str(i), np.nan if awkward else i / 9) for i in range(10)])
    return view


def graph(theme: Theme, awkward: bool) -> GraphView:
    view = GraphView(theme)
    same = 0.5 if awkward else 0.0  # two nodes in one place must not break the arrows
    nodes = [Node("z", "z", "random", 0.5, 0.5, "0.72"), Node("L", "loss L", "loss", 0.5, same)]
    view.set_graph([*nodes, Node("x", "x", "input", 0.1, 1.0)], [Edge("z", "L"), Edge("x", "z")])
    view.set_flows([Flow("z", "L", "0.42"), Flow("x", "z", "no gradient", blocked=True)])
    view.set_title("Noise outside")
    return view


def density(theme: Theme, awkward: bool) -> DensityView:
    view = DensityView(theme)
    view.set_values(500.0 if awkward else 0.5, 1e-3 if awkward else 0.8, 0.3)
    return view


def histogram(theme: Theme, awkward: bool) -> HistogramView:
    view = HistogramView(theme)
    view.set_values([np.nan, np.inf, 1e30] if awkward else np.linspace(-2, 1, 99), "pixels")
    return view


def plane(theme: Theme, awkward: bool) -> DensityPlaneView:
    view = DensityPlaneView(theme)
    view.set_values((500.0 if awkward else 0.5, 0.0), (1e-3 if awkward else 0.8, 1.0), (0.3, 0.2))
    return view


def formula(theme: Theme, awkward: bool) -> FormulaView:
    view = FormulaView(theme)
    view.set_formula("" if awkward else FORMULA)
    view.set_numbers([[("149.46", "ink"), (" nats", "muted")]])
    return view


def complex_plane(theme: Theme, awkward: bool) -> PlaneView:
    view = PlaneView(theme)
    points = np.random.default_rng(0).normal(size=(48, 2)) / 2
    if awkward:
        points[::3], points[0] = np.nan, (1e30, 0.0)
    view.set_points(points, "rnn")
    view.set_points(0.9 * points, "rnn", moving=True)
    return view


def factors(theme: Theme, awkward: bool) -> FactorsView:
    view = FactorsView(theme)
    view.set_times(60, 50)
    each = np.full(59, np.inf if awkward else 0.9)
    bound = np.zeros(60) if awkward else np.geomspace(1e-9, 1, 60)
    view.set_factors(Factors(each, np.append(np.cumprod(each), 1.0), bound, "bound", "gru"))
    view.set_ends(60, 1)
    view.set_time(30)
    return view


def film(theme: Theme, awkward: bool) -> FilmView:
    view = FilmView(theme)
    values = np.linspace(-6, 0, 20 * 2 * 15).reshape(20, 2, 15).astype(np.float16)
    if awkward:
        values[3], values[5:9, :, :4], values[12, 0, 3] = np.nan, -np.inf, np.inf
    view.set_strips([Strip("RNN", "∂L/∂h", "rnn", "24 % right"), Strip("GRU", "∂L/∂h", "gru")], (0, 1))
    view.set_words("time step t", "norm of the gradient")
    view.set_marks([Mark(1, 1, "symbol"), Mark(15, 15, "answer asked")])
    view.set_film(values, 5 * np.arange(20), np.full(20, 3 if awkward else 0))
    view.set_cursor(50)
    return view


def norms(theme: Theme, awkward: bool) -> NormsView:
    view = NormsView(theme)
    values = 10 ** np.linspace(-9, 0, 40)
    if awkward:
        values[:9], values[12], values[15] = 0, np.nan, np.inf
    nothing = np.zeros(40) if awkward else values**0.1
    view.set_curves([NormCurve("RNN", "rnn", values, -2.3), NormCurve("GRU", "gru", nothing, subject=False)])
    view.set_words("time step t", "norm of the gradient", "decades")
    view.set_bands(Bands(1e-5, 1e3, ("vanishing",), ("exploding",)))
    view.set_threshold(1.0, (1e-3, 1e3), ("clip at",))
    return view


def prose(theme: Theme, awkward: bool) -> ProseView:
    view = ProseView(theme)
    long = "a sentence with more words than have room " * 90 + "Donaudampfschifffahrt" * 9
    view.set_paragraphs([[("The gradient of ", "ink"), ("RNN", "rnn"), (long if awkward else " vanishes.", "ink")]])
    return view


def heatmap(theme: Theme, awkward: bool) -> HeatmapView:
    view = HeatmapView(theme, with_curve=True)
    view.set_words(HeatmapWords("units", "unit", "", "nothing yet", "reads", "writes"))
    values = np.full((256, 80), np.nan) if awkward else np.linspace(-1, 1, 40).reshape(5, 8)
    columns = [f"fox {i}" for i in range(values.shape[1])]
    view.set_values(values, [str(i) for i in range(len(values))], columns, "signed")
    view.set_break(3)
    view.set_column(999 if awkward else 2)
    view.set_row(999 if awkward else 1)
    return view


def token_row(theme: Theme, awkward: bool) -> TokensView:
    view = TokensView(theme)
    words = ["", "x" * 900, "😀", "רע"] if awkward else ["great", "cast", "but", "dull"]
    view.set_tokens([Chip(word, marked=i == 1) for i, word in enumerate(words)])
    view.set_title("depends on")
    view.set_values([np.nan, np.inf] if awkward else [0.1, 0.2, 0.7])
    view.set_selected(99 if awkward else 0)
    return view


def scene_pad(theme: Theme, awkward: bool) -> ScenePad:
    view = ScenePad(theme)
    view.set_picture(np.full((7, 5, 3), np.nan if awkward else 0.4), [(9, 9) if awkward else (0, 1)])
    return view


def verdict(theme: Theme, awkward: bool) -> VerdictView:
    view = VerdictView(theme)
    view.set_verdict(Verdict("x" * 400 if awkward else "positive", "98 %", not awkward, "a right answer"))
    return view


def scale(theme: Theme, awkward: bool) -> ColorScaleView:
    view = ColorScaleView(theme)
    view.set_scale(ColorScale.of([np.nan] if awkward else [0.0, 0.8], "magnitude"), "gradient norm")
    return view


def gallery(theme: Theme, awkward: bool) -> GalleryView:
    view = GalleryView(theme, choosable=True)
    pictures = np.full((300, 8, 8), np.nan) if awkward else np.full((5, 28, 28), 200.0)
    view.set_pictures(pictures, ["3→8"] * len(pictures), (0.0, 255.0))
    view.set_heading("seen otherwise: many more than there is room for", "seen otherwise")
    view.set_selected(999 if awkward else 1)
    return view


def bins(theme: Theme, awkward: bool) -> BinsView:
    view = BinsView(theme)
    view.set_titles("time t", "squared error", "t")
    view.set_ends("picture", "noise")
    view.set_reference(1.0, "guessing")
    values = np.geomspace(0.5, 0.01, 20)
    if awkward:
        values[:6] = np.nan, np.inf, -np.inf, 0.0, -1.0, 1e-300
    view.set_bins(np.linspace(0, 1000, 21), values)
    return view


def rates(theme: Theme, awkward: bool) -> RatesView:
    view = RatesView(theme)
    view.set_title("seen as asked, %")
    n = 0 if awkward else 40
    view.set_bars([RateBar("all", n, n, 0.9, 1.0, "muted"), *(RateBar(str(i), i, n, 0, 1) for i in range(9))])
    return view


MAKERS = [
    gallery,
    bins,
    rates,
    heatmap,
    token_row,
    scene_pad,
    verdict,
    scale,
    film,
    norms,
    prose,
    complex_plane,
    factors,
    clouds,
    digits,
    curves,
    log_curves,
    picture,
    tiles,
    strip,
    pad,
    bars,
    upright_bars,
    graph,
    density,
    histogram,
    plane,
    formula,
    travelling,
    stages,
    spray,
    matrix,
    editable,
    arcs,
    head_maps,
    binding_maps,
    products,
    growth,
]


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def make(request: pytest.FixtureRequest) -> Callable[[Theme, bool], View]:
    found: Callable[[Theme, bool], View] = request.param
    return found


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., View]:
    """Show a view at a size, so that it takes real mouse and key events."""

    def shown(view: View, width: int = 400, height: int = 320) -> View:
        qtbot.addWidget(view)
        view.resize(width, height)
        with qtbot.waitExposed(view):
            view.show()
        return view

    return shown


@pytest.fixture
def draw() -> Draw:
    """Paint a view into an image, and return it."""

    def drawn(view: View, width: int, height: int, dpr: float = 1.0, *, vector: bool = False) -> QImage:
        image = QImage(QSize(max(1, round(width * dpr)), max(1, round(height * dpr))), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(dpr)
        image.fill(view.theme.card)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view.paint(painter, QRectF(0, 0, width, height), vector=vector)
        painter.end()
        return image

    return drawn
