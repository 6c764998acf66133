"""The numbers of the autoencoder lab on its panels: trick, curves, checks, other models, figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.specs.autoencoder import Decoded
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.main_window import MainWindow
from tests.ui.acting import click, drag, from_scratch, lab_of, press, train, until
from tests.ui.conftest import MakeWindow
from tests.ui.labs.autoencoder_window import PANELS, answered, on_map, panel, settle

# ------------------------------------------------------------------------------------------------------- the trick


def slide(row: ValueSlider, fraction: float) -> None:
    middle = row.track.height() / 2
    drag(row.track, QPointF(row.track.x_of(0.4), middle), QPointF(row.track.x_of(fraction), middle))


def test_the_gradients_of_the_trick_agree_with_the_numbers_on_the_sliders(window: MainWindow, qtbot: QtBot):
    trick = panel(window, "trick", qtbot)
    settle(qtbot, window)
    for row, fraction in ((trick.mu, 0.8), (trick.sigma, 0.6), (trick.noise, 0.7)):
        slide(row, fraction)
    settle(qtbot, window)
    answer, mu, sigma, noise = trick._answer, trick.mu.value, trick.sigma.value, trick.noise.value
    assert (answer.request.mu, answer.request.sigma, answer.request.noise) == ((mu,), (sigma,), (noise,))
    z = mu + sigma * noise
    assert answer.z[0] == pytest.approx(z)
    assert answer.pathwise.mu[0] == pytest.approx(2 * (z - 1))
    assert answer.pathwise.sigma[0] == pytest.approx(2 * (z - 1) * noise)
    assert not answer.inside_requires_grad
    numbers = [cell.text for row in trick.table._rows for cell in row]
    assert f"{2 * (z - 1):.2f}".replace("-", "−") in numbers
    assert f"{2 * (z - 1) * noise:.2f}".replace("-", "−") in numbers


def test_the_trick_in_two_dimensions_and_with_new_noise(window: MainWindow, qtbot: QtBot):
    trick = panel(window, "trick", qtbot)
    settle(qtbot, window)
    click(trick.dimensions.segments()[1])
    assert trick.plane.isVisible()
    assert not trick.line.isVisible()
    with answered(qtbot, window, "Tricked"):
        click(trick.redraw)
    settle(qtbot, window)
    assert len(trick._answer.z) == 2
    click(trick.keep_drawing)
    assert trick._timer.isActive()
    window.page.docks["map"].raise_()
    until(qtbot, lambda: "map" in window.page.visible_panels())
    assert not trick._timer.isActive()


# ---------------------------------------------------------------------------------------------- curves and checks


def test_dragging_the_cursor_of_the_curves_scrubs(window: MainWindow, qtbot: QtBot):
    from_scratch(qtbot, window)
    reached = train(qtbot, window, 60)
    curves = window.lab.panel("curves").view  # type: ignore[attr-defined]
    steps: list[int] = []
    window.conductor.answered.connect(lambda answer: steps.append(answer.step) if isinstance(answer, Decoded) else None)
    axes = curves.axes(curves.area())
    middle = axes.top + axes.height / 2
    drag(curves, QPointF(axes.px(reached * 0.8), middle), QPointF(axes.px(reached * 0.4), middle))
    until(qtbot, lambda: window.lab.status.in_the_past)
    until(qtbot, lambda: curves._cursor == window.lab.status.cursor)
    assert window.transport.scrub.step == window.lab.status.cursor
    until(qtbot, lambda: bool(steps) and steps[-1] == window.lab.status.cursor)  # the picture is of the step shown


def test_the_checks_pass_and_can_be_run_again(window: MainWindow, qtbot: QtBot):
    checks: Any = window.lab.panel("checks")
    until(qtbot, lambda: len(checks._checks) == 3)
    assert all(check.passed for check in checks._checks)
    with answered(qtbot, window, "ChecksDone"):
        click(checks.button)
    assert "step" in checks.subtitle


def test_the_objective_adds_up(window: MainWindow):
    values = window.lab.panel("objective").figure_data().arrays["values"]
    total, reconstruction, kl = values.tolist()
    assert total == pytest.approx(reconstruction + kl, abs=0.05)
    assert 100 < total < 150


# ----------------------------------------------------------------------------------------------------- other models


def test_with_eight_latents_each_has_a_slider_and_the_map_is_by_pca(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    window.form._edit({"latent": 8}, "latent", True)
    until(qtbot, lambda: window.lab.status.head == 0 and lab_of(window)._geometry.n_latent == 8)
    settle(qtbot, window)
    decoded: Any = window.lab.panel("decoded")
    assert decoded.sliders.isVisible()
    assert len(decoded.sliders._z) == 8
    assert not window.lab.panel("map").view._rings  # type: ignore[attr-defined]
    assert "principal" in window.lab.panel("map").view._titles.x  # type: ignore[attr-defined]
    train(qtbot, window, 20)
    before = decoded._image.copy()
    with answered(qtbot, window, "Decoded"):
        drag(decoded.sliders, QPointF(60, 70), QPointF(110, 70), QPointF(30, 70))
    settle(qtbot, window)
    assert lab_of(window)._z[3] != 0
    assert not np.array_equal(decoded._image, before)
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    with answered(qtbot, window, "Decoded"):
        drag(view, on_map(window, *view.probe), on_map(window, 0.1, 0.1))
    basis = window.lab.frames["basis"]
    np.testing.assert_allclose(basis[1:] @ basis[1:].T, np.eye(2), atol=1e-4)
    np.testing.assert_allclose(basis[1:] @ (lab_of(window)._z - basis[0]), view.probe, atol=1e-4)
    with answered(qtbot, window, "Encoded") as blocker:
        lab_of(window).lock_digit(17)
    np.testing.assert_array_equal(lab_of(window)._z, blocker.args[0].mu)
    assert np.linalg.matrix_rank(np.stack([lab_of(window)._z - basis[0], *basis[1:]]), tol=1e-3) == 3  # off the plane
    assert not window.trouble_bar.isVisible()


def test_a_plain_autoencoder_has_no_prior_and_no_posteriors(window: MainWindow, qtbot: QtBot):
    window.conductor.open_stored(1)
    until(qtbot, lambda: window.lab.run.stored == "Stored autoencoder")
    settle(qtbot, window)
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    assert not view._rings
    codes = window.lab.frames["map"]
    QTest.mouseMove(view, on_map(window, *codes[5].tolist()).toPoint())
    assert not view._ellipses
    until(qtbot, lambda: "codes" in window.lab.panel("manifold").subtitle)
    assert not window.trouble_bar.isVisible()


def test_what_is_shown_is_saved_and_shown_again(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    lab = lab_of(window)
    lab.set_latent(np.array([-1.25, 0.75]))
    lab.toggle_class(4)
    with qtbot.waitSignal(window.conductor.saved):
        window.conductor.save(tmp_path / "a.nexplore")
    lab.set_latent(np.array([0.0, 0.0]))
    lab.toggle_class(4)
    lab.toggle_class(7)
    with qtbot.waitSignal(window.conductor.ready):
        window.conductor.open_session(tmp_path / "a.nexplore")
    until(qtbot, lambda: tuple(lab._z) == (-1.25, 0.75))
    view = lab.panel("map").view  # type: ignore[attr-defined]
    assert view.probe == (-1.25, 0.75)
    assert view._cloud.dimmed == {4}
    settle(qtbot, window)


# -------------------------------------------------------------------------------------------------- figures of all


def picture(source: Any, size: QSize, *, vector: bool) -> QImage:
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(source.theme.card)
    painter = QPainter(image)
    source.paint(painter, QRectF(QRect(QPoint(0, 0), size)), vector=vector)
    painter.end()
    return image


def n_colors(image: QImage) -> int:
    rows = np.frombuffer(image.constBits(), np.uint32)
    return len(np.unique(rows))


def test_every_panel_paints_at_every_size_and_names_its_numbers(open_window: MakeWindow, qtbot: QtBot):
    window = open_window()
    for panel_id in PANELS:
        source = panel(window, panel_id, qtbot)
        settle(qtbot, window)
        for size in (QSize(320, 240), QSize(*source.spec.size_px), QSize(1600, 1000)):
            for vector in (False, True):
                assert n_colors(picture(source, size, vector=vector)) > 8, (panel_id, size, vector)
        data = source.figure_data()
        lengths = {len(column) for column in data.table.values()}
        assert len(lengths) == 1, panel_id
        assert lengths.pop() > 0, panel_id
        assert all(np.asarray(array).size for array in data.arrays.values()), panel_id
        assert data.provenance.seed == window.lab.run.seed
        assert source.title == data.title
    press(window, "F6")
