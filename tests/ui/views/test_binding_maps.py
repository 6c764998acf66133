"""Maps of one sentence read from left to right: what is named, what nobody may look at, what the pointer finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.ui.theme import DARK, LIGHT, Theme, contrast
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.binding_maps import AXES, UNSEEN, BindingMapsView, Ring
from explorer.ui.views.head_maps import HeadMark
from explorer.ui.views.painting import named_color, with_room
from tests.ui.acting import click
from tests.ui.views.drawn import svg_texts

Show = Callable[..., Any]
WORDS = ["a", "blue", "fox", "with", "golden", "wings", ".", "which", "colour", "have", "the", "hats"]


@pytest.fixture
def maps(show: Show) -> BindingMapsView:
    view = BindingMapsView(LIGHT)
    view.set_maps(np.full((2, 2, 12, 12), 255, np.uint8))
    view.set_words(WORDS)
    view.set_marks({(0, 0): HeadMark("0.91"), (0, 1): HeadMark("0.22"), (1, 1): HeadMark(off=True)})
    show(view, 560, 420)
    return view


def middle(view: BindingMapsView, head: tuple[int, int], row: int, column: int) -> QPointF:
    return view.place_of(view.area(), head, row, column).center()


def test_maps_say_what_their_parts_are(maps: BindingMapsView):
    texts = svg_texts(maps, maps.size()).splitlines()
    for words in (AXES[0], "layer 1, head 1", "layer 2, head 2", "0.91", "0.22", "off"):
        assert words in texts
    assert texts.count(UNSEEN) == 4
    assert texts.count("a") == 4  # a row's name beside either layer, a column's beneath either head


def test_words_of_a_ringed_cell_are_always_named_and_others_give_way(maps: BindingMapsView):
    crowded = QSize(300, 300)
    assert not {"golden", "wings"} <= {*svg_texts(maps, crowded).splitlines()}
    maps.set_rings({(0, 0): Ring(5, 4, "accent")})
    assert {"golden", "wings"} <= {*svg_texts(maps, crowded).splitlines()}


@pytest.mark.parametrize(("size", "gone"), [(QSize(200, 130), "golden"), (QSize(150, 66), "layer 1, head 1")])
def test_in_little_room_words_give_way_before_captions_and_captions_before_maps(
    maps: BindingMapsView, size: QSize, gone: str
):
    assert gone not in svg_texts(maps, size)
    maps.resize(size)
    assert len(maps.places(maps.area())) == 4
    assert all(place.height() >= 4 for place in maps.places(maps.area()).values())


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_nobody_may_look_at_is_no_weight_of_zero(maps: BindingMapsView, theme: Theme):
    maps.set_theme(theme)
    maps.set_maps(np.zeros((2, 2, 12, 12), np.uint8))
    picture = maps.grab().toImage()
    seen, unseen = (picture.pixelColor(middle(maps, (1, 0), *cell).toPoint()) for cell in ((9, 2), (4, 9)))
    assert unseen == theme.grid
    assert seen != theme.grid


def test_the_pointer_finds_cells_but_none_where_nobody_may_look(maps: BindingMapsView, qtbot: QtBot):
    with qtbot.waitSignal(maps.cell_hovered) as found:
        QTest.mouseMove(maps, middle(maps, (1, 0), 7, 3).toPoint())
    assert found.args == [1, 0, 7, 3]
    with qtbot.waitSignal(maps.cell_hovered) as found:
        QTest.mouseMove(maps, middle(maps, (1, 0), 3, 7).toPoint())
    assert found.args == [-1, -1, -1, -1]


def test_two_quick_clicks_switch_once(maps: BindingMapsView):
    switched: list[tuple[int, int]] = []
    maps.head_switched.connect(lambda layer, head: switched.append((layer, head)))
    at = middle(maps, (0, 1), 6, 2)
    click(maps, at)
    QTest.mouseDClick(maps, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert switched == [(0, 1)]


def test_who_comes_by_keyboard_starts_at_the_first_head_and_return_switches(maps: BindingMapsView, qtbot: QtBot):
    maps.clearFocus()
    with qtbot.waitSignal(maps.head_chosen) as chosen:
        maps.setFocus(Qt.FocusReason.TabFocusReason)
    assert chosen.args == [0, 0]
    maps.set_chosen((1, 0))
    with qtbot.waitSignal(maps.head_switched) as switched:
        QTest.keyClick(maps, Qt.Key.Key_Return)
    assert switched.args == [1, 0]


@pytest.mark.parametrize(("theme", "key"), [(LIGHT, "paper"), (DARK, "ground")], ids=["white", "black"])
def test_a_bar_of_nearly_its_tracks_colour_can_be_told_from_it(show: Show, theme: Theme, key: str):
    view = BarsView(theme)
    view.set_bars([Bar("one", 1.0, key)], limit=1.0)
    show(view, 300, 40)
    picture = view.grab().toImage()
    differ = [contrast(picture.pixelColor(180, y), theme.grid) for y in range(picture.height())]
    assert contrast(named_color(theme, key), theme.grid) < 1.3 < max(differ)


def test_bars_know_how_many_have_room(show: Show):
    view = BarsView(LIGHT)
    view.set_bars([Bar(f"bar {i}", 0.5) for i in range(8)])
    show(view, 300, 60)
    n = view.n_fitting(60)
    assert 0 < n < 8
    assert svg_texts(view, QSize(300, 60)).count("bar ") == n


@pytest.mark.parametrize(
    ("n", "apart", "lit", "shown"),
    [
        (6, 0.5, (), [0, 1, 2, 3, 4, 5]),
        (6, 2.0, (), [0, 2, 4]),
        (6, 2.0, (3,), [0, 3, 5]),
        (9, 3.5, (4,), [0, 4, 8]),
        (9, 3.5, (4, 5), [0, 4, 5]),
        (3, 9.0, (7,), [0]),
        (0, 1.0, (), []),
    ],
)
def test_names_are_shown_as_far_as_they_touch_no_other_and_lit_ones_always(n, apart, lit, shown):
    assert with_room(n, apart, lit) == shown
