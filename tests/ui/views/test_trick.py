"""The reparametrization to be touched: densities, graphs and formulas."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.ui.labs.autoencoder.trick_graphs import INSIDE, OUTSIDE
from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.density import LEAST_SIGMA, DensityView, normal_density
from explorer.ui.views.density_plane import DensityPlaneView
from explorer.ui.views.formula import FormulaView
from explorer.ui.views.formula_svg import colored_svg, rendered, store, stored_name, term_keys
from explorer.ui.views.graph import Edge, Flow, GraphView, Node
from explorer.ui.views.graph_layout import between
from explorer.ui.views.markers import pixel_copy
from explorer.ui.views.painting import runs_width

FORMULA = r"-\mathrm{ELBO} = \term{reconstruction}{\mathbb{E}[-\log p]} + \beta \cdot \term{kl}{\mathrm{KL}}"


def drag(qtbot, view, start, end):
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)


def test_the_density_integrates_to_one():
    x = np.linspace(-30, 30, 20001)
    assert normal_density(x, 1.5, 0.7).sum() * (x[1] - x[0]) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("handle", "signal", "value"), [("noise", "noise_dragged", 1.4), ("mean", "mean_dragged", -1.0)]
)
def test_dragging_noise_and_mean(qtbot, show, handle, signal, value):
    view = show(DensityView(LIGHT), 500, 320)
    view.set_values(0.5, 0.8, 0.3)
    axes = view.bands(view.area())[0]
    start = view.handles(view.area())[handle].toPoint()
    end = QPoint(round(float(axes.px(value))), start.y())
    with qtbot.waitSignal(getattr(view, signal)) as dragged:
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    found = {"noise": view._noise, "mean": view._mean}[handle]
    assert found == pytest.approx(value, abs=0.03)
    assert dragged.args[0] == pytest.approx(found, abs=2.0)
    assert view.sample == pytest.approx(view._mean + 0.8 * view._noise)


def test_the_spread_never_reaches_zero(qtbot, show):
    view = show(DensityView(LIGHT), 500, 320)
    view.set_values(0.5, 0.8, 0.3)
    start = view.handles(view.area())["spread"].toPoint()
    drag(qtbot, view, start, QPoint(5, start.y()))
    assert view._sigma == LEAST_SIGMA
    for bad in ((0.0, 0.0, 0.0), (math.nan, 1.0, 0.0)):
        with pytest.raises(ValueError, match="no density"):
            view.set_values(*bad)


def test_dragging_in_the_plane(qtbot, show):
    view = show(DensityPlaneView(LIGHT), 360, 360)
    view.set_values((1.0, -0.5), (0.5, 0.8), (-0.5, 1.0))
    axes = view.axes(view.area())

    def place(x: float, y: float) -> QPoint:
        px, py = axes.point(x, y)
        return QPoint(round(px), round(py))

    with qtbot.waitSignal(view.mean_dragged):
        drag(qtbot, view, place(1.0, -0.5), place(0.4, 0.3))
    assert view._mean == pytest.approx((0.4, 0.3), abs=0.05)
    with qtbot.waitSignal(view.noise_dragged):
        drag(qtbot, view, place(-0.5, 1.0), place(-1.0, -1.0))
    assert view._noise == pytest.approx((-1.0, -1.0), abs=0.05)
    assert view.sample == pytest.approx((0.4 - 0.5, 0.3 - 0.8), abs=0.1)
    with pytest.raises(ValueError, match="no density"):
        view.set_values((0.0, 0.0), (1.0, 0.0), (0.0, 0.0))


@pytest.fixture
def graph(qtbot):
    view = GraphView(LIGHT)
    qtbot.addWidget(view)
    nodes = [
        Node("z", "z", "random", 0.5, 0.5),
        Node("mu", "μ", "deterministic", 0.0, 1.0),
        Node("L", "L", "loss", 0.5, 0.0),
    ]
    view.set_graph(nodes, [Edge("mu", "z"), Edge("z", "L")])
    return view


def test_nodes_are_inside_apart_and_in_order(graph):
    graph.set_title("Sampling inside the path")
    places = graph.node_rects(QRectF(0, 0, 320, 260))
    assert all(QRectF(0, 0, 320, 260).contains(place) for place in places.values())
    assert not places["z"].intersects(places["L"])
    assert places["L"].bottom() < places["z"].top() < places["mu"].top()


def test_a_gradient_that_flows_and_one_that_does_not_look_different(graph, draw):
    def count(color: QColor) -> int:
        return int((pixel_copy(draw(graph, 320, 260)) == color.rgb()).sum())

    assert count(LIGHT.accent) == count(LIGHT.bad) == 0
    graph.set_flows([Flow("z", "L", "0.42"), Flow("mu", "z", "no gradient", blocked=True)])
    assert count(LIGHT.accent) > 40
    assert count(LIGHT.bad) > 20


def test_values_appear_on_nodes_and_unknown_nodes_are_refused(graph, draw):
    before = draw(graph, 320, 260)
    graph.set_values({"z": "0.72"})
    assert draw(graph, 320, 260) != before
    with pytest.raises(KeyError):
        graph.set_values({"nobody": "1"})
    with pytest.raises(KeyError):
        graph.set_graph([Node("a", "a", "input", 0, 0)], [Edge("a", "b")])


SIZES = [(260, 110), (290, 96), (300, 120), (330, 130), (420, 170), (900, 400)]
NUMBERS = [("0.40", "−0.20"), ("−2.40", "12.35"), ("0.40, −0.60", "−0.20, −1.20")]


def trick(qtbot, value: str, gradient: str, theme=LIGHT) -> tuple[GraphView, GraphView]:
    """The seminar's two graphs with such numbers on them."""
    inside, outside = GraphView(theme), GraphView(theme)
    for view, (nodes, edges) in ((inside, INSIDE), (outside, OUTSIDE)):
        qtbot.addWidget(view)
        view.set_graph(nodes, edges)
        view.set_title("Noise outside: gradient flows")
        view.set_values({node.id: value for node in nodes})
    inside.set_flows([Flow(source, "z", "no gradient", blocked=True) for source in ("mu", "sigma")])
    named = [Flow(s, "z", f"∂L/∂{s[0]} = {gradient}", short=gradient) for s in ("mu", "sigma")]
    outside.set_flows([Flow("z", "loss"), *named])
    return inside, outside


@pytest.mark.parametrize("scale", [1.0, 1.4])
@pytest.mark.parametrize(("value", "gradient"), NUMBERS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_in_the_two_graphs_collides(qtbot, size, value, gradient, scale):
    rect = QRectF(0, 0, *size)
    for view in trick(qtbot, value, gradient, LIGHT.scaled(scale)):
        found = view.layout_in(rect)
        boxes = [*found.places.values(), *(label.box for label in found.labels)]
        assert len(found.labels) == 2
        assert all(rect.contains(box) for box in boxes)
        for i, box in enumerate(boxes):
            assert not any(box.intersects(other) for other in boxes[:i])
        assert scale > 1.0 or not found.faults, "words on an arrow"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_graphs_use_their_whole_width_and_height(qtbot, size):
    for view in trick(qtbot, "0.40", "−0.20"):
        whole = QRectF()
        for place in view.node_rects(QRectF(0, 0, *size)).values():
            whole = whole.united(place)
        assert whole.width() > size[0] - 10
        assert whole.bottom() > size[1] - (32 if size[1] >= 220 else 6)


def test_sisters_are_drawn_in_one_size(qtbot):
    inside, outside = trick(qtbot, "0.40", "−0.20")
    rect = QRectF(0, 0, 420, 170)
    assert inside.layout_in(rect).factor > outside.layout_in(rect).factor
    inside.set_sister(outside)
    outside.set_sister(inside)
    assert inside.layout_in(rect).factor == outside.layout_in(rect).factor


def test_a_number_that_turns_negative_moves_nothing(qtbot):
    rect = QRectF(0, 0, 330, 130)
    places = [trick(qtbot, value, "0.20")[1].node_rects(rect) for value in ("0.40", "−0.40")]
    assert places[0] == places[1]


def test_low_columns_put_numbers_beside_their_symbols(qtbot):
    outside = trick(qtbot, "0.40", "−0.20")[1]
    assert outside.layout_in(QRectF(0, 0, 500, 80)).one_line >= {"mu", "sigma"}
    assert not outside.layout_in(QRectF(0, 0, 500, 160)).one_line


def test_each_term_wears_its_colour_in_both_themes():
    svg = rendered(FORMULA)
    assert term_keys(FORMULA) == ["reconstruction", "kl"]
    shown = [colored_svg(svg, FORMULA, theme) for theme in (LIGHT, DARK)]
    assert shown[0] != shown[1]
    for text, theme in zip(shown, (LIGHT, DARK), strict=True):
        for color in (theme.ink, theme.series.reconstruction, theme.series.kl):
            assert color.name() in text
        assert "#fe0000" not in text


def test_a_formula_appears_after_the_first_paint(qtbot, show, draw):
    view = FormulaView(LIGHT)
    view.set_formula(FORMULA)
    view.set_numbers([[("149.46 = ", "ink"), ("142.91", "reconstruction")]])
    show(view, 420, 80)
    qtbot.waitUntil(lambda: view.formula_rect(view.area()).width() > 100)
    assert LIGHT.series.kl.rgb() in pixel_copy(draw(view, 420, 80, 3.0))


def test_a_low_rectangle_shows_the_numbers_before_the_formula(qtbot):
    view = FormulaView(LIGHT)
    qtbot.addWidget(view)
    view.set_formula(FORMULA)
    view.set_numbers([[("149.46", "ink")], [("142.91", "kl")]])
    view._render()
    whole, numbers = view.sizeHint().height(), view.numbers_px()
    full = view.formula_rect(QRectF(0, 0, 900, whole))
    assert 0 < view.formula_rect(QRectF(0, 0, 900, whole - 6)).height() < full.height()
    assert full.bottom() + numbers <= whole
    assert view.formula_rect(QRectF(0, 0, 900, numbers)).isEmpty()


def test_numbers_too_long_become_smaller_instead_of_being_cut(qtbot, monkeypatch):
    view = FormulaView(LIGHT)
    qtbot.addWidget(view)
    view.set_numbers([[("143.1 = 136.7 + 1.00 · 6.4 nats per digit", "ink")]])
    shown = []
    monkeypatch.setattr("explorer.ui.views.formula.draw_runs", lambda _painter, rect, runs: shown.append((rect, runs)))
    for width in (600, 220):
        view.paint(QPainter(), QRectF(0, 0, width, 60), vector=False)
    (_, plain), (narrow, small) = shown
    assert small[0].font.pointSizeF() < plain[0].font.pointSizeF()
    assert runs_width(small) <= narrow.width()


def test_a_formula_that_cannot_be_read_stays_blank_and_is_logged(qtbot, show, caplog):
    with pytest.raises(ValueError, match="cannot read the formula"):
        rendered(r"\frac{1}")
    view = FormulaView(LIGHT)
    view.set_formula(r"\frac{1}")
    show(view, 300, 60)
    qtbot.waitUntil(lambda: "formula" in caplog.text)


def test_stored_formulas_are_found_again(tmp_path):
    (path,) = store([FORMULA], tmp_path / "formulas")
    assert path.name == stored_name(FORMULA)
    assert path.read_text(encoding="utf-8") == rendered(FORMULA)


def test_importing_every_view_leaves_the_heavy_libraries_out():
    code = (
        "import sys, importlib, pkgutil, explorer.ui.views as v\n"
        "for m in pkgutil.iter_modules(v.__path__): importlib.import_module('explorer.ui.views.' + m.name)\n"
        "print([n for n in ('torch', 'ziamath', 'pyqtgraph', 'superqt', 'PIL') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_arrows_end_at_the_edges_of_their_nodes():
    line = between(QRectF(0, 0, 40, 40), QRectF(200, 0, 40, 40), 0.0)
    assert line.x1() >= 40
    assert line.x2() <= 200
    assert QLineF(line).length() > 100
