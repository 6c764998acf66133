"""Rows of words coloured by numbers, answers in large type, and bars by length."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFont

from explorer.ui.labs.sequences.lengths_view import LengthBar, LengthsView
from explorer.ui.theme import DARK, LIGHT, contrast
from explorer.ui.views import tokens
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.painting import text_width
from explorer.ui.views.tokens import Chip, TokensView
from explorer.ui.views.tokens_flow import flow
from explorer.ui.views.verdict import Verdict, VerdictView
from tests.ui.views.drawn import svg_texts

SENTENCE = ["great", "cast", "but", "not", "a", "good", "film", "at", "all"]


def row(theme=LIGHT) -> TokensView:
    view = TokensView(theme)
    view.set_tokens([Chip(word) for word in SENTENCE])
    return view


def test_words_stand_in_their_order_and_wrap(qtbot):
    view = row()
    qtbot.addWidget(view)
    wide, narrow = (view.token_rects(QRectF(0, 0, width, 400)) for width in (1000, 160))
    assert len({place.top() for place in wide}) == 1
    assert all(a.right() < b.left() for a, b in pairwise(wide))
    assert len({place.top() for place in narrow}) > 2
    assert all(place.right() <= 160 for place in narrow)
    assert view.heightForWidth(160) >= narrow[-1].bottom()
    assert view.heightForWidth(1000) < view.heightForWidth(160)


def test_colours_run_from_zero_to_the_largest_number(qtbot):
    view = row()
    qtbot.addWidget(view)
    plain = view.ground(0)
    values = np.linspace(0, 0.8, len(SENTENCE))
    view.set_values(values)
    assert [(c.red(), c.green(), c.blue()) for c in (view.ground(0), view.ground(8))] == [
        tuple(LIGHT.magnitude[0]),
        tuple(LIGHT.magnitude[255]),
    ]
    view.set_values(values[:3], ColorScale("magnitude", 0.0, 0.8))
    assert view.ground(8) == plain
    view.set_values(None)
    assert view.ground(0) == plain


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_can_be_read_on_every_colour(qtbot, theme):
    from explorer.ui.views.tokens import _DARK, _LIGHT

    view = row(theme)
    qtbot.addWidget(view)
    view.set_values(np.linspace(0, 1, len(SENTENCE)))
    for i in range(len(SENTENCE)):
        assert max(contrast(ink, view.ground(i)) for ink in (_DARK, _LIGHT)) >= 4.4


def test_words_without_room_are_smaller_then_left_out_and_counted(qtbot):
    view = TokensView(LIGHT)
    qtbot.addWidget(view)
    view.set_title("depends on")
    view.set_tokens([Chip(f"word{i}") for i in range(40)])
    natural = view.heightForWidth(300)
    view.set_room(0.75 * natural)
    places = view.token_rects(QRectF(0, 0, 300, 400))
    assert not any(place.isNull() for place in places), "smaller words fit"
    assert max(place.bottom() for place in places) <= view.heightForWidth(300) <= 0.75 * natural
    view.set_room(80)
    area = QRectF(0, 0, 300, view.heightForWidth(300))
    places = view.token_rects(area)
    assert area.height() <= 80
    left_out = sum(place.isNull() for place in places)
    assert 0 < left_out < 40
    assert all(area.contains(place) for place in places if not place.isNull())
    assert f"… {left_out} more" in svg_texts(view, area.size().toSize())
    assert not places[0].isNull()
    view.set_selected(39)
    assert not view.token_rects(area)[39].isNull(), "the selected word stays"
    assert view.token_rects(area)[0].isNull()


@pytest.mark.parametrize("keep", [-1, 0, 7, 11])
@pytest.mark.parametrize("most_lines", [1, 2, 3])
def test_a_flow_keeps_order_and_stays_in_its_lines(keep: int, most_lines: int):
    widths = [30.0, 50, 20, 90, 40, 40, 40, 100, 10, 10, 70, 30]
    found = flow(widths, 120, 4, most_lines, keep, more_px=36)
    shown = [
        (place[1], place[0], width) for place, width in zip(found.places, widths, strict=True) if place is not None
    ]
    assert shown == sorted(shown)
    assert found.n_lines == most_lines > max(line for line, _, _ in shown)
    assert all(x + width <= 120 for _, x, width in shown)
    assert keep < 0 or found.places[keep] is not None
    last = max((x + width + 4 for line, x, width in shown if line == most_lines - 1), default=0)
    assert found.more is None or last <= found.more[0] <= 120 - 36
    assert flow(widths, 120, 4).n_left_out == 0


def test_words_are_measured_once(qtbot, draw, monkeypatch):
    view = TokensView(LIGHT)
    qtbot.addWidget(view)
    measured: list[str] = []

    def spy(font: QFont, text: str) -> float:
        measured.append(text)
        return text_width(font, text)

    monkeypatch.setattr(tokens, "text_width", spy)
    view.set_tokens([Chip(f"word{i}") for i in range(40)])
    for room in (60, 90, 60):
        view.set_room(room)
        draw(view, 300, room)
        view.token_at(50, 40)
    assert sum(text.startswith("word") for text in measured) <= 2 * 40, "once in each size"
    view.set_theme(DARK.scaled(1.5))
    wide = view.token_rects(QRectF(0, 0, 2000, 60))[0].width()
    assert wide > 1.2 * (text_width(LIGHT.font("secondary"), "word0") + 6), "and again where the type is larger"


def test_unknown_words_stand_out(qtbot):
    view = TokensView(LIGHT)
    qtbot.addWidget(view)
    view.set_tokens([Chip("great"), Chip("zorgly", "read as <unk>", marked=True)])
    assert view.ground(1) == LIGHT.warn_ground != view.ground(0)


def test_pointing_and_clicking_and_walking(qtbot, show):
    view = row()
    view.set_pickable(True)
    view.set_title("depends on")
    view.set_values(np.linspace(0, 0.8, len(SENTENCE)))
    show(view, 420, 120)
    middle = view.token_rects(view.area())[3].center().toPoint()
    with qtbot.waitSignal(view.token_hovered) as hovered:
        qtbot.mouseMove(view, middle)
    assert hovered.args == [3]
    assert view.reading() == "not: 0.300"
    with qtbot.waitSignal(view.token_clicked) as clicked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle)
    assert clicked.args == [3]
    view.set_selected(3)
    with qtbot.waitSignal(view.token_clicked) as clicked:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert clicked.args == [4]
    with qtbot.waitSignal(view.token_hovered) as hovered:
        qtbot.mouseMove(view, QPoint(415, 118))
    assert hovered.args == [-1]


def test_right_to_left_and_emoji_and_nothing_are_drawn(qtbot, draw):
    view = TokensView(LIGHT)
    qtbot.addWidget(view)
    view.set_tokens([Chip("فيلم"), Chip("רע"), Chip("😀"), Chip(""), Chip("x" * 500)])
    draw(view, 300, 100)
    view.set_tokens([])
    view.set_empty_text("nothing was written")
    assert "nothing was written" in svg_texts(view, QSize(300, 60))


# ------------------------------------------------------------------------------------------------------- the verdict


def test_an_answer_says_whether_it_is_right(qtbot):
    view = VerdictView(LIGHT)
    qtbot.addWidget(view)
    view.set_verdict(Verdict("negative", "98 %", True))
    assert svg_texts(view, QSize(300, 100)).split("\n") == ["negative", "98 %", "✓ right"]
    view.set_verdict(Verdict("la volpe blu", "", False, "right would be: la volpe rossa"))
    found = svg_texts(view, QSize(300, 100))
    assert "✗ wrong" in found
    assert "la volpe rossa" in found
    view.set_verdict(Verdict("7", "", None, "a drawing has no label"))
    assert "✓" not in svg_texts(view, QSize(300, 100))


@pytest.mark.parametrize("size", [(300, 36), (300, 60), (120, 200)])
def test_a_long_answer_stays_inside(qtbot, size):
    from PySide6.QtGui import QImage, QPainter

    view = VerdictView(LIGHT)
    qtbot.addWidget(view)
    view.set_verdict(
        Verdict("a large blue circle left of a small red square and above a small green triangle", "", True)
    )
    image = QImage(size[0] + 80, size[1] + 80, QImage.Format.Format_RGB32)
    image.fill(LIGHT.card)
    painter = QPainter(image)
    view.paint(painter, QRectF(40, 40, *size), vector=False)
    painter.end()
    from explorer.ui.views.markers import pixel_copy

    pixels = pixel_copy(image)
    rows, columns = np.nonzero(pixels != LIGHT.card.rgb())
    assert len(rows) > 100
    assert rows.min() >= 38
    assert rows.max() <= 40 + size[1] + 2
    assert columns.max() <= 40 + size[0] + 2


# ----------------------------------------------------------------------------------------------------------- lengths


def test_bars_are_as_high_as_their_shares_and_say_what_they_are(qtbot, show):
    view = LengthsView(LIGHT)
    view.set_title("words read")
    view.set_bars([LengthBar(9, 0.5, 40, False), LengthBar(4, 1.0, 200, True)])
    show(view, 600, 240)
    axes = view.axes(view.area())
    first, second = view.bar_rect(axes, 0), view.bar_rect(axes, 1)
    assert first.height() == pytest.approx(axes.height)
    assert second.height() == pytest.approx(axes.height / 2)
    assert first.center().x() < second.center().x()
    qtbot.mouseMove(view, second.center().toPoint())
    assert view.reading() == "length 9: 50.0 % of 40 right; never trained on"
    qtbot.mouseMove(view, first.center().toPoint())
    assert view.reading() == "length 4: 100.0 % of 200 right"
    found = svg_texts(view, QSize(600, 240))
    for words in ("never trained on", "trained on", "words read", "right, %"):
        assert words in found


def test_a_low_panel_still_says_what_is_counted(qtbot):
    view = LengthsView(LIGHT)
    qtbot.addWidget(view)
    view.set_title("words read")
    view.set_bars([LengthBar(4, 1.0, 200, True)])
    assert "right, %, by words read" in svg_texts(view, QSize(900, 110))
