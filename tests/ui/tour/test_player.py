"""The tour in the window: keys, resuming, setting up, live training and its fallback, leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.core.tour import Action, Scene, Tour, Until
from explorer.ui.main_window import MainWindow
from explorer.ui.tour import player as playing
from explorer.ui.tour.moves import standing
from explorer.ui.tour.player import TourPlayer
from explorer.ui.views.scatter import ScatterView
from tests.ui.acting import PATIENCE_MS, until
from tests.ui.conftest import MakeWindow

VAE, AE = "stored:autoencoder-vae", "stored:autoencoder-ae"
SHORT = Tour(
    "Short",
    "autoencoder",
    (
        Scene("first", "First", "Words.", open=AE, do=(Action(probe=(1.0, -1.0)),), point_at="manifold"),
        Scene("asked", "Asked", "Words.", open=VAE, ask="Why?", reveal="So.", then=(Action(show="trick"),)),
        Scene(
            "live",
            "Live",
            "Words.",
            open="scratch",
            set={"hidden": 32},
            do=("play",),
            until=Until(step=20, fallback="autoencoder-vae"),
            point_at="curves",
        ),
        Scene("after", "After", "Words.", do=(Action(run=3), Action(show="curves:kl")), point_at="objective"),
    ),
)


@dataclass
class Lesson:
    """An open window with a tour, and what a test does with it."""

    window: MainWindow
    qtbot: QtBot

    @property
    def player(self) -> TourPlayer:
        return self.window.tour

    def settled(self, act: Callable[[], None]) -> None:
        with self.qtbot.waitSignal(self.player.settled, timeout=PATIENCE_MS):
            act()

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window, key)

    def go(self, index: int) -> None:
        self.settled(lambda: self.player.enter(index, jumped=True))


@pytest.fixture
def tour(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tour], None]:
    """Puts another tour into the place of the lab's own."""

    def put(found: Tour) -> None:
        monkeypatch.setattr(playing, "load_tour", lambda _lab_id: found)

    put(SHORT)
    return put


@pytest.fixture
def lesson(tour: object, window: MainWindow, qtbot: QtBot) -> Lesson:
    window.activateWindow()
    made = Lesson(window, qtbot)
    made.settled(lambda: made.key(Qt.Key.Key_F2))
    return made


def test_first_scene_sets_the_lab_up(lesson: Lesson):
    lab = lesson.window.lab
    assert lab.run.stored == "Stored autoencoder"
    assert lab.view()["probe"] == pytest.approx([1.0, -1.0])
    outline = lesson.player.outline
    assert outline is not None
    assert outline.isVisible()
    assert outline.geometry().contains(outline.marked_rect())
    assert outline.dock is lesson.window.page.docks["manifold"]


def test_card_hides_nothing_of_the_panel_it_talks_about(lesson: Lesson):
    card, outline = lesson.player.card, lesson.player.outline
    assert card is not None
    assert outline is not None
    assert not card.geometry().intersects(outline.marked_rect())
    lesson.window.resize(1280, 760)
    QTest.qWait(0)
    assert lesson.window.tour.card is card
    assert not card.geometry().intersects(outline.marked_rect())


def test_clicker_reveals_first_and_goes_on_then(lesson: Lesson):
    player = lesson.player
    lesson.settled(lambda: lesson.key(Qt.Key.Key_PageDown))
    assert player.index == 1
    assert player.card is not None
    assert not player.card.is_revealed
    lesson.settled(lambda: lesson.key(Qt.Key.Key_PageDown))
    assert (player.index, player.card.is_revealed) == (1, True)
    assert lesson.window.page.docks["trick"] in [player.outline.dock if player.outline else None]
    assert "trick" in lesson.window.page.visible_panels()
    lesson.settled(lambda: lesson.key(Qt.Key.Key_PageDown))
    assert player.index == 2
    lesson.settled(lambda: lesson.key(Qt.Key.Key_PageUp))
    assert player.index == 1
    assert lesson.window.lab.run.stored == "Stored VAE"


def test_live_training_pauses_where_the_scene_says(lesson: Lesson):
    lesson.go(2)
    until(lesson.qtbot, lambda: not lesson.window.lab.status.playing)
    assert lesson.window.lab.run.params.hidden == 32
    assert lesson.window.lab.run.stored == ""
    assert 20 <= lesson.window.lab.status.head < 2000
    assert lesson.player.card is not None
    assert lesson.player.card.note.startswith("Paused at step")


def test_training_that_is_too_slow_gives_way_to_the_stored_run(tour: Callable[[Tour], None], lesson: Lesson):
    never = msgspec.structs.replace(SHORT.scenes[2], until=Until(step=10**9, timeout_s=0.2, fallback="autoencoder-vae"))
    lesson.player.tour = msgspec.structs.replace(SHORT, scenes=(*SHORT.scenes[:2], never))
    lesson.go(2)
    assert lesson.window.lab.run.stored == "Stored VAE"
    assert not lesson.window.lab.status.playing
    assert lesson.player.card is not None
    assert "stored run" in lesson.player.card.note


def test_pausing_by_hand_ends_the_scene_without_a_fallback(lesson: Lesson):
    never = msgspec.structs.replace(SHORT.scenes[2], until=Until(step=10**9, timeout_s=60, fallback="autoencoder-vae"))
    lesson.player.tour = msgspec.structs.replace(SHORT, scenes=(*SHORT.scenes[:2], never))
    lesson.player.enter(2, jumped=True)
    until(lesson.qtbot, lambda: lesson.window.lab.status.playing and lesson.window.lab.status.head > 0)
    lesson.settled(lambda: lesson.window.conductor.command("pause"))
    assert lesson.window.lab.run.stored == ""


def test_scene_jumped_to_after_live_training_finds_the_fallback(lesson: Lesson):
    assert standing(SHORT, 3) == ("stored:autoencoder-vae", {})
    assert standing(SHORT, 2) == ("scratch", {"hidden": 32})
    lesson.go(3)
    assert lesson.window.lab.run.stored == "Stored VAE"
    assert lesson.window.lab.status.head >= 30_003


def test_tour_goes_on_where_it_was_left(lesson: Lesson, open_window: MakeWindow):
    lesson.settled(lesson.player.next)
    lesson.key(Qt.Key.Key_Escape)
    assert not lesson.player.is_open
    lesson.settled(lambda: lesson.key(Qt.Key.Key_F2))
    assert lesson.player.index == 1
    lesson.window.close()
    again = Lesson(open_window(), lesson.qtbot)
    again.settled(again.player.open)
    assert again.player.index == 1


def test_last_scene_closes_and_begins_anew_next_time(lesson: Lesson):
    lesson.go(3)
    lesson.player.next()
    assert not lesson.player.is_open
    lesson.settled(lesson.player.toggle)
    assert lesson.player.index == 0


def test_leaving_gives_keys_and_lab_back(lesson: Lesson):
    lesson.player.close()
    window = lesson.window
    assert not window.actions_by_id["tour_next"].isEnabled()
    assert lesson.player.outline is not None
    assert not lesson.player.outline.isVisible()
    window.conductor.command("step")
    until(lesson.qtbot, lambda: window.lab.status.head == 30_001)


def test_leaving_while_it_trains_opens_nothing_later(lesson: Lesson):
    lesson.player.enter(2, jumped=True)
    lesson.player.close()
    assert lesson.player.director is not None
    assert not lesson.player.director.busy


def test_tour_opened_before_the_model_is_there_waits_for_it(tour: object, open_window: MakeWindow, qtbot: QtBot):
    lesson = Lesson(open_window(ready=False), qtbot)
    lesson.settled(lesson.player.open)
    assert lesson.window.lab.run.stored == "Stored autoencoder"
    assert lesson.player.card is not None
    assert lesson.player.card.note == ""


def test_path_leaves_the_map_with_its_panel(lesson: Lesson, monkeypatch: pytest.MonkeyPatch):
    scene = Scene("path", "Path", "Words.", do=(Action(path=(788, 3659)), Action(show="path")))
    away = Scene("away", "Away", "Words.", do=(Action(show="curves"),))
    lesson.player.tour = Tour("Paths", "autoencoder", (scene, away))
    view = lesson.window.lab.panel("map").findChild(ScatterView)
    assert isinstance(view, ScatterView)
    lengths: list[int] = []
    monkeypatch.setattr(view, "set_path", lambda xy: lengths.append(len(xy)))
    lesson.go(0)
    until(lesson.qtbot, lambda: lengths[-1:] == [2])
    lesson.settled(lesson.player.next)
    until(lesson.qtbot, lambda: lengths[-1] == 0)


def test_window_of_1280_x_720_stays_as_it_is(tour: Callable[[Tour], None], open_window: MakeWindow, qtbot: QtBot):
    lesson = Lesson(open_window(size=(1280, 720)), qtbot)
    panels = tuple(Scene(p.id, p.id, "Words.", point_at=p.id) for p in lesson.window.lab.spec.panels)
    tour(Tour("All", "autoencoder", panels))
    lesson.settled(lesson.player.open)
    for _ in panels[1:]:
        lesson.settled(lesson.player.next)
        QTest.qWait(0)
        assert lesson.window.size().toTuple() == (1280, 720)


def test_broken_tour_is_a_sentence_and_no_card(tour: Callable[[Tour], None], window: MainWindow):
    tour(msgspec.structs.replace(SHORT, scenes=(Scene("x", "X", "Words.", point_at="mapp"),)))
    window.tour.open()
    assert not window.tour.is_open
    assert "did you mean map" in window.trouble_bar.sentence


def test_presenting_makes_the_card_larger(lesson: Lesson):
    assert lesson.player.card is not None
    before = lesson.player.card.width()
    lesson.window.actions_by_id["present"].trigger()
    assert lesson.player.card.width() == pytest.approx(1.4 * before, abs=1)
    lesson.key(Qt.Key.Key_Escape)
    assert not lesson.player.is_open
    assert lesson.window.presenting
