"""The clipboard, and dragging out into another program."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from explorer.ui.export.clipboard import copy_figure, copy_numbers
from explorer.ui.export.drag import DragHandle, FigureDrag, FigureFolder, file_stem
from explorer.ui.export.figure import ExportOptions
from explorer.ui.theme import LIGHT
from tests.ui.export.conftest import CAPTION, N_POINTS

OPTIONS = ExportOptions(2, size_px=(300, 240))


@pytest.fixture
def folder():
    made = FigureFolder()
    yield made
    made.clear()


def test_a_copied_figure_is_a_picture_a_drawing_and_a_caption(map_panel):
    clipboard = QGuiApplication.clipboard()
    copy_figure(map_panel, clipboard, OPTIONS)
    mime = clipboard.mimeData()
    assert (clipboard.image().width(), clipboard.image().height()) == (600, 480)
    assert QImage.fromData(mime.data("image/png")).size() == clipboard.image().size()
    assert ElementTree.fromstring(bytes(mime.data("image/svg+xml").data())).get("width") == "300"
    assert clipboard.text() == CAPTION.format("Latent map")


def test_copied_numbers_have_a_row_a_point(map_panel):
    clipboard = QGuiApplication.clipboard()
    copy_numbers(map_panel, clipboard)
    lines = clipboard.text().splitlines()
    assert lines[0] == "z1\tz2\tclass\tname"
    assert len(lines) == N_POINTS + 1


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_dragged_file_is_made_when_it_is_taken(map_panel, folder, suffix):
    drag = FigureDrag(map_panel, folder, OPTIONS, suffix)
    assert drag.hasUrls()
    assert folder._path is None
    (url,) = drag.urls()
    path = Path(url.toLocalFile())
    assert path.name == f"latent-map{suffix}"
    assert path.stat().st_size > 1000
    assert drag.urls() == [url]


def test_a_dragged_figure_can_be_taken_as_data(map_panel, folder):
    drag = FigureDrag(map_panel, folder, OPTIONS, ".png")
    assert QImage.fromData(drag.data("image/png")).width() == 600
    assert bytes(drag.data("image/svg+xml").data()).startswith(b"<?xml")
    assert drag.data("text/html").isEmpty()
    assert folder._path is None


def test_the_folder_goes_with_everything_in_it(map_panel, folder):
    (url,) = FigureDrag(map_panel, folder, OPTIONS, ".png").urls()
    path = Path(url.toLocalFile())
    folder.clear()
    assert not path.parent.exists()


def test_dragging_the_handle_far_enough_begins_a_drag(map_panel, folder, qtbot):
    drags: list[QDrag] = []
    handle = DragHandle(LIGHT, map_panel, folder, lambda: OPTIONS, drags.append)
    qtbot.addWidget(handle)
    handle.show()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    move_held(handle, QPoint(7, 5))
    assert not drags
    move_held(handle, QPoint(5 + QApplication.startDragDistance() + 5, 5))
    move_held(handle, QPoint(80, 5))
    (drag,) = drags
    assert drag.mimeData().hasUrls()
    assert not drag.pixmap().isNull()


def move_held(handle: DragHandle, to: QPoint) -> None:
    left, at = Qt.MouseButton.LeftButton, QPointF(to)
    event = QMouseEvent(QEvent.Type.MouseMove, at, handle.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(handle, event)


@pytest.mark.parametrize(
    ("title", "stem"), [("Latent map", "latent-map"), ("a/b: c?", "a-b-c"), ("…", "figure"), ("β", "β")]
)
def test_titles_become_file_names(title, stem):
    assert file_stem(title) == stem
