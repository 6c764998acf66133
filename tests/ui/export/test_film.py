"""Films: as many pictures as were recorded, each another one, nothing left behind when there is none."""

from __future__ import annotations

import os
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.core.errors import UserError
from explorer.core.history import History
from explorer.ui.export.figure import ExportOptions
from explorer.ui.export.film import Film, evenly, record
from explorer.ui.export.gif import MAX_SIDE_PX, GifWriter, packed, paletted
from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.scatter import ScatterView
from tests.ui.export.conftest import codes_at

SMALL = ExportOptions(1, size_px=(300, 240))


def pictures(path) -> list[np.ndarray]:
    with Image.open(path) as film:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]


def in_one(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 3) bytes as (H, W) of 0xRRGGBB."""
    return pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)


def plain(width: int, height: int, color: str, dot: int | None = None) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    if dot is not None:
        painter = QPainter(image)
        painter.fillRect(dot, 10, 8, 8, QColor("#D55E00"))
        painter.end()
    return image


class Worker(QObject):
    """Stands for the crew: takes orders, tells what was recorded."""

    collected = Signal(object, int, object)

    def __init__(self) -> None:
        super().__init__()
        self.orders: list = []

    def order(self, order) -> None:
        self.orders.append(order)


def test_each_recorded_step_is_a_picture(lab, history, tmp_path):
    told: list[tuple[int, int]] = []
    path = tmp_path / "film.gif"
    record(lab, "map", history, path, SMALL, progressed=lambda done, total: told.append((done, total)))
    shown = pictures(path)
    assert len(shown) == 10
    assert all(picture.shape == (240, 300, 3) for picture in shown)
    assert all((a != b).any() for a, b in pairwise(shown))
    assert told == [(n, 10) for n in range(1, 11)]
    with Image.open(path) as film:
        assert film.info["loop"] == 0
        assert film.info["duration"] == 80
        assert "seed 7" in film.info["comment"].decode("utf-8")
        film.seek(9)
        assert film.info["duration"] == 1600


def test_the_caption_counts_the_steps(lab, history, tmp_path):
    path = tmp_path / "film.gif"
    record(lab, "map", history, path, SMALL)
    captions = [picture[-40:] for picture in pictures(path)]
    assert all((a != b).any() for a, b in pairwise(captions))


def test_the_lab_on_the_screen_is_left_alone(lab, history, tmp_path):
    lab.frames["codes"] = codes_at(90)
    before = lab.status, dict(lab.frames), lab.panel("map").theme
    record(lab, "map", history, tmp_path / "film.gif", ExportOptions(1, theme=DARK, size_px=(300, 240)))
    assert (lab.status, dict(lab.frames), lab.panel("map").theme) == before
    assert tuple(pictures(tmp_path / "film.gif")[0][0, 0]) == (DARK.card.red(), DARK.card.green(), DARK.card.blue())


def test_the_axes_stand_still(lab, history, tmp_path, qtbot):
    lab.panel("map").view.set_range(-3, 3, -3, 3)
    film = Film(lab, "map", tmp_path / "film.gif", SMALL)
    (view,) = film._panel.findChildren(ScatterView)
    held = view.shown_range
    for step in history.frames.steps:
        film.add(step, {"codes": codes_at(step)})
        film.advance()
        assert view.shown_range == held
    assert held[1].lo <= -3
    assert held[1].hi >= 3
    film.cancel()


def test_only_steps_up_to_the_one_shown(lab, history, tmp_path):
    history.frames.put(120, {"codes": codes_at(120)})
    record(lab, "map", history, tmp_path / "film.gif", SMALL)
    assert len(pictures(tmp_path / "film.gif")) == 10


def test_nothing_recorded_is_a_sentence(lab, tmp_path):
    with pytest.raises(UserError, match="Nothing has been recorded yet"):
        record(lab, "map", History(), tmp_path / "film.gif", SMALL)
    assert not list(tmp_path.iterdir())


def test_existing_film_stays(lab, history, tmp_path):
    path = tmp_path / "film.gif"
    path.write_bytes(b"precious")
    with pytest.raises(UserError, match="exists already"):
        record(lab, "map", history, path, SMALL)
    assert path.read_bytes() == b"precious"
    record(lab, "map", history, path, SMALL, overwrite=True)
    assert len(pictures(path)) == 10


def test_the_worker_fetches_while_the_window_goes_on(lab, tmp_path, qtbot):
    worker, path = Worker(), tmp_path / "film.gif"
    film = Film(lab, "map", path, SMALL)
    film.collect(worker.order, worker.collected, most=5)
    (order,) = worker.orders
    assert (order.names, order.most, order.cancelled()) == (frozenset({"codes"}), 5, False)
    with qtbot.waitSignal(film.finished) as done:
        worker.collected.emit(object(), 3, {"codes": codes_at(3)})  # another film's
        for step in (0, 40, 80):
            worker.collected.emit(order, step, {"codes": codes_at(step)})
        worker.collected.emit(order, -1, None)
    assert done.args == [str(path)]
    assert len(pictures(path)) == 3
    assert film.over


def test_cancel_leaves_nothing_behind(lab, tmp_path, qtbot):
    worker, path = Worker(), tmp_path / "film.gif"
    path.write_bytes(b"precious")
    film = Film(lab, "map", path, SMALL, overwrite=True)
    film.collect(worker.order, worker.collected)
    (order,) = worker.orders
    with qtbot.waitSignal(film.progressed):
        worker.collected.emit(order, 0, {"codes": codes_at(0)})
    with qtbot.waitSignal(film.cancelled), qtbot.assertNotEmitted(film.finished):
        film.cancel()
    assert order.cancelled()
    worker.collected.emit(order, -1, None)
    assert not film.advance()
    assert path.read_bytes() == b"precious"
    assert os.listdir(tmp_path) == ["film.gif"]


def test_failure_with_a_window_is_a_signal(lab, tmp_path, qtbot):
    worker = Worker()
    film = Film(lab, "map", tmp_path / "film.gif", SMALL)
    film.collect(worker.order, worker.collected)
    with qtbot.waitSignal(film.failed) as failed:
        worker.collected.emit(worker.orders[0], -1, None)
    assert "Nothing has been recorded" in failed.args[0]


def test_the_same_picture_twice_is_shown_longer(tmp_path):
    writer = GifWriter(tmp_path / "film.gif")
    for image in (plain(60, 40, "white"), plain(60, 40, "white"), plain(60, 40, "white", 5)):
        writer.add(image)
    writer.finish()
    assert len(pictures(tmp_path / "film.gif")) == 2
    with Image.open(tmp_path / "film.gif") as film:
        assert film.info["duration"] == 160


def test_only_what_changes_is_written_again(tmp_path):
    writer = GifWriter(tmp_path / "film.gif")
    for dot in range(0, 50, 10):
        writer.add(plain(60, 40, "white", dot))
    writer.finish()
    for dot, picture in zip(range(0, 50, 10), pictures(tmp_path / "film.gif"), strict=True):
        assert np.array_equal(in_one(picture), packed(plain(60, 40, "white", dot)))


def test_colours_that_cover_much_are_exact():
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (64, 64, 3)).astype(np.uint8)
    pixels[:40] = (0x1C, 0x20, 0x25)
    shown = np.asarray(paletted(in_one(pixels)).convert("RGB"))
    assert (shown[:40] == (0x1C, 0x20, 0x25)).all()
    assert np.abs(shown.astype(int) - pixels).mean() < 15


def test_few_colours_are_all_exact():
    pixels = np.random.default_rng(1).integers(0, 6, (50, 70, 3)).astype(np.uint8) * 50
    assert np.array_equal(np.asarray(paletted(in_one(pixels)).convert("RGB")), pixels)


def test_a_film_too_large_is_a_sentence(tmp_path):
    with pytest.raises(UserError, match="choose a smaller size"):
        GifWriter(tmp_path / "film.gif").add(plain(MAX_SIDE_PX + 1, 10, "white"))


def test_pictures_of_another_size_are_a_bug(tmp_path):
    writer = GifWriter(tmp_path / "film.gif")
    writer.add(plain(60, 40, "white"))
    with pytest.raises(ValueError, match="shape"):
        writer.add(plain(61, 40, "white"))


@pytest.mark.parametrize(("n", "most"), [(1, 5), (5, 5), (6, 5), (1000, 120)])
def test_evenly_keeps_the_ends(n, most):
    chosen = evenly(list(range(n)), most)
    assert len(chosen) == min(n, most)
    assert (chosen[0], chosen[-1]) == (0, n - 1)
    assert len(set(chosen)) == len(chosen)


def test_the_twin_is_a_lab_of_its_own(lab, history, tmp_path):
    film = Film(lab, "map", tmp_path / "film.gif", SMALL)
    assert film._panel is not lab.panel("map")
    assert film._panel.theme.card == LIGHT.card
    film.cancel()
