"""The panels of the autoencoder lab work as one: what happens in one is seen in the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from explorer.ui.main_window import MainWindow
from tests.ui.acting import click, drag, lab_of, until
from tests.ui.labs.autoencoder_window import KEY, answered, on_map, panel, settle

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
    step = view.probe[0] - x
    assert step > 0
    assert view.probe[1] - y == pytest.approx(step)
    QTest.keyClick(view, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert x + step - view.probe[0] == pytest.approx(5 * step)
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


GOOD = [("tall.png", (61, 407), "RGBA"), ("wide.jpg", (1203, 333), "RGB"), ("tiny.png", (9, 11), "L")]


def drop(pad: Any, path: Path) -> None:
    """Let go of a file over the pad."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    rest = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), *rest)
    pad.dragEnterEvent(enter)
    assert enter.isAccepted()
    pad.dropEvent(QDropEvent(QPointF(20, 20), *rest))


def test_a_loaded_picture_of_any_size_shows_how_it_was_scaled(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    rebuilt = panel(window, "reconstruction", qtbot)
    settle(qtbot, window)
    for name, size, mode in GOOD:
        digit(size, mode).save(tmp_path / name)
        with answered(qtbot, window, "Encoded"):
            drop(rebuilt.pad, tmp_path / name)
        settle(qtbot, window)
        assert rebuilt.original.isVisible()
        assert f"{size[0]:,} × {size[1]:,} pixels" in rebuilt.scaling.text()
        assert "exchanged" in rebuilt.scaling.text()
        assert rebuilt._encoded.request.picture.max() > 0.5
    assert (window.width(), window.height()) == (1600, 900)


def test_a_bad_picture_becomes_a_sentence(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    digit((300, 300), "L").save(tmp_path / "whole.png")
    (tmp_path / "half.png").write_bytes((tmp_path / "whole.png").read_bytes()[:60])
    (tmp_path / "text.png").write_bytes(b"not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    Image.new("L", (40, 40), 255).save(tmp_path / "blank.png")
    rebuilt = panel(window, "reconstruction", qtbot)
    settle(qtbot, window)
    before = rebuilt._picture
    for name in ("half.png", "text.png", "empty.png", "blank.png", "gone.png"):
        with qtbot.waitSignal(window.lab.notice) as notice:
            rebuilt.load(str(tmp_path / name))
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
