"""Docks: where they are, where they can go, and what is remembered of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QEvent, QPointF, QRect, Qt
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from explorer.catalog import LABS
from explorer.specs.autoencoder import Interpolate
from explorer.ui.bench.pointer import send
from explorer.ui.main_window import NARROW_PX, MainWindow
from explorer.ui.settings import Settings
from tests.ui.acting import until
from tests.ui.conftest import MakeWindow

SIZES = [(1280, 720), (1600, 900), (1920, 1080)]
ON_TOP = {"parameters", "map", "decoded", "manifold", "curves", "objective", "checks"}


def places(window: MainWindow) -> dict[str, QRect]:
    """The docks that can be seen, in the page's pixels."""
    QApplication.processEvents()
    docks = window.page.docks
    return {i: docks[i].geometry() for i in (*window.page.visible_panels(), "parameters")}


def is_level(window: MainWindow, *areas: str) -> bool:
    """Whether the lowest panels of these areas end on one line."""
    seen = window.page.visible_panels()
    lowest: dict[str, int] = {
        p.area: window.page.docks[p.id].geometry().bottom() for p in window.lab.spec.panels if p.id in seen
    }
    return len({lowest[area] for area in areas}) == 1


def area(rect: QRect) -> int:
    return rect.width() * rect.height()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_window_fits_and_its_hero_is_large(open_window: MakeWindow, size: tuple[int, int]):
    window = open_window(size=size, ready=False)
    QApplication.processEvents()
    least = window.minimumSizeHint()
    assert (window.width(), window.height()) == size
    assert least.width() <= 1280
    assert least.height() <= 720
    found = places(window)
    assert set(found) == ON_TOP
    hero = area(found.pop("map"))
    assert all(hero > area(rect) for rect in found.values())
    assert hero > (0.22 if size[0] == 1280 else 0.25) * size[0] * size[1]


def is_cut(window: MainWindow) -> list[str]:
    """Panels that reach out of the page, or are smaller than what they show."""
    page, docks = window.page.rect(), window.page.docks
    return [
        panel_id
        for panel_id, rect in places(window).items()
        if not page.contains(rect)
        or docks[panel_id].width() < docks[panel_id].minimumSizeHint().width()
        or docks[panel_id].height() < docks[panel_id].minimumSizeHint().height()
    ]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lab_id", [entry.id for entry in LABS])
def test_nothing_in_the_page_is_scrolled_or_cut(
    open_window: MakeWindow, qtbot: QtBot, lab_id: str, size: tuple[int, int]
):
    window = open_window(lab_id=lab_id, size=size, ready=False)
    hero = window.lab.panel(window.lab.spec.panels[0].id)
    assert not hero.findChildren(QScrollArea)
    until(qtbot, lambda: not is_cut(window))
    if size[0] >= 1600:
        area = window.page.docks["parameters"].findChild(QScrollArea)
        assert isinstance(area, QScrollArea)
        until(qtbot, lambda: area.verticalScrollBar().maximum() == 0)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lab_id", [entry.id for entry in LABS])
def test_docks_do_not_overlap(open_window: MakeWindow, lab_id: str, size: tuple[int, int]):
    found = list(places(open_window(lab_id=lab_id, ready=False, size=size)).items())
    for n, (one, here) in enumerate(found):
        for other, there in found[n + 1 :]:
            assert not here.intersects(there), (one, other)


@pytest.mark.parametrize("lab_id", [entry.id for entry in LABS])
def test_a_low_window_gives_the_right_column_its_whole_height(open_window: MakeWindow, qtbot: QtBot, lab_id: str):
    window = open_window(lab_id=lab_id, ready=False, size=(1280, 720))
    page = window.page
    until(qtbot, lambda: is_level(window, "right", "bottom"))
    docks = [page.docks[i] for i in page.visible_panels()]
    until(qtbot, lambda: all(dock.height() >= dock.minimumSizeHint().height() for dock in docks))
    tabbed = [dock for dock in docks if page.tabifiedDockWidgets(dock)]
    assert tabbed
    until(qtbot, lambda: not any(dock._title._heading.isVisible() for dock in tabbed))  # the tab says it


def test_a_window_made_higher_gets_a_row_beneath_all_and_keeps_its_tabs(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(ready=False, size=(1280, 720))
    page = window.page
    until(qtbot, lambda: is_level(window, "right", "bottom"))
    page.docks["path"].raise_()
    until(qtbot, lambda: "path" in page.visible_panels())
    page.docks["checks"].close()
    window.resize(1600, 900)
    until(qtbot, lambda: page.docks["path"].width() > page.docks["map"].width() + 100)
    until(qtbot, lambda: "path" in page.visible_panels())
    until(qtbot, lambda: page.docks["manifold"].geometry().bottom() < page.docks["path"].geometry().top())
    assert page.docks["checks"].isHidden()
    window.resize(1280, 720)
    until(qtbot, lambda: is_level(window, "right", "bottom"))


def test_the_gallery_gives_way_on_a_narrow_window_and_comes_back(open_window: MakeWindow):
    window = open_window(size=(1280, 720), ready=False)
    assert not window.sidebar.isVisible()
    window.resize(NARROW_PX, 800)
    QApplication.processEvents()
    assert window.sidebar.isVisible()
    window.resize(NARROW_PX - 1, 800)
    QApplication.processEvents()
    assert not window.sidebar.isVisible()
    window.actions_by_id["show_sidebar"].trigger()
    assert window.sidebar.isVisible()


def test_a_panel_floats_and_docks_again(window: MainWindow, qtbot: QtBot):
    dock = window.page.docks["curves"]
    dock.setFloating(True)
    assert dock.isFloating()
    assert "curves" in window.page.visible_panels()
    dock.setFloating(False)
    until(qtbot, lambda: "curves" in window.page.visible_panels())
    assert not dock.isFloating()


def test_a_closed_panel_costs_nothing_and_can_be_opened_again(window: MainWindow, qtbot: QtBot):
    wanted = "manifold"
    until(qtbot, lambda: wanted in window.conductor._wanted)
    window.page.docks["manifold"].close()
    until(qtbot, lambda: wanted not in window.conductor._wanted)
    assert "manifold" not in window.page.visible_panels()
    window.page.docks["manifold"].toggleViewAction().trigger()
    until(qtbot, lambda: wanted in window.conductor._wanted)


def test_a_tab_is_filled_when_it_is_first_seen(window: MainWindow, qtbot: QtBot):
    assert not window.page.docks["path"].filled
    window.page.docks["path"].raise_()
    until(qtbot, lambda: "path" in window.page.visible_panels())
    assert "curves" not in window.page.visible_panels()
    until(qtbot, lambda: window.lab.panel("path")._path is not None)  # type: ignore[attr-defined]


def test_a_hidden_tab_is_not_wanted(window: MainWindow, qtbot: QtBot):
    until(qtbot, lambda: "unit_kl" in window.conductor._wanted)
    window.page.docks["path"].raise_()
    until(qtbot, lambda: "unit_kl" not in window.conductor._wanted)


def test_the_default_layout_can_be_restored(window: MainWindow, qtbot: QtBot):
    before = places(window)
    window.page.docks["curves"].setFloating(True)
    window.page.docks["manifold"].close()
    window.page.docks["trick"].raise_()
    window.actions_by_id["restore_layout"].trigger()
    until(qtbot, lambda: set(window.page.visible_panels()) == ON_TOP)
    after = places(window)
    for panel_id, rect in before.items():
        moved = [abs(a - b) for a, b in zip(rect.getRect(), after[panel_id].getRect(), strict=True)]  # type: ignore[call-overload]
        assert max(moved) <= 24, panel_id


def test_the_layout_is_remembered(open_window: MakeWindow, qtbot: QtBot):
    first = open_window(ready=False)
    first.page.docks["manifold"].close()
    first.page.docks["trick"].raise_()
    QApplication.processEvents()
    first.close()
    again = open_window(ready=False)
    until(qtbot, lambda: "trick" in again.page.visible_panels())
    assert again.page.docks["manifold"].isHidden()
    assert "map" not in again.page.visible_panels()


def test_where_nobody_moved_a_panel_another_window_size_has_the_default_proportions(
    open_window: MakeWindow, qtbot: QtBot
):
    first = open_window(ready=False)
    first.resize(1900, 1000)
    first.page.docks["path"].raise_()
    until(qtbot, lambda: "path" in first.page.visible_panels())
    first.page.docks["checks"].close()
    first.close()
    again = open_window(ready=False)
    again.resize(1280, 720)
    until(qtbot, lambda: "path" in again.page.visible_panels())
    assert again.page.docks["checks"].isHidden()
    fresh = open_window(ready=False, settings=Settings(None))
    fresh.resize(1280, 720)
    until(qtbot, lambda: places(fresh)["parameters"].width() == places(again)["parameters"].width())
    for panel_id in ("map", "decoded"):
        assert abs(places(fresh)[panel_id].width() - places(again)[panel_id].width()) < 24


def test_a_border_that_was_moved_stays_where_it_is_when_the_window_grows(window: MainWindow, qtbot: QtBot):
    hero, page = window.page.docks["map"], window.page
    gap = QPointF(hero.geometry().left() - 2, hero.geometry().center().y())
    before = window.page.docks["parameters"].width()
    send(page, QEvent.Type.MouseButtonPress, gap, Qt.MouseButton.LeftButton)
    send(page, QEvent.Type.MouseMove, gap + QPointF(60, 0), Qt.MouseButton.LeftButton)
    QApplication.processEvents()  # the border follows when the event loop is back
    send(page, QEvent.Type.MouseButtonRelease, gap + QPointF(60, 0), Qt.MouseButton.NoButton)
    until(qtbot, lambda: window.page.docks["parameters"].width() > before + 20)
    moved = window.page.docks["parameters"].width()
    window.resize(window.width() + 40, window.height())
    QApplication.processEvents()
    assert abs(window.page.docks["parameters"].width() - moved) < 20
    window.actions_by_id["restore_layout"].trigger()
    until(qtbot, lambda: abs(window.page.docks["parameters"].width() - before) < 20)


def test_a_floating_panel_is_remembered(open_window: MakeWindow, qtbot: QtBot):
    first = open_window(ready=False)
    first.page.docks["curves"].setFloating(True)
    QApplication.processEvents()
    first.close()
    again = open_window(ready=False)
    until(qtbot, lambda: again.page.docks["curves"].isFloating())
    assert "curves" in again.page.visible_panels()


def test_closing_twice_remembers_what_closing_once_did(open_window: MakeWindow, settings_file: Path):
    window = open_window(ready=False)
    window.close()
    keys = ("window/geometry", "layout/autoencoder")
    once = [Settings(settings_file).data(key) for key in keys]
    window.close()
    assert [Settings(settings_file).data(key) for key in keys] == once
    assert not any(data.isEmpty() for data in once)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\x13 not an ini file", b"[window]\ngeometry=@ByteArray(nonsense)\n[layout]\nautoencoder=7\n"],
    ids=["empty", "binary", "wrong values"],
)
def test_damaged_settings_count_as_none(open_window: MakeWindow, settings_file: Path, content: bytes):
    settings_file.write_bytes(content)
    window = open_window(ready=False)
    assert set(places(window)) == ON_TOP
    assert not window.trouble_bar.isVisible()


def test_a_layout_of_another_version_counts_as_none(open_window: MakeWindow, settings_file: Path):
    settings = Settings(settings_file)
    settings.put("layout/autoencoder", QByteArray(b"\x00\x00\x00\xff old"))
    settings.sync()
    assert set(places(open_window(ready=False))) == ON_TOP


def test_settings_that_cannot_be_written_are_no_reason_to_complain(open_window: MakeWindow, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    window = open_window(ready=False, settings=Settings(tmp_path / "file" / "window.ini"))
    window.close()


def test_a_panel_behind_a_tab_asks_nothing_while_training(window: MainWindow, qtbot: QtBot):
    window.page.docks["path"].raise_()
    until(qtbot, lambda: "path" in window.page.visible_panels())
    window.page.docks["curves"].raise_()
    until(qtbot, lambda: not window.lab.panel("path").isVisible())
    until(qtbot, lambda: window.lab._taken.get(Interpolate, 0) == window.lab._asked[Interpolate])
    asked = window.lab._asked[Interpolate]
    head = window.lab.status.head
    window.conductor.command("play")
    until(qtbot, lambda: window.lab.status.head > head + 100)
    assert window.lab._asked[Interpolate] == asked
    window.page.docks["path"].raise_()
    until(qtbot, lambda: window.lab._asked[Interpolate] > asked)
