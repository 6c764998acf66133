"""Strokes become numbers, now and then while drawing and once at the end."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from explorer.ui.theme import LIGHT
from explorer.ui.views.digit_pad import SIDE, DigitPad
from explorer.ui.views.picture import PictureView


@pytest.fixture
def pad(show):
    return show(DigitPad(LIGHT), 226, 226)


def test_sheet_and_picture_with_titles_are_equal(qtbot, draw):
    pad, picture = DigitPad(LIGHT), PictureView(LIGHT)
    for view in (pad, picture):
        qtbot.addWidget(view)
        view.set_title("input")
    picture.set_image(np.zeros((28, 28)))
    rect = QRectF(0, 0, 120, 140)
    assert pad.sheet_rect(rect) == picture.picture_rect(rect)
    titled = draw(pad, 120, 140)
    pad.set_title("")
    assert draw(pad, 120, 140) != titled
    assert pad.sheet_rect(rect).height() == 118


def test_the_first_stroke_on_a_sample_takes_a_new_sheet(qtbot, pad):
    sample = np.zeros((28, 28))
    sample[2:6, 20:26] = 1
    for is_sample in (False, True):
        pad.set_drawing(sample, is_sample=is_sample)
        stroke(qtbot, pad, (60, 110), (70, 110))
        assert (pad.drawing[8:24, 80:104].mean() > 0.8) != is_sample
        before = pad.drawing.sum()
        stroke(qtbot, pad, (150, 180), (160, 180))
        assert pad.drawing.sum() > before, "the second one does not"
    pad.set_drawing(sample, is_sample=True)
    stroke(qtbot, pad, (60, 110), (70, 110), button=Qt.MouseButton.RightButton)
    assert pad.drawing[8:24, 80:104].mean() > 0.8, "the eraser works on what is there"


def stroke(qtbot, pad, *places, button=Qt.MouseButton.LeftButton):
    qtbot.mousePress(pad, button, pos=QPoint(*places[0]))
    for place in places[1:]:
        qtbot.mouseMove(pad, QPoint(*place))
    qtbot.mouseRelease(pad, button, pos=QPoint(*places[-1]))


def test_a_stroke_leaves_ink_where_it_went(qtbot, pad):
    with qtbot.waitSignal(pad.drawing_changed) as changed:
        stroke(qtbot, pad, (113, 40), (113, 100), (113, 180))
    drawing = changed.args[0]
    assert drawing.shape == (SIDE, SIDE)
    assert drawing.dtype == np.float32
    assert 0.0 <= drawing.min() <= drawing.max() == 1.0
    assert drawing[SIDE // 2, SIDE // 2] == 1.0
    assert drawing[:, : SIDE // 4].max() == 0.0
    width_of_28 = (drawing[SIDE // 2] > 0.5).sum() * 28 / SIDE
    assert 2.0 <= width_of_28 <= 3.2


def test_many_moves_are_told_few_times_and_the_last_is_the_drawing(qtbot, pad):
    told: list[np.ndarray] = []
    pad.drawing_changed.connect(told.append)
    stroke(qtbot, pad, *[(20 + i, 100) for i in range(0, 180, 2)])
    assert 1 <= len(told) <= 30
    assert (told[-1] == pad.drawing).all()
    assert not pad._timer.isActive()


def test_a_dot_is_a_drawing_too(qtbot, pad):
    with qtbot.waitSignal(pad.drawing_changed) as changed:
        qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=QPoint(113, 113))
    assert changed.args[0].max() == 1.0


def test_the_right_button_erases(qtbot, pad):
    pad.set_drawing(np.ones((28, 28)))
    stroke(qtbot, pad, (60, 113), (110, 113), (170, 113), button=Qt.MouseButton.RightButton)
    assert pad.drawing[SIDE // 2, SIDE // 2] == 0.0
    assert pad.drawing[3, 3] == 1.0


def test_delete_clears_and_says_so(qtbot, pad):
    pad.set_drawing(np.eye(28))
    with qtbot.waitSignal(pad.drawing_changed) as changed:
        qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert not changed.args[0].any()


def test_given_pictures_come_back(qtbot, pad):
    picture = np.zeros((28, 28), np.float32)
    picture[4:24, 10:18] = 1.0
    with qtbot.assertNotEmitted(pad.drawing_changed):
        pad.set_drawing(picture)
    small = pad.drawing.reshape(28, SIDE // 28, 28, SIDE // 28).mean((1, 3))
    assert np.abs(small - picture).mean() < 0.03
    with pytest.raises(ValueError, match="two dimensions"):
        pad.set_drawing(np.zeros(4))


def test_a_dropped_file_is_named(qtbot, pad, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "three.png"))])
    where, action, none = QPoint(50, 50), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, action, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(pad, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(pad.file_dropped) as dropped:
        QApplication.sendEvent(pad, QDropEvent(QPointF(where), action, data, Qt.MouseButton.LeftButton, none))
    assert dropped.args[0].endswith("three.png")
