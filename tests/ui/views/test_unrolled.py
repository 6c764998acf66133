"""The unrolled network: what stands where, what is joined to what, and how it goes over into another wiring."""

from __future__ import annotations

import html

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.markers import pixel_view
from explorer.ui.views.unrolled import UnrolledView
from explorer.ui.views.unrolled_layout import arrange, between
from explorer.ui.views.unrolled_look import Mosaics, mosaic_rect, unit_at
from explorer.ui.views.unrolled_story import Input, Story, Written, fed_inputs
from tests.ui.acting import until
from tests.ui.views.test_every_view import svg_of, texts

RECT = QRectF(0, 0, 900, 500)
H = 24


def states(n: int, layers: int = 1) -> np.ndarray:
    return np.tanh(np.random.default_rng(0).normal(size=(n, layers, H))).astype(np.float32)


def reads(words: str = "not a good film", **more) -> Story:
    """Many to one."""
    inputs = tuple(Input(word) for word in words.split())
    n, layers = len(inputs), more.pop("layers", 1)
    likely = np.linspace(0.2, 0.9, n)
    return Story(
        inputs, n, states(n, layers), np.zeros((layers, H), np.float32), "gru",
        classes=("negative", "positive"), beliefs=np.stack([1 - likely, likely], axis=1), **more,
    )  # fmt: skip


def translates(layers: int = 1) -> Story:
    """Many to many: three words read, four steps written."""
    words = [Written(w, p, (("cane", 0.1),)) for w, p in (("la", 0.9), ("volpe", 0.8), ("dorme", 0.7))]
    written = (*words, Written("<end>", 0.99, ends=True))
    inputs = tuple(Input(word) for word in ("the", "fox", "sleeps")) + fed_inputs(written, 4)
    return Story(inputs, 3, states(7, layers), np.zeros((layers, H), np.float32), "lstm", written)


def captions() -> Story:
    """One to many."""
    written = tuple(Written(w, 0.9) for w in ("a", "red", "square"))
    first = states(1)[0]
    return Story(fed_inputs(written, 3), 0, states(3), first, "gru", written, picture=np.full((8, 8, 3), 0.5))


def rows() -> Story:
    """A picture of 28 rows."""
    inputs = tuple(Input(f"row {k + 1}", "row") for k in range(28))
    beliefs = np.full((28, 10), 0.1)
    names = tuple("0123456789")
    return Story(
        inputs, 28, states(28), np.zeros((1, H)), "rnn", classes=names, beliefs=beliefs, picture=np.eye(28), noun="rows"
    )


def unknown() -> Story:
    """States that are not known yet, in the wiring of a translation."""
    story = translates()
    blank = tuple(Written("", float("nan")) for _ in range(4))
    return Story(story.inputs, 3, np.full((7, 1, 1), np.nan), np.zeros((1, 1)), "gru", blank)


STORIES = [reads, translates, captions, rows, unknown, Story]


@pytest.fixture(params=STORIES, ids=lambda make: make.__name__)
def story(request) -> Story:
    made: Story = request.param()
    return made


@pytest.fixture
def shown(qtbot, show):
    def make(story: Story, width: int = 900, height: int = 500, **more) -> UnrolledView:
        view = UnrolledView(LIGHT, **more)
        view.set_story(story)
        show(view, width, height)
        return view

    return make


# Painting ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK, LIGHT.scaled(1.4)], ids=["light", "dark", "presenter"])
def test_it_paints_at_any_size_inside_its_rectangle(qtbot, story, theme):
    view = UnrolledView(theme)
    qtbot.addWidget(view)
    view.set_story(story)
    view.set_influence(np.ones(story.n_read), None)
    for width, height in ((0, 0), (1, 1), (61, 61), (150, 100), (320, 240), (900, 500), (1600, 1000)):
        for vector in (False, True):
            image = QImage(width + 80, height + 80, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.magenta)
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner = QRectF(40, 40, width, height)
            painter.fillRect(inner, theme.card)
            view.paint(painter, inner, vector=vector)
            painter.end()
            pixels = pixel_view(image)
            if story.n_steps and width >= 320:
                assert len(np.unique(pixels[40 : 40 + height, 40 : 40 + width])) > 20
            pixels[40 : 40 + height, 40 : 40 + width] = 0xFFFF00FF
            assert (pixels == 0xFFFF00FF).all(), (width, height, vector)


def test_svg_holds_every_word_as_text(qtbot):
    view = UnrolledView(LIGHT)
    qtbot.addWidget(view)
    view.set_story(translates())
    found = html.unescape(texts(svg_of(view, QSize(980, 560)))).split("\n")
    for word in ("the", "fox", "sleeps", "la", "volpe", "dorme", "<start>", "0.90", "0.80", "reader", "writer"):
        assert word in found
    assert any("hₜ₋₁" in text for text in found)


def test_an_unknown_word_and_what_was_cut_are_said(qtbot):
    view = UnrolledView(LIGHT)
    qtbot.addWidget(view)
    view.set_story(reads(left_out="… 1,234 more words not read"))
    assert "<unk>" not in html.unescape(texts(svg_of(view, QSize(980, 560))))
    odd = (Input("flooble", "unknown"), *reads().inputs[1:])
    view.set_story(Story(odd, 4, states(4), np.zeros((1, H)), left_out="… 1,234 more words not read"))
    found = html.unescape(texts(svg_of(view, QSize(980, 560))))
    assert "<unk>" in found
    assert "flooble" in found
    assert "1,234 more words not read" in found


# What stands where ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [reads, translates, captions])
@pytest.mark.parametrize("size", [(980, 560), (640, 420)])
def test_time_runs_right_and_each_cell_stands_between_its_input_and_its_output(make, size):
    story = make()
    scene = arrange(QRectF(0, 0, *size), LIGHT, story)
    for step in range(*scene.shown):
        state = scene.marks["state", step, 0].box
        assert state.bottom() < scene.marks["input", step, 0].box.top()
        if story.output_index(step) >= 0:
            output = scene.marks["belief" if story.answers else "output", step, 0].box
            assert output.bottom() < state.top()
        if step > scene.shown[0]:
            assert scene.marks["state", step - 1, 0].box.right() < state.left()


def test_a_translation_is_wired_from_reader_to_writer_and_back_into_the_writer():
    scene = arrange(RECT, LIGHT, translates())
    recurrent = {(a[1], b[1]) for kind, a, b in scene.links if kind == "recur"}
    assert recurrent == {(t - 1, t) for t in range(7)}
    assert {(a[1], b[1]) for kind, a, b in scene.links if kind == "feed"} == {(3, 4), (4, 5), (5, 6)}
    assert {a[1] for kind, a, _ in scene.links if kind == "out"} == {3, 4, 5, 6}
    assert len(scene.bands) == 2


def test_a_caption_begins_with_its_picture_and_a_sentence_with_nothing():
    scene = arrange(RECT, LIGHT, captions())
    kinds = [kind for kind, _, _ in scene.links]
    assert kinds.count("context") == 1
    picture, first = scene.marks["picture", -1, 0].box, scene.marks["first", -1, 0].box
    assert picture.right() < first.left() < scene.marks["state", 0, 0].box.left()
    assert not any(kind == "context" for kind, _, _ in arrange(RECT, LIGHT, reads()).links)


def test_two_layers_are_two_rows_joined_upwards():
    story = reads(layers=2)
    scene = arrange(RECT, LIGHT, story)
    for step in range(4):
        assert scene.marks["state", step, 1].box.bottom() < scene.marks["state", step, 0].box.top()
    kinds = [kind for kind, _, _ in scene.links]
    assert (kinds.count("recur"), kinds.count("up"), kinds.count("out")) == (8, 4, 4)
    assert all(a[2] == 1 for kind, a, _ in scene.links if kind == "out")


def test_rows_of_a_picture_stand_at_the_height_they_have_in_it():
    scene = arrange(RECT, LIGHT, rows())
    picture = scene.marks["picture", -1, 0].box
    for step in range(28):
        middle = picture.top() + (step + 0.5) / 28 * picture.height()
        assert scene.marks["input", step, 0].box.center().y() == pytest.approx(middle, abs=0.01)


def test_every_unit_has_its_square_in_its_colour():
    story = reads()
    mosaics, limit = Mosaics(story, LIGHT.signed), story.limit()
    mark = arrange(RECT, LIGHT, story).marks["state", 2, 0]
    inner = mosaic_rect(mark.box, LIGHT)
    image = mosaics.image(2, 0, inner.width() / inner.height())
    columns, high = image.width(), image.height()
    for unit, value in enumerate(story.states[2, 0].tolist()):
        x = inner.left() + (unit % columns + 0.5) / columns * inner.width()
        y = inner.top() + (unit // columns + 0.5) / high * inner.height()
        assert unit_at(mark, H, x, y, LIGHT) == unit
        color = image.pixelColor(unit % columns, unit // columns)
        if abs(value) > 0.1 * limit:
            assert (color.red() > color.blue()) == (value > 0)


# Rewiring ------------------------------------------------------------------------------------------------------------


def test_on_the_way_to_another_wiring_the_arrows_from_state_to_state_stay():
    old, new = arrange(RECT, LIGHT, reads()), arrange(RECT, LIGHT, translates())
    half = between(old, new, 0.5)
    both = [key for key in old.links if key in new.links and key[0] == "recur"]
    assert len(both) == 4
    assert all(half.links[key] == 1.0 for key in both)
    a, b = old.marks["state", 2, 0].box, new.marks["state", 2, 0].box
    assert half.marks["state", 2, 0].box.center().x() == pytest.approx((a.center().x() + b.center().x()) / 2)
    assert half.marks["belief", 0, 0].alpha == pytest.approx(0.5)
    assert half.marks["output", 4, 0].alpha == pytest.approx(0.5)
    assert half.marks["output", 4, 0].box.top() < new.marks["output", 4, 0].box.top()
    whole = between(old, new, 1.0)
    assert {k: m for k, m in whole.marks.items() if m.alpha > 0} == dict(new.marks)


def test_it_moves_only_into_another_wiring_and_comes_to_rest(qtbot, shown):
    view = shown(reads())
    until(qtbot, lambda: not view.moving)
    view.set_story(reads("quite a bad film"))
    assert not view.moving
    view.set_story(translates())
    assert view.moving
    view.grab()
    until(qtbot, lambda: not view.moving)
    view.set_story(reads())
    view.hide()
    assert not view.moving


def test_reduced_motion_moves_nothing(shown):
    view = shown(reads(), motion_ms=0)
    view.set_story(translates())
    view.set_time(3)
    assert not view.moving


# Time ----------------------------------------------------------------------------------------------------------------


def test_clicking_a_cell_an_input_or_an_output_chooses_its_step(qtbot, shown):
    view = shown(translates())
    chosen: list[int] = []
    view.time_chosen.connect(chosen.append)
    for kind, step in (("state", 5), ("input", 1), ("output", 3)):
        qtbot.mouseClick(
            view, Qt.MouseButton.LeftButton, pos=view.scene(view.area()).marks[kind, step, 0].box.center().toPoint()
        )
        assert view.time == step
    assert chosen == [5, 1, 3]


def test_keys_step_through_time_and_space_is_left_to_the_window(qtbot, shown):
    view = shown(reads())
    chosen: list[int] = []
    view.time_chosen.connect(chosen.append)
    keys = Qt.Key
    for key in (
        keys.Key_Left,
        keys.Key_Right,
        keys.Key_Right,
        keys.Key_End,
        keys.Key_Right,
        keys.Key_Left,
        keys.Key_Home,
    ):
        qtbot.keyClick(view, key)
    assert chosen == [1, 2, 3, 2, 0]
    outside: list[int] = []
    view.parent() or view.installEventFilter(view)
    from PySide6.QtGui import QKeyEvent

    event = QKeyEvent(QKeyEvent.Type.KeyPress, keys.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    QApplication.sendEvent(view, event)
    assert not event.isAccepted()
    assert not outside


def test_the_active_step_wears_the_accent(qtbot, draw):
    view = UnrolledView(LIGHT)
    qtbot.addWidget(view)
    view.set_story(translates())
    accent = LIGHT.accent.rgb() & 0xFFFFFF
    scene = view.scene(RECT)
    counts = []
    for step in (1, 5):
        view.set_time(step)
        pixels = pixel_view(draw(view, 900, 500)) & 0xFFFFFF
        counts.append(
            [
                int((pixels[:, int(c.left()) : int(c.right())] == accent).sum())
                for c in (scene.column(1), scene.column(5))
            ]
        )
    assert counts[0][0] > 100 > counts[1][0]
    assert counts[1][1] > counts[0][1] + 100


def test_a_long_text_scrolls_around_the_active_step_and_says_what_is_visible(qtbot, shown):
    view = shown(reads(" ".join(f"word{k}" for k in range(40))))
    for step in (0, 12, 39, 20, 1):
        view.set_time(step)
        scene = view.scene(view.area())
        begin, end = scene.shown
        assert begin <= step < end
        assert end - begin < 40
        assert scene.pitch >= 40
        assert all(RECT.contains(mark.box) for mark in scene.marks.values())
    found = texts(svg_of(view, view.size()))
    assert f"steps {begin + 1}–{end} of 40" in found
    assert f"word{begin}" in found
    assert f"word{end}" not in found


def test_wheel_and_drag_scroll_and_do_not_choose(qtbot, shown):
    view = shown(reads(" ".join(f"word{k}" for k in range(40))))
    chosen: list[int] = []
    view.time_chosen.connect(chosen.append)
    place = QPointF(400, 250)
    wheel = QWheelEvent(
        place, place, QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, wheel)
    assert view.scene(view.area()).shown[0] == 4
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=QPoint(300, 250))
    qtbot.mouseMove(view, QPoint(550, 250))
    qtbot.mouseRelease(view, left, pos=QPoint(550, 250))
    assert view.scene(view.area()).shown[0] < 4
    assert not chosen


def test_twenty_eight_rows_fit_into_the_hero_and_into_half_of_it():
    for size in ((980, 560), (640, 420)):
        assert arrange(QRectF(0, 0, *size), LIGHT, rows()).shown == (0, 28)


# Hovering ----------------------------------------------------------------------------------------------


def test_hovering_an_output_says_which_and_leaving_it_says_none(qtbot, shown):
    view = shown(translates())
    said: list[int] = []
    view.output_hovered.connect(said.append)
    marks = view.scene(view.area()).marks
    for key in (("output", 4, 0), ("output", 3, 0), ("state", 3, 0), ("input", 0, 0)):
        qtbot.mouseMove(view, marks[key].box.center().toPoint())
    assert said == [1, 0, -1]
    view.set_story(reads())
    qtbot.mouseMove(view, view.scene(view.area()).marks["belief", 2, 0].box.center().toPoint())
    assert said[-1] == 2


def test_hovering_a_unit_reads_its_number(qtbot, shown):
    story = reads()
    view = shown(story)
    inner = mosaic_rect(view.scene(view.area()).marks["state", 1, 0].box, LIGHT)
    qtbot.mouseMove(view, QPoint(int(inner.left()) + 2, int(inner.top()) + 2))
    value = float(story.states[1, 0, 0])
    assert f"{abs(value):.3f}" in texts(svg_of(view, view.size()))
    assert "unit 1:" in texts(svg_of(view, view.size()))


def test_influence_colours_inputs_by_strength_and_has_a_legend(qtbot, draw):
    view = UnrolledView(LIGHT)
    qtbot.addWidget(view)
    view.set_story(translates())
    assert "influence" not in texts(svg_of(view, QSize(900, 500)))
    view.set_influence(np.array([0.0, 0.25, 0.5]), np.array([0.1]))
    found = texts(svg_of(view, QSize(900, 500)))
    assert "influence" in found
    assert "0.500" in found
    image, marks = draw(view, 900, 500), view.scene(RECT).marks
    blues = []
    for step in (0, 1, 2, 4, 5):
        box = marks["input", step, 0].box
        color = image.pixelColor(int(box.left()) + 4, int(box.center().y()))
        blues.append(color.red())
    assert blues[0] > blues[3] > blues[1] > blues[2]
    assert (
        image.pixelColor(int(marks["input", 2, 0].box.left()) + 4, int(marks["input", 2, 0].box.center().y()))
        == LIGHT.accent
    )
    view.set_influence(None)
    assert "influence" not in texts(svg_of(view, QSize(900, 500)))
