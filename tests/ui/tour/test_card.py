"""The card by itself: what it shows, what it wishes, how high it is, where it goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.catalog import LABS
from explorer.core.tour import Scene, load_tour
from explorer.ui.theme import DARK, LIGHT, Theme
from explorer.ui.tour.card import TourCard
from explorer.ui.tour.placing import inside, place

ASKED = Scene("a", "A title", "Some *words*.", ask="Why?", reveal="Because.")
PLAIN = Scene("b", "Another", "No question.")


@pytest.fixture
def card(qtbot: QtBot) -> Iterator[TourCard]:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    made = TourCard(LIGHT, host)
    host.show()
    made.show()
    yield made
    host.close()


def words(card: TourCard, name: str) -> QLabel:
    found = card.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def test_answer_stays_hidden_until_it_is_revealed(card: TourCard):
    card.set_scene(ASKED, 2, 10)
    assert words(card, "tour-place").text() == "3 of 10"
    assert words(card, "tour-ask").isVisible()
    assert not words(card, "tour-answer").isVisible()
    assert not card.is_revealed
    assert card.next_button.property("kind") == "quiet"
    card.reveal()
    assert words(card, "tour-answer").isVisible()
    assert not card.reveal_button.isVisible()
    assert card.next_button.property("kind") == "primary"


def test_scene_without_a_question_has_nothing_to_reveal(card: TourCard):
    card.set_scene(PLAIN, 0, 1)
    assert card.is_revealed
    assert not card.reveal_button.isVisible()
    assert not card.back_button.isEnabled()
    assert card.next_button.text() == "Finish"


def test_buttons_wish(card: TourCard, qtbot: QtBot):
    card.set_scene(ASKED, 1, 3)
    pairs = [
        (card.next_button, card.next_requested),
        (card.back_button, card.back_requested),
        (card.reveal_button, card.reveal_requested),
        (card.close_button, card.close_requested),
    ]
    for button, wish in pairs:
        with qtbot.waitSignal(wish, timeout=1000):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_note_has_a_bar_only_while_it_is_known_how_far(card: TourCard):
    card.set_scene(PLAIN, 0, 2)
    low = card.height()
    card.set_note("Training", 0.5)
    assert card.note == "Training"
    assert card.height() > low
    card.set_note("")
    assert card.height() == low


@pytest.mark.parametrize("theme", [LIGHT, DARK, LIGHT.scaled(1.4)], ids=["light", "dark", "presenting"])
@pytest.mark.parametrize("lab_id", [entry.id for entry in LABS])
def test_no_line_of_any_scene_is_cut_off(card: TourCard, theme: Theme, lab_id: str):
    card.set_theme(theme)
    tour = load_tour(lab_id)
    for index, scene in enumerate(tour.scenes):
        card.set_scene(scene, index, len(tour.scenes))
        card.reveal()
        card.set_note("Training: step 1 of 2", 0.5)
        QTest.qWait(0)
        cut = [
            label.text()
            for label in card.findChildren(QLabel)
            if label.isVisible() and label.height() < label.heightForWidth(label.width())
        ]
        assert not cut


def test_card_is_carried_by_the_mouse(card: TourCard):
    card.set_scene(PLAIN, 0, 2)
    before, grip = card.pos(), QPoint(8, 8)
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=grip)
    QTest.mouseMove(card, grip + QPoint(40, 25))
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=grip)
    assert card.pos() == before + QPoint(40, 25)


AREA = QRect(0, 0, 1000, 800)
SIZE = QSize(300, 200)


@pytest.mark.parametrize(
    ("avoid", "corner"),
    [
        (QRect(), (690, 590)),
        (QRect(300, 0, 380, 500), (690, 590)),
        (QRect(700, 400, 300, 400), (10, 590)),
        (QRect(0, 600, 1000, 200), (690, 10)),
        (QRect(400, 0, 600, 800), (10, 590)),
    ],
    ids=["nothing", "middle", "lower right", "lower row", "right half"],
)
def test_card_goes_where_it_hides_least(avoid: QRect, corner: tuple[int, int]):
    found = place(SIZE, AREA, avoid)
    assert found.toTuple() == corner
    assert not QRect(found, SIZE).intersects(avoid)


def test_card_larger_than_the_room_keeps_its_upper_left_corner():
    assert place(QSize(2000, 2000), AREA, QRect()) == QPoint(10, 10)
    assert inside(QPoint(5000, -40), SIZE, AREA) == QPoint(700, 0)
    assert inside(QPoint(40, 40), QSize(2000, 2000), AREA) == QPoint(0, 0)
