"""The panels of the autoencoder lab work as one: what happens in one is seen in the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from explorer.specs.autoencoder import SPEC
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.main_window import MainWindow
from tests.ui.acting import click, drag, from_scratch, lab_of, press, train, until
from tests.ui.conftest import MakeWindow

PANELS = [panel.id for panel in SPEC.panels]
KEY = Qt.Key


def panel(window: MainWindow, panel_id: str, qtbot: QtBot) -> Any:
    """A panel, brought to the front."""
    window.page.docks[panel_id].show()
    window.page.docks[panel_id].raise_()
    until(qtbot, lambda: panel_id in window.page.visible_panels())
    return window.lab.panel(panel_id)


def on_map(window: MainWindow, x: float, y: float) -> QPointF:
    """Where a place of the map is on its view."""
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    return QPointF(*view.axes(view.area()).point(x, y))


def answered(qtbot: QtBot, window: MainWindow, kind: str) -> Any:
    """Wait for an answer of a kind."""
    return qtbot.waitSignal(
        window.conductor.answered, timeout=10_000, check_params_cb=lambda a: type(a).__name__ == kind
    )


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until every question is answered."""
    lab = window.lab
    until(qtbot, lambda: all(lab._taken.get(kind, 0) == n for kind, n in lab._asked.items()))


# ------------------------------------------------------------------------------------------------------ the probe


def test_dragging_the_probe_moves_everything_that_belongs_to_it(window: MainWindow, qtbot: QtBot):
    the_map, decoded = window.lab.panel("map"), window.lab.panel("decoded")
    view: Any = the_map.view  # type: ignore[attr-defined]
    before = decoded._image.copy()  # type: ignore[attr-defined]
    cell = window.lab.panel("manifold").view.selected  # type: ignore[attr-defined]
    with answered(qtbot, window, "Decoded"):
        drag(view, on_map(window, *view.probe), on_map(window, -0.5, 0.5), on_map(window, -1.5, 1.0))
    settle(qtbot, window)
    assert view.probe == pytest.approx((-1.5, 1.0), abs=0.03)
    assert np.abs(decoded._image - before).max() > 0.2  # type: ignore[attr-defined]
    assert decoded.subtitle.startswith("z = (−1.5")
    assert window.lab.panel("manifold").view.selected != cell  # type: ignore[attr-defined]
    codes = window.lab.frames["map"]
    nearest = np.hypot(*(codes - view.probe).T).min()
    assert decoded.nearest._caption == f"d = {nearest:.2f}"  # type: ignore[attr-defined]


def test_arrow_keys_move_the_probe(window: MainWindow, qtbot: QtBot):
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    view.setFocus()
    x, y = view.probe
    with answered(qtbot, window, "Decoded"):
        QTest.keyClick(view, KEY.Key_Right)
    QTest.keyClick(view, KEY.Key_Up)
    assert view.probe[0] > x
    assert view.probe[1] > y
    before = view.probe
    QTest.keyClick(view, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert before[0] - view.probe[0] > 2 * (view.probe[0] - x) if view.probe[0] > x else True
    settle(qtbot, window)


def test_a_click_on_the_manifold_moves_the_probe_there(window: MainWindow, qtbot: QtBot):
    manifold = window.lab.panel("manifold")
    tiles: Any = manifold.view  # type: ignore[attr-defined]
    cell = tiles.cell_rect(tiles.grid_rect(tiles.area()), 2, 9).center()
    with answered(qtbot, window, "Decoded"):
        click(tiles, cell)
    settle(qtbot, window)
    assert window.lab.panel("map").view.probe == pytest.approx(manifold.place(2, 9))  # type: ignore[attr-defined]
    picture = manifold._tiles[2, 9] / 255  # type: ignore[attr-defined]
    np.testing.assert_allclose(window.lab.panel("decoded")._image, picture, atol=0.02)  # type: ignore[attr-defined]


def test_the_probe_answers_while_training(window: MainWindow, qtbot: QtBot):
    window.conductor.command("play")
    until(qtbot, lambda: window.lab.status.playing)
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    with answered(qtbot, window, "Decoded") as heard:
        drag(view, on_map(window, *view.probe), on_map(window, 1.0, -1.0))
    assert heard.args[0].step >= window.lab.run.status.head
    assert window.lab.status.playing


# ---------------------------------------------------------------------------------------------------------- digits


def test_a_hovered_digit_lights_up_with_its_posterior(window: MainWindow):
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    codes = window.lab.frames["map"]
    index = int(np.hypot(codes[:, 0] - 2.0, codes[:, 1]).argmin())
    at = on_map(window, *codes[index].tolist())
    QTest.mouseMove(view, at.toPoint() + QPoint(40, 40))
    QTest.mouseMove(view, at.toPoint())
    assert view._highlight is not None
    (ellipse,) = view._ellipses
    np.testing.assert_allclose((ellipse.cx, ellipse.cy), codes[view._highlight], rtol=1e-5)
    assert 0 < ellipse.rx < 2
    QTest.mouseMove(view, QPoint(2, 2))
    assert not view._ellipses


def test_a_clicked_digit_is_rebuilt(window: MainWindow, qtbot: QtBot):
    rebuilt = panel(window, "reconstruction", qtbot)
    settle(qtbot, window)
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    codes = window.lab.frames["map"]
    index = int(np.hypot(codes[:, 0] - 2.0, codes[:, 1] - 0.5).argmin())
    with answered(qtbot, window, "Encoded"):
        click(view, on_map(window, *codes[index].tolist()))
    settle(qtbot, window)
    lab = lab_of(window)
    locked = lab._locked
    np.testing.assert_array_equal(rebuilt._encoded.request.picture, lab.digits.train_images[locked])
    assert view.probe == pytest.approx(tuple(codes[locked]), abs=1e-5)
    np.testing.assert_allclose(rebuilt._encoded.map_xy, codes[locked], atol=0.02)


def test_a_class_stands_back_when_its_legend_is_clicked(window: MainWindow):
    view = window.lab.panel("map").view  # type: ignore[attr-defined]
    entry = view.legend(view.area())[3]
    click(view, entry.rect.center())
    assert view._cloud.dimmed == {3}
    click(view, entry.rect.center())
    assert not view._cloud.dimmed


def test_the_digits_mode_shows_pictures(window: MainWindow):
    the_map = window.lab.panel("map")
    before = the_map.grab().toImage()
    click(the_map.mode.segments()[1])  # type: ignore[attr-defined]
    assert the_map.view._cloud.thumbnails.shape == (4500, 28, 28)  # type: ignore[attr-defined]
    assert the_map.grab().toImage() != before


# ------------------------------------------------------------------------------------------------------- own input


def test_a_drawn_digit_is_encoded_and_rebuilt(window: MainWindow, qtbot: QtBot):
    rebuilt = panel(window, "reconstruction", qtbot)
    settle(qtbot, window)
    click(next(b for b in rebuilt.findChildren(QPushButton) if b.text() == "Clear"))
    sheet = rebuilt.pad.sheet_rect(rebuilt.pad.area())

    def at(x: float, y: float) -> QPointF:
        return QPointF(sheet.left() + x * sheet.width(), sheet.top() + y * sheet.height())

    with answered(qtbot, window, "Encoded"):
        drag(rebuilt.pad, *(at(0.5, y) for y in np.linspace(0.2, 0.8, 9)))
    settle(qtbot, window)
    picture = rebuilt._encoded.request.picture
    assert picture.shape == (28, 28)
    assert picture.dtype == np.float32
    assert picture[:, 12:16].sum() > 0.9 * picture.sum() > 5
    assert rebuilt.mean._values.shape == (28, 28)
    assert "lands at" in rebuilt.subtitle


def test_an_empty_sheet_does_no_harm(window: MainWindow, qtbot: QtBot):
    rebuilt = panel(window, "reconstruction", qtbot)
    settle(qtbot, window)
    click(next(b for b in rebuilt.findChildren(QPushButton) if b.text() == "Clear"))
    settle(qtbot, window)
    assert np.isfinite(rebuilt._encoded.mean).all()
    assert not window.trouble_bar.isVisible()


def digit(size: tuple[int, int], mode: str) -> Image.Image:
    """A dark stroke on a light ground."""
    image = Image.new("L", size, 250)
    width, height = size
    image.paste(15, (int(0.4 * width), int(0.2 * height), int(0.4 * width) + max(1, width // 6), int(0.8 * height)))
    return image.convert(mode)


@pytest.mark.parametrize(
    ("name", "size", "mode"),
    [("tall.png", (61, 407), "RGBA"), ("wide.jpg", (1203, 333), "RGB"), ("tiny.png", (9, 11), "L")],
)
def test_a_loaded_picture_shows_how_it_was_scaled(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, size: tuple[int, int], mode: str
):
    digit(size, mode).save(tmp_path / name)
    rebuilt = panel(window, "reconstruction", qtbot)
    settle(qtbot, window)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    where, actions, buttons = QPointF(20, 20), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), actions, mime, buttons, keys)
    rebuilt.pad.dragEnterEvent(enter)
    assert enter.isAccepted()
    with answered(qtbot, window, "Encoded"):
        rebuilt.pad.dropEvent(QDropEvent(where, actions, mime, buttons, keys))
    settle(qtbot, window)
    assert rebuilt.original.isVisible()
    assert f"{size[0]:,} × {size[1]:,} pixels" in rebuilt.scaling.text()
    assert "exchanged" in rebuilt.scaling.text()
    assert rebuilt._encoded.request.picture.max() > 0.5
    assert window.minimumSizeHint().height() <= 900


@pytest.mark.parametrize(
    ("name", "content"),
    [("no.png", b"not a picture"), ("half.png", None), ("blank.png", b""), ("gone.png", None)],
    ids=["text", "cut in half", "empty", "not there"],
)
def test_a_bad_picture_becomes_a_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, content: bytes | None
):
    path = tmp_path / name
    if name == "half.png":
        digit((300, 300), "L").save(path)
        path.write_bytes(path.read_bytes()[:60])
    elif content is not None:
        path.write_bytes(content)
    rebuilt = panel(window, "reconstruction", qtbot)
    settle(qtbot, window)
    before = rebuilt._picture
    with qtbot.waitSignal(window.lab.notice) as notice:
        rebuilt.load(str(path))
    assert name in notice.args[0]
    assert window.toast.text == notice.args[0]
    assert window.toast.isVisible()
    assert rebuilt._picture is before


# -------------------------------------------------------------------------------------------------------- the path


def test_the_ends_of_the_path_can_be_chosen_and_dragged(window: MainWindow, qtbot: QtBot):
    path = panel(window, "path", qtbot)
    settle(qtbot, window)
    view: Any = window.lab.panel("map").view  # type: ignore[attr-defined]
    assert len(view._path) == 2
    assert path._path.other is not None
    strips = path._path.live.images.copy()
    end = on_map(window, *view._path[-1].tolist())
    with answered(qtbot, window, "Interpolated"):
        drag(view, end, on_map(window, 0.3, 0.2), on_map(window, 1.0, 1.0))
    settle(qtbot, window)
    np.testing.assert_allclose(path._path.live.codes[-1], (1.0, 1.0), atol=0.05)
    assert not np.array_equal(path._path.live.images, strips)
    lab_of(window).set_latent(np.array([-1.0, -0.5]))
    with answered(qtbot, window, "Interpolated"):
        click(next(b for b in path.findChildren(QPushButton) if b.text().startswith("A")))
    settle(qtbot, window)
    np.testing.assert_allclose(path._path.live.codes[0], (-1.0, -0.5), atol=1e-6)
    steps = np.diff(path._path.live.codes, axis=0)
    np.testing.assert_allclose(steps, np.broadcast_to(steps[0], steps.shape), atol=1e-5)


def test_the_path_plays_as_a_film_only_while_it_is_seen(window: MainWindow, qtbot: QtBot):
    path = panel(window, "path", qtbot)
    settle(qtbot, window)
    frame = path._frame
    click(path.play)
    until(qtbot, lambda: path._frame != frame)
    window.page.docks["curves"].raise_()
    until(qtbot, lambda: "curves" in window.page.visible_panels())
    assert not path.is_playing


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
    axes = curves.axes(curves.area())
    middle = axes.top + axes.height / 2
    drag(curves, QPointF(axes.px(reached * 0.8), middle), QPointF(axes.px(reached * 0.4), middle))
    until(qtbot, lambda: window.lab.status.in_the_past)
    until(qtbot, lambda: curves._cursor == window.lab.status.cursor)
    assert window.transport.scrub.step == window.lab.status.cursor


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


def test_with_eight_latents_each_has_a_slider_and_the_map_is_by_pca(window: MainWindow, qtbot: QtBot):
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
